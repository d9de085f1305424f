/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/status.h"

#include <errno.h>

#include "common/fields.h"

/* The prefix keeps these apart from the keys of the session record in the same message. */
static const struct field fields[] = {
	FIELD(struct status, terminals, "now.terminals", FIELD_STRING),
	FIELD(struct status, state, "now.state", FIELD_STRING),
	FIELD(struct status, idle_ms, "now.idle_ms", FIELD_I64),
	FIELD(struct status, idle_left_ms, "now.idle_left_ms", FIELD_I64),
	FIELD(struct status, keepalive_left_ms, "now.keepalive_left_ms", FIELD_I64),
	FIELD(struct status, max_left_ms, "now.max_left_ms", FIELD_I64),
	FIELD(struct status, left_ms, "now.left_ms", FIELD_I64),
	FIELD(struct status, extended_ms, "now.extended_ms", FIELD_I64),
	FIELD(struct status, first, "now.first", FIELD_STRING),
	FIELD(struct status, input_ms, "now.input_ms", FIELD_I64),
	FIELD(struct status, output_ms, "now.output_ms", FIELD_I64),
	FIELD(struct status, process_ms, "now.process_ms", FIELD_I64),
	FIELD(struct status, network_ms, "now.network_ms", FIELD_I64),
	FIELD(struct status, source, "now.source", FIELD_STRING),
	FIELD(struct status, spoofed, "now.spoofed", FIELD_I64),
};

#define FIELD_COUNT (sizeof fields / sizeof fields[0])

const struct status status_unknown = {
	.idle_ms = STATUS_NONE,
	.idle_left_ms = STATUS_NONE,
	.keepalive_left_ms = STATUS_NONE,
	.max_left_ms = STATUS_NONE,
	.left_ms = STATUS_NONE,
	.extended_ms = STATUS_NONE,
	.input_ms = STATUS_NONE,
	.output_ms = STATUS_NONE,
	.process_ms = STATUS_NONE,
	.network_ms = STATUS_NONE,
	.spoofed = STATUS_NONE,
};

int status_encode(const struct status *status, struct text *text)
{
	fields_encode(fields, FIELD_COUNT, status, text);
	return text_result(text);
}

int status_decode(const char *bytes, size_t length, struct status *ret_status)
{
	char line[FIELDS_LINE_MAX];
	char *key, *value;
	int more;

	*ret_status = status_unknown;
	while ((more = fields_next(&bytes, &length, line, &key, &value)) > 0) {
		int r = fields_store(fields, FIELD_COUNT, ret_status, key, value);
		if (r < 0 && r != -ENOENT)
			return -EINVAL;
	}
	return more < 0 ? -EINVAL : 0;
}
