/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The filter is judged by the kernel itself: a copy of the program that answers every call with one of two errors, so that
 * none is carried out, tells what the filter would do. Children are filtered: it cannot be undone.
 */
#include "helper/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/unit.h"

/* Errors that no call has. */
#define IS_ALLOWED 4001
#define IS_REFUSED 4002

#define CALLS_MAX 600
#define ARGUMENTS_MAX 6
#define PATIENCE_MS 10000

static const struct sock_filter steps[] = {
#include "helper/filter_program.h"
};

struct call {
	const char *row;
	long number;
	unsigned long argument[ARGUMENTS_MAX];
	int result;
};

/* With zeros for arguments; calls of other architectures, and those a C library could make instead, are in the filter too. */
static const long allowed_calls[] = {
#ifdef SYS_poll
	SYS_poll, SYS_epoll_wait, SYS_access, SYS_stat, SYS_lstat, SYS_readlink, SYS_unlink, SYS_getdents, SYS_time, SYS_open,
#endif
#ifdef SYS_mmap
	SYS_mmap, SYS_newfstatat, SYS_accept,
#endif
	SYS_epoll_ctl, SYS_epoll_pwait, SYS_ppoll, SYS_timerfd_settime, SYS_restart_syscall, SYS_rt_sigreturn, SYS_close,
	SYS_close_range, SYS_ftruncate, SYS_lseek, SYS_pread64, SYS_pwrite64, SYS_read, SYS_readv, SYS_write, SYS_writev,
	SYS_faccessat, SYS_faccessat2, SYS_fstat, SYS_getdents64, SYS_readlinkat, SYS_statx, SYS_unlinkat, SYS_accept4,
	SYS_connect, SYS_getsockopt, SYS_recvfrom, SYS_recvmsg, SYS_sendmsg, SYS_sendto, SYS_shutdown, SYS_pidfd_open,
	SYS_pidfd_send_signal, SYS_brk, SYS_clock_gettime, SYS_clock_nanosleep, SYS_exit, SYS_exit_group, SYS_futex,
	SYS_getegid, SYS_geteuid, SYS_getgid, SYS_getpid, SYS_getppid, SYS_getrandom, SYS_gettid, SYS_gettimeofday, SYS_getuid,
	SYS_madvise, SYS_mremap, SYS_munmap, SYS_nanosleep, SYS_rseq, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_sched_yield,
	SYS_set_robust_list,
	/* By their arguments. */
	SYS_openat, SYS_mprotect, SYS_clone,
};

#define FORK (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD)

static const struct call calls[] = {
	{"read a file", SYS_openat, {0, 0, O_RDONLY | O_CLOEXEC | O_NOCTTY}, IS_ALLOWED},
	{"list a directory", SYS_openat, {0, 0, O_RDONLY | O_NONBLOCK | O_DIRECTORY | O_CLOEXEC}, IS_ALLOWED},
	{"write to a terminal", SYS_openat, {0, 0, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC}, IS_ALLOWED},
	{"read and write", SYS_openat, {0, 0, O_RDWR}, IS_REFUSED},
	{"make a file", SYS_openat, {0, 0, O_WRONLY | O_CREAT}, IS_REFUSED},
	{"cut a file", SYS_openat, {0, 0, O_WRONLY | O_TRUNC}, IS_REFUSED},
	{"make a file without a name", SYS_openat, {0, 0, O_WRONLY | O_TMPFILE}, IS_REFUSED},
	{"log", SYS_socket, {AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0}, IS_ALLOWED},
	{"audit", SYS_socket, {AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT}, IS_ALLOWED},
	{"socket tables", SYS_socket, {AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG}, IS_ALLOWED},
	{"routes", SYS_socket, {AF_NETLINK, SOCK_RAW, NETLINK_ROUTE}, IS_REFUSED},
	{"devices", SYS_socket, {AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT}, IS_REFUSED},
	{"TCP", SYS_socket, {AF_INET, SOCK_STREAM, 0}, IS_REFUSED},
	{"TCP of version 6", SYS_socket, {AF_INET6, SOCK_STREAM, 0}, IS_REFUSED},
	{"packets", SYS_socket, {AF_PACKET, SOCK_RAW, 0}, IS_REFUSED},
	{"virtual machines", SYS_socket, {AF_VSOCK, SOCK_STREAM, 0}, IS_REFUSED},
	{"kernel ciphers", SYS_socket, {AF_ALG, SOCK_SEQPACKET, 0}, IS_REFUSED},
	{"patience", SYS_setsockopt, {0, SOL_SOCKET, SO_RCVTIMEO}, IS_ALLOWED},
	{"options of TCP", SYS_setsockopt, {0, 6, 1}, IS_REFUSED},
	{"lock", SYS_fcntl, {0, F_OFD_SETLK}, IS_ALLOWED},
	{"flags of a descriptor", SYS_fcntl, {0, F_GETFD}, IS_ALLOWED},
	{"close on exec", SYS_fcntl, {0, F_SETFD}, IS_ALLOWED},
	{"flags of a file", SYS_fcntl, {0, F_GETFL}, IS_ALLOWED},
	{"wait for a lock", SYS_fcntl, {0, F_OFD_SETLKW}, IS_REFUSED},
	{"signals of a descriptor", SYS_fcntl, {0, F_SETOWN}, IS_REFUSED},
	{"leases", SYS_fcntl, {0, F_SETLEASE}, IS_REFUSED},
	{"copy of a descriptor", SYS_fcntl, {0, F_DUPFD}, IS_REFUSED},
	{"memory", SYS_mmap, {0, 4096, PROT_READ | PROT_WRITE}, IS_ALLOWED},
	{"memory to run", SYS_mmap, {0, 4096, PROT_READ | PROT_EXEC}, IS_REFUSED},
	{"protect memory", SYS_mprotect, {0, 4096, PROT_READ}, IS_ALLOWED},
	{"make memory run", SYS_mprotect, {0, 4096, PROT_EXEC}, IS_REFUSED},
	{"fork", SYS_clone, {FORK}, IS_ALLOWED},
	{"thread", SYS_clone, {FORK | CLONE_VM | CLONE_THREAD | CLONE_SIGHAND}, IS_REFUSED},
	{"shared memory", SYS_clone, {FORK | CLONE_VM}, IS_REFUSED},
	{"shared descriptors", SYS_clone, {FORK | CLONE_FILES}, IS_REFUSED},
	{"child of the parent", SYS_clone, {FORK | CLONE_PARENT}, IS_REFUSED},
	{"user namespace", SYS_clone, {FORK | CLONE_NEWUSER}, IS_REFUSED},
	{"mount namespace", SYS_clone, {FORK | CLONE_NEWNS}, IS_REFUSED},
	{"network namespace", SYS_clone, {FORK | CLONE_NEWNET}, IS_REFUSED},
	{"process namespace", SYS_clone, {FORK | CLONE_NEWPID}, IS_REFUSED},
	{"untraced child", SYS_clone, {FORK | CLONE_UNTRACED}, IS_REFUSED},
};

/* Some of the refused, by name, so that no mistake in the ranges of numbers hides one. */
static const struct call forbidden[] = {
	{"kill", SYS_kill, {1, SIGKILL}, ENOSYS},
	{"tkill", SYS_tkill, {1, SIGKILL}, ENOSYS},
	{"tgkill", SYS_tgkill, {1, 1, SIGKILL}, ENOSYS},
	{"rt_sigqueueinfo", SYS_rt_sigqueueinfo, {1, SIGKILL}, ENOSYS},
	{"execve", SYS_execve, {0}, ENOSYS},
	{"execveat", SYS_execveat, {0}, ENOSYS},
	{"clone3", SYS_clone3, {0}, ENOSYS},
	{"ptrace", SYS_ptrace, {PTRACE_TRACEME}, ENOSYS},
	{"process_vm_readv", SYS_process_vm_readv, {1}, ENOSYS},
	{"process_vm_writev", SYS_process_vm_writev, {1}, ENOSYS},
	{"pidfd_getfd", SYS_pidfd_getfd, {0}, ENOSYS},
	{"bpf", SYS_bpf, {0}, ENOSYS},
	{"perf_event_open", SYS_perf_event_open, {0}, ENOSYS},
	{"userfaultfd", SYS_userfaultfd, {0}, ENOSYS},
	{"io_uring_setup", SYS_io_uring_setup, {1}, ENOSYS},
	{"keyctl", SYS_keyctl, {0}, ENOSYS},
	{"add_key", SYS_add_key, {0}, ENOSYS},
	{"mount", SYS_mount, {0}, ENOSYS},
	{"umount2", SYS_umount2, {0}, ENOSYS},
	{"pivot_root", SYS_pivot_root, {0}, ENOSYS},
	{"chroot", SYS_chroot, {0}, ENOSYS},
	{"unshare", SYS_unshare, {CLONE_NEWUSER}, ENOSYS},
	{"setns", SYS_setns, {0}, ENOSYS},
	{"prctl", SYS_prctl, {PR_SET_DUMPABLE, 1}, ENOSYS},
	{"seccomp", SYS_seccomp, {0}, ENOSYS},
	{"prlimit64", SYS_prlimit64, {0}, ENOSYS},
	{"setuid", SYS_setuid, {0}, ENOSYS},
	{"setresuid", SYS_setresuid, {0}, ENOSYS},
	{"setgroups", SYS_setgroups, {0}, ENOSYS},
	{"capset", SYS_capset, {0}, ENOSYS},
	{"ioctl", SYS_ioctl, {0, TIOCSTI}, ENOSYS},
	{"bind", SYS_bind, {0}, ENOSYS},
	{"listen", SYS_listen, {0}, ENOSYS},
	{"memfd_create", SYS_memfd_create, {0}, ENOSYS},
	{"dup3", SYS_dup3, {0, 9}, ENOSYS},
	{"fchmod", SYS_fchmod, {0}, ENOSYS},
	{"fchmodat", SYS_fchmodat, {0}, ENOSYS},
	{"fchown", SYS_fchown, {0}, ENOSYS},
	{"fchownat", SYS_fchownat, {0}, ENOSYS},
	{"linkat", SYS_linkat, {0}, ENOSYS},
	{"symlinkat", SYS_symlinkat, {0}, ENOSYS},
	{"renameat2", SYS_renameat2, {0}, ENOSYS},
	{"mkdirat", SYS_mkdirat, {0}, ENOSYS},
	{"mknodat", SYS_mknodat, {0}, ENOSYS},
	{"truncate", SYS_truncate, {0}, ENOSYS},
	{"openat2", SYS_openat2, {0}, ENOSYS},
	{"open_by_handle_at", SYS_open_by_handle_at, {0}, ENOSYS},
	{"utimensat", SYS_utimensat, {0}, ENOSYS},
	{"setxattr", SYS_setxattr, {0}, ENOSYS},
	{"clock_settime", SYS_clock_settime, {0}, ENOSYS},
	{"settimeofday", SYS_settimeofday, {0}, ENOSYS},
	{"reboot", SYS_reboot, {0}, ENOSYS},
	{"init_module", SYS_init_module, {0}, ENOSYS},
	{"kexec_load", SYS_kexec_load, {0}, ENOSYS},
	{"sethostname", SYS_sethostname, {0}, ENOSYS},
	{"TCP socket", SYS_socket, {AF_INET, SOCK_STREAM}, ENOSYS},
	{"open to read and write", SYS_openat, {(unsigned long)AT_FDCWD, (unsigned long)"/dev/null", O_RDWR}, ENOSYS},
};

static int error_of(const struct call *call)
{
	const unsigned long *a = call->argument;
	long r = syscall(call->number, a[0], a[1], a[2], a[3], a[4], a[5]);

	return r == -1 ? errno : 0;
}

/* The same decisions, of which none is carried out. */
static int install_judge(void)
{
	struct sock_filter judge[COUNT(steps)];
	struct sock_fprog program = {.len = COUNT(judge), .filter = judge};

	memcpy(judge, steps, sizeof judge);
	for (size_t i = 0; i < COUNT(judge); i++) {
		if (judge[i].code == (BPF_RET | BPF_K))
			judge[i].k = SECCOMP_RET_ERRNO | (judge[i].k == SECCOMP_RET_ALLOW ? IS_ALLOWED : IS_REFUSED);
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0 ? -errno : 0;
}

/* The results of calls; shared with a child that can make none. */
struct results {
	int of[CALLS_MAX];
	int installed;
	_Atomic bool is_done;
};

static struct results *share_results(void)
{
	struct results *results =
		mmap(NULL, sizeof *results, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(results != MAP_FAILED);
	return results;
}

/* The parent ends a child that could not even exit. */
static void finish(pid_t child, const struct results *results)
{
	const struct timespec moment = {.tv_nsec = 1000000};

	for (int waited = 0; !results->is_done && waited < PATIENCE_MS; waited++)
		(void)nanosleep(&moment, NULL);
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
	assert_true(results->is_done);
	assert_int_equal(results->installed, 0);
}

static _Noreturn void judge_in_child(struct results *results, const struct call *list, size_t count)
{
	results->installed = install_judge();
	for (size_t i = 0; results->installed == 0 && i < count; i++)
		results->of[i] = error_of(&list[i]);
	results->is_done = true;
	for (;;)
		;
}

static void judge(struct results *results, const struct call *list, size_t count)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		judge_in_child(results, list, count);
	finish(child, results);
}

static bool is_listed(long number)
{
	for (size_t i = 0; i < COUNT(allowed_calls); i++) {
		if (allowed_calls[i] == number)
			return true;
	}
	return false;
}

/* uretprobe and uprobe, which the kernel itself puts into programs and no filter sees (kernel/seccomp.c, since 6.13). */
static bool is_unseen(long number)
{
#ifdef __x86_64__
	return number == 335 || number == 336;
#else
	(void)number;
	return false;
#endif
}

static void every_number_is_as_listed(void **state)
{
	static struct call all[CALLS_MAX];
	struct results *results = share_results();
	size_t count = 0;

	(void)state;
	for (long number = 0; number < CALLS_MAX; number++) {
		if (!is_unseen(number))
			all[count++].number = number;
	}
	judge(results, all, count);
	for (size_t i = 0; i < count; i++) {
		if (results->of[i] != (is_listed(all[i].number) ? IS_ALLOWED : IS_REFUSED))
			fail_msg("system call %ld: %d", all[i].number, results->of[i]);
	}
	(void)munmap(results, sizeof *results);
}

static void arguments_decide_where_they_say_something(void **state)
{
	struct results *results = share_results();

	(void)state;
	judge(results, calls, COUNT(calls));
	for (size_t i = 0; i < COUNT(calls); i++)
		same_number(calls[i].row, results->of[i], calls[i].result);
	(void)munmap(results, sizeof *results);
}

typedef int attempt(void);

#define CANNOT_FILTER 200

/* How a child ends that has filtered itself for real: its wait status. */
static int filtered(attempt *what)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		/* cmocka catches it. */
		(void)signal(SIGSEGV, SIG_DFL);
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || filter_install() < 0)
			_exit(CANNOT_FILTER);
		exit(what());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static int try_forbidden(void)
{
	for (size_t i = 0; i < COUNT(forbidden); i++) {
		if (error_of(&forbidden[i]) != forbidden[i].result) {
			(void)dprintf(STDERR_FILENO, "%s: %d\n", forbidden[i].row, errno);
			return 1;
		}
	}
	return 0;
}

static void forbidden_calls_are_answered_as_if_they_did_not_exist(void **state)
{
	(void)state;
	assert_int_equal(filtered(try_forbidden), 0);
}

static int report_from_a_child(void)
{
	char *memory = malloc(1 << 20);
	pid_t child = memory != NULL ? fork() : -1;

	if (child == 0)
		_exit(0);
	free(memory);
	return child > 0 ? 0 : 1;
}

static void library_works_on(void **state)
{
	(void)state;
	assert_int_equal(filtered(report_from_a_child), 0);
}

/* Also without the signal to itself that the C library would send. */
static int give_up(void)
{
	abort();
}

static void process_that_gives_up_ends(void **state)
{
	(void)state;
	int status = filtered(give_up);
	assert_true(WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) == 127));
}

#ifdef __x86_64__
/* Number 20 of the calls of 32 bits is getpid(2), of the others writev(2), which is allowed. */
static int call_by_the_other_convention(void)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory");
	return result == -ENOSYS ? 0 : 1;
}

static void calls_of_32_bits_are_refused(void **state)
{
	(void)state;
	int status = filtered(call_by_the_other_convention);
	/* A kernel without them ends who tries. */
	assert_true(status == 0 || WIFSIGNALED(status));
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_is_as_listed),
		cmocka_unit_test(arguments_decide_where_they_say_something),
		cmocka_unit_test(forbidden_calls_are_answered_as_if_they_did_not_exist),
		cmocka_unit_test(library_works_on),
		cmocka_unit_test(process_that_gives_up_ends),
#ifdef __x86_64__
		cmocka_unit_test(calls_of_32_bits_are_refused),
#endif
	};
	uint32_t refusal = SECCOMP_RET_ERRNO;

	if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &refusal) < 0) {
		print_message("skipped: this kernel has no filters\n");
		return 77;
	}
	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
