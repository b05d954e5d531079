/* What a pass sees: the run it is part of, and how to say something. */
#ifndef DX_PASS_H
#define DX_PASS_H

#include "domain.h"
#include "edit.h"
#include "opt.h"
#include "rules.h"

struct dx_run {
    struct dx_ctx *ctx;
    struct dx_doc *doc;                /* NULL in check() */
    const struct dx_pass *pass;        /* the one that is running */
    const char *spec;                  /* its SPEC; positions of usage errors point into it */
    const struct dx_run_options *opts; /* NULL: defaults */
    bool removing;
    bool force;
    bool failed;             /* something was reported as an error */
    const char *fed;         /* see dx_run_feed() */
    struct dx_target target; /* type, arch and machine of the domain */
};

/* Arguments of a rule's message: DX_ARGS(a, b). */
#define DX_ARGS(...)                                                                                                   \
    (const struct dx_str[]){__VA_ARGS__}, sizeof((const struct dx_str[]){__VA_ARGS__}) / sizeof(struct dx_str)
#define DX_NO_ARGS NULL, 0

/*
 * Reports a rule of the catalogue from a pass, at `attr` of `node` or (NULL) at the node itself. A rule of severity
 * error makes the pass fail: returns DX_EREFUSED then, DX_OK for others, or DX_ENOMEM.
 */
int dx_run_report(struct dx_run *run, enum dx_rule_id rule, const struct dx_node *node, const char *attr,
                  const struct dx_str *args, size_t n_args);

/* As dx_run_report(), with a hint that fits the pass better than the rule's own, and as severity says. */
int dx_run_report_as(struct dx_run *run, enum dx_rule_id rule, enum dx_severity severity, const struct dx_node *node,
                     const char *attr, const char *hint, const struct dx_str *args, size_t n_args);

/*
 * Refuses unless --force was given: then the same text is a warning and DX_OK is returned, so that the pass goes on.
 */
int dx_run_refuse(struct dx_run *run, const struct dx_node *node, const char *attr, const char *hint,
                  const char *format, ...) DX_FORMAT(5, 6);

/* The container NAME that a new child `item` goes into, in whichever element OUTER (NULL: the domain) it stands; what
 * is not there is made at its canonical place. */
int dx_run_container(struct dx_node **out, struct dx_run *run, const char *outer, const char *name, const char *item);

/* What a removal may take along: an element without attributes, child elements, comments, PIs and text that was not
 * so before the run. */
bool dx_run_emptied(const struct dx_node *node);

/* Removes a node, and each of its parents in turn that it leaves empty and whose name is in `containers` (ends with
 * NULL); one that was empty before the run stays. */
int dx_run_prune(struct dx_run *run, struct dx_node *node, const char *const *containers);

/* Changes that a user should hear of: what is replaced or dropped is named in a note with its value and, when `why` is
 * not empty, the reason. DX_OK (or DX_UNCHANGED) also when there is nothing to do. */
int dx_run_put_attr(struct dx_run *run, struct dx_node *node, const char *name, struct dx_str value);
int dx_run_drop_attr(struct dx_run *run, struct dx_node *node, const char *name, const char *why);

/* Drops every child of that name; `parent` may be NULL. */
int dx_run_drop_child(struct dx_run *run, struct dx_node *parent, const char *name, const char *why);

/*
 * Says that the passes of a group have something to do now: those that ran before this one run again after the last,
 * so that a second run of the same passes finds nothing to do (promise P4).
 */
void dx_run_feed(struct dx_run *run, const char *group);

/* A usage error about an option, from check(). Returns DX_EUSAGE or DX_ENOMEM. */
int dx_run_usage(struct dx_run *run, size_t column, const char *hint, const char *format, ...) DX_FORMAT(4, 5);

#endif
