/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A watched session as a JSON object for programs; idletimeout(8) documents the keys.
 *
 * Every key is always there: null is what is not known or does not apply. Owns nothing; what is added belongs to the
 * document of the node.
 */
#ifndef IDLETIMEOUT_CTL_SESSION_JSON_H
#define IDLETIMEOUT_CTL_SESSION_JSON_H

#include "ctl/json.h"
#include "ctl/sessions.h"

/* Adds to the object `to` what every command says of a session. */
void session_add_json(struct json_node to, const struct watched *item);

/* Adds what only show says: activity by source, and all settings. */
void session_add_details_json(struct json_node to, const struct watched *item);

#endif
