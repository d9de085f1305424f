/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/utf8.h"

/* By the number of bytes: what the first one looks like, and the smallest character that needs so many. */
static const struct {
	uint8_t mask, lead;
	uint32_t smallest;
} forms[] = {
	{0x80, 0x00, 0x0},
	{0xE0, 0xC0, 0x80},
	{0xF0, 0xE0, 0x800},
	{0xF8, 0xF0, 0x10000},
};

#define FORM_COUNT (sizeof forms / sizeof forms[0])

size_t utf8_decode(const char *bytes, size_t length, uint32_t *ret_character)
{
	size_t form = 0;

	if (length == 0)
		return 0;
	uint8_t first = (uint8_t)bytes[0];
	while (form < FORM_COUNT && (first & forms[form].mask) != forms[form].lead)
		form++;
	if (form == FORM_COUNT || length <= form)
		return 0;
	uint32_t character = first & (uint8_t)~forms[form].mask;
	for (size_t i = 1; i <= form; i++) {
		uint8_t next = (uint8_t)bytes[i];
		if ((next & 0xC0) != 0x80)
			return 0;
		character = character << 6 | (next & 0x3F);
	}
	if (character < forms[form].smallest || character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF))
		return 0;
	*ret_character = character;
	return form + 1;
}
