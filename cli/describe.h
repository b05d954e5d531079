/* Passes in words: what their rows say, for help, the manual page and completion. */
#ifndef CLI_DESCRIBE_H
#define CLI_DESCRIBE_H

#include "text.h"

/* Where libvirt describes its elements. */
#define DESCRIBE_PAGE "https://libvirt.org/formatdomain.html"

/* Names for dx_nearest() and completion: NULL past the end. */
const char *describe_pass_name(size_t i);
const char *describe_rule_name(size_t i);
const char *describe_recipe_name(size_t i);
const char *describe_kind_name(size_t i);

/* The options of a pass, or of its removal; NULL when it has none. */
const struct dx_opt *describe_options(const struct dx_pass *pass, bool remove);

/* What the value of an option may be: "SIZE|default". */
void describe_value(struct text *text, const struct dx_opt *opt);

/* The option as it stands in a SPEC: "nodeset=SET", "SIZE|default" for a positional one, "ID=CPUSET". */
void describe_option(struct text *text, const struct dx_opt *opt);

/* The form of a SPEC: "hugepages:SIZE|default[,nodeset=SET]". */
void describe_spec(struct text *text, const struct dx_pass *pass, bool remove);

/* Choices of an option, "a|b|c", those that its type implies among them; NULL for none. */
const char *describe_choices(const struct dx_opt *opt);

/* A word that a shell takes as it stands, quoted where need be. */
void describe_quoted(struct text *text, const char *word);

/* The name of an option's type, for programs. */
const char *describe_type(enum dx_opt_type type);

/* What a rule says; the places that a finding fills in are shown as an ellipsis. */
void describe_said(struct text *text, const char *said);

/* What a severity and a level are called. */
const char *describe_severity(enum dx_severity severity);
const char *describe_level(enum dx_level level);

#endif
