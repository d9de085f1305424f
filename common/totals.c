/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/totals.h"

#include <errno.h>
#include <string.h>

#include "common/fields.h"

static const char *const known[] = {
	"disconnect.idle",        "disconnect.keepalive",        "disconnect.max",       "disconnect.admin",
	"disconnect.leader-lost", "disconnect.watchdog-lost",    "would-disconnect.idle", "would-disconnect.keepalive",
	"would-disconnect.max",   "tamper.spoof",                "tamper.watchdog-lost",
};

void totals_init(struct totals *totals)
{
	*totals = (struct totals){.count = 0};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		(void)text_copy(totals->items[totals->count++].name, TOTAL_NAME_SIZE, known[i]);
}

/* The total of that name, made if it is new; NULL when it cannot be. */
static struct total *find(struct totals *totals, const char *name)
{
	for (size_t i = 0; i < totals->count; i++) {
		if (strcmp(totals->items[i].name, name) == 0)
			return &totals->items[i];
	}
	if (totals->count == TOTALS_MAX || text_copy(totals->items[totals->count].name, TOTAL_NAME_SIZE, name) < 0)
		return NULL;
	return &totals->items[totals->count++];
}

int totals_add(struct totals *totals, const char *name)
{
	struct total *total = find(totals, name);

	if (total == NULL)
		return -ENOSPC;
	total->count += total->count < UINT64_MAX;
	return 0;
}

int totals_encode(const struct totals *totals, struct text *text)
{
	for (size_t i = 0; i < totals->count; i++) {
		text_add(text, totals->items[i].name);
		text_add_char(text, '=');
		text_add_unsigned(text, totals->items[i].count);
		text_add_char(text, '\n');
	}
	return text_result(text);
}

int totals_decode(const char *bytes, size_t length, struct totals *ret_totals)
{
	char line[FIELDS_LINE_MAX];
	char *name, *value;
	int more;

	totals_init(ret_totals);
	while ((more = fields_next(&bytes, &length, line, &name, &value)) > 0) {
		struct total *total = find(ret_totals, name);
		if (total == NULL || text_parse_unsigned(value, UINT64_MAX, &total->count) < 0)
			return -EINVAL;
	}
	return more < 0 ? -EINVAL : 0;
}
