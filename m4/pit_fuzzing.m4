# SPDX-License-Identifier: BSD-3-Clause

# PIT_FUZZING
# --enable-fuzzing; sets FUZZING_CFLAGS (every object is instrumented) and
# FUZZING_LIBS (libFuzzer and its main, for fuzz targets).
AC_DEFUN([PIT_FUZZING],
[AC_ARG_ENABLE([fuzzing],
	[AS_HELP_STRING([--enable-fuzzing],
		[build the fuzz targets, and everything for them: needs clang,
		turns sanitizers on, and the module is not for logins])],
	[], [enable_fuzzing=no])
FUZZING_CFLAGS=
FUZZING_LIBS=
AS_IF([test "x$enable_fuzzing" != xno], [
	AC_MSG_CHECKING([whether $CC can build fuzz targets])
	pit_saved_cflags=$CFLAGS
	CFLAGS="$CFLAGS -Werror -fsanitize=fuzzer"
	AC_LINK_IFELSE([AC_LANG_SOURCE([[
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return size > 0 && data[0] == 255 ? -1 : 0;
}
]])],
		[AC_MSG_RESULT([yes])],
		[AC_MSG_RESULT([no])
		AC_MSG_ERROR([--enable-fuzzing needs clang and its libFuzzer: try CC=clang])])
	CFLAGS=$pit_saved_cflags
	FUZZING_CFLAGS="-fsanitize=fuzzer-no-link -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION=1"
	FUZZING_LIBS=-fsanitize=fuzzer
])
AC_SUBST([FUZZING_CFLAGS])
AC_SUBST([FUZZING_LIBS])
AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" != xno])
])
