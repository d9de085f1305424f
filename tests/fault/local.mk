# SPDX-License-Identifier: BSD-3-Clause
#
# Module and watchdog built once more, with every call in the hands of
# fault.h. Their run directory is in a /run that tests have to themselves.

FAULT_WRAP = \
	-Wl,--wrap=bind,--wrap=calloc,--wrap=dup2,--wrap=epoll_create1,--wrap=epoll_ctl \
	-Wl,--wrap=epoll_wait,--wrap=execve,--wrap=fchmod,--wrap=fchown,--wrap=fchownat,--wrap=fcntl \
	-Wl,--wrap=fopen,--wrap=fork,--wrap=ftruncate,--wrap=getrandom,--wrap=linkat,--wrap=listen \
	-Wl,--wrap=malloc,--wrap=mkdir,--wrap=open,--wrap=openat,--wrap=opendir,--wrap=pipe2 \
	-Wl,--wrap=poll,--wrap=prctl,--wrap=pread,--wrap=pwrite,--wrap=read,--wrap=readdir \
	-Wl,--wrap=recvfrom,--wrap=recvmsg,--wrap=send,--wrap=sendmsg,--wrap=sendto,--wrap=setgroups \
	-Wl,--wrap=setsockopt,--wrap=shutdown,--wrap=socket,--wrap=socketpair,--wrap=stat \
	-Wl,--wrap=syscall,--wrap=timerfd_create,--wrap=timerfd_settime,--wrap=unlinkat,--wrap=waitpid \
	-Wl,--wrap=write
FAULT_WRAP_PAM = \
	-Wl,--wrap=pam_modutil_getpwnam,--wrap=pam_set_data
FAULT_WRAP_WATCHDOG = \
	-Wl,--wrap=__syslog_chk,--wrap=audit_encode_nv_string,--wrap=audit_log_user_message \
	-Wl,--wrap=audit_open,--wrap=capng_change_id,--wrap=capng_get_caps_process,--wrap=capng_lock \
	-Wl,--wrap=filter_install,--wrap=syslog

FAULT_SOURCES = tests/fault/calls.c tests/fault/fault.c tests/fault/fault.h
FAULT_CPPFLAGS = \
	$(AM_CPPFLAGS) -URUN_DIR -DRUN_DIR='"/run/idletimeout-fault"' \
	-UWATCHDOG_PATH -DWATCHDOG_PATH='"/proc/self/cwd/idle-watchdog"' \
	-URULES_PATH -DRULES_PATH='"/proc/self/cwd/idletimeout.conf"' \
	-UWATCHDOG_USER -DWATCHDOG_USER='"nobody"'

tests_fault_pam_idletimeout_la_SOURCES = \
	$(tests_pam_pam_idletimeout_la_SOURCES) $(FAULT_SOURCES) tests/fault/calls_pam.c
tests_fault_pam_idletimeout_la_CPPFLAGS = $(FAULT_CPPFLAGS) $(PAM_CFLAGS) -DFAULT_PROGRAM=FAULT_IN_MODULE
tests_fault_pam_idletimeout_la_CFLAGS = $(tests_pam_pam_idletimeout_la_CFLAGS)
tests_fault_pam_idletimeout_la_LDFLAGS = \
	$(tests_pam_pam_idletimeout_la_LDFLAGS) $(FAULT_WRAP) $(FAULT_WRAP_PAM)
tests_fault_pam_idletimeout_la_LIBADD = $(PAM_LIBS)

tests_fault_idle_watchdog_SOURCES = \
	helper/main.c $(helper_libhelper_la_SOURCES) $(common_libcommon_la_SOURCES) \
	$(FAULT_SOURCES) tests/fault/calls_watchdog.c
tests_fault_idle_watchdog_CPPFLAGS = \
	$(FAULT_CPPFLAGS) $(AUDIT_CFLAGS) $(CAPNG_CFLAGS) -DFAULT_PROGRAM=FAULT_IN_WATCHDOG
tests_fault_idle_watchdog_LDFLAGS = $(AM_LDFLAGS) $(FAULT_WRAP) $(FAULT_WRAP_WATCHDOG)
tests_fault_idle_watchdog_LDADD = $(AUDIT_LIBS) $(CAPNG_LIBS)

FAULT_TESTS = tests/fault/test_module tests/fault/test_pids tests/fault/test_watchdog
FAULT_TEST_SOURCES = tests/fault/plan.c tests/fault/plan.h
tests_fault_test_module_SOURCES = tests/fault/test_module.c $(FAULT_TEST_SOURCES)
tests_fault_test_module_LDADD = $(PAM_TEST_LIBS)
tests_fault_test_pids_SOURCES = tests/fault/test_pids.c $(FAULT_TEST_SOURCES)
tests_fault_test_pids_LDADD = $(PAM_TEST_LIBS)
tests_fault_test_watchdog_SOURCES = tests/fault/test_watchdog.c $(FAULT_TEST_SOURCES)
tests_fault_test_watchdog_LDADD = $(PAM_TEST_LIBS)

if HAVE_CMOCKA
check_LTLIBRARIES += tests/fault/pam_idletimeout.la
check_PROGRAMS += $(FAULT_TESTS) tests/fault/idle-watchdog
TESTS += $(FAULT_TESTS)
endif

TESTS += tests/fault/check_signals.sh
EXTRA_DIST += tests/fault/check_signals.sh tests/fault/report
