/* SPDX-License-Identifier: BSD-3-Clause */
#include "pam_idletimeout/login.h"

#include <errno.h>
#include <pwd.h>
#include <security/pam_ext.h>
#include <security/pam_modutil.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "common/clock.h"
#include "common/duration.h"
#include "common/process.h"
#include "pam_idletimeout/reason.h"

#define DEV "/dev/"

/* An item that was never set is an empty name. */
static const char *read_item(pam_handle_t *pamh, int type)
{
	const void *value = NULL;

	(void)pam_get_item(pamh, type, &value);
	return value != NULL ? (const char *)value : "";
}

static const char *without_dev(const char *tty)
{
	return strncmp(tty, DEV, strlen(DEV)) == 0 ? tty + strlen(DEV) : tty;
}

static int copy_name(char *member, size_t size, const char *value, const char *name, struct text *why)
{
	int r = text_copy(member, size, value);

	if (r < 0) {
		text_add(why, name);
		text_add(why, " is longer than ");
		text_add_unsigned(why, size - 1);
		text_add(why, " bytes");
	}
	return r;
}

int login_read_names(pam_handle_t *pamh, struct session *session, struct text *why)
{
	const struct {
		const char *name, *value;
		char *member;
		size_t size;
	} names[] = {
		{"PAM_SERVICE", read_item(pamh, PAM_SERVICE), session->service, sizeof session->service},
		{"PAM_USER", read_item(pamh, PAM_USER), session->user, sizeof session->user},
		{"PAM_TTY", without_dev(read_item(pamh, PAM_TTY)), session->tty, sizeof session->tty},
		{"PAM_RHOST", read_item(pamh, PAM_RHOST), session->rhost, sizeof session->rhost},
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		int r = copy_name(names[i].member, names[i].size, names[i].value, names[i].name, why);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_user(pam_handle_t *pamh, struct session *session, struct text *why)
{
	if (session->user[0] == '\0')
		return reason_set(why, -EINVAL, "PAM_USER is not set");
	const struct passwd *entry = pam_modutil_getpwnam(pamh, session->user);
	if (entry == NULL)
		return reason_set(why, -ENOENT, "the user is not known to this system");
	session->uid = entry->pw_uid;
	return 0;
}

/* A kernel without audit has neither file: unset. */
static void read_audit(struct session *session)
{
	if (process_login_uid(session->leader_pid, &session->login_uid) < 0)
		session->login_uid = AUDIT_UNSET;
	if (process_audit_session(session->leader_pid, &session->audit_session) < 0)
		session->audit_session = AUDIT_UNSET;
}

static int make_id(struct session *session)
{
	uint64_t random;

	if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
		return -EIO;
	session_make_id(random, session->id);
	return 0;
}

int login_read_identity(pam_handle_t *pamh, struct session *session, struct text *why)
{
	struct process_id leader;
	int r = read_user(pamh, session, why);

	if (r < 0)
		return r;
	r = process_self(&leader);
	/* vsftpd's isolate=YES. The end of its first process, which is the leader, would also kill the watchdog before it can report. */
	if (r == -EXDEV)
		return reason_set(why, r, "the service runs in a pid namespace that its /proc does not show (vsftpd needs isolate=NO)");
	if (r < 0)
		return reason_errno(why, r, "cannot read /proc/self/stat");
	r = make_id(session);
	if (r < 0)
		return reason_errno(why, r, "cannot draw a session id");
	session->leader_pid = leader.pid;
	session->leader_start = leader.start_time;
	read_audit(session);
	session->login_wall_s = clock_wall_ns() / NS_PER_SECOND;
	session->login_boot_ns = clock_boot_ns();
	return 0;
}

const char *login_ssh_connection(pam_handle_t *pamh)
{
	return pam_getenv(pamh, "SSH_CONNECTION");
}

bool login_has_terminal(const struct session *session)
{
	char path[sizeof DEV + sizeof session->tty];
	struct text text;
	struct stat st;

	/* A path that leads out of /dev again is no terminal's name. */
	if (session->tty[0] == '\0' || session->tty[0] == '/' || strstr(session->tty, "..") != NULL)
		return false;
	text_init(&text, path, sizeof path);
	text_add(&text, DEV);
	text_add(&text, session->tty);
	return stat(path, &st) == 0 && S_ISCHR(st.st_mode);
}

bool login_is_graphical(const struct session *session)
{
	return strchr(session->tty, ':') != NULL;
}
