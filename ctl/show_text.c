/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/show.h"

#include <string.h>

#include "common/duration.h"
#include "ctl/words.h"

/* Room for the longest value, a name and an address from the network. */
#define VALUE_SIZE 640

/* Where values begin, whatever stands before them. */
#define NAME_WIDTH 20

/* Room for "9d23h59m59s ago" and a gap; what is longer moves its remark. */
#define AGO_WIDTH 17

#define NOTHING "-"
#define UNKNOWN "?"

typedef void fact_writer(const struct watched *item, struct text *value);

static void add_exact(struct text *value, int64_t seconds)
{
	if (seconds >= 0)
		duration_add_exact(value, (uint64_t)seconds);
}

static void write_id(const struct watched *item, struct text *value)
{
	text_add(value, item->session.id);
}

static void write_state(const struct watched *item, struct text *value)
{
	text_add(value, words_state(item));
	if (!item->answered)
		text_add(value, " of its watchdog; this is what its record says");
	if (item->policy.value[OPTION_DRY_RUN])
		text_add(value, ", nobody is disconnected (dry_run)");
}

static void write_user(const struct watched *item, struct text *value)
{
	text_add(value, item->session.user);
	text_add(value, " (uid ");
	text_add_unsigned(value, item->session.uid);
	text_add_char(value, ')');
}

static void write_service(const struct watched *item, struct text *value)
{
	text_add(value, item->session.service);
}

/* The name from the network stands last: whatever it holds, it is not taken for the address. */
static void write_from(const struct watched *item, struct text *value)
{
	const struct session *session = &item->session;
	const char *from = words_from(item);

	text_add(value, from);
	if (session->peer.port > 0) {
		text_add(value, " port ");
		text_add_unsigned(value, session->peer.port);
	}
	if (strcmp(session->rhost, from) != 0 && session->rhost[0] != '\0') {
		text_add(value, ", called ");
		text_add(value, session->rhost);
	}
}

static void write_terminals(const struct watched *item, struct text *value)
{
	text_add(value, words_terminals(item));
}

static void write_leader(const struct watched *item, struct text *value)
{
	if (item->session.leader_pid > 0)
		text_add_signed(value, item->session.leader_pid);
}

static void write_audit_session(const struct watched *item, struct text *value)
{
	const struct session *session = &item->session;

	if (session->audit_session == AUDIT_UNSET)
		return;
	text_add_unsigned(value, session->audit_session);
	if (session->login_uid == AUDIT_UNSET)
		return;
	text_add(value, " (login uid ");
	text_add_unsigned(value, session->login_uid);
	text_add_char(value, ')');
}

static void write_login(const struct watched *item, struct text *value)
{
	words_add_login(&item->session, value);
}

static void write_idle(const struct watched *item, struct text *value)
{
	if (item->answered)
		add_exact(value, words_seconds_passed(item->status.idle_ms));
	else
		text_add(value, UNKNOWN);
}

static const struct {
	const char *name;
	fact_writer *write;
} facts[] = {
	{"id:", write_id},
	{"state:", write_state},
	{"user:", write_user},
	{"service:", write_service},
	{"from:", write_from},
	{"terminals:", write_terminals},
	{"leader pid:", write_leader},
	{"audit session:", write_audit_session},
	{"login:", write_login},
	{"idle:", write_idle},
};

/* Every line passes here, to be made safe for a terminal. */
static void print_line(const char *indent, const char *name, const char *value, FILE *to)
{
	char safe[VALUE_SIZE];
	struct text text;

	text_init(&text, safe, sizeof safe);
	text_add_printable(&text, value);
	fprintf(to, "%s%-*s%s\n", indent, NAME_WIDTH - (int)strlen(indent), name, safe[0] != '\0' ? safe : NOTHING);
}

static void print_facts(const struct watched *item, FILE *to)
{
	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
		char data[VALUE_SIZE];
		struct text value;
		text_init(&value, data, sizeof data);
		facts[i].write(item, &value);
		print_line("", facts[i].name, data, to);
	}
}

static void add_origin(const struct policy *policy, enum option_id id, struct text *value)
{
	text_add(value, " (");
	policy_add_origin(policy, id, value);
	text_add_char(value, ')');
}

static void print_limit(const struct watched *item, enum option_id id, int64_t left_ms, FILE *to)
{
	char data[VALUE_SIZE];
	struct text value;

	if (item->policy.value[id] == 0)
		return;
	text_init(&value, data, sizeof data);
	words_add_limit(&item->policy, id, &value);
	add_origin(&item->policy, id, &value);
	if (left_ms == 0) {
		text_add(&value, ", passed");
	} else if (left_ms > 0) {
		text_add(&value, ", ");
		add_exact(&value, words_seconds_left(left_ms));
		text_add(&value, " left");
	}
	if (strcmp(item->status.first, option_table[id].name) == 0)
		text_add(&value, ", comes first");
	print_line("  ", option_table[id].name, data, to);
}

static void print_extension(const struct watched *item, FILE *to)
{
	char data[VALUE_SIZE];
	struct text value;

	if (item->status.extended_ms < 0)
		return;
	text_init(&value, data, sizeof data);
	add_exact(&value, words_seconds_left(item->status.extended_ms));
	text_add(&value, " left in which neither idle nor max ends it");
	print_line("  ", "extended", data, to);
}

static void print_limits(const struct watched *item, FILE *to)
{
	fprintf(to, "\nlimits:\n");
	print_limit(item, OPTION_IDLE, item->status.idle_left_ms, to);
	print_limit(item, OPTION_KEEPALIVE, item->status.keepalive_left_ms, to);
	print_limit(item, OPTION_MAX, item->status.max_left_ms, to);
	print_extension(item, to);
}

/* What keeps the session alive counts, whatever the others are. */
static const char *remark_on(const struct watched *item, const char *source)
{
	char activity[WORDS_SETTING_SIZE];
	struct text text;

	if (strcmp(item->status.source, source) == 0)
		return "counts, keeps the session alive";
	text_init(&text, activity, sizeof activity);
	policy_add_value(&item->policy, OPTION_ACTIVITY, &text);
	switch (words_source_counts(activity, source)) {
	case COUNTS_ALWAYS:
		return "counts";
	case COUNTS_WITHOUT_TERMINAL:
		return "counts for what has no terminal";
	case COUNTS_NEVER:
		break;
	}
	return "";
}

/* A watchdog that does not say by what it goes says nothing of the sources either. */
static void print_source(const struct watched *item, const struct source *source, const char *remark, FILE *to)
{
	char data[VALUE_SIZE];
	struct text value;

	text_init(&value, data, sizeof data);
	if (source->ms >= 0) {
		add_exact(&value, words_seconds_passed(source->ms));
		text_add(&value, " ago");
	} else {
		text_add(&value, item->status.source[0] != '\0' ? "never" : UNKNOWN);
	}
	while (remark[0] != '\0' && value.used < AGO_WIDTH - 1)
		text_add_char(&value, ' ');
	if (remark[0] != '\0')
		text_add_char(&value, ' ');
	text_add(&value, remark);
	print_line("  ", source->name, data, to);
}

static void print_activity(const struct watched *item, FILE *to)
{
	const struct source login = {.name = "login", .ms = item->status.idle_ms};
	struct source sources[SOURCE_COUNT];

	fprintf(to, "\nactivity:\n");
	words_sources(&item->status, sources);
	for (size_t i = 0; i < SOURCE_COUNT; i++)
		print_source(item, &sources[i], remark_on(item, sources[i].name), to);
	if (strcmp(item->status.source, "login") == 0)
		print_source(item, &login, "keeps the session alive", to);
	if (item->status.spoofed > 0)
		fprintf(to, "  warning: the stamps of a terminal were set by hand\n");
}

static void print_settings(const struct policy *policy, FILE *to)
{
	fprintf(to, "\nsettings:\n");
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		char data[VALUE_SIZE];
		struct text value;
		text_init(&value, data, sizeof data);
		policy_add_value(policy, (enum option_id)id, &value);
		add_origin(policy, (enum option_id)id, &value);
		print_line("  ", option_table[id].name, data, to);
	}
}

void show_print_text(const struct watched *item, FILE *to)
{
	print_facts(item, to);
	print_limits(item, to);
	print_activity(item, to);
	print_settings(&item->policy, to);
}
