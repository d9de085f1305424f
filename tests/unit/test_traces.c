/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Recorded connections (tests/vectors/traffic), seen through the observer as the watchdog would have seen them: one look after the
 * other, each when the last one asked for it. Recorded were the counters; what sockets and terminals showed is made from the times of
 * the requests. TRACE=SUBSTRING judges those alone whose name has it, and prints each look.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/duration.h"
#include "helper/observer.h"
#include "helper/sockets.h"
#include "tests/unit/unit.h"

#define LINES_MAX 512
#define REQUESTS_MAX 64
#define LINE_SIZE 512

/* The moment of a trace's beginning; not zero, and a whole bucket of stamps. */
#define START (1000 * NS_PER_SECOND)
#define MS(ms) ((int64_t)(ms)*NS_PER_MS)

/* How long logging in goes on after the trace's beginning. */
#define LOGIN_NS MS(500)

/* How long an exchange may keep a look from judging; how late the recorder is. */
#define SETTLED_NS MS(2000)
#define RECORDER_NS MS(20)

struct line {
	int64_t at; /* since the start, ns */
	struct traffic moved;
	int64_t received_age, sent_age;
	uint64_t switches, ticks;
};

struct trace {
	char name[96];
	bool is_active, is_compressed;
	bool has_relay, has_terminal, is_typed, is_printed;
	struct line lines[LINES_MAX];
	size_t count;
	int64_t requests[REQUESTS_MAX]; /* when the client's user wanted something */
	int64_t relayed[REQUESTS_MAX];  /* when that had come to a socket behind the connection, or from there */
	size_t request_count;
};

static struct trace trace;
static bool is_told;

/* The value of a header line, or NULL. */
static const char *value_of(const char *line, const char *name)
{
	size_t length = strlen(name);

	if (strncmp(line, "# ", 2) != 0 || strncmp(line + 2, name, length) != 0 || strncmp(line + 2 + length, ": ", 2) != 0)
		return NULL;
	return line + 2 + length + 2;
}

static void read_requests(const char *value)
{
	char *end;

	for (int64_t at = strtoll(value, &end, 10); end != value; at = strtoll(value, &end, 10)) {
		assert_true(trace.request_count < REQUESTS_MAX);
		trace.requests[trace.request_count++] = START + MS(at);
		value = end;
	}
}

static void read_header(const char *line)
{
	const char *value;

	if ((value = value_of(line, "expected")) != NULL)
		trace.is_active = strncmp(value, "active", strlen("active")) == 0;
	if ((value = value_of(line, "compression")) != NULL)
		trace.is_compressed = strncmp(value, "none", strlen("none")) != 0;
	if ((value = value_of(line, "requests")) != NULL)
		read_requests(value);
}

static void read_line(const char *text)
{
	int64_t field[9];
	char *end;

	for (size_t i = 0; i < COUNT(field); i++) {
		field[i] = strtoll(text, &end, 10);
		assert_true(end != text);
		text = end;
	}
	assert_true(trace.count < LINES_MAX);
	trace.lines[trace.count++] = (struct line){
		.at = MS(field[0]),
		.moved = {.in_bytes = (uint64_t)field[1],
		          .in_segments = (uint64_t)field[2],
		          .out_bytes = (uint64_t)field[3],
		          .out_segments = (uint64_t)field[4]},
		.received_age = MS(field[5]),
		.sent_age = MS(field[6]),
		.switches = (uint64_t)field[7],
		.ticks = (uint64_t)field[8],
	};
}

/* What moves first after a request is that request. */
static int64_t relay_moment(int64_t request)
{
	for (size_t i = 1; i < trace.count; i++) {
		const struct line *line = &trace.lines[i];
		if (START + line->at >= request && line->moved.in_bytes != trace.lines[i - 1].moved.in_bytes)
			return START + line->at - (line->received_age < line->sent_age ? line->received_age : line->sent_age);
	}
	return INT64_MAX;
}

static bool has_word(const char *word)
{
	return strstr(trace.name, word) != NULL;
}

static void load(const char *path)
{
	autofclose FILE *stream = fopen(path, "re");
	char line[LINE_SIZE];

	assert_non_null(stream);
	trace = (struct trace){.count = 0};
	assert_int_equal(text_copy(trace.name, sizeof trace.name, strrchr(path, '/') + 1), 0);
	while (fgets(line, sizeof line, stream) != NULL) {
		if (line[0] == '#')
			read_header(line);
		else
			read_line(line);
	}
	trace.has_relay = has_word("forward") || has_word("socks");
	trace.has_terminal = has_word("terminal-");
	trace.is_typed = has_word("-typing");
	trace.is_printed = has_word("-printing") || has_word("-flooding");
	assert_true(trace.count > 1);
	for (size_t i = 0; i < trace.request_count; i++)
		trace.relayed[i] = relay_moment(trace.requests[i]);
}

/* The connection at a moment: what the recorder saw last. */
static const struct line *line_at(int64_t now)
{
	size_t i = trace.count - 1;

	while (i > 0 && START + trace.lines[i].at > now)
		i--;
	return &trace.lines[i];
}

static struct wire wire_at(int64_t now)
{
	const struct line *line = line_at(now);
	int64_t at = START + line->at;

	return (struct wire){.is_known = true,
	                     .received = at - line->received_age,
	                     .sent = at - line->sent_age,
	                     .acked = at,
	                     .moved = line->moved};
}

/* The last of `moments` until `now`; before all of them there is one before the start. */
static int64_t last_of(const int64_t *moments, int64_t now)
{
	int64_t last = START - NS_PER_SECOND;

	for (size_t i = 0; i < trace.request_count && moments[i] <= now; i++)
		last = moments[i];
	return last;
}

static bool is_relayed_at(int64_t moment)
{
	return moment - last_of(trace.relayed, moment + SOCKETS_TOGETHER_NS) <= SOCKETS_TOGETHER_NS;
}

static struct socket_hints hints_at(const struct observer *observer)
{
	const struct wire *wire = &observer->wire;

	if (!trace.has_relay)
		return (struct socket_hints){0};
	return (struct socket_hints){.is_sent_together = is_relayed_at(wire->received),
	                             .is_received_together = is_relayed_at(wire->sent),
	                             .is_any = last_of(trace.relayed, observer->now) >= observer->network.stretch};
}

/* What the stamp of something at `moment` allows at `now`. */
static int64_t stamped(int64_t moment, int64_t now)
{
	int64_t end = (moment / STAMP_BUCKET_NS + 1) * STAMP_BUCKET_NS;

	return end < now ? end : now;
}

static struct terminals_reading terminals_at(int64_t now, const struct wire *wire)
{
	struct terminals_reading reading = {.has_terminal = trace.has_terminal, .input = ENGINE_UNKNOWN, .output = ENGINE_UNKNOWN};

	if (!trace.has_terminal)
		return reading;
	/* Logged in a little earlier, and a prompt. */
	reading.input = START - NS_PER_SECOND;
	reading.output = START;
	if (trace.is_typed)
		reading.input = reading.output = stamped(last_of(trace.requests, now), now);
	if (trace.is_printed)
		reading.output = stamped(wire->sent, now);
	return reading;
}

static struct sample look(struct observer *observer, int64_t now)
{
	const struct line *line = line_at(now);
	struct wire wire = wire_at(now);
	struct terminals_reading terminals = terminals_at(now, &wire);
	const struct processes_reading processes = {.cpu_ticks = line->ticks,
	                                            .switches = line->switches,
	                                            .has_any = line->ticks > 0 || line->switches > 0,
	                                            .ticks_per_second = 100};
	struct socket_hints sockets = {0};

	(void)observer_begin(observer, now, now, &wire);
	if (observer_wants_sockets(observer, &terminals))
		sockets = hints_at(observer);
	struct sample sample = observer_end(observer, &terminals, &processes, &sockets);
	if (is_told)
		(void)printf("%6" PRId64 " ms: %4" PRIu64 "/%" PRIu64 " > %4" PRIu64 "/%" PRIu64 ", active %" PRId64 ", next %" PRId64 "%s\n",
		             (now - START) / NS_PER_MS, wire.moved.in_bytes, wire.moved.in_segments, wire.moved.out_bytes,
		             wire.moved.out_segments, (observer->latest - START) / NS_PER_MS, (sample.again - START) / NS_PER_MS,
		             sample.is_unsettled ? ", unsettled" : "");
	return sample;
}
/* What came of watching a trace. */
struct outcome {
	int64_t start;
	int64_t latest;    /* activity */
	int64_t missed;    /* a request that showed no later than two looks after it, or not; 0: none */
	int64_t longest;   /* time without activity */
};

static void note(struct outcome *outcome, const struct observer *observer, const struct sample *sample, int64_t idle)
{
	int64_t settled = observer->now - idle / 5 - SETTLED_NS;
	int64_t request = last_of(trace.requests, settled);

	/* What the next look may find is not missed yet: until then no limit runs out. */
	if (trace.is_active && !sample->is_unsettled && request >= outcome->start && observer->latest < request - RECORDER_NS)
		outcome->missed = request;
	if (observer->now - observer->latest > outcome->longest)
		outcome->longest = observer->now - observer->latest;
	outcome->latest = observer->latest;
}

/* Watches from `delay` after the trace's beginning, under a limit of so many seconds, until its end: no limit ends anything here. */
static struct outcome watch(int64_t delay, uint32_t limit)
{
	struct outcome outcome = {.start = START + delay};
	int64_t end = START + trace.lines[trace.count - 1].at, idle = limit * NS_PER_SECOND, now = outcome.start;
	struct policy policy;
	struct observer observer;

	policy_init(&policy);
	policy.value[OPTION_IDLE] = limit;
	observer_init(&observer, &policy, outcome.start, 0);
	while (now <= end) {
		struct sample sample = look(&observer, now);
		int64_t deadline = observer.latest + idle;
		note(&outcome, &observer, &sample, idle);
		same_number(trace.name, sample.again > now, true);
		now = deadline > now && deadline < sample.again ? deadline : sample.again;
	}
	return outcome;
}

/* Payload is told from keepalives as soon as one has been seen alone. Compressed ones have a second size, which is learnt later. */
static void expect_idle(const struct outcome *outcome, uint32_t limit)
{
	int64_t share = trace.is_compressed ? 2 : 4;
	int64_t allowed = limit * NS_PER_SECOND / share + LOGIN_NS;

	if (outcome->latest - outcome->start > allowed)
		fail_msg("%s, limit %u s, from %" PRId64 " ms on: active at %" PRId64 " ms", trace.name, limit,
		         (outcome->start - START) / NS_PER_MS, (outcome->latest - START) / NS_PER_MS);
}

static void expect_active(const struct outcome *outcome, uint32_t limit)
{
	if (outcome->missed != 0)
		fail_msg("%s, limit %u s, from %" PRId64 " ms on: missed the request at %" PRId64 " ms", trace.name, limit,
		         (outcome->start - START) / NS_PER_MS, (outcome->missed - START) / NS_PER_MS);
	if (outcome->longest >= limit * NS_PER_SECOND)
		fail_msg("%s, limit %u s, from %" PRId64 " ms on: idle for %" PRId64 " ms", trace.name, limit,
		         (outcome->start - START) / NS_PER_MS, outcome->longest / NS_PER_MS);
}

typedef void check_outcome(const struct outcome *outcome, uint32_t limit);

/* Limits and beginnings, so that looks fall on every side of every exchange. */
static void watch_often(check_outcome *check)
{
	for (uint32_t limit = 8; limit <= 20; limit += 2) {
		for (int64_t delay = MS(13); delay < MS(3000); delay += MS(41)) {
			struct outcome outcome = watch(delay, limit);
			check(&outcome, limit);
		}
	}
}

/* New keys are payload, as far as a counter shows: the limit begins anew, once an hour at the most. */
static bool is_judged(bool is_active)
{
	return trace.is_active == is_active && !has_word("-rekeying");
}

static void check_traces(bool is_active, check_outcome *check)
{
	const char *tree = getenv("top_srcdir"), *part = getenv("TRACE");
	char pattern[4096];
	size_t judged = 0;
	glob_t found;

	is_told = part != NULL;
	(void)snprintf(pattern, sizeof pattern, "%s/tests/vectors/traffic/*%s*.trace", tree != NULL ? tree : ".", is_told ? part : "");
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		load(found.gl_pathv[i]);
		if (!is_judged(is_active))
			continue;
		watch_often(check);
		judged++;
	}
	globfree(&found);
	assert_true(judged > 0 || is_told);
}

static void idle_connections_show_no_payload_after_login(void **state)
{
	(void)state;
	check_traces(false, expect_idle);
}

static void active_connections_show_every_request(void **state)
{
	(void)state;
	check_traces(true, expect_active);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(idle_connections_show_no_payload_after_login),
		cmocka_unit_test(active_connections_show_every_request),
	};

	return cmocka_run_group_tests_name("traces", tests, NULL, NULL);
}
