/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/json.h"

#include <errno.h>
#include <json-c/json.h>
#include <json-c/printbuf.h>
#include <string.h>

#include "ctl/utf8.h"

#define REPLACEMENT UINT32_C(0xFFFD)

static void add_escape(struct printbuf *out, uint32_t unit)
{
	static const char digits[] = "0123456789abcdef";
	char escape[] = {'\\', 'u', digits[unit >> 12 & 15], digits[unit >> 8 & 15], digits[unit >> 4 & 15],
	                 digits[unit & 15]};

	printbuf_memappend(out, escape, (int)sizeof escape);
}

/* Beyond the first plane a character is two escapes, a pair of surrogates. */
static void add_character(struct printbuf *out, uint32_t c)
{
	if (c == '"' || c == '\\') {
		char escape[] = {'\\', (char)c};
		printbuf_memappend(out, escape, (int)sizeof escape);
	} else if (c >= ' ' && c <= '~') {
		char plain = (char)c;
		printbuf_memappend(out, &plain, 1);
	} else if (c < 0x10000) {
		add_escape(out, c);
	} else {
		add_escape(out, 0xD800 + ((c - 0x10000) >> 10));
		add_escape(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
	}
}

/* A json_object_to_json_string_fn: the library's own leaves DEL, C1 controls and what is not UTF-8 as they are. */
static int print_ascii(struct json_object *object, struct printbuf *out, int level, int flags)
{
	const char *string = json_object_get_string(object);
	size_t left = (size_t)json_object_get_string_len(object);

	(void)level;
	(void)flags;
	printbuf_memappend(out, "\"", 1);
	while (left > 0) {
		uint32_t c = REPLACEMENT;
		size_t used = utf8_decode(string, left, &c);
		if (used == 0)
			used = 1;
		add_character(out, c);
		string += used;
		left -= used;
	}
	return printbuf_memappend(out, "\"", 1);
}

/* Puts `object`, which may be NULL for null, where it belongs; the document owns it from then on. */
static void attach(struct json_node to, const char *key, struct json_object *object)
{
	int r = -1;

	if (to.object != NULL && key != NULL)
		r = json_object_object_add(to.object, key, object);
	else if (to.object != NULL)
		r = json_object_array_add(to.object, object);
	if (r < 0) {
		(void)json_object_put(object);
		to.document->failed = true;
	}
}

/* As attach, for an object that was just made: NULL is a failure to make it. */
static struct json_node attach_new(struct json_node to, const char *key, struct json_object *object)
{
	if (object == NULL)
		to.document->failed = true;
	attach(to, key, object);
	return (struct json_node){.document = to.document, .object = to.document->failed ? NULL : object};
}

struct json_node json_start(struct json_document *document)
{
	*document = (struct json_document){.root = json_object_new_object()};
	document->failed = document->root == NULL;
	return (struct json_node){.document = document, .object = document->root};
}

struct json_node json_add_object(struct json_node to, const char *key)
{
	return attach_new(to, key, json_object_new_object());
}

struct json_node json_add_array(struct json_node to, const char *key)
{
	return attach_new(to, key, json_object_new_array());
}

void json_add_text(struct json_node to, const char *key, const char *value)
{
	struct json_object *object = json_object_new_string(value);

	if (object != NULL)
		json_object_set_serializer(object, print_ascii, NULL, NULL);
	(void)attach_new(to, key, object);
}

void json_add_number(struct json_node to, const char *key, int64_t value)
{
	(void)attach_new(to, key, json_object_new_int64(value));
}

void json_add_flag(struct json_node to, const char *key, bool value)
{
	(void)attach_new(to, key, json_object_new_boolean(value));
}

void json_add_null(struct json_node to, const char *key)
{
	attach(to, key, NULL);
}

int json_print(const struct json_document *document, FILE *to)
{
	const int style = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *string = document->failed ? NULL : json_object_to_json_string_ext(document->root, style);

	if (string == NULL)
		return -ENOMEM;
	fprintf(to, "%s\n", string);
	return 0;
}

void json_free(struct json_document *document)
{
	(void)json_object_put(document->root);
	*document = (struct json_document){0};
}
