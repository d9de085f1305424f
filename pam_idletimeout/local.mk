# SPDX-License-Identifier: BSD-3-Clause
#
# The PAM module. module.c holds the entry points and nothing else; the rest is
# an archive, so that tests can link it.

noinst_LTLIBRARIES += pam_idletimeout/libmodule.la
pam_LTLIBRARIES = pam_idletimeout/pam_idletimeout.la

pam_idletimeout_libmodule_la_CPPFLAGS = $(AM_CPPFLAGS) $(PAM_CFLAGS)
pam_idletimeout_libmodule_la_SOURCES = \
	pam_idletimeout/arm.c pam_idletimeout/arm.h \
	pam_idletimeout/child.c pam_idletimeout/child.h \
	pam_idletimeout/choose.c pam_idletimeout/choose.h \
	pam_idletimeout/connection.c pam_idletimeout/connection.h \
	pam_idletimeout/describe.c pam_idletimeout/describe.h \
	pam_idletimeout/groups.c pam_idletimeout/groups.h \
	pam_idletimeout/login.c pam_idletimeout/login.h \
	pam_idletimeout/loss.c pam_idletimeout/loss.h \
	pam_idletimeout/open.c pam_idletimeout/open.h \
	pam_idletimeout/reason.c pam_idletimeout/reason.h \
	pam_idletimeout/spawn.c pam_idletimeout/spawn.h \
	pam_idletimeout/state.c pam_idletimeout/state.h \
	pam_idletimeout/watchdog.c pam_idletimeout/watchdog.h

# module.map is the list of exports. -fvisibility=default lets it see them:
# libpam's header does not mark its entry points.
pam_idletimeout_pam_idletimeout_la_SOURCES = pam_idletimeout/module.c
pam_idletimeout_pam_idletimeout_la_CPPFLAGS = $(AM_CPPFLAGS) $(PAM_CFLAGS)
pam_idletimeout_pam_idletimeout_la_CFLAGS = $(AM_CFLAGS) -fvisibility=default
pam_idletimeout_pam_idletimeout_la_LDFLAGS = \
	-module -avoid-version -shared -no-undefined \
	-Wl,--version-script=$(top_srcdir)/pam_idletimeout/module.map \
	$(PROJECT_LDFLAGS) $(HARDENING_LDFLAGS) $(MODULE_LDFLAGS) $(BUILD_LDFLAGS)
pam_idletimeout_pam_idletimeout_la_LIBADD = \
	pam_idletimeout/libmodule.la common/libcommon.la $(PAM_LIBS)
EXTRA_pam_idletimeout_pam_idletimeout_la_DEPENDENCIES = \
	$(top_srcdir)/pam_idletimeout/module.map

EXTRA_DIST += pam_idletimeout/module.map

MODULE_SO = pam_idletimeout/.libs/pam_idletimeout.so

# libpam opens the .so; libtool's note about it has no place beside it. Without
# the note libtool does not know what to remove, either.
install-data-hook:
	rm -f $(DESTDIR)$(pamdir)/pam_idletimeout.la

uninstall-hook:
	rm -f $(DESTDIR)$(pamdir)/pam_idletimeout.so
