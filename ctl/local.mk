# SPDX-License-Identifier: BSD-3-Clause
#
# idletimeout, the administrator's command. Everything but main is an archive,
# so that tests can link it.

sbin_PROGRAMS = ctl/idletimeout
noinst_LTLIBRARIES += ctl/libctl.la

ctl_libctl_la_CPPFLAGS = $(AM_CPPFLAGS) $(AUDIT_CFLAGS) $(JSONC_CFLAGS) $(AUPARSE_CFLAGS)
ctl_libctl_la_SOURCES = \
	ctl/ask.c ctl/ask.h \
	ctl/audit.c ctl/audit.h \
	ctl/audit_logs.c ctl/audit_logs.h \
	ctl/audit_record.h \
	ctl/audit_state.c ctl/audit_state.h \
	ctl/auth_log.c ctl/auth_log.h \
	ctl/check.c ctl/check.h \
	ctl/check_cases.c \
	ctl/check_files.c \
	ctl/check_idlers.c \
	ctl/check_json.c \
	ctl/check_places.c ctl/check_places.h \
	ctl/check_policy.c \
	ctl/check_profile.c \
	ctl/check_rules.c \
	ctl/check_shared.c \
	ctl/check_sshd.c \
	ctl/check_stack.c \
	ctl/check_system.c \
	ctl/check_text.c \
	ctl/child.c ctl/child.h \
	ctl/close.c ctl/close.h \
	ctl/command.c ctl/command.h \
	ctl/complete.c ctl/complete.h \
	ctl/event.c ctl/event.h \
	ctl/explain.c ctl/explain.h \
	ctl/explain_json.c \
	ctl/explain_text.c \
	ctl/extend.c ctl/extend.h \
	ctl/finding.c ctl/finding.h \
	ctl/give.c ctl/give.h \
	ctl/history.c ctl/history.h \
	ctl/ids.c ctl/ids.h \
	ctl/journal.c ctl/journal.h \
	ctl/json.c ctl/json.h \
	ctl/lines.c ctl/lines.h \
	ctl/list.c ctl/list.h \
	ctl/list_json.c \
	ctl/list_table.c \
	ctl/log.c ctl/log.h \
	ctl/log_json.c \
	ctl/log_line.c ctl/log_line.h \
	ctl/log_places.c ctl/log_places.h \
	ctl/log_read.c \
	ctl/log_request.c \
	ctl/log_source.c ctl/log_source.h \
	ctl/log_table.c \
	ctl/logind_conf.c ctl/logind_conf.h \
	ctl/metrics.c ctl/metrics.h \
	ctl/metrics_text.c \
	ctl/moment.c ctl/moment.h \
	ctl/names.c ctl/names.h \
	ctl/nearest.c ctl/nearest.h \
	ctl/pam_control.c ctl/pam_control.h \
	ctl/pam_services.c ctl/pam_services.h \
	ctl/pam_stack.c ctl/pam_stack.h \
	ctl/pick.c ctl/pick.h \
	ctl/place.c ctl/place.h \
	ctl/prefix.c ctl/prefix.h \
	ctl/profile.c ctl/profile.h \
	ctl/program_output.c ctl/program_output.h \
	ctl/record.c ctl/record.h \
	ctl/replacement.c ctl/replacement.h \
	ctl/rule_cover.c ctl/rule_cover.h \
	ctl/session_json.c ctl/session_json.h \
	ctl/sessions.c ctl/sessions.h \
	ctl/shell_timeout.c ctl/shell_timeout.h \
	ctl/show.c ctl/show.h \
	ctl/show_text.c \
	ctl/sshd_settings.c ctl/sshd_settings.h \
	ctl/syslog_line.c ctl/syslog_line.h \
	ctl/table.c ctl/table.h \
	ctl/top_model.c ctl/top_model.h \
	ctl/totals_file.c ctl/totals_file.h \
	ctl/utf8.c ctl/utf8.h \
	ctl/words.c ctl/words.h

if HAVE_AUPARSE
ctl_libctl_la_SOURCES += ctl/audit_record.c
else
ctl_libctl_la_SOURCES += ctl/audit_record_absent.c
endif

CTL_LIBS = ctl/libctl.la common/libcommon.la $(AUDIT_LIBS) $(JSONC_LIBS) $(AUPARSE_LIBS) $(CURSES_LIBS)

if HAVE_CURSES
ctl_libctl_la_CPPFLAGS += $(CURSES_CFLAGS)
ctl_libctl_la_SOURCES += \
	ctl/screen.c ctl/screen.h \
	ctl/screen_curses.c \
	ctl/screen_plain.c \
	ctl/top.c ctl/top.h
endif

ctl_idletimeout_SOURCES = ctl/main.c
ctl_idletimeout_LDADD = $(CTL_LIBS)

# Completion of the shells. What can be completed is asked of the program, so
# that these two know its place and nothing else of it.
bashcompletiondir = $(datadir)/bash-completion/completions
bashcompletion_DATA = ctl/completion/idletimeout
zshcompletiondir = $(datadir)/zsh/site-functions
zshcompletion_DATA = ctl/completion/_idletimeout

FILL_COMPLETION = sed 's|@COMMAND@|$(sbindir)/idletimeout|g'

ctl/completion/idletimeout: ctl/completion/bash.in Makefile
	$(AM_V_GEN)$(MKDIR_P) ctl/completion && \
		$(FILL_COMPLETION) <$(srcdir)/ctl/completion/bash.in >$@.part && mv $@.part $@

ctl/completion/_idletimeout: ctl/completion/zsh.in Makefile
	$(AM_V_GEN)$(MKDIR_P) ctl/completion && \
		$(FILL_COMPLETION) <$(srcdir)/ctl/completion/zsh.in >$@.part && mv $@.part $@

CLEANFILES += $(bashcompletion_DATA) $(zshcompletion_DATA)
EXTRA_DIST += ctl/completion/bash.in ctl/completion/zsh.in
