/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The lines of a PAM stack, as libpam would find them: pam.conf(5).
 *
 * What is included is walked through in its place. Which lines libpam then skips because of what others answer cannot
 * be told beforehand. Nothing outlives a visit: what a visitor wants to keep it copies.
 */
#ifndef IDLETIMEOUT_CTL_PAM_STACK_H
#define IDLETIMEOUT_CTL_PAM_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/text.h"

/* Where libpam looks, the administrator's directory first. */
#ifndef PAM_CONF_DIR
#define PAM_CONF_DIR "/etc/pam.d"
#endif
#ifndef PAM_VENDOR_DIR
#define PAM_VENDOR_DIR "/usr/lib/pam.d"
#endif

/* Room for any reason: two names of files and what is wrong with one. */
#define PAM_STACK_WHY_SIZE 1024

struct pam_line {
	const char *file;
	uint32_t line;       /* the first, of one that goes on with a backslash */
	const char *control; /* "required"; of one in brackets what is between them */
	const char *module;  /* as written; of a substack the file */
	unsigned level;      /* how many substacks the line is in */
	bool may_be_absent;  /* "-session": without the module there is no such line */
	char *const *arguments;
	size_t argument_count;
};

/* Any answer but 0 ends the walk and becomes its result. */
typedef int pam_visitor(void *data, const struct pam_line *line);

/*
 * Visits the lines of `type` ("session") of a service, or of "other" when the service has no file. 0; what a visitor
 * answered; -EINVAL for a line that is none, -ENOENT, -EACCES or another -errno for what cannot be read, and
 * -ELOOP for files that include each other, with the reason, safe to print, in `why`.
 *
 * A substack is visited as a line of its own, ahead of its lines: libpam counts it so where lines are jumped over.
 */
int pam_stack_walk(const char *service, const char *type, pam_visitor *visit, void *data, struct text *why);

/* Whether a service can be called so: it is the name of a file in a directory of PAM's. */
bool pam_stack_is_service(const char *service);

/* Whether the line is of the module with that file name, wherever it lies. */
bool pam_line_is_of(const struct pam_line *line, const char *name);

#endif
