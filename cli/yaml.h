/* Texts as YAML that Ansible reads, each in the way that a person would write it: a word as it is or in single quotes,
 * a long line as a folded block, lines as a literal block; in double quotes what only those can say. Nothing in them is
 * a template, whoever wrote them. */
#ifndef CLI_YAML_H
#define CLI_YAML_H

#include "text.h"

/* `s` behind `prefix`, which is a template of our own or empty; further lines indented. Lines have at most 79 columns,
 * but for words that are longer and for lines of a literal block. */
void yaml_string(struct text *text, size_t indent, const char *prefix, const char *s);

#endif
