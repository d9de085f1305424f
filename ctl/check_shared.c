/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/check.h"

#include <string.h>

/* Services that nobody sits at, or that are nested in the session of another: better left alone. */
static const char *const unattended[] = {"atd",    "cron", "crond", "runuser",      "runuser-l", "su",
                                         "su-l",   "sudo", "sudo-i", "systemd-user"};

static bool is_unattended(const char *name)
{
	for (size_t i = 0; i < sizeof unattended / sizeof unattended[0]; i++) {
		if (strcmp(unattended[i], name) == 0)
			return true;
	}
	return false;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static bool has_same_line(const struct service *a, const struct service *b)
{
	return a->line == b->line && a->file != NULL && strcmp(a->file, b->file) == 0;
}

/* "cron, su and sudo" would be nicer, and longer to make. */
static void add_users(const struct check *check, const struct service *service, struct text *text)
{
	for (size_t i = 0; i < check->service_count; i++) {
		const struct service *other = &check->services[i];
		if (!is_unattended(other->name) || !has_same_line(other, service))
			continue;
		text_add(text, text->used > 0 ? ", " : "");
		text_add_printable(text, other->name);
	}
}

/* Whoever writes into the file of su means su, and su-l includes that. */
void check_shared_files(struct check *check)
{
	for (size_t i = 0; i < check->service_count; i++) {
		const struct service *service = &check->services[i];
		char users[512];
		struct text text;
		if (!service->is_asked || service->file == NULL || is_unattended(last_part(service->file)))
			continue;
		text_init(&text, users, sizeof users);
		add_users(check, service, &text);
		if (text.used > 0)
			finding_add(&check->findings, FINDING_SHARED_FILE, (struct where){service->file, service->line},
			            "the sessions of %s are under this line, too", users);
	}
}
