/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/memory.h"

#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Deeper than any look reaches; the kernel keeps other mappings further from a stack than this (mm/mmap.c, stack_guard_gap). */
#define STACK_DEPTH (128 << 10)

/* Below the stack pointer of a leaf function some platforms keep data: the red zone of x86-64 has 128 bytes. */
#define RED_ZONE 256

/* Buffers of streams have this size (st_blksize of the usual file systems). */
#define LARGE 4096

void memory_init(void)
{
	/* The threshold is asked only when the heap has to grow, so that it may not grow ahead of need. */
	(void)mallopt(M_TOP_PAD, 0);
	(void)mallopt(M_MMAP_THRESHOLD, LARGE);
}

static void give_back_stack(void)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t end = ((uintptr_t)__builtin_frame_address(0) - RED_ZONE) & ~(page - 1);
	char *here = __builtin_frame_address(0);

	/* ENOMEM for what lies below the mapping: the rest is given back all the same (madvise(2)). */
	(void)madvise(here - ((uintptr_t)here - end) - STACK_DEPTH, STACK_DEPTH, MADV_DONTNEED);
}

void memory_give_back(void)
{
	give_back_stack();
	(void)malloc_trim(0);
}
