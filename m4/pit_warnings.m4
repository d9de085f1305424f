# SPDX-License-Identifier: BSD-3-Clause

# PIT_WARNINGS
# --enable-werror; sets WARNING_CFLAGS to the warnings this compiler knows.
# clang counts -Wsign-conversion as part of -Wconversion, gcc does not: it is
# off for both, so that both say the same.
AC_DEFUN([PIT_WARNINGS],
[AC_ARG_ENABLE([werror],
	[AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])],
	[], [enable_werror=no])
WARNING_CFLAGS=
PIT_CC_FLAGS([WARNING_CFLAGS], [
	-Wall
	-Wextra
	-Wshadow
	-Wconversion
	-Wno-sign-conversion
	-Warith-conversion
	-Wstrict-prototypes
	-Wmissing-prototypes
	-Wmissing-declarations
	-Wmissing-variable-declarations
	-Wold-style-definition
	-Wnested-externs
	-Wredundant-decls
	-Wvla
	-Walloca
	-Wformat=2
	-Wformat-signedness
	-Wcast-qual
	-Wcast-align
	-Wcast-align=strict
	-Wundef
	-Wwrite-strings
	-Wpointer-arith
	-Wimplicit-fallthrough
	-Wfloat-equal
	-Wdouble-promotion
	-Wdate-time
	-Winit-self
	-Wlogical-op
	-Wduplicated-cond
	-Wduplicated-branches
	-Wtrampolines
	-Wcomma
	-Wassign-enum])
AS_IF([test "x$enable_werror" = xyes],
	[WARNING_CFLAGS="$WARNING_CFLAGS -Werror"])
AC_SUBST([WARNING_CFLAGS])
])
