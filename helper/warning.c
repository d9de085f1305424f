/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/warning.h"

#include "common/duration.h"

#define OPENING "\r\n\a*** idletimeout: "
#define CLOSING " ***\r\n"

void warning_add(struct text *text, enum limit limit, int64_t left_ns, uint32_t limit_s)
{
	uint64_t left_s = (uint64_t)((left_ns + NS_PER_SECOND - 1) / NS_PER_SECOND);

	text_add(text, OPENING);
	if (limit == LIMIT_MAX) {
		text_add(text, "this session reaches its limit of ");
		duration_add(text, limit_s);
		text_add(text, " and will be disconnected in ");
		duration_add(text, left_s);
		text_add(text, ". Save your work.");
	} else {
		text_add(text, "no activity: this session will be disconnected in ");
		duration_add(text, left_s);
		text_add(text, ". Press any key to stay.");
	}
	text_add(text, CLOSING);
}

void reason_add(struct text *text, enum limit limit, uint32_t limit_s, bool is_dry_run)
{
	text_add(text, OPENING);
	text_add(text, is_dry_run ? "rehearsal: would disconnect now: " : "disconnected: ");
	switch (limit) {
	case LIMIT_IDLE:
		text_add(text, "no activity for ");
		duration_add(text, limit_s);
		break;
	case LIMIT_MAX:
		text_add(text, "the session reached its limit of ");
		duration_add(text, limit_s);
		break;
	case LIMIT_KEEPALIVE:
		text_add(text, "the peer stopped answering");
		break;
	case LIMIT_NONE:
		text_add(text, "the session has ended");
		break;
	}
	text_add(text, CLOSING);
}

void closing_add(struct text *text, const char *word)
{
	text_add(text, OPENING "disconnected: closed by an administrator");
	if (word[0] != '\0') {
		text_add(text, ": ");
		text_add_printable(text, word);
	}
	text_add(text, CLOSING);
}

void extension_add(struct text *text, uint32_t seconds)
{
	text_add(text, OPENING "an administrator extended this session: you have at least ");
	duration_add(text, seconds);
	text_add(text, " from now." CLOSING);
}
