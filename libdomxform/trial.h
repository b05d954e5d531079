/* A step run on a copy of a document: to see what it would do, and to leave nothing behind where it refuses. */
#ifndef DX_TRIAL_H
#define DX_TRIAL_H

#include "pipeline.h"

/*
 * Runs one step, and the guard behind it, on a document read anew from these bytes (borrowed until it goes). *out is
 * the document as the step left it, to be freed; NULL where it could not be read. Returns what dx_pipeline_run() does;
 * what was reported is behind the diagnostics that there were.
 */
int dx_trial_run(struct dx_doc **out, struct dx_ctx *ctx, const char *name, struct dx_str bytes,
                 const struct dx_step *step, const struct dx_run_options *opts);

/* The first error among the diagnostics from `from` on; NULL when there is none. */
const struct dx_diag *dx_trial_error(const struct dx_ctx *ctx, size_t from);

/*
 * The element of a document that a place in its written bytes lies in. *out is borrowed. DX_OK, DX_ENOMEM or
 * DX_EINTERNAL.
 */
int dx_trial_element(const struct dx_node **out, struct dx_doc *doc, struct dx_str bytes, size_t offset);

#endif
