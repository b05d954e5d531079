/* The rule catalogue: one row a rule in rules.def, the checks in rules/. */
#ifndef DX_RULES_H
#define DX_RULES_H

#include "tree.h"

struct dx_target;

enum dx_rule_id {
#define DX_RULE(name, id, driver, level, severity, since, until, element, message, hint) DX_RULE_##name,
#include "rules.def"
#undef DX_RULE
    DX_RULE_COUNT
};

/* Which part of libvirt enforces a rule: S the schema, P parser, G generic checks, Q the QEMU driver, R the start, A
 * nobody. */
enum dx_rule_driver { DX_DRIVER_S, DX_DRIVER_P, DX_DRIVER_G, DX_DRIVER_Q, DX_DRIVER_R, DX_DRIVER_A };

struct dx_rule_row {
    struct dx_rule rule;
    enum dx_rule_driver driver;
};

const struct dx_rule_row *dx_rule_row(enum dx_rule_id id);

/* How severe a rule of level define is for a libvirt, DX_LIBVIRT() (0: any): what only some versions enforce is a
 * warning where any may come, and an error for one that does. */
enum dx_severity dx_rule_severity(enum dx_rule_id id, unsigned libvirt);

/* True when that libvirt enforces the rule, or may be any (0). */
static inline bool dx_rule_in_range(const struct dx_rule *rule, unsigned libvirt)
{
    return libvirt == 0 || (libvirt >= rule->since && (rule->until == 0 || libvirt < rule->until));
}

/* True when the run was told to let a rule be broken, with a warning (--allow). */
bool dx_rule_is_allowed(const char *id, const struct dx_run_options *opts);

/* Fills a rule's message: {0}, {1} … become the arguments. */
void dx_rule_fill(struct dx_buf *buf, const char *text, const struct dx_str *args, size_t n_args);
void dx_rule_message(struct dx_buf *buf, enum dx_rule_id id, const struct dx_str *args, size_t n_args);

enum { DX_FINDING_ARGS = 4 };

struct dx_finding {
    enum dx_rule_id rule;
    enum dx_severity severity; /* 0: the rule's own */
    const struct dx_node *node;
    const char *attr;    /* what it points at; NULL: the element */
    struct dx_str value; /* the offending one; absent where something is missing */
    const char *lacks;   /* the child or attribute that is missing, where that is the matter */
    struct dx_str args[DX_FINDING_ARGS];
    size_t n_args;
    struct dx_str expected; /* what would be right there; absent: nothing is said of it */
    const char *hint;       /* in place of the rule's own */
};

/* What the rules found. Strings are borrowed from the document or stand in the arena. */
struct dx_findings {
    struct dx_finding *items;
    size_t n, room;
    size_t errors; /* how many are of severity error */
    struct dx_arena arena;
};

/* Which rules are to be looked at. */
struct dx_rule_scope {
    const struct dx_target *target; /* Q rules: only when it is one of QEMU */
    enum dx_level level;            /* rules up to this one */
    unsigned libvirt;               /* of this version, DX_LIBVIRT(); 0: of any */
    bool errors_only;               /* nobody looks at the rest */
};

/*
 * Runs the rules over a document as it stands, in one walk; reports nothing. DX_OK or DX_ENOMEM; in either case the
 * caller frees *out.
 */
int dx_rules_run(struct dx_findings *out, const struct dx_doc *doc, const struct dx_rule_scope *scope);

/* Makes an empty list. */
void dx_findings_init(struct dx_findings *findings, const struct dx_mem *mem);
/* Keeps a finding; n_args is counted here. Out of memory shows in the arena. */
void dx_findings_add(struct dx_findings *findings, const struct dx_finding *finding);
void dx_findings_free(struct dx_findings *findings);

/* Promise P6: the same rule, the same element by its span in the input (a new one is never the same), the same value.
 */
bool dx_finding_same(const struct dx_finding *a, const struct dx_finding *b);

/* Reports a finding with its place. `severity` 0: the finding's own; `pass` may be NULL. DX_OK or DX_ENOMEM. */
int dx_finding_report(struct dx_ctx *ctx, struct dx_doc *doc, const struct dx_finding *finding, int severity,
                      const char *pass);

/* The severity a finding has when errors of some rules are allowed (CONTRACT P6); `opts` may be NULL. */
enum dx_severity dx_finding_severity(const struct dx_finding *finding, const struct dx_run_options *opts);

#endif
