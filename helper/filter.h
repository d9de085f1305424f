/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The system calls that a watchdog makes from READY on; all others are refused (seccomp(2)).
 *
 * Which those are, and why, stands in helper/make_filter.c, which writes the program when the project is built. A call is
 * refused as if the kernel did not have it, and the kernel's audit records it (type=SECCOMP). The process is not killed: its
 * session would go with it, for a call that some later C library makes without need.
 */
#ifndef IDLETIMEOUT_HELPER_FILTER_H
#define IDLETIMEOUT_HELPER_FILTER_H

/*
 * Filters this process and its children for good; needs no_new_privs (helper/privilege.h). 0; -EOPNOTSUPP where the kernel has
 * no filters or the build has none; else -errno, and nothing is filtered.
 */
int filter_install(void);

#endif
