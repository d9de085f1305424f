/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* A terminal that does not say how large it is. */
#define DEFAULT_WIDTH 80
#define DEFAULT_HEIGHT 24

/* An escape that nothing follows for so long is the key of that name. */
#define ESCAPE_MS 50

#define KEY_ESCAPE 27
#define KEY_CONTROL_C 3

static struct termios before;
static volatile sig_atomic_t is_asked_to_end;

static void take_signal(int number)
{
	(void)number;
	is_asked_to_end = 1;
}

/* What ends a program would leave the terminal without an echo; curses sees to that itself. */
static void catch_signals(void)
{
	const struct sigaction action = {.sa_handler = take_signal};

	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
}

/* Keys come one by one and are not echoed; what is written is turned into lines as ever. */
static int open_plain(void)
{
	if (tcgetattr(STDIN_FILENO, &before) < 0)
		return -errno;
	struct termios keys = before;
	keys.c_lflag &= (tcflag_t) ~(ICANON | ECHO | ISIG);
	keys.c_cc[VMIN] = 1;
	keys.c_cc[VTIME] = 0;
	catch_signals();
	return tcsetattr(STDIN_FILENO, TCSANOW, &keys) < 0 ? -errno : 0;
}

/* One column less: some terminals wrap when the last one is written to. */
static void read_size(size_t *ret_width, size_t *ret_height)
{
	struct winsize size = {0};

	(void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	*ret_width = (size.ws_col > 1 ? size.ws_col : DEFAULT_WIDTH) - 1U;
	*ret_height = size.ws_row > 0 ? size.ws_row : DEFAULT_HEIGHT;
}

static void begin_page(void)
{
	putchar('\n');
}

static void write_line(size_t line, const char *text, enum top_tone tone)
{
	(void)line;
	(void)tone;
	puts(text);
}

static void show_page(void)
{
	(void)fflush(stdout);
}

static bool is_key_waiting(int timeout_ms)
{
	struct pollfd keyboard = {.fd = STDIN_FILENO, .events = POLLIN};

	return poll(&keyboard, 1, timeout_ms) > 0;
}

/* What comes together is one key: an arrow begins with an escape, too. */
static enum screen_event take_key(void)
{
	char keys[16];
	ssize_t count = read(STDIN_FILENO, keys, sizeof keys);

	if (count <= 0)
		return SCREEN_LEAVE;
	if (keys[0] == KEY_ESCAPE)
		return count == 1 && !is_key_waiting(ESCAPE_MS) ? SCREEN_LEAVE : SCREEN_REFRESH;
	for (ssize_t i = 0; i < count; i++) {
		if (keys[i] == 'q' || keys[i] == 'Q' || keys[i] == KEY_CONTROL_C)
			return SCREEN_LEAVE;
	}
	return SCREEN_REFRESH;
}

/* The size is read again for each page: nothing has to be told of a change. */
static enum screen_event wait_for_key(int timeout_ms)
{
	if (is_key_waiting(timeout_ms))
		return take_key();
	return is_asked_to_end ? SCREEN_LEAVE : SCREEN_NOTHING;
}

static void close_plain(void)
{
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

const struct screen_type screen_plain = {
	.open = open_plain,
	.size = read_size,
	.begin = begin_page,
	.line = write_line,
	.show = show_page,
	.wait = wait_for_key,
	.close = close_plain,
};
