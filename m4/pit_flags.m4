# SPDX-License-Identifier: BSD-3-Clause
#
# Asking the compiler and the linker which flags they take, one flag at a time.
# Warnings count as refusals: a flag that is only ignored must not be used.

# _PIT_PROBE - a program with something to protect, warn about and link.
m4_define([_PIT_PROBE], [AC_LANG_SOURCE([[
#include <string.h>

int pit_probe(const char *text);

int pit_probe(const char *text)
{
	char copy[64];

	strncpy(copy, text, sizeof(copy) - 1);
	copy[sizeof(copy) - 1] = '\0';
	return copy[0] + copy[1];
}

int main(int argc, char **argv)
{
	return argc > 0 ? pit_probe(argv[0]) : 1;
}
]])])

# PIT_CC_FLAG(VARIABLE, FLAG)
# Appends FLAG to VARIABLE if the compiler takes it without complaint.
AC_DEFUN([PIT_CC_FLAG],
[AS_VAR_PUSHDEF([pit_cache], [pit_cv_cc_flag_$2])dnl
AC_CACHE_CHECK([whether $CC accepts $2], [pit_cache],
	[pit_saved_cflags=$CFLAGS
	CFLAGS="$CFLAGS -Werror $2"
	AC_COMPILE_IFELSE([_PIT_PROBE],
		[AS_VAR_SET([pit_cache], [yes])], [AS_VAR_SET([pit_cache], [no])])
	CFLAGS=$pit_saved_cflags])
AS_VAR_IF([pit_cache], [yes], [AS_VAR_APPEND([$1], [" $2"])])
AS_VAR_POPDEF([pit_cache])dnl
])

# PIT_LD_FLAG(VARIABLE, FLAG, [COMPILER-FLAG])
# Appends FLAG to VARIABLE if a program, compiled with COMPILER-FLAG, links with
# it. GNU ld only warns of a -z keyword it does not know: let that be fatal.
AC_DEFUN([PIT_LD_FLAG],
[AS_VAR_PUSHDEF([pit_cache], [pit_cv_ld_flag_$2])dnl
AC_CACHE_CHECK([whether the linker accepts $2], [pit_cache],
	[pit_saved_cflags=$CFLAGS
	pit_saved_ldflags=$LDFLAGS
	CFLAGS="$CFLAGS -Werror $3"
	LDFLAGS="$LDFLAGS -Wl,--fatal-warnings $2"
	AC_LINK_IFELSE([_PIT_PROBE],
		[AS_VAR_SET([pit_cache], [yes])], [AS_VAR_SET([pit_cache], [no])])
	CFLAGS=$pit_saved_cflags
	LDFLAGS=$pit_saved_ldflags])
AS_VAR_IF([pit_cache], [yes], [AS_VAR_APPEND([$1], [" $2"])])
AS_VAR_POPDEF([pit_cache])dnl
])

# PIT_CC_FLAGS(VARIABLE, FLAGS), PIT_LD_FLAGS(VARIABLE, FLAGS)
# The same for a list of flags separated by blanks.
AC_DEFUN([PIT_CC_FLAGS],
[m4_foreach_w([pit_flag], [$2], [PIT_CC_FLAG([$1], m4_dquote(pit_flag))])])

AC_DEFUN([PIT_LD_FLAGS],
[m4_foreach_w([pit_flag], [$2], [PIT_LD_FLAG([$1], m4_dquote(pit_flag))])])
