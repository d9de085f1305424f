/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/pam_control.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "common/text.h"

#define BLANKS " \t\n"

/* A stack has no more lines than this, and a jump is no longer. */
#define JUMP_MAX 10000

#define PAIR_SIZE 64

struct keyword {
	const char *name;
	struct pam_control control;
};

/* What pam.conf(5) says the keywords stand for. */
static const struct keyword keywords[] = {
	{"required", {{PAM_DO_OK, PAM_DO_IGNORE, PAM_DO_BAD, PAM_DO_BAD, PAM_DO_BAD}, false, 0}},
	{"requisite", {{PAM_DO_OK, PAM_DO_IGNORE, PAM_DO_DIE, PAM_DO_DIE, PAM_DO_DIE}, false, 0}},
	{"sufficient", {{PAM_DO_DONE, PAM_DO_IGNORE, PAM_DO_IGNORE, PAM_DO_IGNORE, PAM_DO_IGNORE}, true, 0}},
	{"optional", {{PAM_DO_OK, PAM_DO_IGNORE, PAM_DO_IGNORE, PAM_DO_IGNORE, PAM_DO_IGNORE}, false, 0}},
	/* A substack is no module and answers nothing. */
	{"substack", {{PAM_DO_IGNORE, PAM_DO_IGNORE, PAM_DO_IGNORE, PAM_DO_IGNORE, PAM_DO_IGNORE}, false, 0}},
};

static const char *const answers[PAM_ANSWER_COUNT] = {
	[PAM_SAYS_SUCCESS] = "success",         [PAM_SAYS_IGNORE] = "ignore",
	[PAM_SAYS_SERVICE_ERR] = "service_err", [PAM_SAYS_SESSION_ERR] = "session_err",
	[PAM_SAYS_BUF_ERR] = "buf_err",
};

static int parse_action(const char *word, int *ret_action)
{
	static const struct {
		const char *name;
		int action;
	} words[] = {{"ignore", PAM_DO_IGNORE}, {"ok", PAM_DO_OK},   {"done", PAM_DO_DONE},
	             {"bad", PAM_DO_BAD},       {"die", PAM_DO_DIE}, {"reset", PAM_DO_RESET}};
	uint64_t jump;

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcasecmp(word, words[i].name) == 0) {
			*ret_action = words[i].action;
			return 0;
		}
	}
	if (text_parse_unsigned(word, JUMP_MAX, &jump) < 0)
		return -EINVAL;
	*ret_action = (int)jump;
	return 0;
}

/* What is not named follows default=, wherever that stands; without one libpam takes it for bad. */
struct reading {
	struct pam_control control;
	bool is_named[PAM_ANSWER_COUNT];
	int fallback;
};

static void take_action(struct reading *reading, const char *name, int action)
{
	struct pam_control *control = &reading->control;

	if (strcasecmp(name, "default") == 0)
		reading->fallback = action;
	for (size_t i = 0; i < PAM_ANSWER_COUNT; i++) {
		if (strcasecmp(name, answers[i]) == 0) {
			control->on[i] = action;
			reading->is_named[i] = true;
		}
	}
	control->may_end = control->may_end || action == PAM_DO_DONE;
	if (action > control->longest_jump)
		control->longest_jump = action;
}

static int take_pair(struct reading *reading, const char *word, size_t length)
{
	char pair[PAIR_SIZE];
	int action;

	if (length >= sizeof pair)
		return -EINVAL;
	memcpy(pair, word, length);
	pair[length] = '\0';
	char *equals = strchr(pair, '=');
	if (equals == NULL || equals == pair || parse_action(equals + 1, &action) < 0)
		return -EINVAL;
	*equals = '\0';
	take_action(reading, pair, action);
	return 0;
}

int pam_control_parse(const char *control, struct pam_control *ret_control)
{
	struct reading reading = {.fallback = PAM_DO_BAD};

	for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
		if (strcasecmp(control, keywords[i].name) == 0) {
			*ret_control = keywords[i].control;
			return 0;
		}
	}
	for (const char *word = control + strspn(control, BLANKS); *word != '\0'; word += strspn(word, BLANKS)) {
		size_t length = strcspn(word, BLANKS);
		if (take_pair(&reading, word, length) < 0)
			return -EINVAL;
		word += length;
	}
	for (size_t i = 0; i < PAM_ANSWER_COUNT; i++) {
		if (!reading.is_named[i])
			reading.control.on[i] = reading.fallback;
	}
	*ret_control = reading.control;
	return 0;
}

/* "done" leaves what is left of its own substack and of those within it. */
static bool ends_before(const struct pam_step *steps, size_t from, size_t target)
{
	for (size_t i = from + 1; i <= target; i++) {
		if (steps[i].level < steps[from].level)
			return false;
	}
	return true;
}

/* A substack with all that is in it is one line to jump over; no jump leaves the substack that it begins in. */
static bool jumps_over(const struct pam_step *steps, size_t from, size_t target)
{
	unsigned level = steps[from].level;
	size_t at = from;

	for (int left = steps[from].control.longest_jump; left > 0 && steps[at + 1].level >= level; left--) {
		do {
			at++;
			if (at == target)
				return true;
		} while (steps[at + 1].level > level);
	}
	return false;
}

bool pam_step_may_skip(const struct pam_step *steps, size_t from, size_t target)
{
	const struct pam_control *control = &steps[from].control;

	return (control->may_end && ends_before(steps, from, target)) ||
	       (control->longest_jump > 0 && jumps_over(steps, from, target));
}
