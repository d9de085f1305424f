/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The one table of settings: what they are called, what they take, what they default to, what they do.
 *
 * The argument parser, the rules file, `idletimeout` and the generated section of the manual all read this table, so that a
 * setting is described in one place. Pure; constant.
 */
#ifndef IDLETIMEOUT_COMMON_OPTIONS_H
#define IDLETIMEOUT_COMMON_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

enum option_id {
	OPTION_IDLE,
	OPTION_KEEPALIVE,
	OPTION_KEEPALIVE_COUNT,
	OPTION_KEEPALIVE_PROOF,
	OPTION_MAX,
	OPTION_ACTIVITY,
	OPTION_WARN,
	OPTION_KILL,
	OPTION_ON_WATCHDOG_LOSS,
	OPTION_AUDIT,
	OPTION_REQUIRE_AUDIT,
	OPTION_DRY_RUN,
	OPTION_CONF,
	OPTION_DEBUG,
	OPTION_QUIET,
	OPTION_COUNT
};

enum option_kind {
	OPTION_KIND_LIMIT,  /* a duration in seconds within min..max, or "off" (0) */
	OPTION_KIND_NUMBER, /* a plain number within min..max */
	OPTION_KIND_CHOICE, /* one of words[]; its index is the value */
	OPTION_KIND_SET,    /* words[0] alone, or others of words[] separated by commas; bit i of the value is words[i] */
	OPTION_KIND_LADDER, /* durations separated by commas, or "off" */
	OPTION_KIND_FLAG,   /* stands alone, takes no value */
	OPTION_KIND_PATH    /* an absolute path; of the PAM line only: it says where the rules are */
};

struct option {
	const char *name;
	enum option_kind kind;
	uint64_t min, max;        /* seconds, or the number */
	const char *const *words; /* of a choice or a set (fewer than 32), NULL-terminated */
	const char *placeholder;  /* of the value in help texts; NULL for a flag */
	const char *fallback;     /* the default as it would be written */
	const char *help;         /* one sentence without a full stop */
};

extern const struct option option_table[OPTION_COUNT];

/* The option whose name is the `length` bytes at `name`, or OPTION_COUNT. */
enum option_id option_find(const char *name, size_t length);

#endif
