# SPDX-License-Identifier: BSD-3-Clause

# PIT_SANITIZERS
# --enable-sanitizers[=LIST]; sets SANITIZER_CFLAGS and SANITIZER_LDFLAGS, and
# enable_sanitizers to the list in force or `no'. A fuzzing build has them on.
AC_DEFUN([PIT_SANITIZERS],
[AC_ARG_ENABLE([sanitizers],
	[AS_HELP_STRING([--enable-sanitizers@<:@=LIST@:>@],
		[build all of it with these sanitizers (address,undefined). For
		tests, not for logins: a module built so can only be loaded by
		a program that is built so too, such as the tests])],
	[], [enable_sanitizers=no])
AS_IF([test "x$enable_sanitizers" = xno && test "x$enable_fuzzing" = xyes],
	[enable_sanitizers=yes])
AS_IF([test "x$enable_sanitizers" = xyes],
	[enable_sanitizers=address,undefined])
SANITIZER_CFLAGS=
SANITIZER_LDFLAGS=
AS_IF([test "x$enable_sanitizers" != xno], [
	pit_sanitize="-fsanitize=$enable_sanitizers"
	AC_MSG_CHECKING([whether $CC can build with $pit_sanitize])
	pit_saved_cflags=$CFLAGS
	CFLAGS="$CFLAGS -Werror $pit_sanitize"
	AC_LINK_IFELSE([_PIT_PROBE], [AC_MSG_RESULT([yes])],
		[AC_MSG_RESULT([no])
		AC_MSG_ERROR([these sanitizers are not available: $enable_sanitizers])])
	CFLAGS=$pit_saved_cflags
	SANITIZER_CFLAGS=$pit_sanitize
	SANITIZER_LDFLAGS=$pit_sanitize
	PIT_CC_FLAGS([SANITIZER_CFLAGS], [-fno-omit-frame-pointer])
	AS_CASE([",$enable_sanitizers,"], [*,undefined,*],
		[AS_VAR_APPEND([SANITIZER_CFLAGS],
			[" -fno-sanitize-recover=undefined"])])
])
AC_SUBST([SANITIZER_CFLAGS])
AC_SUBST([SANITIZER_LDFLAGS])
AM_CONDITIONAL([SANITIZERS], [test "x$enable_sanitizers" != xno])
])
