/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/screen.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

/* Every capability of terminfo is a macro, this one too. */
#undef tone

#define KEY_ESCAPE 27
#define KEY_CONTROL_C 3

/* An escape that nothing follows for so long is the key of that name. */
#define ESCAPE_MS 50

/* curses misses a signal that comes while it draws, and sleeps on: so often the size is looked at. */
#define SIZE_CHECK_MS 250

static SCREEN *screen;
static struct winsize size_seen;

/* By tone: without colour, what is urgent is bold. */
static chtype attributes[] = {
	[TOP_PLAIN] = A_NORMAL, [TOP_TITLE] = A_REVERSE, [TOP_SOON] = A_NORMAL, [TOP_URGENT] = A_BOLD, [TOP_LOST] = A_UNDERLINE};

static void choose_colours(void)
{
	static const struct {
		enum top_tone tone;
		short colour;
	} colours[] = {{TOP_SOON, COLOR_YELLOW}, {TOP_URGENT, COLOR_RED}, {TOP_LOST, COLOR_MAGENTA}};

	if (!has_colors() || start_color() == ERR || use_default_colors() == ERR)
		return;
	for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++) {
		short pair = (short)(i + 1);
		if (init_pair(pair, colours[i].colour, -1) != ERR)
			attributes[colours[i].tone] |= (chtype)COLOR_PAIR(pair);
	}
}

/* Asked before curses is started: on a terminal without a cursor to move it would make a mess. */
static bool can_move_cursor(void)
{
	int error;

	if (setupterm(NULL, STDOUT_FILENO, &error) != OK)
		return false;
	bool can = cursor_address != NULL;
	(void)del_curterm(cur_term);
	return can;
}

static int open_curses(void)
{
	if (!can_move_cursor())
		return -ENOTSUP;
	screen = newterm(NULL, stdout, stdin);
	if (screen == NULL)
		return -ENOTSUP;
	/* ^C is read as a key, so that it leaves as every other does. */
	if (raw() == ERR || noecho() == ERR)
		return -EIO;
	(void)nonl();
	(void)keypad(stdscr, TRUE);
	(void)set_escdelay(ESCAPE_MS);
	(void)curs_set(0);
	choose_colours();
	(void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &size_seen);
	return 0;
}

static void read_size(size_t *ret_width, size_t *ret_height)
{
	*ret_width = (size_t)COLS;
	*ret_height = (size_t)LINES;
}

static void begin_page(void)
{
	(void)erase();
}

static void draw_line(size_t line, const char *text, enum top_tone tone)
{
	(void)attrset((int)attributes[tone]);
	(void)mvaddstr((int)line, 0, text);
	(void)attrset(A_NORMAL);
}

static void show_page(void)
{
	(void)refresh();
}

/* A terminal that has hung up gives no key without waiting: without this, a process that ignores SIGHUP would spin. */
static bool is_gone(void)
{
	struct pollfd keyboard = {.fd = STDIN_FILENO};

	return poll(&keyboard, 1, 0) > 0;
}

/* Another size than before, which curses has not heard of. COLUMNS of the environment holds until the first change. */
static bool has_changed_size(void)
{
	struct winsize size = {0};

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || (size.ws_col == size_seen.ws_col && size.ws_row == size_seen.ws_row))
		return false;
	size_seen = size;
	return size.ws_col > 0 && size.ws_row > 0 && resizeterm(size.ws_row, size.ws_col) == OK;
}

static enum screen_event judge_silence(void)
{
	if (is_gone())
		return SCREEN_LEAVE;
	return has_changed_size() ? SCREEN_RESIZED : SCREEN_NOTHING;
}

/* An arrow or the like that this kind of terminal is not known to send begins so, too: that is no wish to leave. */
static enum screen_event judge_escape(void)
{
	bool is_alone = true;

	timeout(ESCAPE_MS);
	while (getch() != ERR)
		is_alone = false;
	return is_alone ? SCREEN_LEAVE : SCREEN_REFRESH;
}

static enum screen_event wait_for_key(int timeout_ms)
{
	timeout(timeout_ms < SIZE_CHECK_MS ? timeout_ms : SIZE_CHECK_MS);
	switch (getch()) {
	case 'q':
	case 'Q':
	case KEY_CONTROL_C:
		return SCREEN_LEAVE;
	case KEY_ESCAPE:
		return judge_escape();
	case KEY_RESIZE:
		return SCREEN_RESIZED;
	case ERR:
		return judge_silence();
	default:
		return SCREEN_REFRESH;
	}
}

static void close_curses(void)
{
	(void)endwin();
	delscreen(screen);
	screen = NULL;
}

const struct screen_type screen_curses = {
	.open = open_curses,
	.size = read_size,
	.begin = begin_page,
	.line = draw_line,
	.show = show_page,
	.wait = wait_for_key,
	.close = close_curses,
};
