/* SPDX-License-Identifier: BSD-3-Clause */
/* Any request is no order, is refused, or is an order within its bounds that survives being written and read again. */
#include "common/order.h"

#include <errno.h>

#include "common/status.h"
#include "tests/fuzz/fuzz.h"

static void expect_bounded(const struct order *order)
{
	PROMISE(memchr(order->word, '\0', sizeof order->word) != NULL);
	if (order->kind == ORDER_EXTEND)
		PROMISE(order->seconds > 0 && order->seconds <= ORDER_EXTEND_MAX && order->word[0] == '\0');
	else
		PROMISE(order->kind == ORDER_CLOSE && (order->word[0] == '\0' || order_is_word(order->word)));
	PROMISE(strpbrk(order->word, " =\n'\"\033") == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct order order, again;
	TEXT(written, CONTROL_REQUEST_SIZE);
	char *request = copy_string(data, size);
	int r = order_parse(request, &order);

	free(request);
	PROMISE(r == 0 || r == -EINVAL || r == -ENOENT);
	if (r < 0)
		return 0;
	expect_bounded(&order);
	order_add(&written, &order);
	PROMISE(text_result(&written) == 0);
	PROMISE(order_parse(written.data, &again) == 0);
	PROMISE(again.kind == order.kind && again.seconds == order.seconds && strcmp(again.word, order.word) == 0);
	return 0;
}
