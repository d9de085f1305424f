/* SPDX-License-Identifier: BSD-3-Clause */
/* Stands in for filter.c in a build --without-seccomp, or with sanitizers, whose own calls are nobody's to foresee. */
#include "helper/filter.h"

#include <errno.h>

int filter_install(void)
{
	return -EOPNOTSUPP;
}
