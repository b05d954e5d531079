/* The rule catalogue: one row a rule in rules.def, the checks in rules/. */
#ifndef DX_RULES_H
#define DX_RULES_H

#include "tree.h"

enum dx_rule_id {
#define DX_RULE(name, id, driver, level, severity, message, hint) DX_RULE_##name,
#include "rules.def"
#undef DX_RULE
    DX_RULE_COUNT
};

/* Which part of libvirt enforces a rule: P parser, G generic checks, Q the QEMU driver, R the start, A nobody. */
enum dx_rule_driver { DX_DRIVER_P, DX_DRIVER_G, DX_DRIVER_Q, DX_DRIVER_R, DX_DRIVER_A };

struct dx_rule_row {
    struct dx_rule rule;
    enum dx_rule_driver driver;
};

const struct dx_rule_row *dx_rule_row(enum dx_rule_id id);

/* Fills a rule's message: {0}, {1} … become the arguments. */
void dx_rule_fill(struct dx_buf *buf, const char *pattern, const struct dx_str *args, size_t n_args);
void dx_rule_message(struct dx_buf *buf, enum dx_rule_id id, const struct dx_str *args, size_t n_args);

#endif
