# SPDX-License-Identifier: BSD-3-Clause

# PIT_SECCOMP
# --without-seccomp; sets
#   SECCOMP_CFLAGS, SECCOMP_LIBS   for helper/make_filter, which runs at build time
#   SECCOMP_ARCH                   what libseccomp calls the architecture built for
# and with_seccomp. No program that is installed needs libseccomp.
# Wants PIT_SANITIZERS before it.
AC_DEFUN([PIT_SECCOMP],
[AC_ARG_WITH([seccomp],
	[AS_HELP_STRING([--without-seccomp],
		[leave out the watchdog's filter of system calls, which needs
		libseccomp when it is built])],
	[], [with_seccomp=yes])
AS_IF([test "x$with_seccomp" != xno && test "x$enable_sanitizers" != xno],
	[AC_MSG_NOTICE([no filter of system calls: sanitizers make calls of their own])
	with_seccomp=no])
SECCOMP_ARCH=
AS_IF([test "x$with_seccomp" != xno], [
	with_seccomp=yes
	_PIT_SECCOMP_ARCH([x86_64], [defined __x86_64__ && !defined __ILP32__])
	_PIT_SECCOMP_ARCH([x86], [defined __i386__])
	_PIT_SECCOMP_ARCH([aarch64],
		[defined __aarch64__ && !defined __AARCH64EB__ && !defined __ILP32__])
	_PIT_SECCOMP_ARCH([arm], [defined __ARM_EABI__ && !defined __ARMEB__])
	_PIT_SECCOMP_ARCH([ppc64le], [defined __powerpc64__ && defined __LITTLE_ENDIAN__])
	_PIT_SECCOMP_ARCH([riscv64], [defined __riscv && __riscv_xlen == 64])
	AS_IF([test -z "$SECCOMP_ARCH"],
		[AC_MSG_ERROR([no filter of system calls is known for $host_cpu; --without-seccomp leaves it out])])
	PKG_CHECK_MODULES([SECCOMP], [libseccomp >= 2.5], [],
		[AC_MSG_ERROR([libseccomp, which makes the watchdog's filter of system calls, is missing; --without-seccomp leaves the filter out: $SECCOMP_PKG_ERRORS])])
])
AC_SUBST([SECCOMP_ARCH])
AM_CONDITIONAL([SECCOMP], [test "x$with_seccomp" = xyes])
])

# _PIT_SECCOMP_ARCH(NAME, CONDITION)
# By the compiler, not by the host's name: -m32 is another architecture.
AC_DEFUN([_PIT_SECCOMP_ARCH],
[AC_PREPROC_IFELSE([AC_LANG_SOURCE([[
#if !($2)
#error another architecture
#endif
]])], [SECCOMP_ARCH=$1])])
