/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/audit.h"

#include <errno.h>
#include <libaudit.h>
#include <stdbool.h>
#include <string.h>

#include "common/cleanup.h"

static const int types[] = {
	[REPORT_ARMED] = AUDIT_USYS_CONFIG,
	[REPORT_DISCONNECTED] = AUDIT_RESP_TERM_ACCESS,
	[REPORT_WOULD_DISCONNECT] = AUDIT_RESP_ALERT,
	[REPORT_TAMPERED] = AUDIT_ANOM_SESSION,
	[REPORT_EXTENDED] = AUDIT_USYS_CONFIG,
};

static bool is_success(const struct report *report)
{
	switch (report->kind) {
	case REPORT_DISCONNECTED:
		return report->is_complete;
	case REPORT_TAMPERED:
		return false;
	default:
		return true;
	}
}

/* audit_open(3): these mean that the kernel was built without audit or a protocol it needs. */
static bool is_absence(int error)
{
	return error == EINVAL || error == EPROTONOSUPPORT || error == EAFNOSUPPORT;
}

static int send_text(int fd, const struct report *report, const struct session *session, const char *text)
{
	char host[sizeof session->rhost], terminal[sizeof session->tty], address[sizeof session->peer.address];

	/* These three go out unencoded, and without an address libaudit would ask DNS for one. */
	text_copy_token(host, sizeof host, session->rhost);
	text_copy_token(address, sizeof address, session->peer.address);
	report_terminal(report, session, terminal, sizeof terminal);
	int sent = audit_log_user_message(fd, types[report->kind], text, host, address, terminal, is_success(report));
	/* audit_log_user_message(3): 0 is returned where the kernel does not take audit messages from here. */
	return sent > 0 ? 0 : sent == 0 ? -ENOENT : -errno;
}

int audit_report(const struct report *report, const struct session *session, const struct policy *policy)
{
	char message[REPORT_AUDIT_SIZE];
	struct text text;
	autoclose int fd = audit_open();

	if (fd < 0)
		return is_absence(errno) ? -ENOENT : -errno;
	autofree char *acct = audit_encode_nv_string("acct", session->user, (unsigned)strlen(session->user));
	if (acct == NULL)
		return -ENOMEM;
	text_init(&text, message, sizeof message);
	int r = report_audit_text(report, session, policy, acct, &text);
	return r < 0 ? r : send_text(fd, report, session, message);
}
