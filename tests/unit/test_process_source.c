/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/process_source.h"

#include <limits.h>

#include "common/duration.h"
#include "tests/unit/unit.h"

#define S(seconds) ((seconds) * NS_PER_SECOND)

struct row {
	const char *row;
	uint64_t before, after;
	int64_t elapsed_ns;
	long ticks_per_second;
	bool worked;
};

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		same_number(row->row, process_worked(row->before, row->after, row->elapsed_ns, row->ticks_per_second),
		            row->worked);
	}
}

static void work_is_more_than_ten_milliseconds(void **state)
{
	static const struct row rows[] = {
		{"nothing", 500, 500, S(1), 100, false},
		{"one tick of 10 ms", 500, 501, 1, 100, false},
		{"two", 500, 502, S(1), 100, true},
		{"ten ticks of 1 ms", 0, 10, S(1), 1000, false},
		{"eleven", 0, 11, S(1), 1000, true},
		{"one tick of 9.8 ms", 0, 10, S(1), 1024, false},
		{"one more", 0, 11, S(1), 1024, true},
		{"a tick of a second", 0, 1, S(1), 1, true},
		{"10 ms in nanoseconds", 0, 10000000, S(1), 1000000000, false},
		{"and one", 0, 10000001, S(1), 1000000000, true},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void work_is_more_than_half_a_percent_of_one_cpu(void **state)
{
	static const struct row rows[] = {
		{"20 ms of 4 s", 100, 102, S(4), 100, false},
		{"20 ms of more", 100, 102, S(4) + 199, 100, false},
		{"20 ms of less", 100, 102, S(4) - 1, 100, true},
		{"half a second of 100 s", 0, 50, S(100), 100, false},
		{"and a tick", 0, 51, S(100), 100, true},
		{"4.5 s of 15 minutes", 0, 450, S(900), 100, false},
		{"and a tick", 0, 451, S(900), 100, true},
		{"a day of a day", 0, 8640000, S(86400), 100, true},
		{"four CPUs", 0, 400, S(1), 100, true},
		{"a loop of one shell and one sleep a minute", 0, 1, S(60), 100, false},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void sum_that_fell_is_no_work(void **state)
{
	static const struct row rows[] = {
		{"by one", 500, 499, S(1), 100, false},
		{"to nothing", UINT64_MAX, 0, S(1), 100, false},
		{"by half of all", UINT64_MAX, 1, S(1), 100, false},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void without_time_there_is_no_work(void **state)
{
	static const struct row rows[] = {
		{"none", 0, 1000, 0, 100, false},
		{"backwards", 0, 1000, -1, 100, false},
		{"far back", 0, UINT64_MAX, INT64_MIN, 100, false},
		{"hardly any", 0, 1000, 1, 100, true},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void numbers_reach_their_ends(void **state)
{
	static const struct row rows[] = {
		{"all ticks at once", 0, UINT64_MAX, 1, 100, true},
		{"all ticks in all time", 0, UINT64_MAX, INT64_MAX, 100, true},
		{"all ticks, one a second", 0, UINT64_MAX, INT64_MAX, 1, true},
		{"all ticks, of a nanosecond", 0, UINT64_MAX, INT64_MAX, 1000000000, true},
		{"the last second in range", 0, 9223372035, INT64_MAX, 1, true},
		{"the first out of range", 0, 9223372036, INT64_MAX, 1, true},
		{"two in all time", UINT64_MAX - 2, UINT64_MAX, INT64_MAX, 100, false},
		{"two at the end", UINT64_MAX - 2, UINT64_MAX, S(1), 100, true},
		{"sysconf that failed", 0, 1000, S(1), -1, false},
		{"no ticks in a second", 0, 1000, S(1), 0, false},
		{"ticks too short to be any", 0, UINT64_MAX, S(1), LONG_MAX, false},
	};

	(void)state;
	check(rows, COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_is_more_than_ten_milliseconds),
		cmocka_unit_test(work_is_more_than_half_a_percent_of_one_cpu),
		cmocka_unit_test(sum_that_fell_is_no_work),
		cmocka_unit_test(without_time_there_is_no_work),
		cmocka_unit_test(numbers_reach_their_ends),
	};

	return cmocka_run_group_tests_name("process_source", tests, NULL, NULL);
}
