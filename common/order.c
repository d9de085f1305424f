/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/order.h"

#include <errno.h>
#include <string.h>

#define EXTEND "extend"
#define CLOSE "close"

bool order_is_word(const char *word)
{
	size_t length = strlen(word);

	return length > 0 && length < ORDER_WORD_SIZE &&
	       strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == length;
}

void order_add(struct text *text, const struct order *order)
{
	if (order->kind == ORDER_EXTEND) {
		text_add(text, EXTEND " ");
		text_add_unsigned(text, order->seconds);
		return;
	}
	text_add(text, CLOSE);
	if (order->word[0] != '\0') {
		text_add_char(text, ' ');
		text_add(text, order->word);
	}
}

/* What follows the name of a request: "" when nothing does; NULL when it is another request's name. */
static const char *argument_of(const char *request, const char *name)
{
	size_t length = strlen(name);

	if (strncmp(request, name, length) != 0)
		return NULL;
	if (request[length] == '\0')
		return "";
	return request[length] == ' ' ? request + length + 1 : NULL;
}

static int parse_extend(const char *argument, struct order *ret_order)
{
	uint64_t seconds;

	if (text_parse_unsigned(argument, ORDER_EXTEND_MAX, &seconds) < 0 || seconds == 0)
		return -EINVAL;
	*ret_order = (struct order){.kind = ORDER_EXTEND, .seconds = (uint32_t)seconds};
	return 0;
}

static int parse_close(const char *request, const char *argument, struct order *ret_order)
{
	struct order order = {.kind = ORDER_CLOSE};

	if (strcmp(request, CLOSE) != 0 &&
	    (!order_is_word(argument) || text_copy(order.word, sizeof order.word, argument) < 0))
		return -EINVAL;
	*ret_order = order;
	return 0;
}

int order_parse(const char *request, struct order *ret_order)
{
	const char *argument = argument_of(request, EXTEND);

	if (argument != NULL)
		return parse_extend(argument, ret_order);
	argument = argument_of(request, CLOSE);
	return argument != NULL ? parse_close(request, argument, ret_order) : -ENOENT;
}
