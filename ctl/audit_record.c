/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/audit_record.h"

#include <auparse.h>
#include <errno.h>
#include <libaudit.h>
#include <stdlib.h>
#include <string.h>

#include "common/session.h"
#include "ctl/lines.h"

#define OP_START "idletimeout:"

/* What /proc/PID/exe says of a program that was replaced while it ran. */
#define DELETED " (deleted)"

struct audit_reader {
	auparse_state_t *parser; /* NULL until the first line */
	char line[LINE_SIZE + 1];
};

static const struct {
	const char *op;
	enum event_kind kind;
	int type;
} operations[] = {
	{"armed", EVENT_ARMED, AUDIT_USYS_CONFIG},
	{"disconnect", EVENT_DISCONNECTED, AUDIT_RESP_TERM_ACCESS},
	{"would-disconnect", EVENT_WOULD_DISCONNECT, AUDIT_RESP_ALERT},
	{"tamper", EVENT_TAMPERING, AUDIT_ANOM_SESSION},
	{"extend", EVENT_EXTENDED, AUDIT_USYS_CONFIG},
};

#define OPERATION_COUNT (sizeof operations / sizeof operations[0])

/* acct= can be encoded; the three of libaudit's own are tokens (helper/audit.c), "?" when nothing is known. */
static const struct {
	const char *name;
	enum event_text text;
	bool encoded;
} text_fields[] = {
	{"node", EVENT_HOST, false},     {"acct", EVENT_USER, true},    {"hostname", EVENT_RHOST, false},
	{"addr", EVENT_ADDRESS, false}, {"terminal", EVENT_TTY, false}, {"reason", EVENT_REASON, false},
	{"oauid", EVENT_ADMIN, true},
};

static const struct {
	const char *name;
	enum event_number number;
} number_fields[] = {
	{"idle", EVENT_LASTED},         {"limit", EVENT_LIMIT},       {"idle_max", EVENT_IDLE_MAX},
	{"ka_max", EVENT_KEEPALIVE_MAX}, {"life_max", EVENT_LIFE_MAX}, {"extend", EVENT_SECONDS},
	{"auid", EVENT_LOGIN_UID},      {"ses", EVENT_AUDIT_SESSION}, {"oauid", EVENT_ADMIN_UID},
	{"opid", EVENT_LEADER},
};

/* What tells whether the record is ours, beside what it reports. */
struct marks {
	const char *op, *exe, *result;
};

int audit_reader_new(struct audit_reader **ret_reader)
{
	struct audit_reader *reader = calloc(1, sizeof *reader);

	if (reader == NULL)
		return -ENOMEM;
	*ret_reader = reader;
	return 0;
}

void audit_reader_free(struct audit_reader **reader)
{
	if (*reader == NULL)
		return;
	if ((*reader)->parser != NULL)
		auparse_destroy((*reader)->parser);
	free(*reader);
	*reader = NULL;
}

/* Of names that stand there twice the first counts: those of the kernel and of the watchdog come before any other's. */
static void take_text(auparse_state_t *parser, const char *name, struct event *event)
{
	for (size_t i = 0; i < sizeof text_fields / sizeof text_fields[0]; i++) {
		const char **text = &event->text[text_fields[i].text];
		if (*text != NULL || strcmp(name, text_fields[i].name) != 0)
			continue;
		const char *value =
			text_fields[i].encoded ? auparse_interpret_field(parser) : auparse_get_field_str(parser);
		if (value != NULL && strcmp(value, "?") != 0)
			*text = value;
	}
}

static void take_number(auparse_state_t *parser, const char *name, struct event *event)
{
	for (size_t i = 0; i < sizeof number_fields / sizeof number_fields[0]; i++) {
		int64_t *number = &event->number[number_fields[i].number];
		const char *value = auparse_get_field_str(parser);
		uint64_t read;
		if (*number < 0 && strcmp(name, number_fields[i].name) == 0 && value != NULL &&
		    text_parse_unsigned(value, INT64_MAX, &read) == 0)
			*number = (int64_t)read;
	}
}

static void take_mark(auparse_state_t *parser, const char *name, struct marks *marks)
{
	if (marks->op == NULL && strcmp(name, "op") == 0)
		marks->op = auparse_get_field_str(parser);
	else if (marks->exe == NULL && strcmp(name, "exe") == 0)
		marks->exe = auparse_interpret_field(parser);
	else if (marks->result == NULL && strcmp(name, "res") == 0)
		marks->result = auparse_get_field_str(parser);
}

static void take_fields(auparse_state_t *parser, struct event *event, struct marks *marks)
{
	for (int r = auparse_first_field(parser); r > 0; r = auparse_next_field(parser)) {
		const char *name = auparse_get_field_name(parser);
		if (name == NULL)
			continue;
		take_mark(parser, name, marks);
		take_text(parser, name, event);
		take_number(parser, name, event);
	}
}

/* The watchdog, or the command on behalf of an administrator; where they are installed is each host's own matter. */
static bool is_program_of_ours(const char *exe)
{
	static const char *const names[] = {"/idle-watchdog", "/idletimeout"};
	size_t length = strlen(exe), deleted = strlen(DELETED);

	if (length > deleted && strcmp(exe + length - deleted, DELETED) == 0)
		length -= deleted;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t name = strlen(names[i]);
		if (length >= name && memcmp(exe + length - name, names[i], name) == 0)
			return true;
	}
	return false;
}

/* The command's own record of an order, in the administrator's audit session: the watchdog's says that it was carried out. */
static bool is_copy_of_order(const char *exe, const struct event *event)
{
	static const char command[] = "/idletimeout";
	size_t length = strlen(exe);
	bool is_order = strcmp(event->text[EVENT_OP], "extend") == 0 || strcmp(event->text[EVENT_OP], "close") == 0;

	return is_order && length >= sizeof command - 1 && strcmp(exe + length - (sizeof command - 1), command) == 0;
}

static bool is_type_of_ours(int type)
{
	for (size_t i = 0; i < OPERATION_COUNT; i++) {
		if (operations[i].type == type)
			return true;
	}
	return false;
}

/* Which event it is; an op that is not known may be any of ours, as long as its type is. */
static int take_operation(int type, struct event *event)
{
	for (size_t i = 0; i < OPERATION_COUNT; i++) {
		if (strcmp(event->text[EVENT_OP], operations[i].op) == 0) {
			event->kind = operations[i].kind;
			return operations[i].type == type ? 0 : -EPERM;
		}
	}
	return is_type_of_ours(type) ? 0 : -EPERM;
}

static void forget_unset(int64_t *number)
{
	if (*number == AUDIT_UNSET)
		*number = -1;
}

static int read_record(auparse_state_t *parser, struct event *event)
{
	struct marks marks = {0};

	take_fields(parser, event, &marks);
	if (marks.op == NULL || strncmp(marks.op, OP_START, strlen(OP_START)) != 0)
		return -ENOENT;
	event->text[EVENT_OP] = marks.op + strlen(OP_START);
	int r = take_operation(auparse_get_type(parser), event);
	if (r < 0)
		return r;
	if (marks.exe == NULL || marks.result == NULL)
		return -EBADMSG;
	if (!is_program_of_ours(marks.exe))
		return -EPERM;
	if (is_copy_of_order(marks.exe, event))
		return -ENOENT;
	event->result = strcmp(marks.result, "success") == 0 ? RESULT_SUCCESS : RESULT_FAILED;
	event->time_ms = (int64_t)auparse_get_time(parser) * 1000 + auparse_get_milli(parser);
	event->number[EVENT_SERIAL] = (int64_t)auparse_get_serial(parser);
	forget_unset(&event->number[EVENT_LOGIN_UID]);
	forget_unset(&event->number[EVENT_AUDIT_SESSION]);
	forget_unset(&event->number[EVENT_ADMIN_UID]);
	if (event->number[EVENT_ADMIN_UID] < 0)
		event->text[EVENT_ADMIN] = NULL;
	event_tidy(event);
	return 0;
}

/* A record ends with a line feed, or the library waits for the rest of it. */
static int hand_line(struct audit_reader *reader, const char *line, size_t length)
{
	struct text text;

	text_init(&text, reader->line, sizeof reader->line);
	text_add_bytes(&text, line, length);
	text_add_char(&text, '\n');
	if (text_result(&text) < 0)
		return -EBADMSG;
	if (reader->parser != NULL)
		return auparse_new_buffer(reader->parser, text.data, text.used) < 0 ? -ENOMEM : 0;
	reader->parser = auparse_init(AUSOURCE_BUFFER, text.data);
	if (reader->parser == NULL)
		return -ENOMEM;
	/* Whoever prints makes it safe. */
	auparse_set_escape_mode(reader->parser, AUPARSE_ESC_RAW);
	return 0;
}

int audit_reader_read(struct audit_reader *reader, const char *line, size_t length, struct event *ret_event)
{
	struct event event;

	/* Few lines of a log are ours, and the library takes its time with each. */
	if (memmem(line, length, "op=" OP_START, strlen("op=" OP_START)) == NULL)
		return -ENOENT;
	int r = hand_line(reader, line, length);
	if (r < 0)
		return r;
	if (auparse_next_event(reader->parser) <= 0)
		return -EBADMSG;
	event_init(&event);
	r = read_record(reader->parser, &event);
	if (r == 0)
		*ret_event = event;
	return r;
}
