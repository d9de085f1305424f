/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writing a file as a whole: who reads it finds the old one or the new one, and never half of either.
 *
 * A replacement owns a stream and a temporary file beside the one to be replaced; replacement_abandon() releases both
 * and is harmless after replacement_finish().
 */
#ifndef IDLETIMEOUT_CTL_REPLACEMENT_H
#define IDLETIMEOUT_CTL_REPLACEMENT_H

#include <stdio.h>

/* Of the temporary file: whatever the other is called, it is not too long. */
#define REPLACEMENT_NAME_SIZE 32

struct replacement {
	FILE *stream; /* what is written here is the new file */
	int directory;
	const char *name; /* within the directory; the caller's path */
	char temporary[REPLACEMENT_NAME_SIZE];
};

/*
 * Starts to replace `path`, which outlives the replacement: a file that everybody may read. What stands under the temporary name
 * is neither followed nor overwritten; what is no regular file, a device or a link, is not replaced (-ENOTSUP). 0 or -errno.
 */
int replacement_begin(const char *path, struct replacement *ret_replacement);

/* Puts the new file, once it is on the disk, in the place of the old one. 0 or -errno. */
int replacement_finish(struct replacement *replacement);

void replacement_abandon(struct replacement *replacement);

#define autoabandon __attribute__((cleanup(replacement_abandon)))

#endif
