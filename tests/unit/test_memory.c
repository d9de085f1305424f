/* SPDX-License-Identifier: BSD-3-Clause */
/* What is given back, by the kernel's count of this process's pages. */
#include "helper/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "tests/unit/unit.h"

#ifndef __has_feature /* of clang */
#define __has_feature(feature) 0
#endif
/* A sanitizer keeps a heap of its own. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer) || \
	__has_feature(thread_sanitizer)
#define IS_SANITIZED true
#else
#define IS_SANITIZED false
#endif

#define USED (96 << 10)
#define NOTICEABLE_KB 64

/* KiB of the mapping called `name` that are in memory. */
static long resident_kb(const char *name)
{
	autofclose FILE *maps = fopen("/proc/self/smaps", "re");
	char line[512];
	bool is_here = false;
	long kb;

	assert_non_null(maps);
	while (fgets(line, sizeof line, maps) != NULL) {
		if (strstr(line, name) != NULL)
			is_here = true;
		else if (is_here && sscanf(line, "Rss: %ld", &kb) == 1)
			return kb;
	}
	fail_msg("no mapping %s", name);
	return -1;
}

/* Not a copy of it in the caller: the frame has to be left. */
static __attribute__((noinline)) void use_stack(void)
{
	volatile char used[USED];

	for (size_t i = 0; i < sizeof used; i += 512)
		used[i] = 1;
}

static void stack_of_functions_that_returned_is_given_back(void **state)
{
	volatile int mine = 4711;

	(void)state;
	use_stack();
	long before = resident_kb("[stack]");
	memory_give_back();
	assert_in_range(resident_kb("[stack]"), 4, before - NOTICEABLE_KB);
	assert_int_equal(mine, 4711);
}

static void heap_above_what_is_in_use_is_given_back(void **state)
{
	enum { BLOCKS = USED / 1024 };
	char *blocks[BLOCKS];

	(void)state;
	if (IS_SANITIZED)
		skip();
	autofree char *kept = strdup("kept");
	assert_non_null(kept);
	for (size_t i = 0; i < BLOCKS; i++) {
		blocks[i] = malloc(1024);
		assert_non_null(blocks[i]);
		memset(blocks[i], 1, 1024);
	}
	for (size_t i = 0; i < BLOCKS; i++)
		free(blocks[i]);
	long before = resident_kb("[heap]");
	memory_give_back();
	assert_in_range(resident_kb("[heap]"), 0, before - NOTICEABLE_KB);
	assert_string_equal(kept, "kept");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stack_of_functions_that_returned_is_given_back),
		cmocka_unit_test(heap_above_what_is_in_use_is_given_back),
	};

	memory_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
