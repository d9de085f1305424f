/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes the watchdog's filter of system calls as a C initialiser (helper/filter_program.h), when the project is built:
 *
 *	make_filter ARCHITECTURE
 *
 * libseccomp makes the program here, so that no login waits until the library is loaded and has made the same one again. This
 * runs on the machine that builds; numbers of system calls are those of the architecture asked for. What arguments are
 * compared with has the same value on all architectures that are known here.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/net.h>
#include <linux/netlink.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * As if the kernel had no such call. A C library that tries a newer call first falls back to the older one on this error
 * and on no other, so that a library that is newer than this list does not end a session.
 */
#define REFUSED SCMP_ACT_ERRNO(ENOSYS)

/* seccomp_attr_set(3) gives it no name. */
#define BINARY_TREE 2

#define MASKED(number, mask, value) SCMP_CMP64(number, SCMP_CMP_MASKED_EQ, mask, value)
#define EQUAL(number, value) SCMP_CMP64(number, SCMP_CMP_EQ, value)

/* Not s390x: its mmap(2) and socket calls take their arguments from memory, where no filter sees them. */
static const char *const known[] = {"aarch64", "arm", "ppc64le", "riscv64", "x86", "x86_64"};

/* With any arguments. Where a C library has a choice of calls all of them stand here: they can do the same. */
static const char *const allowed[] = {
	/* The loop. */
	"epoll_ctl", "epoll_pwait", "epoll_wait", "poll", "ppoll", "ppoll_time64", "timerfd_settime", "timerfd_settime64",
	/* What goes on after SIGSTOP and SIGCONT, of which root alone can send the first. */
	"restart_syscall", "rt_sigreturn", "sigreturn",
	/* Descriptors it has. */
	"_llseek", "close", "close_range", "ftruncate", "ftruncate64", "lseek", "pread64", "pwrite64", "read", "readv", "write",
	"writev",
	/* Looking at /proc and at terminals, and leaving RUN_DIR. */
	"access", "faccessat", "faccessat2", "fstat", "fstat64", "fstatat64", "getdents", "getdents64", "lstat", "lstat64",
	"newfstatat", "readlink", "readlinkat", "stat", "stat64", "statx", "unlink", "unlinkat",
	/* The connection, the lifeline, whoever asks, the log and the kernel's audit and socket tables. */
	"accept", "accept4", "connect", "getsockopt", "recv", "recvfrom", "recvmsg", "send", "sendmsg", "sendto", "shutdown",
	/* Ending processes: by pidfd alone. */
	"pidfd_open", "pidfd_send_signal",
	/* What the C library needs for itself, in a child of fork(3) as well. */
	"brk", "clock_gettime", "clock_gettime64", "clock_nanosleep", "clock_nanosleep_time64", "exit", "exit_group", "futex",
	"futex_time64", "getegid", "getegid32", "geteuid", "geteuid32", "getgid", "getgid32", "getpid", "getppid", "getrandom",
	"gettid", "gettimeofday", "getuid", "getuid32", "madvise", "mremap", "munmap", "nanosleep", "rseq", "rt_sigaction",
	"rt_sigprocmask", "sched_yield", "set_robust_list", "time",
};

/* O_TMPFILE holds O_DIRECTORY, whose value is not the same everywhere. */
#define O_UNNAMED (O_TMPFILE & ~O_DIRECTORY)

/* Nothing is made, cut or held for reading and writing: what is opened is read, or is a terminal to write to. */
#define OPEN_NEVER (O_RDWR | O_CREAT | O_EXCL | O_TRUNC | O_UNNAMED)

/* What fork(3) asks for, whatever signal it takes: no thread, no namespace, no shared memory or descriptors. */
#define FORK_FLAGS (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CSIGNAL)

/* A call that is allowed with these arguments only; more than one line: with either. */
static const struct rule {
	const char *name;
	unsigned count;
	struct scmp_arg_cmp condition[3];
} rules[] = {
	{"open", 1, {MASKED(1, OPEN_NEVER, 0)}},
	{"openat", 1, {MASKED(2, OPEN_NEVER, 0)}},
	/* The log, the kernel's audit and its tables of sockets: neither TCP, which the watchdog never opens, nor packets. */
	{"socket", 1, {EQUAL(0, AF_UNIX)}},
	{"socket", 2, {EQUAL(0, AF_NETLINK), EQUAL(2, NETLINK_AUDIT)}},
	{"socket", 2, {EQUAL(0, AF_NETLINK), EQUAL(2, NETLINK_SOCK_DIAG)}},
	/* The time that an answer is waited for. Options of the connection are set before. */
	{"setsockopt", 1, {EQUAL(1, SOL_SOCKET)}},
	/* On x86 alone: a C library for kernels before 4.3 has no other way, and nothing can be compared there. */
	{"socketcall", 1, {EQUAL(0, SYS_SOCKET)}},
	{"socketcall", 1, {EQUAL(0, SYS_SETSOCKOPT)}},
	/* The lock on the totals, and what the C library asks of descriptors. */
	{"fcntl", 1, {EQUAL(1, F_GETFD)}},
	{"fcntl", 1, {EQUAL(1, F_SETFD)}},
	{"fcntl", 1, {EQUAL(1, F_GETFL)}},
	{"fcntl", 1, {EQUAL(1, F_OFD_SETLK)}},
	{"fcntl64", 1, {EQUAL(1, F_GETFD)}},
	{"fcntl64", 1, {EQUAL(1, F_SETFD)}},
	{"fcntl64", 1, {EQUAL(1, F_GETFL)}},
	{"fcntl64", 1, {EQUAL(1, F_OFD_SETLK)}},
	/* Nothing that was not loaded at start-up becomes a program. */
	{"mmap", 1, {MASKED(2, PROT_EXEC, 0)}},
	{"mmap2", 1, {MASKED(2, PROT_EXEC, 0)}},
	{"mprotect", 1, {MASKED(2, PROT_EXEC, 0)}},
	/* Children that report. clone3(2), whose flags are in memory, is not there: C libraries do without. */
	{"clone", 1, {MASKED(0, ~(uint64_t)FORK_FLAGS, 0)}},
};

static int add(scmp_filter_ctx filter, const char *name, unsigned count, const struct scmp_arg_cmp *condition)
{
	int number = seccomp_syscall_resolve_name(name);

	if (number == __NR_SCMP_ERROR) {
		(void)fprintf(stderr, "make_filter: libseccomp does not know %s\n", name);
		return -ENOSYS;
	}
	int r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, count, condition);
	if (r < 0)
		(void)fprintf(stderr, "make_filter: %s: %s\n", name, strerror(-r));
	return r;
}

/* x86 calls another one by that name, whose arguments are in memory; its C library uses mmap2. */
static bool is_other_call(uint32_t architecture, const char *name)
{
	return architecture == SCMP_ARCH_X86 && strcmp(name, "mmap") == 0;
}

static int add_all(scmp_filter_ctx filter, uint32_t architecture)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof allowed / sizeof allowed[0]; i++)
		r = add(filter, allowed[i], 0, NULL);
	for (size_t i = 0; r == 0 && i < sizeof rules / sizeof rules[0]; i++) {
		if (!is_other_call(architecture, rules[i].name))
			r = add(filter, rules[i].name, rules[i].count, rules[i].condition);
	}
	return r;
}

static scmp_filter_ctx make(uint32_t architecture)
{
	scmp_filter_ctx filter = seccomp_init(REFUSED);

	if (filter == NULL)
		return NULL;
	/* Calls by another convention than the program's own, such as those of 32 bits on x86_64. */
	bool is_made = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, REFUSED) == 0;
	/* As a binary tree, which the kernel walks for each number there is when it takes the filter in. */
	is_made = is_made && seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, BINARY_TREE) == 0;
	if (is_made && architecture != seccomp_arch_native())
		is_made = seccomp_arch_add(filter, architecture) == 0 && seccomp_arch_remove(filter, SCMP_ARCH_NATIVE) == 0;
	if (is_made && add_all(filter, architecture) == 0)
		return filter;
	seccomp_release(filter);
	return NULL;
}

/* libseccomp writes a program to descriptors only. */
static int print(scmp_filter_ctx filter)
{
	struct sock_filter step;
	FILE *file = tmpfile();

	if (file == NULL || seccomp_export_bpf(filter, fileno(file)) < 0 || fseek(file, 0, SEEK_SET) < 0)
		return -EIO;
	while (fread(&step, sizeof step, 1, file) == 1)
		(void)printf("{0x%04x, %u, %u, 0x%08x},\n", step.code, step.jt, step.jf, step.k);
	return fclose(file) == 0 && fflush(stdout) == 0 ? 0 : -EIO;
}

static bool is_known(const char *name)
{
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (strcmp(known[i], name) == 0)
			return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	if (argc != 2 || !is_known(argv[1])) {
		(void)fprintf(stderr, "make_filter: no filter for this architecture: %s\n", argc == 2 ? argv[1] : "(none)");
		return 2;
	}
	scmp_filter_ctx filter = make(seccomp_arch_resolve_name(argv[1]));
	if (filter == NULL || print(filter) < 0) {
		(void)fprintf(stderr, "make_filter: no filter was made for %s\n", argv[1]);
		return 1;
	}
	seccomp_release(filter);
	return 0;
}
