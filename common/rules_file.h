/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rules file as it is found on the disk: trusted only when nobody but root can have written it.
 *
 * Whatever stands under its name is opened without following a link or waiting for the writer of a FIFO, and judged by
 * what was opened. The text is read into memory once, so that nothing changes under whoever walks it; the caller owns
 * it. A text that is handed out by rules_file_read() has been checked to its last line.
 */
#ifndef IDLETIMEOUT_COMMON_RULES_FILE_H
#define IDLETIMEOUT_COMMON_RULES_FILE_H

#include "common/policy.h"
#include "common/rules.h"
#include "common/text.h"

/* Longest file, and with that the memory that one takes: some twenty thousand rules. */
#define RULES_FILE_MAX (1024 * 1024L)

/* Room for any reason: a path, a place in it, and what is wrong there. */
#define RULES_WHY_SIZE (POLICY_PATH_SIZE + 24 + POLICY_WHY_SIZE)

struct rules_file {
	char *text; /* NULL: there is no file */
	size_t length;
};

/*
 * Reads and checks the rules that `policy` names. The file of the default may be absent: no rules. -EACCES or another
 * -errno when it cannot be read; -EBADMSG when its owner, mode, kind, length or text is wrong. The reason is left in
 * `why`: "PATH: reason", or "PATH:LINE:COLUMN: reason" of a text; safe to print. The owner may also be the effective
 * uid of the caller: that is root in every login, and somebody else only in a test.
 */
int rules_file_read(const struct policy *policy, struct rules_file *ret_file, struct text *why);

/* The same without a look at the text, which may hold anything: for whoever tells its faults in his own way. */
int rules_file_load(const struct policy *policy, struct rules_file *ret_file, struct text *why);

void rules_file_free(struct rules_file *file);

#define autofree_rules __attribute__((cleanup(rules_file_free)))

#endif
