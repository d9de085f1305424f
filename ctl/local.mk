# SPDX-License-Identifier: BSD-3-Clause
#
# idletimeout, the administrator's command. Everything but main is an archive,
# so that tests can link it.

sbin_PROGRAMS = ctl/idletimeout
noinst_LTLIBRARIES += ctl/libctl.la

ctl_libctl_la_CPPFLAGS = $(AM_CPPFLAGS) $(AUDIT_CFLAGS) $(JSONC_CFLAGS)
ctl_libctl_la_SOURCES = \
	ctl/ask.c ctl/ask.h \
	ctl/audit.c ctl/audit.h \
	ctl/close.c ctl/close.h \
	ctl/command.c ctl/command.h \
	ctl/explain.c ctl/explain.h \
	ctl/explain_json.c \
	ctl/explain_text.c \
	ctl/extend.c ctl/extend.h \
	ctl/give.c ctl/give.h \
	ctl/ids.c ctl/ids.h \
	ctl/json.c ctl/json.h \
	ctl/list.c ctl/list.h \
	ctl/list_json.c \
	ctl/list_table.c \
	ctl/nearest.c ctl/nearest.h \
	ctl/pam_stack.c ctl/pam_stack.h \
	ctl/pick.c ctl/pick.h \
	ctl/prefix.c ctl/prefix.h \
	ctl/record.c ctl/record.h \
	ctl/session_json.c ctl/session_json.h \
	ctl/sessions.c ctl/sessions.h \
	ctl/show.c ctl/show.h \
	ctl/show_text.c \
	ctl/table.c ctl/table.h \
	ctl/utf8.c ctl/utf8.h \
	ctl/words.c ctl/words.h

CTL_LIBS = ctl/libctl.la common/libcommon.la $(AUDIT_LIBS) $(JSONC_LIBS)

ctl_idletimeout_SOURCES = ctl/main.c
ctl_idletimeout_LDADD = $(CTL_LIBS)
