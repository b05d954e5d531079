/* Advice of a run: held back to its end, for a later pass may have done what an earlier one would advise. */
#ifndef DX_HELD_H
#define DX_HELD_H

#include "rules.h"

struct dx_run;

/* What a pass advised, by a rule that nobody enforces. */
struct dx_held {
    struct dx_held *next;
    const struct dx_pass *pass;
    enum dx_rule_id rule;
    enum dx_severity severity;
    const struct dx_node *node; /* may be gone by now: compared, and followed only where no edit came after */
    const char *attr, *hint;    /* hint NULL: the rule's own */
    struct dx_str args[DX_FINDING_ARGS];
    size_t n_args;
    size_t edits; /* how many there were then */
};

/* Keeps a copy, the newest first. DX_OK or DX_ENOMEM. */
int dx_held_add(struct dx_run *run, const struct dx_held *advice);

/* Reports, in the order in which they were kept, those that hold for the document as it is now, where and as they do.
 * DX_OK or DX_ENOMEM. */
int dx_held_tell(struct dx_run *run);

#endif
