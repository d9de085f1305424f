/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/pam_stack.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/cleanup.h"

#define OTHER "other"

/* As deep as libpam goes (PAM_SUBSTACK_MAX_LEVEL, pam_private.h). */
#define DEPTH_MAX 16

#define BLANKS " \t\n"

/* A line has fewer words than characters; of a longer one the rest is nobody's argument. */
#define WORDS_MAX 256

struct walk {
	const char *type;
	pam_visitor *visit;
	void *data;
	struct text *why;
};

/* A file that is being read. */
struct source {
	char path[PATH_MAX];
	FILE *stream;
	uint32_t line; /* of the line that is being looked at: its first */
	uint32_t next; /* lines read so far */
	unsigned depth, level; /* of what includes, and of substacks among it */
};

static int walk_file(const struct walk *walk, const char *name, unsigned depth, unsigned level);

/* -- From a file to words -- */

static int refuse(const struct walk *walk, const struct source *source, int error, const char *reason)
{
	text_add_printable(walk->why, source->path);
	if (source->line > 0) {
		text_add_char(walk->why, ':');
		text_add_unsigned(walk->why, source->line);
	}
	text_add(walk->why, ": ");
	text_add_printable(walk->why, reason);
	return error;
}

/* Cuts the comment and blanks off the end; true when the line goes on with the next. */
static bool trim(char *line)
{
	size_t length = strcspn(line, "#");
	bool has_comment = line[length] == '#';

	while (length > 0 && strchr(BLANKS, line[length - 1]) != NULL)
		length--;
	line[length] = '\0';
	if (has_comment || length == 0 || line[length - 1] != '\\')
		return false;
	line[length - 1] = ' ';
	return true;
}

static int append(char **whole, const char *part)
{
	size_t used = *whole != NULL ? strlen(*whole) : 0, length = strlen(part);
	char *grown = realloc(*whole, used + length + 1);

	if (grown == NULL)
		return -ENOMEM;
	memcpy(grown + used, part, length + 1);
	*whole = grown;
	return 0;
}

/* Reads one line with those that it goes on with; 1, 0 at the end, -ENOMEM. The caller frees it. */
static int read_line(struct source *source, char **ret_line)
{
	autofree char *line = NULL, *whole = NULL;
	size_t room = 0;
	bool goes_on = true;

	source->line = source->next + 1;
	while (goes_on && getline(&line, &room, source->stream) > 0) {
		source->next++;
		goes_on = trim(line);
		if (append(&whole, line) < 0)
			return -ENOMEM;
	}
	if (whole == NULL)
		return 0;
	*ret_line = whole;
	whole = NULL;
	return 1;
}

/* What stands between brackets is one word; a bracket in it is written "\]". */
static char *cut_bracketed(char **cursor)
{
	char *word = *cursor + 1, *to = word, *from = word;

	while (*from != '\0' && *from != ']') {
		if (from[0] == '\\' && from[1] == ']')
			from++;
		*to++ = *from++;
	}
	*cursor = *from == ']' ? from + 1 : from;
	*to = '\0';
	return word;
}

/* Cuts the next word off; NULL when there is none. */
static char *cut_word(char **cursor)
{
	char *word = *cursor + strspn(*cursor, BLANKS);

	*cursor = word;
	if (*word == '\0')
		return NULL;
	if (*word == '[')
		return cut_bracketed(cursor);
	*cursor = word + strcspn(word, BLANKS);
	if (**cursor != '\0')
		*(*cursor)++ = '\0';
	return word;
}

/* -- From words to visits -- */

/* A line of which the words behind the type are still to be cut. */
struct entry {
	const struct source *source;
	const char *control, *module;
	bool may_be_absent;
};

static int visit_module(const struct walk *walk, const struct entry *entry, char *rest)
{
	char *arguments[WORDS_MAX];
	struct pam_line line = {.file = entry->source->path,
	                        .line = entry->source->line,
	                        .control = entry->control,
	                        .module = entry->module,
	                        .level = entry->source->level,
	                        .may_be_absent = entry->may_be_absent,
	                        .arguments = arguments};

	while (line.argument_count < WORDS_MAX && (arguments[line.argument_count] = cut_word(&rest)) != NULL)
		line.argument_count++;
	return walk->visit(walk->data, &line);
}

static int include(const struct walk *walk, const struct source *source, const char *name, unsigned level)
{
	char reason[PATH_MAX + 64];

	if (name == NULL)
		return refuse(walk, source, -EINVAL, "names no file to include");
	int r = walk_file(walk, name, source->depth + 1, level);
	if (r != -ENOENT || walk->why->used > 0)
		return r;
	(void)snprintf(reason, sizeof reason, "includes '%s', which is not there", name);
	return refuse(walk, source, -ENOENT, reason);
}

static int walk_line(const struct walk *walk, const struct source *source, char *rest)
{
	const char *type = cut_word(&rest);

	if (type == NULL)
		return 0;
	if (strcmp(type, "@include") == 0)
		return include(walk, source, cut_word(&rest), source->level);
	bool may_be_absent = type[0] == '-';
	if (strcasecmp(type + may_be_absent, walk->type) != 0)
		return 0;
	const char *control = cut_word(&rest), *module = cut_word(&rest);
	const struct entry entry = {source, control, module, may_be_absent};
	if (control == NULL || module == NULL)
		return refuse(walk, source, -EINVAL, "names no module");
	if (strcasecmp(control, "include") == 0)
		return include(walk, source, module, source->level);
	int r = visit_module(walk, &entry, rest);
	return r == 0 && strcasecmp(control, "substack") == 0 ? include(walk, source, module, source->level + 1) : r;
}

static int open_source(const struct walk *walk, const char *name, struct source *source)
{
	static const char *const directories[] = {PAM_CONF_DIR "/", PAM_VENDOR_DIR "/"};
	size_t count = name[0] == '/' ? 1 : sizeof directories / sizeof directories[0];

	errno = ENOENT;
	for (size_t i = 0; i < count && source->stream == NULL && errno == ENOENT; i++) {
		const char *directory = name[0] == '/' ? "" : directories[i];
		(void)snprintf(source->path, sizeof source->path, "%s%s", directory, name);
		source->stream = fopen(source->path, "re");
	}
	if (source->stream != NULL)
		return 0;
	int error = -errno;
	return error == -ENOENT ? error : refuse(walk, source, error, strerror(-error));
}

/* -ENOENT without a reason when there is no such file. */
static int walk_file(const struct walk *walk, const char *name, unsigned depth, unsigned level)
{
	struct source source = {.depth = depth, .level = level};
	int r = open_source(walk, name, &source);

	if (r == 0 && depth > DEPTH_MAX)
		r = refuse(walk, &source, -ELOOP, "is included too deep: some files include each other");
	while (r == 0) {
		autofree char *line = NULL;
		r = read_line(&source, &line);
		if (r <= 0)
			break;
		r = walk_line(walk, &source, line);
	}
	close_stream(&source.stream);
	return r;
}

int pam_stack_walk(const char *service, const char *type, pam_visitor *visit, void *data, struct text *why)
{
	const struct walk walk = {.type = type, .visit = visit, .data = data, .why = why};

	int r = walk_file(&walk, service, 0, 0);
	if (r != -ENOENT || why->used > 0)
		return r;
	r = walk_file(&walk, OTHER, 0, 0);
	if (r == -ENOENT && why->used == 0) {
		text_add_quoted(why, service);
		text_add(why, " has no file in " PAM_CONF_DIR);
	}
	return r;
}

bool pam_stack_is_service(const char *service)
{
	return service[0] != '\0' && service[0] != '.' && strlen(service) <= NAME_MAX && strchr(service, '/') == NULL;
}

bool pam_line_is_of(const struct pam_line *line, const char *name)
{
	const char *slash = strrchr(line->module, '/');

	return strcmp(slash != NULL ? slash + 1 : line->module, name) == 0;
}
