/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/shell_timeout.h"

#include "tests/unit/unit.h"

static void lines_are_read(void **state)
{
	static const struct {
		const char *line;
		int64_t seconds; /* -1: none is set */
		bool is_readonly;
	} rows[] = {
		{"TMOUT=900", 900, false},
		{"  export\tTMOUT=900 ", 900, false},
		{"TMOUT=\"900\"", 900, false},
		{"TMOUT='900'; export TMOUT", 900, false},
		{"readonly TMOUT=600", 600, true},
		{"declare -xr TMOUT=600", 600, true},
		{"typeset -r TMOUT=600", 600, true},
		{"TMOUT=600; readonly TMOUT; export TMOUT", 600, true},
		{"TMOUT=600 ; readonly OTHER", 600, false},
		{"readonly TMOUT", -1, true},
		{"[ -n \"$PS1\" ] && TMOUT=60", 60, false},
		{"[ -r /etc/x ] && TMOUT=60", 60, false},
		{"if true; then TMOUT=60; fi", 60, false},
		{"TMOUT=0", 0, false},
		{"", -1, false},
		{"# TMOUT=60", -1, false},
		{"umask 022 # TMOUT=60", -1, false},
		{"XTMOUT=60", -1, false},
		{"TMOUTS=60", -1, false},
		{"echo $TMOUT", -1, false},
		{"TMOUT=$X", -1, false},
		{"TMOUT=", -1, false},
		{"TMOUT=\"", -1, false},
		{"TMOUT=-1", -1, false},
		{"TMOUT=99999999999999999999", -1, false},
		{"a=0123456789012345678901234567890123456789012345678901234567890123456789 TMOUT=5", 5, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct shell_timeout timeout = shell_timeout_of(rows[i].line);
		same_number(rows[i].line, timeout.is_set ? (int64_t)timeout.seconds : -1, rows[i].seconds);
		same_number(rows[i].line, timeout.is_readonly, rows[i].is_readonly);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read),
	};

	return cmocka_run_group_tests_name("shell_timeout", tests, NULL, NULL);
}
