/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory that is not needed while nothing happens goes back to the kernel.
 *
 * A watchdog sleeps for nearly all of its life, and there is one for each session. What start-up and looks have left behind
 * on the stack and the heap is given back before each sleep; the next look gets zeroed pages anew, in microseconds.
 */
#ifndef IDLETIMEOUT_HELPER_MEMORY_H
#define IDLETIMEOUT_HELPER_MEMORY_H

/* Once, at the beginning: what is large and short-lived is kept off the heap, where it would leave holes below what stays. */
void memory_init(void);

/* Gives back the pages of the stack below the caller's frame, and of the heap above what is in use. Cannot fail. */
void memory_give_back(void);

#endif
