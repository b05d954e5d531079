/* What validation is put together from, beside schema and rules: what a document mutes, and what is required of it. */
#ifndef DX_VALIDATE_H
#define DX_VALIDATE_H

#include "pipeline.h"

/* ---- comments: domxform-disable ID[, ID…] before an element ---- */

struct dx_mute {
    uint32_t begin; /* of the element that it is for */
    const struct dx_node *comment;
    const char *id; /* the catalogue's own string */
    bool used;
};

/* In the order of their elements; each id once for an element. */
struct dx_mutes {
    struct dx_mute *items;
    size_t n;
};

/*
 * Reads the comments of a document; an id that is in no rule becomes a finding. What is given stands in the arena of
 * the findings, where running out of memory shows.
 */
void dx_mutes_read(struct dx_mutes *out, struct dx_findings *findings, const struct dx_doc *doc);

/* True when a comment before the finding's element, or one that it is in, names its rule; that comment is used then. */
bool dx_mutes_has(const struct dx_mutes *mutes, const struct dx_finding *finding);

/* ---- requirements: passes that must have nothing to do ---- */

/* One that is not met: what the pass would write, and where. */
struct dx_demand {
    enum dx_rule_id rule;
    size_t begin, end;
    struct dx_str message, path;
    const char *hint, *pass;
};

struct dx_demands {
    struct dx_demand *items;
    size_t n;
};

/*
 * Runs each pass on the document as it was read, and keeps those that would change it or refuse. The document stays as
 * it is, and nothing is reported. DX_OK, DX_ENOMEM, DX_ELIMIT, DX_EINTERNAL.
 */
int dx_demands_collect(struct dx_demands *out, struct dx_arena *arena, struct dx_doc *doc,
                       const struct dx_pipeline *require, const char *assume_arch);

#endif
