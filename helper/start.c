/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/start.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "common/lifeline.h"
#include "common/process.h"
#include "common/rundir.h"
#include "common/account.h"
#include "helper/audit.h"
#include "helper/deliver.h"
#include "helper/filter.h"
#include "helper/inherit.h"
#include "helper/privilege.h"
#include "helper/record_file.h"
#include "helper/tcp.h"
#include "helper/totals.h"

/* The record is in the lifeline before the watchdog runs; a leader that is not the module sends none. */
#define RECORD_WAIT_NS (INT64_C(500) * NS_PER_MS)

const struct report start_armed = {.kind = REPORT_ARMED, .terminals = ""};

static int fail(int error, const char *step, struct text *why)
{
	text_add(why, step);
	return error;
}

static int receive_record(char *record, size_t size, struct text *why)
{
	autoclose int unwanted = -1;
	int length = lifeline_receive(LIFELINE_FD, clock_boot_ns() + RECORD_WAIT_NS, record, size, &unwanted);

	return length > 0 ? length : fail(length == 0 ? -EPIPE : length, "receiving the session record", why);
}

static void join_group(struct identity *identity, gid_t group)
{
	identity->groups[identity->group_count++] = group;
}

static int find_identity(struct identity *ret_identity, struct text *why)
{
	gid_t group;

	*ret_identity = (struct identity){.group_count = 0};
	if (account_find(WATCHDOG_USER, &ret_identity->uid, &ret_identity->gid) < 0)
		return fail(-ENOENT, "finding the account " WATCHDOG_USER " in /etc/passwd", why);
	/* Without that group a terminal of the usual mode 0620 cannot be written to; warnings are all that is lost. */
	if (account_find_group("tty", &group) == 0)
		join_group(ret_identity, group);
	/* Under hidepid= only members of this group see the processes of others. */
	if (account_find_proc_group(&group) == 0 && group != 0)
		join_group(ret_identity, group);
	return 0;
}

/* The session's files, made while root. On success the watch holds the directory, the server listens. */
static int make_files(struct watch *watch, struct server *server, const struct identity *identity, const char *record,
                      size_t length, struct text *why)
{
	autoclose int directory = record_open_directory(identity->uid, identity->gid);

	if (directory < 0)
		return fail(directory, "opening " RUN_DIR, why);
	/* The socket first: whoever finds the record may ask at once. */
	int listener = record_listen(directory, watch->session.id, watch->session.uid);
	if (listener < 0)
		return fail(listener, "making the control socket", why);
	int r = record_write(directory, watch->session.id, record, length, identity->uid, identity->gid);
	if (r < 0) {
		record_remove(directory, watch->session.id);
		return fail(r, "writing the session record", why);
	}
	deliver_count_in(totals_open(directory));
	server_init(server, listener, watch->session.uid);
	watch_init(watch, take_fd(&directory));
	return 0;
}

static int probe_peer(const struct watch *watch, struct text *why)
{
	uint32_t interval = watch->policy.value[OPTION_KEEPALIVE];
	struct probing probing = peer_probing(interval, watch->policy.value[OPTION_KEEPALIVE_COUNT]);

	if (interval == 0 || watch->connection < 0)
		return 0;
	int r = tcp_probe(watch->connection, &probing);
	return r < 0 ? fail(r, "asking the kernel to probe the peer", why) : 0;
}

/* With /proc mounted hidepid= the session's processes cannot be seen, and its terminals not found. */
static int check_view(const struct watch *watch, struct text *why)
{
	struct procstat stat;

	if (process_read_stat(watch->session.leader_pid, &stat) < 0 || stat.start_time != watch->session.leader_start)
		return fail(-ESRCH, "seeing the leader in /proc (is it mounted with hidepid=?)", why);
	return 0;
}

static int hear_of_goodbye(int lifeline)
{
	int on = 1;

	return setsockopt(lifeline, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0 ? -errno : 0;
}

/* Last of all: what is set up before needs more than what is done from then on. */
static int filter(struct text *why)
{
	int r = filter_install();

	return r < 0 && r != -EOPNOTSUPP ? fail(r, "filtering system calls", why) : 0;
}

static int put_on_record(const struct watch *watch, struct text *why)
{
	int r = audit_report(&start_armed, &watch->session, &watch->policy);

	/* What audit.h says of a missing audit system is about no file. */
	if (r == -ENOENT)
		return fail(-EPROTONOSUPPORT, "finding the audit system that require_audit asks for", why);
	return r < 0 ? fail(r, "writing the audit record that require_audit asks for", why) : 0;
}

/* Everything after the files exist; what fails here leaves them to start(). */
static int become_watchdog(struct watch *watch, struct server *server, struct loop *loop, const struct identity *identity,
                           struct text *why)
{
	int r = probe_peer(watch, why);

	if (r == 0)
		r = privilege_drop(identity, watch->session.tty, why);
	if (r == 0)
		r = check_view(watch, why);
	if (r < 0)
		return r;
	if ((r = hear_of_goodbye(watch->lifeline)) < 0 || (r = loop_init(loop, watch, server)) < 0)
		return fail(r, "preparing to wait", why);
	if (watch->policy.value[OPTION_REQUIRE_AUDIT] && (r = put_on_record(watch, why)) < 0)
		return r;
	return filter(why);
}

static bool begins_with(const char *record, const char *prefix)
{
	return strncmp(record, prefix, strlen(prefix)) == 0;
}

/* Between two versions a limit may be known to one and passed over by the other. */
static int check_version(const char *record, struct text *why)
{
	if (begins_with(record, LIFELINE_VERSION))
		return 0;
	text_add(why, "the watchdog is of version " PACKAGE_VERSION ", the module of ");
	if (!begins_with(record, LIFELINE_VERSION_KEY))
		return fail(-EPROTO, "one that does not tell", why);
	record += strlen(LIFELINE_VERSION_KEY);
	text_add_bytes(why, record, strcspn(record, "\n"));
	return -EPROTO;
}

/* A session is over whose watchdog was lost: what is left to do needs no file but the totals. */
static int start_report_of_loss(const struct watch *watch, const struct identity *identity, struct text *why)
{
	autoclose int directory = rundir_open();

	deliver_count_in(totals_open(directory));
	int r = privilege_drop(identity, watch->session.tty, why);
	if (r == 0)
		r = filter(why);
	return r < 0 ? r : START_LOST;
}

/* There is no session yet, only a user whose groups decide about it. Returns when that failed. */
static int become_groups(char *user, struct text *why)
{
	char name[] = "idle-groups";
	char *const arguments[] = {name, user, NULL};
	char *const environment[] = {NULL};
	struct identity identity;
	int r = find_identity(&identity, why);

	if (r == 0)
		r = privilege_drop_all(&identity, why);
	if (r < 0)
		return r;
	(void)execve(GROUPS_PATH, arguments, environment);
	return fail(-errno, "running " GROUPS_PATH, why);
}

int start(struct watch *watch, struct server *server, struct loop *loop, struct text *why)
{
	char record[sizeof LIFELINE_LOST + sizeof LIFELINE_VERSION + SESSION_RECORD_SIZE];
	struct identity identity;

	watch_take_descriptors(watch);
	inherit_undo();
	int length = receive_record(record, sizeof record, why);
	if (length < 0)
		return length;
	if (begins_with(record, LIFELINE_GROUPS))
		return become_groups(record + strlen(LIFELINE_GROUPS), why);
	if (session_decode(record, (size_t)length, &watch->session, &watch->policy) < 0)
		return fail(-EINVAL, "reading the session record", why);
	int r = find_identity(&identity, why);
	if (r == 0 && begins_with(record, LIFELINE_LOST))
		return start_report_of_loss(watch, &identity, why);
	if (r == 0)
		r = check_version(record, why);
	/* Who reads the file is of any version. */
	if (r == 0)
		r = make_files(watch, server, &identity, record + strlen(LIFELINE_VERSION), (size_t)length - strlen(LIFELINE_VERSION), why);
	if (r < 0)
		return r;
	r = become_watchdog(watch, server, loop, &identity, why);
	if (r < 0)
		record_remove(watch->directory, watch->session.id);
	return r;
}
