/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/screen.h"

#include <errno.h>

const struct screen_type *screen_open(int *ret_error)
{
	static const struct screen_type *const types[] = {&screen_curses, &screen_plain};

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		*ret_error = types[i]->open();
		if (*ret_error == 0)
			return types[i];
		if (*ret_error != -ENOTSUP)
			break;
	}
	return NULL;
}
