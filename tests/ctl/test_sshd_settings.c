/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/sshd_settings.h"

#include <errno.h>

#include "tests/unit/unit.h"

static void times_are_read(void **state)
{
	static const struct {
		const char *word;
		int64_t seconds; /* or -EINVAL */
	} rows[] = {
		{"0", 0},          {"90", 90},       {"5m", 300},      {"5M", 300},         {"1h30m", 5400},
		{"1w2D", 777600},  {"90s", 90},      {"1m1m", 120},    {"", -EINVAL},       {"m", -EINVAL},
		{"5x", -EINVAL},   {"5 m", -EINVAL}, {"-5", -EINVAL},  {"5m ", -EINVAL},    {"none", -EINVAL},
		{"3153600000", 3153600000},          {"3153600001", -EINVAL},               {"99999999999999999999", -EINVAL},
		{"5215w", -EINVAL}, {"3153600000s1s", -EINVAL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t seconds = 77;
		int r = sshd_time_parse(rows[i].word, &seconds);
		same_number(rows[i].word, r < 0 ? r : (int64_t)seconds, rows[i].seconds);
		if (r < 0)
			same_unsigned(rows[i].word, seconds, 77);
	}
}

static void settings_are_read(void **state)
{
	static const struct {
		const char *text;
		bool uses_pam;
		uint64_t alive_interval, channel_timeout;
		const char *service;
	} rows[] = {
		{"port 22\nusepam yes\n", true, 0, 0, "sshd"},
		{"usepam no", false, 0, 0, "sshd"},
		{"clientaliveinterval 30\nusepam yes\npamservicename ssh-in\n", true, 30, 0, "ssh-in"},
		{"usepam yes\nchanneltimeout none\n", true, 0, 0, "sshd"},
		{"usepam yes\nchanneltimeout session:*=5m\n", true, 0, 300, "sshd"},
		{"usepam yes\nchanneltimeout agent-connection=1m session:shell=10m session:command=7m\n", true, 0, 420, "sshd"},
		{"usepam yes\nchanneltimeout global=90 session:*=0\n", true, 0, 90, "sshd"},
		{"usepam yes\nchanneltimeout *=90 x session= =5\n", true, 0, 90, "sshd"},
		{"usepam yes\nclientaliveinterval soon\nnonsense\n\n", true, 0, 0, "sshd"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sshd_settings settings;
		assert_int_equal(sshd_settings_parse(rows[i].text, &settings), 0);
		same_number(rows[i].text, settings.uses_pam, rows[i].uses_pam);
		same_unsigned(rows[i].text, settings.alive_interval, rows[i].alive_interval);
		same_unsigned(rows[i].text, settings.channel_timeout, rows[i].channel_timeout);
		same_string(rows[i].text, settings.service, rows[i].service);
	}
}

static void other_texts_are_refused(void **state)
{
	static const char *const rows[] = {"", "\n\n", "hello\n", "usepam", "UsePAM yes\n", "nousepam yes\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sshd_settings settings = {.alive_interval = 77};
		same_number(rows[i], sshd_settings_parse(rows[i], &settings), -EINVAL);
		same_unsigned(rows[i], settings.alive_interval, 77);
	}
}

/* A line that is longer than any value here is left out and takes none of its neighbours along. */
static void long_lines_are_left_out(void **state)
{
	struct sshd_settings settings;
	char text[2048] = "clientaliveinterval 5";

	(void)state;
	memset(text + strlen(text), ' ', 1000);
	strcat(text, "\nusepam yes\n");
	assert_int_equal(sshd_settings_parse(text, &settings), 0);
	assert_int_equal(settings.alive_interval, 0);
	assert_true(settings.uses_pam);
}

static void match_blocks_are_seen(void **state)
{
	static const struct {
		const char *line, *setting;
	} rows[] = {
		{"ClientAliveInterval 5", NULL},
		{"# Match all", NULL},
		{"Matching 5", NULL},
		{"channeltimeout *=5", NULL},
		{"\tmatch User alice", NULL},
		{"ClientAliveInterval 5", "ClientAliveInterval"},
		{" CLIENTALIVEINTERVAL=5", "ClientAliveInterval"},
		{"ClientAliveCountMax 5", NULL},
		{"#ChannelTimeout *=5", NULL},
		{"channeltimeout\t*=5", "ChannelTimeout"},
		{"Match all", NULL},
		{"ChannelTimeout", "ChannelTimeout"},
	};
	struct sshd_match match = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *setting = sshd_match_line(&match, rows[i].line);
		same_string(rows[i].line, setting != NULL ? setting : "", rows[i].setting != NULL ? rows[i].setting : "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read),
		cmocka_unit_test(settings_are_read),
		cmocka_unit_test(other_texts_are_refused),
		cmocka_unit_test(long_lines_are_left_out),
		cmocka_unit_test(match_blocks_are_seen),
	};

	return cmocka_run_group_tests_name("sshd_settings", tests, NULL, NULL);
}
