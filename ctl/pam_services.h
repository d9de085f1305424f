/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The services that PAM has a file for.
 */
#ifndef IDLETIMEOUT_CTL_PAM_SERVICES_H
#define IDLETIMEOUT_CTL_PAM_SERVICES_H

#include "ctl/names.h"

/* The names of the files where libpam looks, sorted; 0 or -errno. */
int pam_services_read(struct names *ret_names);

/* The service whose file this is, a name within `path`; NULL when it lies elsewhere. */
const char *pam_service_of_file(const char *path);

#endif
