# SPDX-License-Identifier: BSD-3-Clause

# PIT_HARDENING
# --disable-hardening; sets
#   HARDENING_CFLAGS    for every object
#   HARDENING_LDFLAGS   for the module and the programs
#   PIE_CFLAGS, PIE_LDFLAGS   for programs only: the module is a shared object
#
# Never -z nodlopen: it would keep libpam from loading the module.
# Wants PIT_SANITIZERS before it: _FORTIFY_SOURCE hides what ASan looks for.
AC_DEFUN([PIT_HARDENING],
[AC_REQUIRE([AC_CANONICAL_HOST])dnl
AC_ARG_ENABLE([hardening],
	[AS_HELP_STRING([--disable-hardening],
		[leave out the compiler's and linker's hardening flags])],
	[], [enable_hardening=yes])
HARDENING_CFLAGS=
HARDENING_LDFLAGS=
PIE_CFLAGS=
PIE_LDFLAGS=
AS_IF([test "x$enable_hardening" != xno], [
	PIT_CC_FLAGS([HARDENING_CFLAGS], [
		-fstack-protector-strong
		-fstack-clash-protection
		-ftrivial-auto-var-init=zero
		-fstrict-flex-arrays=3
		-fzero-call-used-regs=used-gpr])
	AS_CASE([$host_cpu],
		[x86_64|i?86],
			[PIT_CC_FLAG([HARDENING_CFLAGS], [-fcf-protection=full])],
		[aarch64*],
			[PIT_CC_FLAG([HARDENING_CFLAGS], [-mbranch-protection=standard])])
	_PIT_FORTIFY
	PIT_LD_FLAGS([HARDENING_LDFLAGS], [
		-Wl,-z,relro
		-Wl,-z,now
		-Wl,-z,noexecstack])
	PIT_LD_FLAG([PIE_LDFLAGS], [-pie], [-fPIE])
	AS_IF([test -n "$PIE_LDFLAGS"], [PIE_CFLAGS=-fPIE])
])
AC_SUBST([HARDENING_CFLAGS])
AC_SUBST([HARDENING_LDFLAGS])
AC_SUBST([PIE_CFLAGS])
AC_SUBST([PIE_LDFLAGS])
])

# _PIT_FORTIFY
# The highest _FORTIFY_SOURCE the C library takes, unless the user chose one.
# It does nothing but warn when the compiler does not optimise.
AC_DEFUN([_PIT_FORTIFY],
[pit_fortify=no
AS_CASE(["$CPPFLAGS $CFLAGS"],
	[*_FORTIFY_SOURCE*], [AC_MSG_NOTICE([keeping your own _FORTIFY_SOURCE])],
	[AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
#ifndef __OPTIMIZE__
#error no optimisation
#endif
int pit_optimised;
]])], [pit_fortify=yes])])
AS_IF([test "x$enable_sanitizers" != xno], [pit_fortify=no])
AS_IF([test $pit_fortify = yes], [
	pit_with_fortify=
	PIT_CC_FLAG([pit_with_fortify], [-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3])
	AS_IF([test -z "$pit_with_fortify"],
		[PIT_CC_FLAG([pit_with_fortify],
			[-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2])])
	AS_VAR_APPEND([HARDENING_CFLAGS], ["$pit_with_fortify"])
])
])
