/* Compiled pipelines: SPECs parsed once, run on many documents. */
#ifndef DX_PIPELINE_H
#define DX_PIPELINE_H

#include "pass.h"

struct dx_step {
    const struct dx_pass *pass;
    void *user;
    void *state; /* what prepare() made */
    const void *opts;
    const char *spec;
    bool removing;
    /* Of a recipe's line; NULL and 0 for others. */
    bool optional; /* left out where it is refused */
    const char *why, *file;
    size_t line;
};

struct dx_pipeline {
    struct dx_mem mem;
    struct dx_arena arena;
    struct dx_step *steps;
    size_t n, room;
};

/* Drops all steps but the first `n`. */
void dx_pipeline_cut(struct dx_pipeline *pipeline, size_t n);

/* Whether the domain has anything that the step could serve: DX_OK; DX_UNCHANGED after a diagnostic that says why not;
 * DX_ENOMEM, DX_ELIMIT. The document stays as it is. */
int dx_step_applies(const struct dx_step *step, struct dx_doc *doc, const struct dx_run_options *opts);

#endif
