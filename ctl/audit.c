/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/audit.h"

#include <errno.h>
#include <libaudit.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"

static void add_number(struct text *text, const char *key, uint64_t number)
{
	text_add(text, key);
	text_add_unsigned(text, number);
}

int audit_order_text(const struct order *order, const struct session *session, const char *acct, struct text *text)
{
	text_add(text, order->kind == ORDER_EXTEND ? "op=idletimeout:extend " : "op=idletimeout:close ");
	if (order->word[0] != '\0') {
		text_add(text, "note=");
		text_add(text, order->word);
		text_add_char(text, ' ');
	}
	text_add(text, acct);
	if (order->kind == ORDER_EXTEND)
		add_number(text, " extend=", order->seconds);
	add_number(text, " oauid=", session->login_uid);
	add_number(text, " oses=", session->audit_session);
	add_number(text, " opid=", (uint64_t)session->leader_pid);
	return text_result(text);
}

/* The terminal that the order was typed on, as the audit system prints it: unencoded. */
static void own_terminal(char *ret_name, size_t size)
{
	const char *path = ttyname(STDIN_FILENO);
	const char *prefix = "/dev/";

	if (path != NULL && strncmp(path, prefix, strlen(prefix)) == 0)
		path += strlen(prefix);
	text_copy_token(ret_name, size, path != NULL ? path : "?");
}

static int send_text(int fd, const char *message)
{
	char terminal[64];

	own_terminal(terminal, sizeof terminal);
	/* Without an address libaudit would ask DNS for one. */
	int sent = audit_log_user_message(fd, AUDIT_USYS_CONFIG, message, "?", "?", terminal, 1);
	/* audit_log_user_message(3): 0 is returned where the kernel does not take audit messages from here. */
	return sent > 0 ? 0 : sent == 0 ? -ENOENT : -errno;
}

/* audit_open(3): these mean that the kernel was built without audit or a protocol it needs. */
static bool is_absence(int error)
{
	return error == EINVAL || error == EPROTONOSUPPORT || error == EAFNOSUPPORT;
}

int audit_order(const struct order *order, const struct watched *item)
{
	char message[AUDIT_TEXT_SIZE];
	struct text text;

	if (item->policy.value[OPTION_AUDIT] == AUDIT_OFF)
		return 0;
	autoclose int fd = audit_open();
	if (fd < 0)
		return is_absence(errno) ? -ENOENT : -errno;
	const char *user = item->session.user;
	autofree char *acct = audit_encode_nv_string("acct", user, (unsigned)strlen(user));
	if (acct == NULL)
		return -ENOMEM;
	text_init(&text, message, sizeof message);
	int r = audit_order_text(order, &item->session, acct, &text);
	return r < 0 ? r : send_text(fd, message);
}
