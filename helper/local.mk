# SPDX-License-Identifier: BSD-3-Clause
#
# idle-watchdog, everything but main of which is an archive, so that tests can link it; and idle-groups, which it becomes
# where it is asked about groups.

watchdogdir = $(libexecdir)/pam_idletimeout
watchdog_PROGRAMS = helper/idle-groups helper/idle-watchdog
noinst_LTLIBRARIES += helper/libhelper.la

helper_libhelper_la_CPPFLAGS = $(AM_CPPFLAGS) $(AUDIT_CFLAGS) $(CAPNG_CFLAGS)
helper_libhelper_la_SOURCES = \
	helper/act.c \
	helper/activity.c helper/activity.h \
	helper/answer.c \
	helper/audit.c helper/audit.h \
	helper/caller.c helper/caller.h \
	helper/cgroup.c helper/cgroup.h \
	helper/children.c helper/children.h \
	helper/deliver.c helper/deliver.h \
	helper/disconnect.c \
	helper/engine.c helper/engine.h \
	helper/filter.h \
	helper/inherit.c helper/inherit.h \
	helper/ladder.c helper/ladder.h \
	helper/landlock.c helper/landlock.h \
	helper/look.c \
	helper/loop.c helper/loop.h \
	helper/members.c helper/members.h \
	helper/members_signal.c \
	helper/memory.c helper/memory.h \
	helper/network.c helper/network.h \
	helper/observer.c helper/observer.h \
	helper/peer.c helper/peer.h \
	helper/privilege.c helper/privilege.h \
	helper/process_source.c helper/process_source.h \
	helper/record_file.c helper/record_file.h \
	helper/report.c helper/report.h \
	helper/server.c helper/server.h \
	helper/sockets.c helper/sockets.h \
	helper/stamp_clock.c helper/stamp_clock.h \
	helper/start.c helper/start.h \
	helper/tcp.c helper/tcp.h \
	helper/terminals.c helper/terminals.h \
	helper/totals.c helper/totals.h \
	helper/traffic.c helper/traffic.h \
	helper/tty_clock.c helper/tty_clock.h \
	helper/warning.c helper/warning.h \
	helper/watch.c helper/watch.h

# The filter of system calls is made by a program that runs where the project is built, as man/fill_manual does. The
# library that it needs is that machine's: make CC_FOR_BUILD=cc SECCOMP_LIBS=-lseccomp
if SECCOMP
helper_libhelper_la_CPPFLAGS += -I$(top_builddir)
helper_libhelper_la_SOURCES += helper/filter.c
nodist_helper_libhelper_la_SOURCES = helper/filter_program.h

helper/make_filter: helper/make_filter.c Makefile
	$(AM_V_GEN)$(MKDIR_P) helper && \
		$(CC_FOR_BUILD) -D_GNU_SOURCE $(SECCOMP_CFLAGS) -o $@ $(srcdir)/helper/make_filter.c $(SECCOMP_LIBS)

helper/filter_program.h: helper/make_filter
	$(AM_V_GEN)helper/make_filter $(SECCOMP_ARCH) >$@.part && mv $@.part $@

$(helper_libhelper_la_OBJECTS): helper/filter_program.h

CLEANFILES += helper/make_filter helper/filter_program.h
else
helper_libhelper_la_SOURCES += helper/filter_absent.c
endif
EXTRA_DIST += helper/make_filter.c

HELPER_LIBS = helper/libhelper.la common/libcommon.la $(AUDIT_LIBS) $(CAPNG_LIBS)

helper_idle_watchdog_SOURCES = helper/main.c
helper_idle_watchdog_CPPFLAGS = $(AM_CPPFLAGS) $(AUDIT_CFLAGS) $(CAPNG_CFLAGS)
helper_idle_watchdog_LDADD = $(HELPER_LIBS)

# doc/BENCHMARKS.md says what is gained.
if STATIC_WATCHDOG
helper_idle_watchdog_SOURCES += helper/no_names.c
helper_idle_watchdog_LDFLAGS = $(PROJECT_LDFLAGS) $(HARDENING_LDFLAGS) $(STATIC_LDFLAGS) $(BUILD_LDFLAGS)
endif

helper_idle_groups_SOURCES = helper/groups.c
helper_idle_groups_LDADD = common/libcommon.la
