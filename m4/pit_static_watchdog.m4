# SPDX-License-Identifier: BSD-3-Clause

# PIT_STATIC_WATCHDOG
# --disable-static-watchdog; sets STATIC_LDFLAGS and the conditional
# STATIC_WATCHDOG. After AUDIT and CAPNG.
AC_DEFUN([PIT_STATIC_WATCHDOG],
[AC_ARG_ENABLE([static-watchdog],
	[AS_HELP_STRING([--disable-static-watchdog],
		[link idle-watchdog with shared libraries. Static, the default
		where it can be linked so, it takes half the memory for each
		session and starts faster, but what is mended in libc, libaudit
		or libcap-ng reaches it by a new build only])],
	[], [enable_static_watchdog=check])
STATIC_LDFLAGS=
# The runtime of a sanitizer is a shared library.
AS_IF([test "x$enable_sanitizers" != xno],
	[AS_IF([test "x$enable_static_watchdog" = xyes],
		[AC_MSG_ERROR([--enable-static-watchdog: a sanitizer needs a dynamic program])])
	enable_static_watchdog=no])
AS_IF([test "x$enable_static_watchdog" != xno], [
	AC_MSG_CHECKING([whether a static watchdog can be linked])
	pit_saved_cflags=$CFLAGS pit_saved_libs=$LIBS
	CFLAGS="$CFLAGS $PIE_CFLAGS -static-pie"
	LIBS="$AUDIT_LIBS $CAPNG_LIBS $LIBS"
	AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <libaudit.h>
#include <cap-ng.h>]], [[capng_clear(CAPNG_SELECT_ALL); return audit_open();]])],
		[pit_static=yes], [pit_static=no])
	CFLAGS=$pit_saved_cflags LIBS=$pit_saved_libs
	AC_MSG_RESULT([$pit_static])
	AS_IF([test "$enable_static_watchdog/$pit_static" = yes/no],
		[AC_MSG_ERROR([--enable-static-watchdog needs a linker for static-pie, libc.a, libaudit.a and libcap-ng.a (libc6-dev, libaudit-dev, libcap-ng-dev)])])
	enable_static_watchdog=$pit_static
])
AS_IF([test "x$enable_static_watchdog" = xyes], [STATIC_LDFLAGS=-static-pie])
AC_SUBST([STATIC_LDFLAGS])
AM_CONDITIONAL([STATIC_WATCHDOG], [test "x$enable_static_watchdog" = xyes])
])
