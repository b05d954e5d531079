/* Texts as YAML that Ansible reads: double quotes, lines of at most 79 columns, and nothing in them a template, whoever
 * wrote them. */
#ifndef CLI_YAML_H
#define CLI_YAML_H

#include "text.h"

/* `s` in double quotes, further lines indented; behind `prefix`, which is a template of our own or empty. */
void yaml_string(struct text *text, size_t indent, const char *prefix, const char *s);

/* A text of several lines, as a literal block where it can be one. */
void yaml_text(struct text *text, size_t indent, const char *s);

#endif
