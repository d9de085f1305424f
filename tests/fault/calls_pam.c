/* SPDX-License-Identifier: BSD-3-Clause */
/* The wrappers of libpam's calls, of which the module alone has any. */
#include <errno.h>
#include <security/pam_modules.h>
#include <security/pam_modutil.h>
#include <stddef.h>

#include "tests/fault/fault.h"

typedef void pam_clean_up(pam_handle_t *pamh, void *data, int status);

int __real_pam_set_data(pam_handle_t *pamh, const char *name, void *data, pam_clean_up *clean_up);
int __wrap_pam_set_data(pam_handle_t *pamh, const char *name, void *data, pam_clean_up *clean_up);
struct passwd *__real_pam_modutil_getpwnam(pam_handle_t *pamh, const char *user);
struct passwd *__wrap_pam_modutil_getpwnam(pam_handle_t *pamh, const char *user);

/* To remove needs no memory. */
int __wrap_pam_set_data(pam_handle_t *pamh, const char *name, void *data, pam_clean_up *clean_up)
{
	if (data != NULL && fault_strikes("pam_set_data", CALL_PLAIN, ENOMEM))
		return PAM_BUF_ERR;
	return __real_pam_set_data(pamh, name, data, clean_up);
}

struct passwd *__wrap_pam_modutil_getpwnam(pam_handle_t *pamh, const char *user)
{
	return fault_strikes("getpwnam", CALL_PLAIN, ENOMEM) ? NULL : __real_pam_modutil_getpwnam(pamh, user);
}
