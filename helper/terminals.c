/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/terminals.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/procstat.h"
#include "helper/engine.h"

#define DEVICE_PATH_SIZE 96

void terminals_init(struct terminals *terminals, const char *login_tty)
{
	/* Not the clocks: to clear what nobody reads would give each watchdog three pages more. */
	terminals->login_tty = login_tty;
	terminals->count = 0;
}

static bool is_device(const struct stat *status, uint32_t device)
{
	return S_ISCHR(status->st_mode) && major(status->st_rdev) == tty_major(device) &&
	       minor(status->st_rdev) == tty_minor(device);
}

/* The encoding of proc_pid_stat(5), tty_nr: the inverse of tty_major and tty_minor. */
static uint32_t encode_device(dev_t device)
{
	return (minor(device) & 0xff) | major(device) << 8 | (minor(device) & ~0xffU) << 12;
}

static int login_path(const struct terminals *terminals, char path[DEVICE_PATH_SIZE])
{
	struct text text;

	text_init(&text, path, DEVICE_PATH_SIZE);
	text_add(&text, "/dev/");
	text_add(&text, terminals->login_tty);
	return terminals->login_tty[0] == '\0' ? -1 : text_result(&text);
}

/* A device without a name of the usual kinds may still be the one the login service named. */
static int device_path(const struct terminals *terminals, uint32_t device, char path[DEVICE_PATH_SIZE])
{
	struct text text;

	text_init(&text, path, DEVICE_PATH_SIZE);
	text_add(&text, "/dev/");
	if (tty_add_name(device, &text))
		return text_result(&text);
	return login_path(terminals, path);
}

uint32_t terminals_login_device(const struct terminals *terminals)
{
	char path[DEVICE_PATH_SIZE];
	struct stat status;

	if (login_path(terminals, path) < 0 || stat(path, &status) < 0 || !S_ISCHR(status.st_mode))
		return 0;
	return encode_device(status.st_rdev);
}

static struct tty_clock find_clock(const struct terminals *terminals, uint32_t device, uint64_t since)
{
	for (size_t i = 0; i < terminals->count; i++) {
		if (terminals->clocks[i].device == device && terminals->clocks[i].since == since)
			return terminals->clocks[i];
	}
	return (struct tty_clock){.device = device, .since = since};
}

static bool has_terminal(const struct terminal_set *set, const struct tty_clock *clock)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->device[i] == clock->device && set->since[i] == clock->since)
			return true;
	}
	return false;
}

static bool has_lost_one(const struct terminals *terminals, const struct terminal_set *set)
{
	for (size_t i = 0; i < terminals->count; i++) {
		if (!has_terminal(set, &terminals->clocks[i]))
			return true;
	}
	return false;
}

/* Those that went are forgotten with their stamps: their number may be another session's now. */
static void replace(struct terminals *terminals, const struct terminal_set *set)
{
	struct tty_clock kept[MEMBERS_TERMINALS_MAX];

	for (size_t i = 0; i < set->count; i++)
		kept[i] = find_clock(terminals, set->device[i], set->since[i]);
	memcpy(terminals->clocks, kept, set->count * sizeof kept[0]);
	terminals->count = set->count;
}

static int read_stamps(const struct terminals *terminals, uint32_t device, struct tty_stamps *ret_stamps)
{
	char path[DEVICE_PATH_SIZE];
	struct stat status;

	if (device_path(terminals, device, path) < 0 || stat(path, &status) < 0 || !is_device(&status, device))
		return -ENXIO;
	*ret_stamps = (struct tty_stamps){
		.access = {.s = status.st_atim.tv_sec, .ns = status.st_atim.tv_nsec},
		.change = {.s = status.st_ctim.tv_sec, .ns = status.st_ctim.tv_nsec},
		.modified_s = status.st_mtim.tv_sec,
	};
	return 0;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

struct terminals_reading terminals_sample(struct terminals *terminals, const struct terminal_set *set,
                                          const struct tty_look *look)
{
	struct terminals_reading reading = {
		.has_terminal = set->count > 0,
		.has_lost_one = has_lost_one(terminals, set),
		.input = ENGINE_UNKNOWN,
		.output = ENGINE_UNKNOWN,
	};

	replace(terminals, set);
	for (size_t i = 0; i < terminals->count; i++) {
		struct tty_clock *clock = &terminals->clocks[i];
		struct tty_stamps stamps;
		if (read_stamps(terminals, clock->device, &stamps) < 0)
			continue;
		enum tty_trust trust = tty_clock_take(clock, &stamps, look);
		reading.is_doubtful |= trust == TTY_DOUBTFUL;
		reading.is_forged |= trust == TTY_FORGED;
		reading.input = later(reading.input, tty_clock_input(clock));
		reading.output = later(reading.output, tty_clock_output(clock));
	}
	return reading;
}

void terminals_add_names(const struct terminals *terminals, struct text *text)
{
	static const char more[] = ",..";

	for (size_t i = 0; i < terminals->count; i++) {
		char path[DEVICE_PATH_SIZE];
		if (device_path(terminals, terminals->clocks[i].device, path) < 0)
			continue;
		const char *name = path + strlen("/dev/");
		if (text->size - text->used < strlen(name) + 1 + sizeof more) {
			text_add(text, more);
			return;
		}
		if (text->used > 0)
			text_add_char(text, ',');
		text_add(text, name);
	}
}

static bool write_one(const char *path, uint32_t device, const char *message)
{
	struct stat status;
	autoclose int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &status) < 0 || !is_device(&status, device))
		return false;
	return write(fd, message, strlen(message)) == (ssize_t)strlen(message);
}

size_t terminals_write(const struct terminals *terminals, const char *message)
{
	size_t written = 0;

	for (size_t i = 0; i < terminals->count; i++) {
		char path[DEVICE_PATH_SIZE];
		uint32_t device = terminals->clocks[i].device;
		if (device_path(terminals, device, path) == 0 && write_one(path, device, message))
			written++;
	}
	return written;
}
