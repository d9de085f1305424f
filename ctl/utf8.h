/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
 *
 * Pure; owns nothing.
 */
#ifndef IDLETIMEOUT_CTL_UTF8_H
#define IDLETIMEOUT_CTL_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Decodes the character at `bytes`, of which `length` are there. Returns how many it takes; 0 when it is none. */
size_t utf8_decode(const char *bytes, size_t length, uint32_t *ret_character);

#endif
