/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Both formats say different things with the same words about one kind of metric. To OpenMetrics 1.0 a counter of the
 * type line is called without "_total", to `promtool check metrics` and the textfile collector, which read the older
 * format, with it; each refuses what the other wants. Counters therefore have no type line, which is right in both: the
 * suffix says what they are, to whoever reads it and to PromQL.
 */
#include "ctl/metrics.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "ctl/words.h"

#define PREFIX "idletimeout_"

/* Bounds of the buckets in seconds: the default warnings, then what limits usually are. */
static const int64_t bounds[] = {10, 60, 300, 900, 3600, 14400, 43200, 86400};

#define BOUND_COUNT (sizeof bounds / sizeof bounds[0])

/* What sessions are counted by: both made safe, so that what looks the same is the same. */
struct kind {
	char service[sizeof((struct session *)0)->service];
	char state[sizeof((struct status *)0)->state];
};

static void print_head(const char *name, const char *type, const char *help, FILE *to)
{
	fprintf(to, "# HELP " PREFIX "%s %s\n", name, help);
	if (type != NULL)
		fprintf(to, "# TYPE " PREFIX "%s %s\n", name, type);
}

/* Of a value that is printable ASCII already, these two are all that a label has to escape. */
static void print_label(const char *name, const char *value, FILE *to)
{
	fprintf(to, "%s=\"", name);
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			fputc('\\', to);
		fputc(*value, to);
	}
	fputc('"', to);
}

static void make_safe(char *safe, size_t size, const char *string)
{
	struct text text;

	text_init(&text, safe, size);
	text_add_printable(&text, string);
}

static int compare_kinds(const void *a, const void *b)
{
	const struct kind *one = a, *other = b;
	int services = strcmp(one->service, other->service);

	return services != 0 ? services : strcmp(one->state, other->state);
}

static void print_kinds(const struct kind *kinds, size_t count, FILE *to)
{
	size_t alike = 0;

	for (size_t i = 0; i < count; i++) {
		alike++;
		if (i + 1 < count && compare_kinds(&kinds[i], &kinds[i + 1]) == 0)
			continue;
		fputs(PREFIX "sessions{", to);
		print_label("service", kinds[i].service, to);
		fputc(',', to);
		print_label("state", kinds[i].state, to);
		fprintf(to, "} %zu\n", alike);
		alike = 0;
	}
}

static int print_sessions(const struct session_list *list, FILE *to)
{
	print_head("sessions", "gauge", "Sessions that are watched now.", to);
	if (list->count == 0)
		return 0;
	autofree struct kind *kinds = calloc(list->count, sizeof *kinds);
	if (kinds == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++) {
		make_safe(kinds[i].service, sizeof kinds[i].service, list->items[i].session.service);
		make_safe(kinds[i].state, sizeof kinds[i].state, words_state(&list->items[i]));
	}
	qsort(kinds, list->count, sizeof *kinds, compare_kinds);
	print_kinds(kinds, list->count, to);
	return 0;
}

static void print_gauge(const char *name, const char *help, size_t value, FILE *to)
{
	print_head(name, "gauge", help, to);
	fprintf(to, PREFIX "%s %zu\n", name, value);
}

static void print_troubles(const struct session_list *list, FILE *to)
{
	size_t unanswered = 0, set_by_hand = 0;

	for (size_t i = 0; i < list->count; i++) {
		unanswered += !list->items[i].answered;
		set_by_hand += list->items[i].status.spoofed > 0;
	}
	print_gauge("sessions_unanswered", "Sessions whose watchdog does not answer.", unanswered, to);
	print_gauge("sessions_stamps_set_by_hand", "Sessions of now whose terminal stamps were set by hand.", set_by_hand,
	            to);
	print_gauge("records_damaged", "Session records that cannot be understood.", list->damaged, to);
}

static size_t count_within(const struct session_list *list, int64_t bound_s)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++) {
		int64_t left_ms = list->items[i].status.left_ms;
		count += left_ms >= 0 && left_ms <= bound_s * 1000;
	}
	return count;
}

/* As a histogram is a picture of now, its numbers go up and down: its buckets are for quantiles, not for rates. */
static void print_left(const struct session_list *list, FILE *to)
{
	double sum = 0;
	size_t count = 0;

	print_head("left_seconds", "histogram", "Time left until the limit that comes first, of the sessions of now.", to);
	fputs("# UNIT " PREFIX "left_seconds seconds\n", to);
	for (size_t i = 0; i < BOUND_COUNT; i++)
		fprintf(to, PREFIX "left_seconds_bucket{le=\"%" PRId64 ".0\"} %zu\n", bounds[i],
		        count_within(list, bounds[i]));
	for (size_t i = 0; i < list->count; i++) {
		int64_t left_ms = list->items[i].status.left_ms;
		count += left_ms >= 0;
		sum += left_ms >= 0 ? (double)left_ms / 1000 : 0;
	}
	fprintf(to, PREFIX "left_seconds_bucket{le=\"+Inf\"} %zu\n", count);
	fprintf(to, PREFIX "left_seconds_sum %.3f\n" PREFIX "left_seconds_count %zu\n", sum, count);
}

/* Of all that begins with `operation`, what comes after it is the reason. */
static void print_reasons(const struct totals *totals, const char *operation, const char *name, const char *help, FILE *to)
{
	char reason[TOTAL_NAME_SIZE];

	print_head(name, NULL, help, to);
	for (size_t i = 0; i < totals->count; i++) {
		const struct total *total = &totals->items[i];
		if (strncmp(total->name, operation, strlen(operation)) != 0)
			continue;
		make_safe(reason, sizeof reason, total->name + strlen(operation));
		fprintf(to, PREFIX "%s{", name);
		print_label("reason", reason, to);
		fprintf(to, "} %" PRIu64 "\n", total->count);
	}
}

static void print_total(const struct totals *totals, const char *counted, const char *name, const char *help, FILE *to)
{
	print_head(name, NULL, help, to);
	for (size_t i = 0; i < totals->count; i++) {
		if (strcmp(totals->items[i].name, counted) == 0)
			fprintf(to, PREFIX "%s %" PRIu64 "\n", name, totals->items[i].count);
	}
}

static void print_totals(const struct totals *totals, FILE *to)
{
	print_reasons(totals, "disconnect.", "disconnects_total", "Sessions disconnected since the machine started.", to);
	print_reasons(totals, "would-disconnect.", "rehearsed_disconnects_total",
	              "Disconnects that dry_run rehearsed since the machine started.", to);
	print_total(totals, "tamper.spoof", "spoof_attempts_total",
	            "Sessions whose terminal stamps were set by hand, since the machine started.", to);
	print_total(totals, "tamper.watchdog-lost", "watchdogs_lost_total",
	            "Sessions that lost their watchdog, since the machine started.", to);
}

int metrics_print(const struct session_list *list, const struct totals *totals, FILE *to)
{
	int r = print_sessions(list, to);

	if (r < 0)
		return r;
	print_troubles(list, to);
	print_left(list, to);
	if (totals != NULL)
		print_totals(totals, to);
	fputs("# EOF\n", to);
	return 0;
}
