# SPDX-License-Identifier: BSD-3-Clause
#
# Tests that need no root. A unit test is one program of one .c file of the same
# name, linked with common. One that looks into another room says so in an
# LDADD line below.

UNIT_TESTS = \
	tests/sim/test_simulation \
	tests/unit/test_account \
	tests/unit/test_activity \
	tests/unit/test_caller \
	tests/unit/test_cgroup \
	tests/unit/test_cidr \
	tests/unit/test_duration \
	tests/unit/test_endpoint \
	tests/unit/test_engine \
	tests/unit/test_engine_extend \
	tests/unit/test_engine_warnings \
	tests/unit/test_fields \
	tests/unit/test_ladder \
	tests/unit/test_landlock \
	tests/unit/test_lifeline \
	tests/unit/test_members \
	tests/unit/test_members_signal \
	tests/unit/test_members_survey \
	tests/unit/test_membership \
	tests/unit/test_memory \
	tests/unit/test_network \
	tests/unit/test_network_plain \
	tests/unit/test_observer \
	tests/unit/test_options \
	tests/unit/test_order \
	tests/unit/test_peer \
	tests/unit/test_policy \
	tests/unit/test_process \
	tests/unit/test_process_source \
	tests/unit/test_procstat \
	tests/unit/test_report \
	tests/unit/test_rules \
	tests/unit/test_rules_file \
	tests/unit/test_rundir \
	tests/unit/test_server \
	tests/unit/test_session \
	tests/unit/test_sockets \
	tests/unit/test_stamp_clock \
	tests/unit/test_status \
	tests/unit/test_tcp \
	tests/unit/test_terminals \
	tests/unit/test_text \
	tests/unit/test_totals \
	tests/unit/test_traces \
	tests/unit/test_traffic \
	tests/unit/test_tty_clock \
	tests/unit/test_warning

HELPER_TEST_LIBS = $(HELPER_LIBS) $(CMOCKA_LIBS)
tests_sim_test_simulation_SOURCES = \
	tests/fault/row.c tests/fault/row.h \
	tests/sim/test_simulation.c \
	tests/sim/print.c \
	tests/sim/promises.c tests/sim/promises.h \
	tests/sim/scenario.c tests/sim/scenario.h \
	tests/sim/session.c tests/sim/session.h \
	tests/sim/ssh.c tests/sim/ssh.h \
	tests/sim/watcher.c tests/sim/watcher.h \
	tests/sim/world.c tests/sim/world.h tests/sim/world_inside.h \
	tests/sim/world_channels.c \
	tests/sim/world_ssh.c \
	tests/sim/world_terminals.c \
	tests/sim/world_wire.c
tests_sim_test_simulation_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_account_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_activity_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_caller_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_cgroup_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_engine_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_engine_extend_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_engine_warnings_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_ladder_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_members_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_members_signal_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_members_survey_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_memory_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_network_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_network_plain_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_observer_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_peer_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_process_source_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_report_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_server_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_sockets_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_stamp_clock_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_tcp_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_terminals_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_totals_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_traces_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_traffic_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_tty_clock_LDADD = $(HELPER_TEST_LIBS)
tests_unit_test_warning_LDADD = $(HELPER_TEST_LIBS)

# Confines itself to a RUN_DIR of its own; landlock.c is built in for that.
tests_unit_test_landlock_SOURCES = tests/unit/test_landlock.c helper/landlock.c
tests_unit_test_landlock_CPPFLAGS = $(AM_CPPFLAGS) -URUN_DIR -DRUN_DIR='"test_landlock.run"'

# Where there is a filter at all: the very program that was made for the watchdog.
if SECCOMP
UNIT_TESTS += tests/unit/test_filter
tests_unit_test_filter_SOURCES = tests/unit/test_filter.c
nodist_tests_unit_test_filter_SOURCES = helper/filter_program.h
tests_unit_test_filter_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_builddir)
tests_unit_test_filter_LDADD = $(HELPER_TEST_LIBS)

$(tests_unit_test_filter_OBJECTS): helper/filter_program.h
endif

# The command: its pure parts, then the whole of it with its RUN_DIR, its rules
# and its PAM files below the current directory, against watchdogs that are not
# there. The program's own files stand before those of the archives.
UNIT_TESTS += \
	tests/ctl/test_audit \
	tests/ctl/test_audit_state \
	tests/ctl/test_complete \
	tests/ctl/test_history \
	tests/ctl/test_log_line \
	tests/ctl/test_logind_conf \
	tests/ctl/test_moment \
	tests/ctl/test_nearest \
	tests/ctl/test_pam_control \
	tests/ctl/test_place \
	tests/ctl/test_prefix \
	tests/ctl/test_program_output \
	tests/ctl/test_rule_cover \
	tests/ctl/test_shell_timeout \
	tests/ctl/test_sshd_settings \
	tests/ctl/test_syslog_line \
	tests/ctl/test_table \
	tests/ctl/test_top_model \
	tests/ctl/test_utf8 \
	tests/ctl/test_words

CTL_TEST_LIBS = $(CTL_LIBS) $(CMOCKA_LIBS)
tests_ctl_test_audit_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_audit_state_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_complete_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_history_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_logind_conf_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_moment_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_syslog_line_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_nearest_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_pam_control_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_place_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_prefix_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_rule_cover_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_shell_timeout_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_sshd_settings_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_table_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_top_model_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_utf8_LDADD = $(CTL_TEST_LIBS)
tests_ctl_test_words_LDADD = $(CTL_TEST_LIBS)

# Runs programs of its own, from "bin" in the current directory.
tests_ctl_test_program_output_SOURCES = tests/ctl/test_program_output.c tests/ctl/log_places.c
tests_ctl_test_program_output_LDADD = $(CTL_TEST_LIBS)

# Reads back what watchdog and module write.
tests_ctl_test_log_line_LDADD = \
	pam_idletimeout/libmodule.la helper/libhelper.la $(CTL_TEST_LIBS) $(AUDIT_LIBS) $(CAPNG_LIBS) $(PAM_LIBS)

check_PROGRAMS += tests/ctl/test_idletimeout
tests_ctl_test_idletimeout_SOURCES = \
	ctl/check_system.c ctl/main.c ctl/pam_services.c ctl/pam_stack.c \
	common/account.c common/options.c common/rundir.c \
	tests/ctl/audit_state.c tests/ctl/check_places.c tests/ctl/log_places.c
tests_ctl_test_idletimeout_CPPFLAGS = \
	$(AM_CPPFLAGS) -URUN_DIR -DRUN_DIR='"run"' \
	-URULES_PATH -DRULES_PATH='"/proc/self/cwd/idletimeout.conf"' \
	-DPAM_CONF_DIR='"pam.d"' -DPAM_VENDOR_DIR='"vendor"' \
	-DACCOUNT_FILE='"passwd"'
tests_ctl_test_idletimeout_LDADD = $(CTL_LIBS)

CTL_CHECKS = \
	tests/ctl/check_check.py \
	tests/ctl/check_completion.sh \
	tests/ctl/check_completion_zsh.sh \
	tests/ctl/check_explain.py \
	tests/ctl/check_list.py \
	tests/ctl/check_log.py \
	tests/ctl/check_manual.sh \
	tests/ctl/check_metrics.py \
	tests/ctl/check_orders.py \
	tests/ctl/check_promtool.py \
	tests/ctl/check_show.py \
	tests/ctl/check_top.py
TESTS += $(CTL_CHECKS)
EXTRA_DIST += \
	$(CTL_CHECKS) tests/ctl/driver.py tests/ctl/fake.py tests/ctl/golden \
	tests/ctl/records tests/ctl/records.py

# The module in hosts of every kind, loaded by libpam without privilege: built
# once more, with its watchdog, rules and run directory below the current directory.
PAM_TESTS = \
	tests/pam/test_arguments \
	tests/pam/test_connection \
	tests/pam/test_failures \
	tests/pam/test_hosts \
	tests/pam/test_lifeline \
	tests/pam/test_load \
	tests/pam/test_login \
	tests/pam/test_rules \
	tests/pam/test_start

PAM_TEST_CPPFLAGS = \
	$(AM_CPPFLAGS) $(PAM_CFLAGS) -URUN_DIR -DRUN_DIR='"/proc/self/cwd/run"' \
	-UWATCHDOG_PATH -DWATCHDOG_PATH='"/proc/self/cwd/idle-watchdog"' \
	-URULES_PATH -DRULES_PATH='"/proc/self/cwd/idletimeout.conf"'

tests_pam_pam_idletimeout_la_SOURCES = \
	pam_idletimeout/module.c $(pam_idletimeout_libmodule_la_SOURCES) \
	$(common_libcommon_la_SOURCES)
tests_pam_pam_idletimeout_la_CPPFLAGS = $(PAM_TEST_CPPFLAGS)
tests_pam_pam_idletimeout_la_CFLAGS = $(AM_CFLAGS) -fvisibility=default
tests_pam_pam_idletimeout_la_LDFLAGS = \
	$(pam_idletimeout_pam_idletimeout_la_LDFLAGS) -rpath /nonexistent
tests_pam_pam_idletimeout_la_LIBADD = $(PAM_LIBS)

tests_pam_libhost_la_SOURCES = \
	tests/pam/host.c tests/pam/host.h \
	tests/pam/scenario.c tests/pam/scenario.h \
	tests/pam/snapshot.c tests/pam/snapshot.h \
	tests/pam/tcp.c tests/pam/tcp.h \
	tests/fault/row.c tests/fault/row.h
tests_pam_libhost_la_CPPFLAGS = $(AM_CPPFLAGS) $(PAM_CFLAGS)

PAM_TEST_LIBS = tests/pam/libhost.la common/libcommon.la $(PAM_LIBS) $(CMOCKA_LIBS)
tests_pam_test_arguments_LDADD = $(PAM_TEST_LIBS)
tests_pam_test_connection_LDADD = $(PAM_TEST_LIBS)
tests_pam_test_failures_LDADD = $(PAM_TEST_LIBS)
tests_pam_test_hosts_LDADD = $(PAM_TEST_LIBS) -lpthread
tests_pam_test_lifeline_LDADD = $(PAM_TEST_LIBS)
tests_pam_test_login_LDADD = $(PAM_TEST_LIBS)
tests_pam_test_rules_LDADD = $(PAM_TEST_LIBS)
tests_pam_test_start_LDADD = $(PAM_TEST_LIBS)
tests_pam_fake_watchdog_LDADD = common/libcommon.la

if HAVE_CMOCKA
check_LTLIBRARIES = tests/pam/libhost.la tests/pam/pam_idletimeout.la
check_PROGRAMS += $(PAM_TESTS) tests/pam/fake_watchdog
TESTS += $(PAM_TESTS)
endif

include $(top_srcdir)/tests/fault/local.mk

TESTS += tests/pam/check_module.sh tests/unit/check_documents.py
EXTRA_DIST += tests/pam/check_module.sh tests/unit/check_documents.py tests/unit/check_static.sh

if STATIC_WATCHDOG
TESTS += tests/unit/check_static.sh
endif

AM_CPPFLAGS += $(CMOCKA_CFLAGS)
LDADD = common/libcommon.la $(CMOCKA_LIBS)
EXTRA_DIST += \
	tests/unit/engine.h tests/unit/loopback.h tests/unit/tree.h tests/unit/unit.h \
	tests/vectors

if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
endif

# What tests find in their environment: the tree, and what was built.
AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	MODULE='$(abs_top_builddir)/$(MODULE_SO)'; export MODULE; \
	NM='$(NM)'; export NM; \
	READELF='$(READELF)'; export READELF; \
	WATCHDOG='$(abs_top_builddir)/helper/idle-watchdog'; export WATCHDOG; \
	COMMAND='$(abs_top_builddir)/ctl/idletimeout'; export COMMAND;

# -- Fuzzing: one program of one target, with the main of libFuzzer or, so that
# make check runs each target briefly, with one that replays its corpus --------

FUZZ_TARGETS = \
	tests/fuzz/fuzz_duration \
	tests/fuzz/fuzz_endpoint \
	tests/fuzz/fuzz_foreign \
	tests/fuzz/fuzz_line \
	tests/fuzz/fuzz_moment \
	tests/fuzz/fuzz_order \
	tests/fuzz/fuzz_policy \
	tests/fuzz/fuzz_procstat \
	tests/fuzz/fuzz_rules \
	tests/fuzz/fuzz_session \
	tests/fuzz/fuzz_sockets \
	tests/fuzz/fuzz_status \
	tests/fuzz/fuzz_totals

if FUZZING
FUZZ_MAIN =
noinst_PROGRAMS += $(FUZZ_TARGETS)
else
FUZZ_MAIN = tests/fuzz/replay.c
check_PROGRAMS += $(FUZZ_TARGETS)
TESTS += $(FUZZ_TARGETS)
endif

FUZZ_LIBS = common/libcommon.la $(FUZZING_LIBS)
tests_fuzz_fuzz_duration_SOURCES = tests/fuzz/fuzz_duration.c $(FUZZ_MAIN)
tests_fuzz_fuzz_duration_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_endpoint_SOURCES = tests/fuzz/fuzz_endpoint.c $(FUZZ_MAIN)
tests_fuzz_fuzz_endpoint_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_foreign_SOURCES = tests/fuzz/fuzz_foreign.c $(FUZZ_MAIN)
tests_fuzz_fuzz_foreign_LDADD = ctl/libctl.la $(FUZZ_LIBS)
tests_fuzz_fuzz_line_SOURCES = tests/fuzz/fuzz_line.c $(FUZZ_MAIN)
tests_fuzz_fuzz_line_LDADD = ctl/libctl.la $(FUZZ_LIBS)
tests_fuzz_fuzz_moment_SOURCES = tests/fuzz/fuzz_moment.c $(FUZZ_MAIN)
tests_fuzz_fuzz_moment_LDADD = ctl/libctl.la $(FUZZ_LIBS)
tests_fuzz_fuzz_order_SOURCES = tests/fuzz/fuzz_order.c $(FUZZ_MAIN)
tests_fuzz_fuzz_order_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_policy_SOURCES = tests/fuzz/fuzz_policy.c $(FUZZ_MAIN)
tests_fuzz_fuzz_policy_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_procstat_SOURCES = tests/fuzz/fuzz_procstat.c $(FUZZ_MAIN)
tests_fuzz_fuzz_procstat_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_rules_SOURCES = tests/fuzz/fuzz_rules.c $(FUZZ_MAIN)
tests_fuzz_fuzz_rules_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_session_SOURCES = tests/fuzz/fuzz_session.c $(FUZZ_MAIN)
tests_fuzz_fuzz_session_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_sockets_SOURCES = tests/fuzz/fuzz_sockets.c $(FUZZ_MAIN)
tests_fuzz_fuzz_sockets_LDADD = $(HELPER_LIBS) $(FUZZING_LIBS)
tests_fuzz_fuzz_status_SOURCES = tests/fuzz/fuzz_status.c $(FUZZ_MAIN)
tests_fuzz_fuzz_status_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_totals_SOURCES = tests/fuzz/fuzz_totals.c $(FUZZ_MAIN)
tests_fuzz_fuzz_totals_LDADD = $(FUZZ_LIBS)

EXTRA_DIST += tests/fuzz/corpus tests/fuzz/fuzz.h tests/fuzz/replay.c

# -- Real daemons: needs root and an installed build, so not of make check ----

PYTEST = python3 -m pytest

check-integration: all
	$(srcdir)/tests/integration/run $(PYTEST_FLAGS)

.PHONY: check-integration

TESTS += tests/bench/peers/check_peers.py

EXTRA_DIST += tests/analysis tests/bench tests/integration tests/packaging tests/releases tests/systemd
