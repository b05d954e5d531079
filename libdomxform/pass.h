/* What a pass sees: the run it is part of, and how to say something. */
#ifndef DX_PASS_H
#define DX_PASS_H

#include "domain.h"
#include "edit.h"
#include "held.h"
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
    bool clean;              /* the rules found no error in the document as it is at the end */
    const char *fed;         /* see dx_run_feed() */
    struct dx_held *held;    /* advice, told when all passes ran */
    struct dx_target target; /* type, arch and machine of the domain */
};

/* Arguments of a rule's message: DX_ARGS(a, b). */
#define DX_ARGS(...)                                                                                                   \
    (const struct dx_str[]){__VA_ARGS__}, sizeof((const struct dx_str[]){__VA_ARGS__}) / sizeof(struct dx_str)
#define DX_NO_ARGS NULL, 0

/*
 * Reports a rule of the catalogue from a pass, at `attr` of `node` or (NULL) at the node itself. A rule of severity
 * error makes the pass fail: returns DX_EREFUSED then, DX_OK for others, or DX_ENOMEM. Advice (a rule that nobody
 * enforces) is told when all passes ran, if it still holds: those behind may do what it says.
 */
int dx_run_report(struct dx_run *run, enum dx_rule_id rule, const struct dx_node *node, const char *attr,
                  const struct dx_str *args, size_t n_args);

/* As dx_run_report(), with a hint that fits the pass better than the rule's own, and as severity says. */
int dx_run_report_as(struct dx_run *run, enum dx_rule_id rule, enum dx_severity severity, const struct dx_node *node,
                     const char *attr, const char *hint, const struct dx_str *args, size_t n_args);

/* As dx_run_report_as(), and advice too is told at once. */
int dx_run_report_now(struct dx_run *run, enum dx_rule_id rule, enum dx_severity severity, const struct dx_node *node,
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

/* For applies(): says what the domain has not that the pass could serve. Returns DX_UNCHANGED or DX_ENOMEM. */
int dx_run_lacks(struct dx_run *run, const char *format, ...) DX_FORMAT(2, 3);

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

/* Sets the state of a child of <features><kvm>, which is made where it is absent; *out is borrowed. */
int dx_run_kvm_put(struct dx_node **out, struct dx_run *run, const char *feature, const char *state);

/* Removes every child of that name from <features><kvm>, and what that leaves empty. */
int dx_run_kvm_drop(struct dx_run *run, const char *feature);

/* Warns, at `node`, where a vCPU has no host CPU of its own (KVM-A01). */
int dx_run_exclusive_warn(struct dx_run *run, const struct dx_node *node);

/* Warns of what speaks against hint-dedicated, which stands at `node` (KVM-A01 to A04, R02). */
int dx_run_hint_warn(struct dx_run *run, const struct dx_node *node);

/*
 * Puts words among the guest's kernel arguments, <os><cmdline>; what a word replaces is named in a note. DX_UNCHANGED
 * when all stand there. Without a kernel that is booted directly DX_EREFUSED, after an error that says what to do in
 * the guest.
 */
int dx_run_kernel_put(struct dx_run *run, struct dx_strs words);

/* Takes away each kernel argument that `drop` names (dx_kernel_names()) and `keep` does not, and a line left empty. */
int dx_run_kernel_drop(struct dx_run *run, struct dx_strs drop, struct dx_strs keep);

/* For applies(): DX_UNCHANGED, after a note, where no kernel is booted directly. */
int dx_run_kernel_applies(struct dx_run *run);

/* The same for what the guide does with a feature of KVM on x86 and with kernel arguments on AArch64. */
int dx_run_guide_applies(struct dx_run *run);

/* The last kernel argument of a key; ptr == NULL when there is none. */
struct dx_str dx_run_kernel_find(const struct dx_run *run, struct dx_str key);

/* Notes that a kernel argument, just written, is openEuler's own (DOC-A01). */
int dx_run_kernel_downstream(struct dx_run *run, struct dx_str key);

/* A usage error about an option, from check(). Returns DX_EUSAGE or DX_ENOMEM. */
int dx_run_usage(struct dx_run *run, size_t column, const char *hint, const char *format, ...) DX_FORMAT(4, 5);

#endif
