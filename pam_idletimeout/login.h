/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What PAM and the kernel know of a login, as a session record.
 *
 * The names come first: they decide whether there is anything to watch. Only then is the identity worth looking
 * up.
 */
#ifndef IDLETIMEOUT_MODULE_LOGIN_H
#define IDLETIMEOUT_MODULE_LOGIN_H

#include <security/pam_modules.h>
#include <stdbool.h>

#include "common/session.h"
#include "common/text.h"

/* Fills service, user, tty and rhost. -ENAMETOOLONG: one does not fit its place in the record. */
int login_read_names(pam_handle_t *pamh, struct session *session, struct text *why);

/* Fills id, uid, login uid, audit session, leader and login times; the names are there. */
int login_read_identity(pam_handle_t *pamh, struct session *session, struct text *why);

/* SSH_CONNECTION of the PAM environment, owned by PAM; NULL if there is none. */
const char *login_ssh_connection(pam_handle_t *pamh);

/* Whether PAM_TTY names a terminal; "cron" and ":0" do not. */
bool login_has_terminal(const struct session *session);

/* Whether PAM_TTY names an X display: ":0", "host:10.0". */
bool login_is_graphical(const struct session *session);

#endif
