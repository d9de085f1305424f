/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "ctl/audit_logs.h"
#include "ctl/auth_log.h"
#include "ctl/journal.h"

/* Room for what is told of a file, its name included. */
#define WHAT_SIZE 512

static void add_named(const char *what, const char *name, struct text *text)
{
	text_add(text, what);
	text_add_char(text, ' ');
	text_add_printable(text, name);
}

static int holds_none(const char *name)
{
	char data[WHAT_SIZE];
	struct text text;

	text_init(&text, data, sizeof data);
	add_named("there is no audit record in", name, &text);
	fprintf(stderr, PROGRAM_NAME ": %s\n", data);
	return 1;
}

static int lacks_library(void)
{
	fprintf(stderr, PROGRAM_NAME ": this build has no libauparse: it cannot read audit logs\n");
	return -ENOSYS;
}

static int read_file(const char *name, struct history *history)
{
	bool is_input = strcmp(name, "-") == 0;
	autofclose FILE *opened = is_input ? NULL : fopen(name, "re");

	if (!is_input && opened == NULL)
		return command_failed_at("cannot read", name, -errno);
	int r = audit_logs_read_stream(is_input ? stdin : opened, history);
	if (r == -ENOSYS)
		return lacks_library();
	if (r == -ENOMSG)
		return holds_none(name);
	return r < 0 ? command_failed_at("cannot read", name, r) : 0;
}

/* All of them, whatever is wrong with some; an error weighs more than a file that is none. */
static int read_files(const struct log_request *request, struct history *history, struct log_source *source)
{
	int worst = 0;

	log_source_restart(source, SOURCE_AUDIT);
	for (size_t i = 0; i < request->file_count; i++) {
		if (log_source_add(source, request->files[i]) < 0)
			return command_failed("cannot read the history", -ENOMEM);
		int r = read_file(request->files[i], history);
		if (r == -ENOSYS)
			return r;
		if (r != 0 && worst >= 0)
			worst = r;
	}
	/* What could be read is shown all the same. */
	return worst < 0 && request->file_count > 1 ? 1 : worst;
}

static int read_audit(struct history *history, struct log_source *source)
{
	int r = audit_logs_read(history, source);

	if (r < 0 && r != -ENOENT && r != -ENOSYS)
		return command_failed_at("cannot read the audit log", log_source_last(source), r);
	return r;
}

/* An empty journal is as good as none; so is one of which this caller is shown nothing. */
static int read_journal(struct history *history, struct log_source *source)
{
	size_t entries = 0;
	int r = journal_read(history, &entries);

	log_source_restart(source, SOURCE_JOURNAL);
	if (entries == 0)
		return r < 0 ? r : geteuid() == 0 ? -ENODATA : -EACCES;
	if (r < 0) {
		(void)command_failed("cannot read all of the journal", r);
		return 1;
	}
	return 0;
}

static int read_syslog(struct history *history, struct log_source *source)
{
	int r = auth_log_read(history, source);

	return r < 0 && r != -ENOENT ? command_failed_at("cannot read the log", log_source_last(source), r) : r;
}

/* Where the history is from that does not come from the audit logs; `why` may be empty. */
static void tell_source(const struct log_source *source, const char *why)
{
	if (source->kind == SOURCE_JOURNAL)
		fprintf(stderr, PROGRAM_NAME ": %sread from the journal\n", why);
	else if (source->count > 0)
		fprintf(stderr, PROGRAM_NAME ": %sread from %s%s, where any user can write such lines\n", why,
		        log_source_last(source), source->count > 1 ? " and older ones" : "");
	else
		fprintf(stderr, PROGRAM_NAME ": %sread from the files of syslogd, none of which is so young\n", why);
}

/* The log lines instead of the records: `why`, in words that "read from" can follow. */
static int read_lines(const char *why, struct history *history, struct log_source *source)
{
	int journal = read_journal(history, source);

	if (journal >= 0) {
		tell_source(source, why);
		return journal;
	}
	int r = read_syslog(history, source);
	if (r == -ENOENT && journal == -ENODATA) {
		log_source_restart(source, SOURCE_JOURNAL);
		r = 0;
	} else if (r == -ENOENT && journal == -EACCES) {
		return command_failed("cannot read the journal", journal);
	} else if (r == -ENOENT) {
		fprintf(stderr, PROGRAM_NAME ": %sthere is no journal to read, and no auth.log, secure or messages\n",
		        why);
	}
	if (r >= 0)
		tell_source(source, why);
	return r;
}

static int read_best(struct history *history, struct log_source *source)
{
	char why[WHAT_SIZE];
	struct text text;
	int r = read_audit(history, source);

	if (r != -ENOENT && r != -ENOSYS)
		return r;
	text_init(&text, why, sizeof why);
	if (r == -ENOSYS) {
		text_add(&text, "this build has no libauparse; ");
	} else {
		add_named("auditd keeps no log at", log_source_last(source), &text);
		text_add(&text, "; ");
	}
	return read_lines(why, history, source);
}

static int read_one(enum log_source_kind kind, struct history *history, struct log_source *source)
{
	int r;

	switch (kind) {
	case SOURCE_AUDIT:
		r = read_audit(history, source);
		if (r == -ENOSYS)
			return lacks_library();
		return r == -ENOENT ? command_failed_at("cannot read the audit log", log_source_last(source), r) : r;
	case SOURCE_JOURNAL:
		r = read_journal(history, source);
		if (r < 0 && r != -ENODATA)
			return command_failed("cannot read the journal", r);
		r = r == -ENODATA ? 0 : r;
		break;
	default:
		r = read_syslog(history, source);
		if (r == -ENOENT)
			return command_failed("cannot find auth.log, secure or messages", r);
		break;
	}
	if (r >= 0)
		tell_source(source, "");
	return r;
}

int log_read(const struct log_request *request, struct history *history, struct log_source *source)
{
	if (request->file_count > 0)
		return read_files(request, history, source);
	return request->has_source ? read_one(request->source, history, source) : read_best(history, source);
}
