/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rows of doc/FAULTS.md: what was done, what was expected, what was seen.
 *
 * A test adds its row after its last assertion, to the file that IDLETIMEOUT_FAULTS names, one JSON object a line
 * (tests/fault/report reads them). Without the variable nothing is written.
 */
#ifndef IDLETIMEOUT_TESTS_ROW_H
#define IDLETIMEOUT_TESTS_ROW_H

void row_add(const char *section, const char *fault, const char *expected, const char *observed, const char *test);

#endif
