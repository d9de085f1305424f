/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/rules.h"

#include <errno.h>
#include <stdio.h>

#include "tests/unit/unit.h"

#define SIXTEEN "0123456789abcdef"
#define SIXTY_FOUR SIXTEEN SIXTEEN SIXTEEN SIXTEEN
#define TWO_FIFTY_SIX SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR

#define NO_ADDRESS "is no address, no network such as 10.0.0.0/8, and not 'local' or '*'; names are not resolved"

/* -- What is refused, and where -- */

static void expect_fault(const char *row, const char *text, size_t length, uint32_t line, uint32_t column, const char *why)
{
	struct rules_fault fault = {0};

	same_number(row, rules_check(text, length, &fault), -EINVAL);
	same_string(row, fault.why, why);
	same_unsigned(row, fault.line, line);
	same_unsigned(row, fault.column, column);
}

static void fault_is_told_with_line_and_column(void **state)
{
	static const struct {
		const char *text;
		uint32_t line, column;
		const char *why;
	} rows[] = {
		{"sshd", 1, 5, "no user or @group behind the service"},
		{"sshd alice", 1, 11, "no address behind the user"},
		{"sshd alice *", 1, 13, "no settings, and not 'exempt'"},
		{"sshd alice *   # idle=5m", 1, 16, "no settings, and not 'exempt'"},
		{"sshd # alice", 1, 6, "no user or @group behind the service"},
		{"* * * idel=5m", 1, 7, "'idel=5m' is not a known setting"},
		{"* * * idle", 1, 7, "idle: '' is empty: a value is needed"},
		{"* * *\t\tidle=5x", 1, 8, "idle: '5x' needs units d, h, m or s, from large to small, each once"},
		{"\n\n  # c\n* * * max=8h idle=0", 4, 14, "idle: '0' is not within 1s to 3650d"},
		{"* * * idle=5m idle=6m", 1, 15, "idle: is given twice"},
		{"* * * dry_run=yes", 1, 7, "dry_run: 'yes' is not expected: the setting takes no value"},
		{"* * * conf=/etc/other", 1, 7, "conf: belongs on the PAM line, not into the rules"},
		{"* * * exempt idle=5m", 1, 14, "'exempt' stands alone"},
		{"* * * idle=5m exempt", 1, 15, "'exempt' stands alone"},
		{"* * * exempt exempt", 1, 14, "'exempt' stands alone"},
		{"* * * Exempt", 1, 7, "'Exempt' is not a known setting"},
		{"* alice client.example idle=5m", 1, 9, "'client.example' " NO_ADDRESS},
		{"* alice 10.0.0.1/8 idle=5m", 1, 9, "'10.0.0.1/8' has bits set beyond its prefix"},
		{"* alice 10.0.0.0/33 idle=5m", 1, 9, "'10.0.0.0/33' needs a prefix of 0 to 32 bits"},
		{"* alice LOCAL idle=5m", 1, 9, "'LOCAL' " NO_ADDRESS},
		{"* al* * idle=5m", 1, 3, "'al*' is no name: '*' stands alone, for everybody"},
		{"* ** * idle=5m", 1, 3, "'**' is no name: '*' stands alone, for everybody"},
		{"ssh* * * idle=5m", 1, 1, "'ssh*' is no name: '*' stands alone, for everybody"},
		{"* alice,bob * idle=5m", 1, 3, "'alice,bob' is no name: write a line for each"},
		{"sshd,su * * idle=5m", 1, 1, "'sshd,su' is no name: write a line for each"},
		{"* @* * idle=5m", 1, 3, "'@*' is no name: '*' stands alone, for everybody"},
		{"* @ * idle=5m", 1, 3, "'@' names no group"},
		{"* %wheel * idle=5m", 1, 3, "'%wheel' is no name: a group is written @NAME"},
		{"/etc/pam.d/sshd * * idle=5m", 1, 1, "'/etc/pam.d/sshd' is not the name of a service"},
		{"\xef\xbb\xbfsshd * * idle=5m", 1, 1, "'???sshd' is not the name of a service"},
		{"\"ss hd\" * * idle=5m", 1, 1, "'ss hd' is not the name of a service"},
		{"* \"\" * idle=5m", 1, 3, "an empty name"},
		{"* \"@domain users * idle=5m", 1, 3, "the quote is not closed"},
		{"* \"a\"b * idle=5m", 1, 6, "a blank is missing behind the quote"},
		{"* @\"domain users\" * idle=5m", 1, 4, "quotes stand around a whole word"},
		{"* * * \"\"", 1, 7, "'' is not a known setting"},
		{SIXTY_FOUR "5 * * idle=5m", 1, 1, "too long for a name"},
		{"* @" TWO_FIFTY_SIX "7 * idle=5m", 1, 3, "too long for a name"},
		{"* * " SIXTY_FOUR " idle=5m", 1, 5, "too long for a name"},
		{"* * * idle=5m\r\n", 1, 14, "a carriage return: lines end with a line feed alone"},
		{"# \x1b[31m\n", 1, 3, "a control character"},
		{"* * * idle=5m\f", 1, 14, "a control character"},
		{"* * * idle=5m\x7f", 1, 14, "a control character"},
		/* Behind a line that matches everything. */
		{"* * * exempt\n* * * idle=5m\nnonsense\n", 3, 9, "no user or @group behind the service"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		expect_fault(rows[i].text, rows[i].text, strlen(rows[i].text), rows[i].line, rows[i].column, rows[i].why);
}

static void nul_byte_is_told_wherever_it_is(void **state)
{
	static const char first[] = "\0* * * exempt\n", middle[] = "* * *\0 exempt\n", comment[] = "#\n# c\0\n";

	(void)state;
	expect_fault("first", first, sizeof first - 1, 1, 1, "a NUL byte: this is no text");
	expect_fault("middle", middle, sizeof middle - 1, 1, 6, "a NUL byte: this is no text");
	expect_fault("comment", comment, sizeof comment - 1, 2, 4, "a NUL byte: this is no text");
}

static void line_may_be_1024_bytes_long(void **state)
{
	static char text[2 * RULES_LINE_MAX + 2];
	struct rules_fault fault;

	(void)state;
	memset(text, ' ', sizeof text);
	memcpy(text, "* * * exempt", 12);
	assert_int_equal(rules_check(text, RULES_LINE_MAX, &fault), 0);
	expect_fault("too long", text, RULES_LINE_MAX + 1, 1, RULES_LINE_MAX + 1, "the line is longer than 1024 bytes");
	text[RULES_LINE_MAX] = '\n';
	assert_int_equal(rules_check(text, 2 * RULES_LINE_MAX + 1, &fault), 0);
	expect_fault("too long", text, sizeof text, 2, RULES_LINE_MAX + 1, "the line is longer than 1024 bytes");
	/* What stands earlier in it is told first. */
	text[RULES_LINE_MAX + 5] = '\0';
	expect_fault("both", text, sizeof text, 2, 5, "a NUL byte: this is no text");
}

/* -- What is understood -- */

static void rule_is_read_as_written(void **state)
{
	static const char text[] = "# c\n\n \t\nsshd\t@ops   10.0.0.0/8  idle=5m\tmax=8h # why\n"
	                           "* \"@domain users\" local exempt#no\n";
	static const char good[] = "* \"@domain users\" local exempt #no";
	struct rules_reader reader;
	struct rules_fault fault;
	struct rule rule;

	(void)state;
	rules_start(&reader, text, sizeof text - 1);
	assert_int_equal(rules_next(&reader, &rule, &fault), 1);
	assert_int_equal(rule.line, 4);
	assert_string_equal(rule.service, "sshd");
	assert_string_equal(rule.who, "@ops");
	assert_string_equal(rule_group(&rule), "ops");
	assert_string_equal(rule.from, "10.0.0.0/8");
	assert_int_equal(rule.from_kind, RULE_FROM_NETWORK);
	assert_false(rule.is_exempt);
	/* A comment begins with a word, as it does in a shell. */
	assert_int_equal(rules_next(&reader, &rule, &fault), -EINVAL);
	assert_string_equal(fault.why, "'exempt#no' is not a known setting");
	rules_start(&reader, good, sizeof good - 1);
	assert_int_equal(rules_next(&reader, &rule, &fault), 1);
	assert_string_equal(rule_group(&rule), "domain users");
	assert_int_equal(rule.from_kind, RULE_FROM_LOCAL);
	assert_true(rule.is_exempt);
	assert_int_equal(rules_next(&reader, &rule, &fault), 0);
}

static void file_without_rules_is_good(void **state)
{
	static const char *const rows[] = {"", "\n", "#", "# c\n\n\t \n", "   "};
	struct rules_fault fault;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		same_number(rows[i], rules_check(rows[i], strlen(rows[i]), &fault), 0);
}

static void names_of_any_script_are_names(void **state)
{
	static const char *const rows[] = {
		"* j\xc3\xbcrgen * exempt",     "* alice@example.org * exempt", "* EXAMPLE\\alice * exempt",
		"* @admins@example.org * exempt", "* \"@a 'b' (c) #d\" * exempt", "* a#b * exempt",
		"* 1000 * exempt",                "* $ * exempt",
	};
	struct rules_fault fault;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		same_number(rows[i], rules_check(rows[i], strlen(rows[i]), &fault), 0);
}

/* -- Which rule it is -- */

/* The groups of the user of a test, with blanks around each; what was asked; lines passed over, with the reason's letter. */
struct asked {
	const char *groups;
	struct text *questions, *passed;
};

static int answer(void *data, const struct rule *rule)
{
	struct asked *asked = data;
	TEXT(name, RULE_WHO_SIZE + 2);

	text_add_char(&name, '|');
	text_add(&name, rule_group(rule));
	text_add_char(&name, '|');
	text_add(asked->questions, rule_group(rule));
	text_add_char(asked->questions, ' ');
	if (strcmp(rule_group(rule), "broken") == 0)
		return -EIO;
	return strstr(asked->groups, name.data) != NULL;
}

static void note(void *data, const struct rule *rule, enum rule_verdict why)
{
	struct asked *asked = data;

	text_add_unsigned(asked->passed, rule->line);
	text_add_char(asked->passed, "?sufg"[why]);
}

static const char example[] =
	"# service  who            from          settings\n"  /* 1 */
	"sshd       @contractors   *             idle=5m max=8h\n"
	"sshd       backup         10.0.0.0/8    exempt\n"
	"sshd       backup         2001:db8::/32 exempt\n"
	"su         *              local         idle=3m\n"      /* 5 */
	"sshd       \"@lab guests\"  192.0.2.7   idle=1m\n"
	"*          root           *             idle=10m warn=1m\n"
	"login      @broken        local         idle=9m\n";

static void expect_rule(const char *row, const struct rules_login *login, const char *groups, int result, uint32_t line,
                        const char *questions, const char *passed)
{
	TEXT(asked_questions, 256);
	TEXT(asked_passed, 256);
	struct asked asked = {.groups = groups, .questions = &asked_questions, .passed = &asked_passed};
	const struct rules_search search = {.is_member = answer, .passed_over = note, .data = &asked};
	struct rule rule = {0};

	same_number(row, rules_find(example, sizeof example - 1, login, &search, &rule), result);
	same_unsigned(row, rule.line, line);
	same_string(row, asked_questions.data, questions);
	same_string(row, asked_passed.data, passed);
}

static void first_rule_that_matches_counts(void **state)
{
	static const struct {
		const char *service, *user, *from, *groups;
		int result;
		uint32_t line;
		const char *questions, *passed;
	} rows[] = {
		{"sshd", "alice", "10.0.0.9", "|contractors|", 1, 2, "contractors ", ""},
		{"sshd", "backup", "10.0.0.9", "|contractors|", 1, 2, "contractors ", ""},
		{"sshd", "backup", "10.0.0.9", "|backup|", 1, 3, "contractors ", "2g"},
		{"sshd", "backup", "2001:db8::7", "", 1, 4, "contractors ", "2g3f"},
		{"sshd", "backup", "192.0.2.8", "", 0, 0, "contractors ", "2g3f4f5s6f7u8s"},
		{"sshd", "bob", "192.0.2.7", "|lab guests|", 1, 6, "contractors lab guests ", "2g3u4u5s"},
		{"sshd", "bob", "192.0.2.7", "|lab|guests|", 0, 0, "contractors lab guests ", "2g3u4u5s6g7u8s"},
		{"sshd", "root", "192.0.2.9", "", 1, 7, "contractors ", "2g3u4u5s6f"},
		{"su", "root", "", "", 1, 5, "", "2s3s4s"},
		{"su", "root", "?", "", 1, 7, "", "2s3s4s5f6s"},
		{"cron", "alice", "", "", 0, 0, "", "2s3s4s5s6s7u8s"},
		{"login", "root", "", "", 1, 7, "", "2s3s4s5s6s"},
		{"login", "alice", "10.0.0.9", "", 0, 0, "", "2s3s4s5s6s7u8f"},
		{"login", "alice", "", "", -EIO, 0, "broken ", "2s3s4s5s6s7u"},
		{"sshd", "Backup", "10.0.0.9", "", 0, 0, "contractors ", "2g3u4u5s6f7u8s"},
		{"SSHD", "backup", "10.0.0.9", "", 0, 0, "", "2s3s4s5s6s7u8s"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct rules_login login = {.service = rows[i].service, .user = rows[i].user};
		TEXT(row, 128);

		/* "": no peer; "?": a peer of which no address is known. */
		login.is_local = rows[i].from[0] == '\0';
		(void)endpoint_parse(rows[i].from, 0, &login.peer);
		text_add(&row, rows[i].service);
		text_add_char(&row, ' ');
		text_add(&row, rows[i].user);
		text_add_char(&row, ' ');
		text_add(&row, rows[i].from);
		expect_rule(row.data, &login, rows[i].groups, rows[i].result, rows[i].line, rows[i].questions,
		            rows[i].passed);
	}
}

/* -- What it does to a policy -- */

static void read_one(const char *text, struct rule *rule)
{
	struct rules_reader reader;
	struct rules_fault fault;

	rules_start(&reader, text, strlen(text));
	if (rules_next(&reader, rule, &fault) != 1)
		fail_msg("%s: %s", text, fault.why);
}

static void rule_replaces_settings_name_by_name(void **state)
{
	static const char text[] = "#\n* * * idle=5m \"max=8h\" dry_run warn=off # c";
	struct policy policy;
	struct rule rule;
	TEXT(why, POLICY_WHY_SIZE);

	(void)state;
	policy_init(&policy);
	assert_int_equal(policy_set(&policy, "idle=15m", ORIGIN_ARGUMENT, &why), 0);
	assert_int_equal(policy_set(&policy, "keepalive=30s", ORIGIN_ARGUMENT, &why), 0);
	read_one(text, &rule);
	assert_int_equal(rule_apply(&rule, &policy), 0);
	assert_int_equal(policy.rule_line, 2);
	assert_int_equal(policy.value[OPTION_IDLE], 300);
	assert_int_equal(policy.value[OPTION_MAX], 28800);
	assert_int_equal(policy.value[OPTION_KEEPALIVE], 30);
	assert_int_equal(policy.value[OPTION_DRY_RUN], 1);
	assert_int_equal(policy.warning_count, 0);
	assert_int_equal(policy.origin[OPTION_IDLE], ORIGIN_RULE);
	assert_int_equal(policy.origin[OPTION_MAX], ORIGIN_RULE);
	assert_int_equal(policy.origin[OPTION_KEEPALIVE], ORIGIN_ARGUMENT);
	assert_int_equal(policy.origin[OPTION_KILL], ORIGIN_DEFAULT);
}

static void every_setting_but_conf_fits_a_rule(void **state)
{
	(void)state;
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		const struct option *option = &option_table[id];
		struct policy policy;
		struct rule rule;
		TEXT(text, 128);

		if (option->kind == OPTION_KIND_PATH)
			continue;
		text_add(&text, "* * * ");
		text_add(&text, option->name);
		if (option->kind != OPTION_KIND_FLAG) {
			text_add_char(&text, '=');
			text_add(&text, option->fallback);
		}
		policy_init(&policy);
		read_one(text.data, &rule);
		same_number(text.data, rule_apply(&rule, &policy), 0);
		same_number(text.data, policy.origin[id], ORIGIN_RULE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fault_is_told_with_line_and_column),
		cmocka_unit_test(nul_byte_is_told_wherever_it_is),
		cmocka_unit_test(line_may_be_1024_bytes_long),
		cmocka_unit_test(rule_is_read_as_written),
		cmocka_unit_test(file_without_rules_is_good),
		cmocka_unit_test(names_of_any_script_are_names),
		cmocka_unit_test(first_rule_that_matches_counts),
		cmocka_unit_test(rule_replaces_settings_name_by_name),
		cmocka_unit_test(every_setting_but_conf_fits_a_rule),
	};

	return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
