/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A login service in miniature: loads the module through libpam, with a configuration of its own and no privilege.
 *
 * The module under test looks for its watchdog and its run directory below the working directory
 * (TEST_WATCHDOG, TEST_RUN_DIR) and for rules (TEST_RULES). Each test gets an empty one, and chooses by host_install() what a fake
 * watchdog there does. What the module logs is kept instead of written.
 */
#ifndef IDLETIMEOUT_TESTS_HOST_H
#define IDLETIMEOUT_TESTS_HOST_H

#include <limits.h>
#include <security/pam_appl.h>
#include <sys/types.h>

#include "common/session.h"
#include "tests/pam/tcp.h"
#include "tests/unit/unit.h"

#define TEST_WATCHDOG "idle-watchdog"
#define TEST_RUN_DIR "run"
#define TEST_RULES "idletimeout.conf"

/* The module stands alone in its stack: to libpam, a stack in which every module is ignored denies. */
#define ANSWER_IGNORE PAM_PERM_DENIED

/* An address from the documentation range (RFC 5737): no interface has it. */
#define REMOTE "192.0.2.7"

struct host {
	char directory[PATH_MAX];
	char user[257]; /* whoever runs the test */
	pam_handle_t *pamh;
};

/* Fixtures of one test; *state is the host. */
int host_setup(void **state);
int host_teardown(void **state);

/* Puts the program `name`, built in the directory of the test program, in the watchdog's place. */
void host_install_program(const char *name);

/* Puts a fake watchdog with this behaviour (fake_watchdog.c) in place. */
void host_install(const char *behaviour);

/*
 * Starts PAM for the user with the module under `arguments`. An ssh login from REMOTE, until items say
 * otherwise.
 */
void host_start(struct host *host, const char *arguments);
void host_set(struct host *host, int item, const char *value);
void host_putenv(struct host *host, const char *variable);

/* As sshd does. */
void host_set_ssh_connection(struct host *host, const struct tcp_pair *pair);

/* Writes a file of mode 0644 in the working directory. */
void host_write(const char *name, const char *content);

/* The answers of libpam. */
int host_open(struct host *host);
int host_close(struct host *host);

/* host_install, host_start, host_open; fails unless armed. */
void host_arm(struct host *host, const char *behaviour, const char *arguments);

/* What was logged since the last host_forget_log, a line each: "err: bad argument: ..". */
const char *host_log(void);
void host_forget_log(void);

/*
 * What the fake watchdog wrote into the file `name`, once it is there. Fails after some seconds without it. The
 * text is valid until the next call.
 */
const char *host_read(const char *name);

/* The record that the fake watchdog was given. */
void host_read_record(struct session *ret_session, struct policy *ret_policy);

/* The value of `key` in the fake watchdog's report, until the next call. */
const char *host_report(const char *key);

/* Whether the fake watchdog, which wrote its pid, is gone; waits a little for it to go. */
bool host_watchdog_is_gone(void);
void host_kill_watchdog(void);

void host_sleep_ms(long ms);

#endif
