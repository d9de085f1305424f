/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/pam/host.h"

#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/process.h"

#define SERVICE "sshd"
#define PREFIX "pam_idletimeout(" SERVICE ":session): "
#define PATIENCE_MS 10000

static char log_data[16384];
static struct text log_text = {log_data, sizeof log_data, 0, false};

/* -- The log: libpam's calls of syslog(3) end here. Without <syslog.h>, whose own may be inline. -- */

#define EXPORTED __attribute__((visibility("default")))

/* The lowest three bits of a priority (RFC 5424, 6.2.1). */
#define SEVERITY(priority) ((priority)&7)

/* The second is what the first becomes in a libpam that was built with fortification. */
EXPORTED void syslog(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));
EXPORTED void __syslog_chk(int priority, int flag, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void keep_line(int priority, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

static void keep_line(int priority, const char *format, va_list arguments)
{
	static const char *const words[] = {"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"};
	char line[2048];

	(void)vsnprintf(line, sizeof line, format, arguments);
	const char *text = strncmp(line, PREFIX, strlen(PREFIX)) == 0 ? line + strlen(PREFIX) : line;
	text_add(&log_text, words[SEVERITY(priority)]);
	text_add(&log_text, ": ");
	text_add(&log_text, text);
	text_add(&log_text, "\n");
}

void __syslog_chk(int priority, int flag, const char *format, ...)
{
	va_list arguments;

	(void)flag;
	va_start(arguments, format);
	keep_line(priority, format, arguments);
	va_end(arguments);
}

void syslog(int priority, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	keep_line(priority, format, arguments);
	va_end(arguments);
}

const char *host_log(void)
{
	return log_data;
}

void host_forget_log(void)
{
	text_init(&log_text, log_data, sizeof log_data);
}

/* -- Files -- */

void host_sleep_ms(long ms)
{
	(void)nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static void write_file(const char *path, const char *content)
{
	autofclose FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fputs(content, file) >= 0, 1);
}

static void copy_program(const char *from, const char *to)
{
	char bytes[65536];
	ssize_t n;
	/* A new file: the old one may still be running. */
	(void)unlink(to);
	autoclose int in = open(from, O_RDONLY | O_CLOEXEC);
	autoclose int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);

	if (in < 0)
		fail_msg("%s is not built", from);
	while ((n = read(in, bytes, sizeof bytes)) > 0)
		assert_int_equal(write(out, bytes, (size_t)n), n);
	assert_int_equal(fchmod(out, 0755), 0);
}

/* The directory of the test program, where the module and the fake watchdog are built as well. */
/*
 * Asked before main: after unshare(2) the program's file belongs to the mounts of before, and in a chroot its path is then
 * that of outside.
 */
static char own_directory[PATH_MAX];

static __attribute__((constructor)) void find_own_directory(void)
{
	ssize_t length = readlink("/proc/self/exe", own_directory, sizeof own_directory - 1);

	while (length > 0 && own_directory[length - 1] != '/')
		length--;
	own_directory[length > 0 ? length : 0] = '\0';
}

static void add_own_directory(struct text *path)
{
	assert_true(own_directory[0] != '\0');
	text_add(path, own_directory);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int host_setup(void **state)
{
	struct host *host = calloc(1, sizeof *host);
	struct text path;

	assert_non_null(host);
	text_init(&path, host->directory, sizeof host->directory);
	add_own_directory(&path);
	text_add(&path, "host.XXXXXX");
	assert_non_null(mkdtemp(host->directory));
	assert_int_equal(chdir(host->directory), 0);
	assert_int_equal(mkdir("pam.d", 0700), 0);
	assert_int_equal(mkdir(TEST_RUN_DIR, 0700), 0);
	/* libpam complains if the service for all others is missing. */
	write_file("pam.d/other", "#\n");
	const struct passwd *me = getpwuid(geteuid());
	assert_non_null(me);
	assert_int_equal(text_copy(host->user, sizeof host->user, me->pw_name), 0);
	host_forget_log();
	*state = host;
	return 0;
}

void host_write(const char *name, const char *content)
{
	write_file(name, content);
	assert_int_equal(chmod(name, 0644), 0);
}

int host_teardown(void **state)
{
	struct host *host = *state;

	if (host->pamh != NULL)
		(void)pam_end(host->pamh, PAM_SUCCESS);
	assert_int_equal(chdir("/"), 0);
	/* A watchdog that was said goodbye may still be writing that down. */
	for (int waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += 10) {
		if (nftw(host->directory, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0)
			break;
		host_sleep_ms(10);
	}
	free(host);
	return 0;
}

void host_install_program(const char *name)
{
	char path[PATH_MAX];
	struct text program;

	text_init(&program, path, sizeof path);
	add_own_directory(&program);
	text_add(&program, name);
	copy_program(path, TEST_WATCHDOG);
}

/* Tests of another directory have a module of their own, and the same fake. */
void host_install(const char *behaviour)
{
	host_install_program("../pam/fake_watchdog");
	write_file("behaviour", behaviour);
}

/* -- PAM -- */

/* A module that speaks to the user is broken: it never has to. */
static int refuse_to_talk(int count, const struct pam_message **messages, struct pam_response **ret_responses,
                          void *data)
{
	(void)count;
	(void)messages;
	(void)ret_responses;
	(void)data;
	fail_msg("the module talked to the user");
	return PAM_CONV_ERR;
}

void host_set(struct host *host, int item, const char *value)
{
	assert_int_equal(pam_set_item(host->pamh, item, value), PAM_SUCCESS);
}

void host_putenv(struct host *host, const char *variable)
{
	assert_int_equal(pam_putenv(host->pamh, variable), PAM_SUCCESS);
}

void host_set_ssh_connection(struct host *host, const struct tcp_pair *pair)
{
	char variable[256];

	(void)snprintf(variable, sizeof variable, "SSH_CONNECTION=%s %u %s %u", pair->peer.address,
	               (unsigned)pair->peer.port, pair->local.address, (unsigned)pair->local.port);
	host_putenv(host, variable);
}

void host_start(struct host *host, const char *arguments)
{
	static const struct pam_conv conversation = {.conv = refuse_to_talk};
	char line[PATH_MAX + 4096];
	struct text config;

	text_init(&config, line, sizeof line);
	text_add(&config, "session required ");
	add_own_directory(&config);
	text_add(&config, ".libs/pam_idletimeout.so ");
	text_add(&config, arguments);
	text_add(&config, "\n");
	write_file("pam.d/" SERVICE, line);
	if (host->pamh != NULL)
		(void)pam_end(host->pamh, PAM_SUCCESS);
	assert_int_equal(pam_start_confdir(SERVICE, host->user, &conversation, "pam.d", &host->pamh), PAM_SUCCESS);
	host_set(host, PAM_TTY, "ssh");
	host_set(host, PAM_RHOST, REMOTE);
}

int host_open(struct host *host)
{
	return pam_open_session(host->pamh, 0);
}

int host_close(struct host *host)
{
	return pam_close_session(host->pamh, 0);
}

void host_arm(struct host *host, const char *behaviour, const char *arguments)
{
	host_install(behaviour);
	host_start(host, arguments);
	int r = host_open(host);
	if (r != PAM_SUCCESS)
		fail_msg("not armed: %s\n%s", pam_strerror(host->pamh, r), host_log());
}

/* -- What the fake watchdog tells -- */

const char *host_read(const char *name)
{
	static char content[16384];

	for (int waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += 10) {
		autoclose int fd = open(name, O_RDONLY | O_CLOEXEC);
		ssize_t n = fd < 0 ? -1 : read(fd, content, sizeof content - 1);
		if (n >= 0) {
			content[n] = '\0';
			return content;
		}
		host_sleep_ms(10);
	}
	fail_msg("the fake watchdog did not write '%s'; log:\n%s", name, host_log());
	return NULL;
}

void host_read_record(struct session *ret_session, struct policy *ret_policy)
{
	const char *record = host_read("record");

	assert_int_equal(session_decode(record, strlen(record), ret_session, ret_policy), 0);
}

const char *host_report(const char *key)
{
	static char value[4096];
	struct text text;
	size_t length = strlen(key);

	text_init(&text, value, sizeof value);
	for (const char *line = host_read("report"); *line != '\0'; line += strcspn(line, "\n") + 1) {
		if (strncmp(line, key, length) != 0 || line[length] != '=')
			continue;
		text_add_bytes(&text, line + length + 1, strcspn(line, "\n") - length - 1);
		return value;
	}
	fail_msg("'%s' is not reported", key);
	return NULL;
}

static int32_t read_pid(void)
{
	uint64_t pid;

	assert_int_equal(text_parse_unsigned(host_read("pid"), INT32_MAX, &pid), 0);
	return (int32_t)pid;
}

bool host_watchdog_is_gone(void)
{
	struct procstat stat;
	int32_t pid = read_pid();

	for (int waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += 10) {
		if (process_read_stat(pid, &stat) < 0 || !procstat_is_alive(&stat))
			return true;
		host_sleep_ms(10);
	}
	return false;
}

void host_kill_watchdog(void)
{
	struct procstat stat;

	assert_int_equal(process_read_stat(read_pid(), &stat), 0);
	struct process_id id = {.pid = stat.pid, .start_time = stat.start_time};
	autoclose int pidfd = process_open(&id);
	assert_true(pidfd >= 0);
	assert_int_equal(process_signal(pidfd, SIGKILL), 0);
}
