/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/rule_cover.h"

#include "tests/unit/unit.h"

static struct rule parse(const char *line)
{
	struct rules_reader reader;
	struct rules_fault fault;
	struct rule rule;

	rules_start(&reader, line, strlen(line));
	if (rules_next(&reader, &rule, &fault) != 1)
		fail_msg("'%s': %s", line, fault.why);
	return rule;
}

static void rules_cover_each_other(void **state)
{
	static const struct {
		bool covers;
		const char *earlier, *later;
	} rows[] = {
		{true, "* * * exempt", "sshd alice local idle=1m"},
		{false, "sshd alice local idle=1m", "* * * exempt"},
		{true, "sshd alice * exempt", "sshd alice * idle=1m"},
		{false, "sshd alice * exempt", "sshd bob * idle=1m"},
		{false, "sshd alice * exempt", "su alice * idle=1m"},
		{false, "sshd alice * exempt", "* alice * idle=1m"},
		{true, "* alice * exempt", "su alice * idle=1m"},
		{true, "* @staff * exempt", "* @staff local idle=1m"},
		{false, "* @staff * exempt", "* staff * idle=1m"},
		{false, "* @staff * exempt", "* @people * idle=1m"},
		{false, "* @staff * exempt", "* alice * idle=1m"},
		{false, "* alice * exempt", "* @alice * idle=1m"},
		{true, "* * local exempt", "* alice local idle=1m"},
		{false, "* * local exempt", "* alice 127.0.0.1 idle=1m"},
		{false, "* * 0.0.0.0/0 exempt", "* * local idle=1m"},
		{false, "* * 0.0.0.0/0 exempt", "* * * idle=1m"},
		{true, "* * 10.0.0.0/8 exempt", "* * 10.0.0.0/8 idle=1m"},
		{true, "* * 10.0.0.0/8 exempt", "* * 10.9.8.7 idle=1m"},
		{true, "* * 10.0.0.0/8 exempt", "* * ::ffff:10.9.0.0/112 idle=1m"},
		{false, "* * 10.0.0.0/8 exempt", "* * 10.0.0.0/7 idle=1m"},
		{false, "* * 10.0.0.0/8 exempt", "* * 11.0.0.0/8 idle=1m"},
		{false, "* * ::/0 exempt", "* * 10.0.0.0/8 idle=1m"},
		{false, "* * 0.0.0.0/0 exempt", "* * ::1 idle=1m"},
		{true, "* * 2001:db8::/32 exempt", "* * 2001:db8:5::/48 idle=1m"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct rule earlier = parse(rows[i].earlier), later = parse(rows[i].later);
		same_number(rows[i].later, rule_covers(&earlier, &later), rows[i].covers);
	}
}

/* -- Against a model that knows nothing of prefixes: it asks rules_find() about each login of a small world -- */

static const char *const services[] = {"sshd", "su"};
static const char *const users[] = {"alice", "bob"};
static const char *const groups[] = {"staff", "people"};
#define MEMBERSHIPS 4 /* which of the groups: bits */

/* One address in each corner of the ranges below, and what is not an address. */
static const char *const peers[] = {"10.0.0.0",      "10.0.0.1",    "10.0.0.2",       "10.0.0.3",    "10.0.0.5",
                                    "10.0.0.128",    "10.9.0.1",    "11.0.0.1",       "2001:db8::",  "2001:db8::1",
                                    "2001:db8::2",   "2001:db8::3", "::1",            "2001:db9::",
                                    "2001:db8::100", "255.255.255.255"};

static const char *const service_words[] = {"*", "sshd"};
static const char *const who_words[] = {"*", "alice", "@staff", "@people"};
static const char *const from_words[] = {
	"*",          "local",      "0.0.0.0/0",        "10.0.0.0/8",       "10.0.0.0/24",   "10.0.0.0/25",
	"10.0.0.0/30", "10.0.0.0/31", "10.0.0.2/31",     "10.0.0.1",         "::ffff:10.0.0.0/104",
	"::ffff:0:0/96", "::ffff:10.0.0.1", "::/0",      "2001:db8::/32",    "2001:db8::/120", "2001:db8::/127",
	"2001:db8::2/127", "2001:db8::1"};

static int is_member(void *data, const struct rule *rule)
{
	const unsigned *memberships = data;

	for (unsigned i = 0; i < COUNT(groups); i++) {
		if (strcmp(rule_group(rule), groups[i]) == 0)
			return (*memberships >> i & 1) != 0;
	}
	return 0;
}

/* Whether the second of two lines is ever found. */
static bool is_found(const char *text, const struct rules_login *login)
{
	for (unsigned memberships = 0; memberships < MEMBERSHIPS; memberships++) {
		const struct rules_search search = {.is_member = is_member, .data = &memberships};
		struct rule rule;
		int r = rules_find(text, strlen(text), login, &search, &rule);
		assert_true(r >= 0);
		if (r == 1 && rule.line == 2)
			return true;
	}
	return false;
}

static bool is_found_from(const char *text, const char *service, const char *user)
{
	struct rules_login login = {.service = service, .user = user, .is_local = true};

	if (is_found(text, &login))
		return true;
	/* A connection of which the address is not known. */
	login.is_local = false;
	if (is_found(text, &login))
		return true;
	for (size_t i = 0; i < COUNT(peers); i++) {
		assert_int_equal(endpoint_parse(peers[i], 0, &login.peer), 0);
		if (is_found(text, &login))
			return true;
	}
	return false;
}

static bool is_reachable(const char *text)
{
	for (size_t i = 0; i < COUNT(services) * COUNT(users); i++) {
		if (is_found_from(text, services[i / COUNT(users)], users[i % COUNT(users)]))
			return true;
	}
	return false;
}

#define RULE_COUNT (COUNT(service_words) * COUNT(who_words) * COUNT(from_words))

static void write_rule(size_t number, struct text *text)
{
	text_add(text, service_words[number % COUNT(service_words)]);
	text_add_char(text, ' ');
	text_add(text, who_words[number / COUNT(service_words) % COUNT(who_words)]);
	text_add_char(text, ' ');
	text_add(text, from_words[number / COUNT(service_words) / COUNT(who_words)]);
	text_add(text, " exempt\n");
}

/* Every pair of rules that can be made of these words. "su" and "bob" stand for all that are not named. */
static void cover_is_what_the_search_never_finds(void **state)
{
	size_t covered = 0;

	(void)state;
	for (size_t i = 0; i < RULE_COUNT * RULE_COUNT; i++) {
		TEXT(text, 256);
		write_rule(i / RULE_COUNT, &text);
		const size_t first = text.used;
		write_rule(i % RULE_COUNT, &text);
		char second[128];
		assert_int_equal(text_copy(second, sizeof second, text.data + first), 0);
		char head[128];
		memcpy(head, text.data, first);
		head[first] = '\0';
		const struct rule earlier = parse(head), later = parse(second);
		const bool covers = rule_covers(&earlier, &later);
		same_number(text.data, covers, !is_reachable(text.data));
		covered += covers;
	}
	/* Neither all nor none: the words above are worth it. */
	assert_true(covered > RULE_COUNT && covered < RULE_COUNT * RULE_COUNT / 2);
}

static void special_rules_are_known(void **state)
{
	(void)state;
	const struct rule all = parse("sshd * * exempt"), local = parse("* * local exempt");
	const struct rule alice = parse("* alice * exempt");
	assert_true(rule_is_for_all(&all));
	assert_false(rule_is_for_all(&local));
	assert_false(rule_is_for_all(&alice));
	assert_true(rule_is_of_service(&all, "sshd"));
	assert_false(rule_is_of_service(&all, "su"));
	assert_true(rule_is_of_service(&local, "su"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_cover_each_other),
		cmocka_unit_test(cover_is_what_the_search_never_finds),
		cmocka_unit_test(special_rules_are_known),
	};

	return cmocka_run_group_tests_name("rule_cover", tests, NULL, NULL);
}
