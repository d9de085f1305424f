/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/pam_services.h"

#include <string.h>

#include "ctl/pam_stack.h"

static const char *const directories[] = {PAM_CONF_DIR, PAM_VENDOR_DIR};

/* What editors and package managers leave beside the services has a dot in its name, which a service has not. */
static bool is_service(const char *name)
{
	return pam_stack_is_service(name) && strpbrk(name, ".~ ") == NULL;
}

int pam_services_read(struct names *ret_names)
{
	autofree_names struct names names = {0};
	int r = 0;

	for (size_t i = 0; i < sizeof directories / sizeof directories[0] && r == 0; i++)
		r = names_read(&names, directories[i], is_service);
	if (r < 0)
		return r;
	names_sort(&names);
	*ret_names = names;
	names = (struct names){0};
	return 0;
}

const char *pam_service_of_file(const char *path)
{
	for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
		size_t length = strlen(directories[i]);
		if (strncmp(path, directories[i], length) != 0 || path[length] != '/')
			continue;
		if (pam_stack_is_service(path + length + 1))
			return path + length + 1;
	}
	return NULL;
}
