/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/check.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/duration.h"
#include "ctl/check_places.h"
#include "ctl/program_output.h"

/* What sshd prints of itself: some hundred lines, of which that of the host keys' algorithms is the longest. */
#define OUTPUT_SIZE 65536
#define PATIENCE_NS (5 * NS_PER_SECOND)

static struct where sshd_config(void)
{
	return (struct where){check_places.sshd_config, 0};
}

static bool has_line(const struct check *check, const struct service *service)
{
	return service->is_asked && service->file != NULL && check_is_sshd(check, service);
}

/* The service of sshd's whose line is to be judged; NULL when there is none. */
static const struct service *find_service(const struct check *check)
{
	for (size_t i = 0; i < check->service_count; i++) {
		if (has_line(check, &check->services[i]))
			return &check->services[i];
	}
	return NULL;
}

/* -- What sshd says -- */

static const char *words_for(int error)
{
	switch (error) {
	case -ENOENT:
		return "there is no sshd in the directories of the system";
	case -ETIMEDOUT:
		return "sshd -T does not answer";
	case -EIO:
		return "sshd -T fails";
	case -EINVAL:
	case -EMSGSIZE:
		return "sshd -T prints something else";
	default:
		return strerror(-error);
	}
}

static int ask(struct check *check)
{
	static const char *const argv[] = {"sshd", "-T", NULL};
	autofree char *output = malloc(OUTPUT_SIZE);

	if (output == NULL)
		return -ENOMEM;
	int r = program_output(argv, PATIENCE_NS, output, OUTPUT_SIZE);
	if (r == 0)
		r = sshd_settings_parse(output, &check->sshd);
	check->has_sshd = r == 0;
	return r;
}

/* -- What it means -- */

static void judge_proof(struct check *check, const struct policy_case *one)
{
	const struct policy *policy = &one->policy;
	uint64_t patience = (uint64_t)policy->value[OPTION_KEEPALIVE] * policy->value[OPTION_KEEPALIVE_COUNT];
	char interval[CHECK_DURATION_SIZE], limit[CHECK_DURATION_SIZE];

	if (patience == 0 || policy->value[OPTION_KEEPALIVE_PROOF] != PROOF_DATA)
		return;
	struct where where = case_where(one, OPTION_KEEPALIVE_PROOF);
	if (check->sshd.alive_interval == 0) {
		finding_add(&check->findings, FINDING_SSHD_NO_DATA, where,
		            "keepalive_proof=data, and sshd has no ClientAliveInterval: a quiet client is taken for dead");
		return;
	}
	if (check->sshd.alive_interval < patience)
		return;
	finding_add(&check->findings, FINDING_SSHD_NO_DATA, where,
	            "keepalive_proof=data, and sshd asks its client each %s only: a quiet one is taken for dead after %s",
	            check_duration(check->sshd.alive_interval, interval), check_duration(patience, limit));
}

static void judge_channel_timeout(struct check *check, const struct policy_case *one)
{
	uint64_t timeout = check->sshd.channel_timeout;
	uint32_t idle = one->policy.value[OPTION_IDLE];
	char theirs[CHECK_DURATION_SIZE], ours[CHECK_DURATION_SIZE];

	if (timeout == 0 || idle == 0 || timeout >= idle)
		return;
	finding_add(&check->findings, FINDING_SSHD_CHANNEL_TIMEOUT, case_where(one, OPTION_IDLE),
	            "ChannelTimeout of sshd ends sessions after %s, without a warning, before idle=%s can",
	            check_duration(timeout, theirs), check_duration(idle, ours));
}

static void judge_case(struct check *check, const struct policy_case *one, void *data)
{
	(void)data;
	if (one->is_exempt)
		return;
	judge_proof(check, one);
	judge_channel_timeout(check, one);
}

/* -- Match blocks, which sshd -T leaves out -- */

struct reading {
	struct check *check;
	struct where where;
	struct sshd_match match;
};

static void take_line(void *context, char *line, size_t length, bool cut)
{
	struct reading *reading = context;

	(void)length;
	(void)cut;
	reading->where.line++;
	const char *setting = sshd_match_line(&reading->match, line);
	if (setting != NULL)
		finding_add(&reading->check->findings, FINDING_SSHD_MATCH, reading->where,
		            "a Match block sets %s for some sessions", setting);
}

static void read_matches(struct check *check, const char *path)
{
	struct reading reading = {.check = check, .where = {path, 0}};

	check_read_lines(check, path, take_line, &reading);
}

static void read_all_matches(struct check *check)
{
	autofree_names struct names names = {0};

	check_list(check, check_places.sshd_directory, CHECK_CONF, &names);
	read_matches(check, check_places.sshd_config);
	for (size_t i = 0; i < names.count; i++) {
		char path[PATH_MAX];
		(void)snprintf(path, sizeof path, "%s/%s", check_places.sshd_directory, names.items[i]);
		read_matches(check, path);
	}
}

/* Which service is sshd's it says itself; until then it is the one that has always been. */
void check_sshd(struct check *check)
{
	int r = ask(check);
	const struct service *service = find_service(check);

	if (service == NULL)
		return;
	read_all_matches(check);
	if (r < 0) {
		finding_add(&check->findings, FINDING_SSHD_NOT_ASKED, sshd_config(), "%s: its settings are not looked at",
		            words_for(r));
		return;
	}
	if (!check->sshd.uses_pam)
		finding_add(&check->findings, FINDING_SSHD_WITHOUT_PAM, sshd_config(),
		            "UsePAM is off: sshd opens no PAM session, and the line of %s does nothing", service->name);
	if (service->is_good)
		check_each_case(check, service, judge_case, NULL);
}
