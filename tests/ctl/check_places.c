/* SPDX-License-Identifier: BSD-3-Clause */
/* For the command under test: everything below the current directory. */
#include "ctl/check_places.h"

#include <stddef.h>

static const char *const logind[] = {"logind/etc", "logind/usr", NULL};
static const char *const shell[] = {"environment", "profile", NULL};

const struct check_places check_places = {
	.watchdog = "watchdog",
	.modules = "modules",
	.sshd_config = "ssh/sshd_config",
	.sshd_directory = "ssh/sshd_config.d",
	.logind = logind,
	.shell = shell,
	.shell_directory = "profile.d",
};
