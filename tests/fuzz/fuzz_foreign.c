/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Texts of other programs, as `idletimeout check` reads them: whatever stands in them, what is read out of them keeps to its
 * bounds, and what is refused leaves the result alone.
 */
#include <errno.h>

#include "ctl/logind_conf.h"
#include "ctl/pam_control.h"
#include "ctl/shell_timeout.h"
#include "ctl/sshd_settings.h"
#include "tests/fuzz/fuzz.h"

#define HUNDRED_YEARS UINT64_C(3153600000)

static void try_sshd(const char *text)
{
	struct sshd_settings settings = {.alive_interval = UINT64_MAX};
	int r = sshd_settings_parse(text, &settings);

	PROMISE(r == 0 || r == -EINVAL);
	PROMISE(r == 0 ? settings.alive_interval <= HUNDRED_YEARS : settings.alive_interval == UINT64_MAX);
	PROMISE(r < 0 || settings.channel_timeout <= HUNDRED_YEARS);
	PROMISE(r < 0 || strstr(text, "usepam") != NULL);
	PROMISE(memchr(settings.service, '\0', sizeof settings.service) != NULL);
}

static void try_control(const char *text)
{
	struct pam_control control = {.longest_jump = -77};
	int r = pam_control_parse(text, &control);

	PROMISE(r == 0 || r == -EINVAL);
	PROMISE(r == 0 ? control.longest_jump >= 0 : control.longest_jump == -77);
	for (size_t i = 0; i < PAM_ANSWER_COUNT && r == 0; i++)
		PROMISE(control.on[i] >= PAM_DO_RESET && (control.on[i] <= control.longest_jump || control.on[i] == 0));
}

/* Line by line, as they are handed over. */
static void try_lines(char *text)
{
	struct logind_conf conf = {0};
	struct sshd_match match = {0};
	char *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		const struct shell_timeout timeout = shell_timeout_of(line);
		const char *setting = sshd_match_line(&match, line);
		bool was_inside = conf.is_inside;
		PROMISE((!timeout.is_set && !timeout.is_readonly) || strstr(line, "TMOUT") != NULL);
		PROMISE(timeout.is_set || timeout.seconds == 0);
		PROMISE(setting == NULL || match.is_inside);
		PROMISE(!logind_conf_line(&conf, line) || was_inside);
		PROMISE(conf.seconds <= HUNDRED_YEARS);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = copy_string(data, size);

	try_sshd(text);
	try_control(text);
	try_lines(text);
	free(text);
	return 0;
}
