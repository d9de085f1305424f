# SPDX-License-Identifier: BSD-3-Clause

# PIT_COVERAGE
# --enable-coverage; sets COVERAGE_CFLAGS, COVERAGE_LDFLAGS and the tools of
# the coverage target: GCOV, LCOV, GENHTML.
AC_DEFUN([PIT_COVERAGE],
[AC_ARG_ENABLE([coverage],
	[AS_HELP_STRING([--enable-coverage],
		[count the lines that tests run; then see `make coverage'])],
	[], [enable_coverage=no])
COVERAGE_CFLAGS=
COVERAGE_LDFLAGS=
AS_IF([test "x$enable_coverage" != xno], [
	COVERAGE_CFLAGS=--coverage
	COVERAGE_LDFLAGS=--coverage
	# Forked children count too, and the build may be out of the tree.
	PIT_CC_FLAGS([COVERAGE_CFLAGS],
		[-fprofile-update=atomic -fprofile-abs-path])
	AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
#ifndef __clang__
#error not clang
#endif
int pit_clang;
]])],
		[AC_CHECK_TOOLS([LLVM_COV], [llvm-cov])
		AC_ARG_VAR([GCOV], [reader of coverage data])
		: ${GCOV="$LLVM_COV gcov"}],
		[AC_CHECK_TOOLS([GCOV], [gcov])])
	AC_CHECK_PROGS([LCOV], [lcov])
	AC_CHECK_PROGS([GENHTML], [genhtml])
	AS_IF([test -z "$GCOV" || test -z "$LCOV" || test -z "$GENHTML"],
		[AC_MSG_WARN([`make coverage' needs gcov (or llvm-cov) and lcov])])
])
AC_SUBST([COVERAGE_CFLAGS])
AC_SUBST([COVERAGE_LDFLAGS])
AM_CONDITIONAL([COVERAGE], [test "x$enable_coverage" != xno])
])
