/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/log_line.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "common/duration.h"
#include "common/endpoint.h"

#define WATCHDOG_TAG "idle-watchdog"
#define MODULE_START "pam_idletimeout("
#define MODULE_END ":session): "

static const struct {
	const char *words;
	enum event_kind kind;
	enum event_result result; /* as in the audit record of the same event */
} verbs[] = {
	{"armed ", EVENT_ARMED, RESULT_SUCCESS},
	{"disconnected ", EVENT_DISCONNECTED, RESULT_SUCCESS},
	{"would disconnect ", EVENT_WOULD_DISCONNECT, RESULT_SUCCESS},
	{"tampering in the session of ", EVENT_TAMPERING, RESULT_FAILED},
	{"extended ", EVENT_EXTENDED, RESULT_SUCCESS},
};

#define VERB_COUNT (sizeof verbs / sizeof verbs[0])

/* What follows the words of some is how long: "15m00s, limit 15m". */
static const struct {
	const char *words;
	const char *reason;
	bool measured;
} reasons[] = {
	{"idle ", "idle", true},
	{"peer silent for ", "keepalive", true},
	{"in session for ", "max", true},
	{"the process that led the session died without closing it", "leader-lost", false},
	{"the watchdog of the session was lost", "watchdog-lost", false},
	{"the stamps of a terminal were set by hand, which counts as nothing; idle ", "spoof", true},
};

#define REASON_COUNT (sizeof reasons / sizeof reasons[0])

static const struct {
	const char *words;
	enum event_number number;
} limits[] = {
	{"idle ", EVENT_IDLE_MAX},
	{"keepalive ", EVENT_KEEPALIVE_MAX},
	{"max ", EVENT_LIFE_MAX},
};

#define LIMIT_COUNT (sizeof limits / sizeof limits[0])

/* What comes after `start` in `string`, or NULL. */
static char *after(char *string, const char *start)
{
	size_t length = strlen(start);

	return strncmp(string, start, length) == 0 ? string + length : NULL;
}

/* Takes `end` off the string if that is how it ends. */
static bool cut_end(char *string, const char *end)
{
	size_t length = strlen(string), cut = strlen(end);

	if (length < cut || strcmp(string + length - cut, end) != 0)
		return false;
	string[length - cut] = '\0';
	return true;
}

/* The last `words` in `string`, or NULL. */
static char *find_last(char *string, const char *words)
{
	char *last = NULL;

	for (char *at = string; (at = strstr(at, words)) != NULL; at++)
		last = at;
	return last;
}

static int read_duration(const char *string, int64_t *ret_seconds)
{
	const char *why;
	uint64_t seconds;

	if (duration_parse(string, &seconds, &why) < 0)
		return -EINVAL;
	*ret_seconds = (int64_t)seconds;
	return 0;
}

/* "30s x 3" is how long a peer may be silent in all. */
static int read_limit(char *string, int64_t *ret_seconds)
{
	char *times = strstr(string, " x ");
	uint64_t count = 1;

	if (times != NULL) {
		*times = '\0';
		if (text_parse_unsigned(times + strlen(" x "), INT16_MAX, &count) < 0)
			return -EINVAL;
	}
	int r = read_duration(string, ret_seconds);
	if (r == 0)
		*ret_seconds *= (int64_t)count;
	return r;
}

/* "idle 15m, keepalive 30s x 3, max 12h (dry run)"; a limit that is not known is left out. */
static int read_limits(char *string, struct event *event)
{
	char *rest = string;

	(void)cut_end(string, " (dry run)");
	for (char *limit = string; limit != NULL; limit = rest) {
		rest = strstr(limit, ", ");
		if (rest != NULL) {
			*rest = '\0';
			rest += strlen(", ");
		}
		for (size_t i = 0; i < LIMIT_COUNT; i++) {
			char *value = after(limit, limits[i].words);
			if (value != NULL && read_limit(value, &event->number[limits[i].number]) < 0)
				return -EINVAL;
		}
	}
	return 0;
}

/* "15m00s, limit 15m", or without a limit; behind a comma there may be a remark. */
static int read_measure(char *string, struct event *event)
{
	char *limit = strstr(string, ", limit ");

	if (limit != NULL) {
		*limit = '\0';
		limit += strlen(", limit ");
		limit[strcspn(limit, ",")] = '\0';
		if (read_duration(limit, &event->number[EVENT_LIMIT]) < 0)
			return -EINVAL;
	}
	return read_duration(string, &event->number[EVENT_LASTED]);
}

/* Words that are not known are those of a newer watchdog: the event has no reason then. */
static int read_reason(char *string, struct event *event)
{
	if (cut_end(string, "; part of the session was left standing"))
		event->result = RESULT_FAILED;
	if (after(string, "closed by ") != NULL) {
		event->text[EVENT_REASON] = "admin";
		return 0;
	}
	for (size_t i = 0; i < REASON_COUNT; i++) {
		char *measure = after(string, reasons[i].words);
		if (measure == NULL || (!reasons[i].measured && *measure != '\0'))
			continue;
		event->text[EVENT_REASON] = reasons[i].reason;
		return reasons[i].measured ? read_measure(measure, event) : 0;
	}
	return 0;
}

/* "30m from now by uid 0, login uid 1001, pid 4242" */
static int read_extension(char *string, struct event *event)
{
	char *from = strstr(string, " from now by ");

	if (from == NULL)
		return -EINVAL;
	*from = '\0';
	return read_duration(string, &event->number[EVENT_SECONDS]);
}

static bool is_word(const char *string)
{
	return *string != '\0' && strpbrk(string, " ,") == NULL;
}

/* Terminals have commas between them, but no blanks. */
static bool is_list(const char *string)
{
	return *string != '\0' && strchr(string, ' ') == NULL;
}

static void take_from(const char *from, struct event *event)
{
	struct endpoint endpoint;

	event->text[endpoint_parse(from, 0, &endpoint) == 0 ? EVENT_ADDRESS : EVENT_RHOST] = from;
}

/* "sshd, pts/3,pts/5, from 10.0.0.9" */
static int read_where(char *string, struct event *event)
{
	char *from = strstr(string, ", from ");

	if (from != NULL) {
		*from = '\0';
		from += strlen(", from ");
		if (!is_word(from))
			return -EINVAL;
		take_from(from, event);
	}
	char *terminals = strstr(string, ", ");
	if (terminals != NULL) {
		*terminals = '\0';
		terminals += strlen(", ");
		if (!is_list(terminals))
			return -EINVAL;
		event->text[EVENT_TTY] = terminals;
	}
	if (!is_word(string))
		return -EINVAL;
	event->text[EVENT_SERVICE] = string;
	return 0;
}

/*
 * Whether what is taken for a name could be the name, the service and the beginning of a remote host that was made up to
 * look like the rest: "alice (sshd, from h" of "alice (sshd, from h (sshd, from 10.0.0.9)".
 */
static bool is_ambiguous(const char *name)
{
	for (const char *at = name; (at = strstr(at, " (")) != NULL; at++) {
		size_t word = strcspn(at + 2, " ,");
		if (word > 0 && strncmp(at + 2 + word, ", ", 2) == 0)
			return true;
	}
	return false;
}

/* "alice (sshd, pts/3, from 10.0.0.9)": a name may have parentheses and blanks, what follows it has none. */
static int read_who(char *string, struct event *event)
{
	char *where = find_last(string, " (");

	if (where == NULL || where == string || !cut_end(string, ")"))
		return -EINVAL;
	*where = '\0';
	if (is_ambiguous(string))
		return -EINVAL;
	event->text[EVENT_USER] = string;
	return read_where(where + strlen(" ("), event);
}

/* The verb and what follows it; NULL when it is no report. */
static char *find_verb(const char *tag, char *message, size_t *ret_verb)
{
	if (strcmp(tag, WATCHDOG_TAG) != 0) {
		char *rest = after(message, MODULE_START);
		rest = rest != NULL ? strstr(rest, MODULE_END) : NULL;
		*ret_verb = 0;
		return rest != NULL ? after(rest + strlen(MODULE_END), "armed: ") : NULL;
	}
	for (size_t i = 0; i < VERB_COUNT; i++) {
		char *rest = after(message, verbs[i].words);
		*ret_verb = i;
		if (rest != NULL)
			return rest;
	}
	return NULL;
}

int log_line_parse(const char *tag, char *message, struct event *ret_event)
{
	struct event event;
	size_t verb;
	char *who = find_verb(tag, message, &verb);

	if (who == NULL)
		return -ENOENT;
	char *why = find_last(who, "): ");
	if (why == NULL)
		return -EINVAL;
	why[1] = '\0';
	why += strlen("): ");
	event_init(&event);
	event.kind = verbs[verb].kind;
	event.result = verbs[verb].result;
	int r = read_who(who, &event);
	if (r == 0 && event.kind == EVENT_ARMED)
		r = read_limits(why, &event);
	else if (r == 0 && event.kind == EVENT_EXTENDED)
		r = read_extension(why, &event);
	else if (r == 0)
		r = read_reason(why, &event);
	if (r < 0)
		return r;
	event_tidy(&event);
	*ret_event = event;
	return 0;
}
