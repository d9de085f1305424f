/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * JSON documents for programs: keys in the order in which they were added, and nothing but ASCII.
 *
 * What is not ASCII is escaped (RFC 8259, 7), so that a document is safe to show on a terminal and exact for a
 * program; bytes that are not UTF-8 become U+FFFD. A json_node is part of the document that it was made in, which
 * json_free() releases; running out of memory is remembered by the document and told once, by json_print().
 */
#ifndef IDLETIMEOUT_CTL_JSON_H
#define IDLETIMEOUT_CTL_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json_object; /* of libjson-c */

struct json_document {
	struct json_object *root;
	bool failed;
};

struct json_node {
	struct json_document *document;
	struct json_object *object;
};

/* Starts a document that is an object, and returns that object. */
struct json_node json_start(struct json_document *document);

/* Adds to an object under `key`, or at the end of an array when `key` is NULL. The strings are copied. */
struct json_node json_add_object(struct json_node to, const char *key);
struct json_node json_add_array(struct json_node to, const char *key);
void json_add_text(struct json_node to, const char *key, const char *value);
void json_add_number(struct json_node to, const char *key, int64_t value);
void json_add_flag(struct json_node to, const char *key, bool value);
void json_add_null(struct json_node to, const char *key);

/* Prints the document; 0 or -ENOMEM. */
int json_print(const struct json_document *document, FILE *to);

void json_free(struct json_document *document);

#define autofree_json __attribute__((cleanup(json_free)))

#endif
