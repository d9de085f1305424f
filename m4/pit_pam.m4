# SPDX-License-Identifier: BSD-3-Clause

# PIT_CHECK_PAM
# Sets PAM_CFLAGS and PAM_LIBS: from pam.pc, or where a distribution's PAM has
# none, by looking for the library itself.
AC_DEFUN([PIT_CHECK_PAM],
[PKG_CHECK_MODULES([PAM], [pam], [],
	[pit_saved_libs=$LIBS
	AC_CHECK_LIB([pam], [pam_get_item], [PAM_LIBS=-lpam],
		[AC_MSG_ERROR([libpam is missing (libpam0g-dev, pam-devel)])])
	LIBS=$pit_saved_libs])
pit_saved_cppflags=$CPPFLAGS
CPPFLAGS="$CPPFLAGS $PAM_CFLAGS"
AC_CHECK_HEADERS([security/pam_modules.h security/pam_ext.h security/pam_modutil.h], [],
	[AC_MSG_ERROR([the headers of Linux-PAM are missing (libpam0g-dev, pam-devel)])],
	[[#include <security/pam_modules.h>]])
CPPFLAGS=$pit_saved_cppflags
])
