# SPDX-License-Identifier: BSD-3-Clause
#
# The manuals. fill_manual writes the entries of the options from the option
# table into them, so that what they say is what the parser reads; and the
# places and names that configure was given.
#
# It runs on the machine that builds. Where that is not the one built for:
#	make CC_FOR_BUILD=cc

CC_FOR_BUILD = $(CC)

MANUALS = man/idletimeout.8 man/idletimeout.conf.5 man/pam_idletimeout.8
man_MANS = $(MANUALS)
MANUAL_TEMPLATES = \
	$(srcdir)/man/idletimeout.8.in $(srcdir)/man/idletimeout.conf.5.in \
	$(srcdir)/man/pam_idletimeout.8.in

MANUAL_FILLER = \
	man/fill_manual.c \
	common/duration.c common/options.c common/text.c

man/fill_manual: $(MANUAL_FILLER) common/options.h Makefile
	$(AM_V_GEN)$(MKDIR_P) man && cd $(srcdir) && \
		$(CC_FOR_BUILD) -D_GNU_SOURCE -I. \
		-DRULES_PATH='"$(sysconfdir)/security/idletimeout.conf"' -o $(abs_builddir)/$@ $(MANUAL_FILLER)

$(MANUALS): man/fill_manual Makefile $(MANUAL_TEMPLATES)
	$(AM_V_GEN)man/fill_manual \
		PAM_DIR='$(pamdir)' RUN_DIR='$(rundir)' \
		RULES_PATH='$(sysconfdir)/security/idletimeout.conf' \
		WATCHDOG_PATH='$(watchdogdir)/idle-watchdog' WATCHDOG_USER='$(watchdog_user)' \
		<$(srcdir)/$@.in >$@.part && mv $@.part $@

CLEANFILES += $(MANUALS) man/fill_manual
EXTRA_DIST += man/fill_manual.c $(MANUAL_TEMPLATES)
