# SPDX-License-Identifier: BSD-3-Clause
#
# The account and the run directory, as systemd declares them. Installed where
# configure was told to: a package wants them, an installation by hand makes the
# account itself.

CONF_FILES = packaging/sysusers.conf packaging/tmpfiles.conf

FILL_CONF = sed -e 's|@WATCHDOG_USER@|$(watchdog_user)|g' -e 's|@RUN_DIR@|$(rundir)|g'

$(CONF_FILES): Makefile packaging/sysusers.conf.in packaging/tmpfiles.conf.in
	$(AM_V_GEN)$(MKDIR_P) packaging && \
		$(FILL_CONF) <$(srcdir)/$@.in >$@.part && mv $@.part $@

# Both are called like the project, and not like the files here.
install-data-local: $(CONF_FILES)
	test -z '$(sysusersdir)' || { $(MKDIR_P) '$(DESTDIR)$(sysusersdir)' && \
		$(INSTALL_DATA) packaging/sysusers.conf '$(DESTDIR)$(sysusersdir)/$(PACKAGE).conf'; }
	test -z '$(tmpfilesdir)' || { $(MKDIR_P) '$(DESTDIR)$(tmpfilesdir)' && \
		$(INSTALL_DATA) packaging/tmpfiles.conf '$(DESTDIR)$(tmpfilesdir)/$(PACKAGE).conf'; }

uninstall-local:
	test -z '$(sysusersdir)' || rm -f '$(DESTDIR)$(sysusersdir)/$(PACKAGE).conf'
	test -z '$(tmpfilesdir)' || rm -f '$(DESTDIR)$(tmpfilesdir)/$(PACKAGE).conf'

CLEANFILES += $(CONF_FILES)
EXTRA_DIST += \
	packaging/README packaging/build-deb packaging/build-rpm packaging/common.sh packaging/debian packaging/rpm \
	packaging/sysusers.conf.in packaging/tmpfiles.conf.in
