/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/complete.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "common/rundir.h"
#include "ctl/ids.h"
#include "ctl/pam_stack.h"

#define HELP_SIZE 128

/* What was found so far goes straight to the shell. */
struct completion {
	const struct place *place;
	FILE *to;
};

static void offer(const struct completion *completion, const char *word, const char *meaning)
{
	const struct place *place = completion->place;

	if (strncmp(word, place->begun, strlen(place->begun)) == 0)
		fprintf(completion->to, "%.*s%s\t%s\n", (int)place->given_length, place->given_length > 0 ? place->given : "",
		        word, meaning);
}

static void offer_commands(const struct completion *completion, const struct command_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		offer(completion, table->commands[i]->name, table->commands[i]->summary);
	if (completion->place->begun[0] == '-') {
		offer(completion, "--help", "list the commands");
		offer(completion, "--version", "print the version");
	}
}

static void offer_options(const struct completion *completion)
{
	const struct command *command = completion->place->command;

	for (const struct command_option *option = command->options; option != NULL && option->name != NULL; option++) {
		char help[HELP_SIZE];
		struct text text;
		text_init(&text, help, sizeof help);
		place_add_option_help(command, option->name, &text);
		offer(completion, option->name, help);
	}
	offer(completion, "--help", "explain the command");
}

/* The session's user owns the socket of its watchdog; root may ask all. */
static bool is_visible(int rundir, const char *id)
{
	char name[RUNDIR_NAME_SIZE];
	struct stat status;

	rundir_socket_name(id, name);
	if (fstatat(rundir, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	return geteuid() == 0 || status.st_uid == geteuid();
}

static void offer_sessions(const struct completion *completion)
{
	autofree_ids struct id_list list = {0};
	autoclose int rundir = rundir_open();

	if (rundir < 0 || ids_read(rundir, &list) < 0)
		return;
	for (size_t i = 0; i < list.count; i++) {
		if (is_visible(rundir, list.ids[i]))
			offer(completion, list.ids[i], "");
	}
}

/* What editors and package managers leave beside the services has a dot in its name, which a service has not. */
static void offer_services_in(const struct completion *completion, const char *path)
{
	autoclosedir DIR *directory = opendir(path);
	const struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		if (pam_stack_is_service(entry->d_name) && strpbrk(entry->d_name, ".~ ") == NULL)
			offer(completion, entry->d_name, "");
	}
}

static void offer_services(const struct completion *completion)
{
	offer_services_in(completion, PAM_CONF_DIR);
	offer_services_in(completion, PAM_VENDOR_DIR);
}

static void offer_words(const struct completion *completion)
{
	for (const char *const *word = completion->place->words; word != NULL && *word != NULL; word++)
		offer(completion, *word, "");
}

static void offer_what_it_takes(const struct completion *completion)
{
	switch (completion->place->takes) {
	case WORD_CHOICE:
		offer_words(completion);
		break;
	case WORD_SESSION:
		offer_sessions(completion);
		break;
	case WORD_SERVICE:
		offer_services(completion);
		break;
	case WORD_USER:
		fputs(":users\n", completion->to);
		break;
	case WORD_FILE:
		fputs(":files\n", completion->to);
		break;
	case WORD_NONE:
	case WORD_FREE:
		break;
	}
}

int complete_print(const struct command_table *table, size_t count, const char *const *words, FILE *to)
{
	const struct place place = place_find(table, count, words);
	const struct completion completion = {.place = &place, .to = to};

	switch (place.kind) {
	case PLACE_COMMAND:
		offer_commands(&completion, table);
		break;
	case PLACE_OPTION:
		offer_options(&completion);
		break;
	case PLACE_WORD:
		offer_what_it_takes(&completion);
		break;
	}
	return 0;
}
