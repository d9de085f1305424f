/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/terminals.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "common/procstat.h"
#include "helper/engine.h"
#include "tests/unit/unit.h"

/* What a write may take when nobody reads. Generous: the machine may be busy, and waiting would be for ever. */
#define AT_ONCE_NS (2 * NS_PER_SECOND)

struct pty {
	int master, slave;
	uint32_t device;
	struct terminal_set set;
};

/* A pseudo-terminal in raw mode: what is written on one end comes out of the other as it is. */
static int open_pty(void **state)
{
	static struct pty pty;
	struct termios raw;
	struct stat status;

	if (openpty(&pty.master, &pty.slave, NULL, NULL, NULL) < 0 || tcgetattr(pty.slave, &raw) < 0)
		return -1;
	cfmakeraw(&raw);
	if (tcsetattr(pty.slave, TCSANOW, &raw) < 0 || fstat(pty.slave, &status) < 0)
		return -1;
	pty.device = (minor(status.st_rdev) & 0xff) | major(status.st_rdev) << 8 | (minor(status.st_rdev) & ~0xffU) << 12;
	pty.set = (struct terminal_set){.device = {pty.device}, .count = 1};
	*state = &pty;
	return 0;
}

static int close_pty(void **state)
{
	struct pty *pty = *state;

	close_fd(&pty->slave);
	close_fd(&pty->master);
	return 0;
}

/* Looks at the terminals as the watchdog does, where nothing is known of the wire. */
static struct terminals_reading read_all(struct terminals *terminals, const struct terminal_set *set)
{
	int64_t wall = clock_wall_ns(), boot = clock_boot_ns();
	const struct wall_offset offset = {.now = wall - boot, .before = wall - boot};
	const struct tty_look look = {.offset = &offset, .now = boot, .heard = boot};

	return terminals_sample(terminals, set, &look);
}

static int64_t sample(struct terminals *terminals, const struct terminal_set *set)
{
	return read_all(terminals, set).input;
}

static struct terminals see(const struct terminal_set *set)
{
	struct terminals terminals;

	terminals_init(&terminals, "");
	(void)sample(&terminals, set);
	return terminals;
}

/* Sets the time of last input by hand, `seconds` ago. */
static void stamp_with(const struct pty *pty, int64_t seconds, int64_t ns)
{
	const struct timespec times[2] = {
		{.tv_sec = (time_t)(clock_wall_ns() / NS_PER_SECOND - seconds), .tv_nsec = ns}, {.tv_nsec = UTIME_OMIT}};

	assert_int_equal(futimens(pty->slave, times), 0);
}

static void stamp(const struct pty *pty, int64_t seconds)
{
	stamp_with(pty, seconds, 0);
}

static void latest_input_is_told_within_the_stamps_bucket(void **state)
{
	const struct pty *pty = *state;
	struct terminals terminals;

	terminals_init(&terminals, "");
	stamp(pty, 1000);
	int64_t age = clock_boot_ns() - sample(&terminals, &pty->set);
	assert_true(age >= 991 * NS_PER_SECOND && age <= 1001 * NS_PER_SECOND);
	assert_int_equal(terminals.count, 1);
}

static void least_idle_terminal_counts(void **state)
{
	const struct pty *idle = *state;
	struct pty busy = *idle;
	void *other = &busy;
	struct terminals terminals;

	terminals_init(&terminals, "");
	struct pty first = *idle;
	assert_int_equal(open_pty(&other), 0);
	struct pty *second = other;
	struct terminal_set set = {.device = {first.device, second->device}, .count = 2};
	stamp(&first, 5000);
	stamp(second, 1000);
	int64_t age = clock_boot_ns() - sample(&terminals, &set);
	assert_true(age >= 991 * NS_PER_SECOND && age <= 1001 * NS_PER_SECOND);
	close_fd(&first.master);
	close_fd(&first.slave);
}

static void input_moves_the_stamp_and_output_does_not(void **state)
{
	const struct pty *pty = *state;
	struct terminals terminals;
	char byte;

	terminals_init(&terminals, "");
	stamp(pty, 1000);
	assert_int_equal(write(pty->slave, "x", 1), 1);
	assert_true(clock_boot_ns() - sample(&terminals, &pty->set) > 900 * NS_PER_SECOND);
	assert_int_equal(write(pty->master, "x", 1), 1);
	assert_int_equal(read(pty->slave, &byte, 1), 1);
	assert_true(clock_boot_ns() - sample(&terminals, &pty->set) < 100 * NS_PER_SECOND);
}

static void own_warning_is_no_activity(void **state)
{
	const struct pty *pty = *state;
	struct terminals terminals;

	terminals_init(&terminals, "");
	stamp(pty, 1000);
	(void)sample(&terminals, &pty->set);
	assert_int_equal(terminals_write(&terminals, "warning"), 1);
	assert_true(clock_boot_ns() - sample(&terminals, &pty->set) > 900 * NS_PER_SECOND);
}

static void without_a_terminal_nothing_is_known(void **state)
{
	static const struct terminal_set none = {.count = 0};
	/* 136, 999999: a pseudo-terminal that is not there; 7, 1: a device that is no terminal at all. */
	static const struct terminal_set unreadable = {.device = {0xf42388U << 8 | 0x3f, 7 << 8 | 1}, .count = 2};
	struct terminals terminals;

	(void)state;
	terminals_init(&terminals, "");
	assert_true(sample(&terminals, &none) == ENGINE_UNKNOWN);
	assert_true(sample(&terminals, &unreadable) == ENGINE_UNKNOWN);
	assert_int_equal(terminals_write(&terminals, "hello"), 0);
}

static void terminal_that_went_is_forgotten(void **state)
{
	const struct pty *pty = *state;
	static const struct terminal_set none = {.count = 0};
	struct terminals terminals = see(&pty->set);

	assert_true(terminals.clocks[0].is_seen);
	(void)sample(&terminals, &none);
	assert_int_equal(terminals.count, 0);
	assert_int_equal(terminals_write(&terminals, "hello"), 0);
}

/* When it was last typed on went with it. Once: what is gone for longer is not typed on. */
static void terminal_that_went_is_told_once(void **state)
{
	const struct pty *pty = *state;
	static const struct terminal_set none = {.count = 0};
	struct terminals terminals;

	terminals_init(&terminals, "");
	assert_false(read_all(&terminals, &pty->set).has_lost_one);
	assert_false(read_all(&terminals, &pty->set).has_lost_one);
	assert_true(read_all(&terminals, &none).has_lost_one);
	assert_false(read_all(&terminals, &none).has_lost_one);
	assert_false(read_all(&terminals, &pty->set).has_lost_one);
}

/* The same number, of other processes: the stamps of the one before are no measure for it. */
static void number_that_is_used_anew_is_another_terminal(void **state)
{
	const struct pty *pty = *state;
	struct terminal_set set = pty->set;
	struct terminals terminals;

	terminals_init(&terminals, "");
	set.since[0] = 100;
	stamp(pty, 1000);
	assert_false(read_all(&terminals, &set).is_forged);
	set.since[0] = 200;
	stamp_with(pty, 0, 1);
	struct terminals_reading reading = read_all(&terminals, &set);
	assert_true(reading.has_lost_one);
	assert_false(reading.is_forged);
	assert_true(clock_boot_ns() - reading.input < 100 * NS_PER_SECOND);
}

static void stamps_set_by_hand_are_told(void **state)
{
	static const struct {
		const char *row;
		int64_t ago, ns;
		bool is_doubtful, is_forged;
	} rows[] = {
		{"parts of a second", 0, 1, false, true},
		{"the future", -60, 0, false, true},
		{"long before the last look", 900, 0, false, true},
		{"now", 0, 0, true, false},
	};
	const struct timespec tick = {.tv_nsec = 20 * NS_PER_MS};
	const struct pty *pty = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct terminals terminals;
		terminals_init(&terminals, "");
		stamp(pty, 1000);
		struct terminals_reading before = read_all(&terminals, &pty->set);
		same_number(rows[i].row, before.is_doubtful || before.is_forged, false);
		/* Change times are told in ticks. */
		(void)nanosleep(&tick, NULL);
		stamp_with(pty, rows[i].ago, rows[i].ns);
		struct terminals_reading reading = read_all(&terminals, &pty->set);
		same_number(rows[i].row, reading.is_doubtful, rows[i].is_doubtful);
		same_number(rows[i].row, reading.is_forged, rows[i].is_forged);
		same_number(rows[i].row, read_all(&terminals, &pty->set).is_forged, false);
	}
}

static void mesg_alone_is_no_forgery(void **state)
{
	const struct pty *pty = *state;
	struct terminals terminals;

	terminals_init(&terminals, "");
	stamp(pty, 1000);
	int64_t input = sample(&terminals, &pty->set);
	for (mode_t mode = 0600; mode <= 0622; mode += 022) {
		assert_int_equal(fchmod(pty->slave, mode), 0);
		struct terminals_reading reading = read_all(&terminals, &pty->set);
		assert_false(reading.is_doubtful || reading.is_forged);
		assert_true(reading.input == input);
	}
}

static void output_has_a_stamp_of_its_own(void **state)
{
	const struct pty *pty = *state;
	const struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
	struct terminals terminals;

	terminals_init(&terminals, "");
	assert_int_equal(futimens(pty->slave, old), 0);
	assert_true(read_all(&terminals, &pty->set).output < clock_boot_ns() - 900 * NS_PER_SECOND);
	assert_int_equal(write(pty->slave, "x", 1), 1);
	struct terminals_reading reading = read_all(&terminals, &pty->set);
	assert_true(clock_boot_ns() - reading.output < 100 * NS_PER_SECOND);
	assert_true(reading.input < clock_boot_ns() - 900 * NS_PER_SECOND);
}

static void message_comes_out_as_it_is(void **state)
{
	const struct pty *pty = *state;
	struct terminals terminals = see(&pty->set);
	char message[64] = "";

	assert_int_equal(terminals_write(&terminals, "\r\nhello\r\n"), 1);
	assert_int_equal(read(pty->master, message, sizeof message - 1), 9);
	assert_string_equal(message, "\r\nhello\r\n");
}

static void expect_no_wait(const struct terminals *terminals)
{
	int64_t before = clock_boot_ns();

	assert_int_equal(terminals_write(terminals, "hello"), 0);
	assert_true(clock_boot_ns() - before < AT_ONCE_NS);
}

/* Writes until nothing more is taken; returns how much was. */
static size_t fill(int slave)
{
	char page[4096] = "";
	size_t total = 0;

	for (size_t size = sizeof page; size > 0; size /= 2) {
		ssize_t n;
		while ((n = write(slave, page, size)) > 0)
			total += (size_t)n;
		assert_int_equal(errno, EAGAIN);
	}
	return total;
}

static void unread_terminal_keeps_nobody_waiting(void **state)
{
	const struct pty *pty = *state;
	const struct timespec moment = {.tv_nsec = 20 * NS_PER_MS};
	struct terminals terminals = see(&pty->set);

	assert_int_equal(fcntl(pty->slave, F_SETFL, O_NONBLOCK), 0);
	/* A worker of the kernel moves what was written to the reader's side, which makes room for more, in its own time. */
	while (fill(pty->slave) > 0)
		(void)nanosleep(&moment, NULL);
	expect_no_wait(&terminals);
}

static void stopped_terminal_keeps_nobody_waiting(void **state)
{
	const struct pty *pty = *state;
	struct terminals terminals = see(&pty->set);

	assert_int_equal(tcflow(pty->slave, TCOOFF), 0);
	expect_no_wait(&terminals);
	assert_int_equal(tcflow(pty->slave, TCOON), 0);
	assert_int_equal(terminals_write(&terminals, "hello"), 1);
}

static void writing_takes_no_controlling_terminal(void **state)
{
	const struct pty *pty = *state;
	struct terminals terminals = see(&pty->set);
	struct stat before, after;

	assert_int_equal(fstat(pty->slave, &before), 0);
	assert_int_equal(terminals_write(&terminals, "hello"), 1);
	assert_int_equal(fstat(pty->slave, &after), 0);
	assert_int_equal(before.st_atim.tv_sec, after.st_atim.tv_sec);
	int lowest = dup(0);
	assert_true(lowest > pty->slave);
	(void)close(lowest);
}

/* What the login service says is believed only if it names a character device. */
static void hostile_login_names_are_no_terminal(void **state)
{
	static const char *const names[] = {
		"", "ssh", "cron", ":0", "../etc/passwd", "../proc/self/mem", ".", "pts", "no such\nname", "shm/x", "fd/0/../../..",
		"a/name/that/is/longer/than/any/device/has/ever/had/and/does/not/fit/into/the/buffer/for/names/of/devices",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct terminals terminals;
		terminals_init(&terminals, names[i]);
		same_unsigned(names[i], terminals_login_device(&terminals), 0);
	}
}

static void login_terminal_is_known_by_its_device(void **state)
{
	const struct pty *pty = *state;
	struct terminals terminals;
	TEXT(name, 64);

	assert_true(tty_add_name(pty->device, &name));
	terminals_init(&terminals, name.data);
	assert_int_equal(terminals_login_device(&terminals), pty->device);
	terminals_init(&terminals, "null");
	assert_int_equal(terminals_login_device(&terminals), 1 << 8 | 3);
}

/* A device without a usual name goes by the login service's, if that is this device. */
static void login_name_is_used_only_for_its_own_device(void **state)
{
	static const struct terminal_set null = {.device = {1 << 8 | 3}, .count = 1}, zero = {.device = {1 << 8 | 5}, .count = 1};
	struct terminals terminals;

	(void)state;
	terminals_init(&terminals, "null");
	assert_true(sample(&terminals, &null) != ENGINE_UNKNOWN);
	assert_int_equal(terminals_write(&terminals, "hello"), 1);
	terminals_init(&terminals, "null");
	assert_true(sample(&terminals, &zero) == ENGINE_UNKNOWN);
	assert_int_equal(terminals_write(&terminals, "hello"), 0);
}

static void names_are_listed_as_far_as_they_fit(void **state)
{
	static const struct terminal_set set = {.device = {136 << 8, 136 << 8 | 17, 4 << 8 | 1}, .count = 3};
	static const struct {
		size_t size;
		const char *names;
	} rows[] = {
		{64, "pts/0,pts/17,tty1"},
		{21, "pts/0,pts/17,tty1"},
		{20, "pts/0,pts/17,.."},
		{16, "pts/0,pts/17,.."},
		{15, "pts/0,.."},
		{10, "pts/0,.."},
	};
	struct terminals terminals = see(&set);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char data[64];
		struct text text;
		text_init(&text, data, rows[i].size);
		terminals_add_names(&terminals, &text);
		same_string(rows[i].names, data, rows[i].names);
		same_number(rows[i].names, text_result(&text), 0);
	}
}

static void no_terminal_has_no_name(void **state)
{
	static const struct terminal_set none = {.count = 0};
	struct terminals terminals = see(&none);
	TEXT(text, 64);

	(void)state;
	terminals_add_names(&terminals, &text);
	assert_string_equal(text.data, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(latest_input_is_told_within_the_stamps_bucket, open_pty, close_pty),
		cmocka_unit_test_setup_teardown(least_idle_terminal_counts, open_pty, close_pty),
		cmocka_unit_test_setup_teardown(input_moves_the_stamp_and_output_does_not, open_pty, close_pty),
		cmocka_unit_test_setup_teardown(own_warning_is_no_activity, open_pty, close_pty),
		cmocka_unit_test(without_a_terminal_nothing_is_known),
		cmocka_unit_test_setup_teardown(terminal_that_went_is_forgotten, open_pty, close_pty),
		cmocka_unit_test_setup_teardown(terminal_that_went_is_told_once, open_pty, close_pty),
		cmocka_unit_test_setup_teardown(number_that_is_used_anew_is_another_terminal, open_pty, close_pty),
		cmocka_unit_test_setup_teardown(stamps_set_by_hand_are_told, open_pty, close_pty),
		cmocka_unit_test_setup_teardown(mesg_alone_is_no_forgery, open_pty, close_pty),
		cmocka_unit_test_setup_teardown(output_has_a_stamp_of_its_own, open_pty, close_pty),
		cmocka_unit_test_setup_teardown(message_comes_out_as_it_is, open_pty, close_pty),
		cmocka_unit_test_setup_teardown(unread_terminal_keeps_nobody_waiting, open_pty, close_pty),
		cmocka_unit_test_setup_teardown(stopped_terminal_keeps_nobody_waiting, open_pty, close_pty),
		cmocka_unit_test_setup_teardown(writing_takes_no_controlling_terminal, open_pty, close_pty),
		cmocka_unit_test(hostile_login_names_are_no_terminal),
		cmocka_unit_test_setup_teardown(login_terminal_is_known_by_its_device, open_pty, close_pty),
		cmocka_unit_test(login_name_is_used_only_for_its_own_device),
		cmocka_unit_test(names_are_listed_as_far_as_they_fit),
		cmocka_unit_test(no_terminal_has_no_name),
	};

	return cmocka_run_group_tests_name("terminals", tests, NULL, NULL);
}
