/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/check_places.h"

#include <stddef.h>

/* systemd-system.conf(5), CONFIGURATION DIRECTORIES AND PRECEDENCE */
static const char *const logind[] = {"/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd", NULL};

/* bash(1), with what distributions make it read, and pam_env(8) */
static const char *const shell[] = {"/etc/environment", "/etc/profile", "/etc/bash.bashrc", "/etc/bashrc", NULL};

const struct check_places check_places = {
	.watchdog = WATCHDOG_PATH,
	.modules = PAM_MODULE_DIR,
	.sshd_config = "/etc/ssh/sshd_config",
	.sshd_directory = "/etc/ssh/sshd_config.d",
	.logind = logind,
	.shell = shell,
	.shell_directory = "/etc/profile.d",
};
