/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/filter.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct sock_filter steps[] = {
#include "helper/filter_program.h"
};

static const struct sock_fprog program = {.len = sizeof steps / sizeof steps[0], .filter = steps};

int filter_install(void)
{
	uint32_t refusal = SECCOMP_RET_ERRNO;

	if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &refusal) < 0)
		return -EOPNOTSUPP;
	/* With a record of each refusal: there is none in the life of a watchdog that is what it was. */
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG, &program) < 0 ? -errno : 0;
}
