/* Requirements: passes that must have nothing to do on a document, and what they would do to it. */
#include "../validate.h"

#include "../change.h"
#include "../ctx.h"
#include "../trial.h"

static const char *keep_text(struct dx_arena *arena, struct dx_buf *buf)
{
    return buf->failed ? NULL : dx_arena_copy(arena, dx_buf_view(buf)).ptr;
}

/* The message of a rule whose arguments are the SPEC and `what`. */
static struct dx_str message_of(struct dx_arena *arena, enum dx_rule_id rule, const struct dx_step *step,
                                struct dx_str what)
{
    dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(arena->mem), spec = DX_BUF(arena->mem);

    dx_buf_format(&spec, "%s%s", step->removing ? "--remove=" : "", step->spec);
    dx_rule_message(&buf, rule, (const struct dx_str[]){dx_buf_view(&spec), what}, 2);
    return dx_str_of(spec.failed ? NULL : keep_text(arena, &buf));
}

static void unmet(struct dx_demand *demand, struct dx_arena *arena, struct dx_doc *doc, struct dx_doc *edited,
                  const struct dx_step *step)
{
    dx_cleanup(dx_buf_free) struct dx_buf what = DX_BUF(arena->mem), path = DX_BUF(arena->mem),
                                          hint = DX_BUF(arena->mem);
    struct dx_change change = dx_change_find(doc, edited);

    dx_change_tell(&what, &change);
    dx_node_path(&path, change.node);
    dx_buf_format(&hint, "domxform --%s='%s' makes it so", step->removing ? "remove" : "pass", step->spec);
    demand->rule = DX_RULE_REQ_A01;
    demand->message = message_of(arena, demand->rule, step, dx_buf_view(&what));
    demand->path = dx_str_of(keep_text(arena, &path));
    demand->hint = keep_text(arena, &hint);
    dx_change_place(&change, &demand->begin, &demand->end);
}

/* The first error that the pass, or the guard behind it, reported. */
static void refused(struct dx_demand *demand, struct dx_arena *arena, const struct dx_doc *doc, size_t diags,
                    const struct dx_step *step)
{
    const struct dx_diag *diag = dx_trial_error(doc->ctx, diags);

    demand->rule = DX_RULE_REQ_A01B;
    demand->begin = doc->root->begin;
    demand->end = doc->root->inner;
    if (diag) {
        demand->message = message_of(arena, demand->rule, step, dx_str_of(diag->message));
        if (diag->hint) {
            demand->hint = dx_arena_copy(arena, dx_str_of(diag->hint)).ptr;
        }
        if (diag->line) {
            demand->begin = diag->offset;
            demand->end = diag->end_offset;
        }
        if (diag->path) {
            demand->path = dx_arena_copy(arena, dx_str_of(diag->path));
        }
    } else {
        demand->message = message_of(arena, demand->rule, step, DX_S("the pass refuses"));
    }
}

/* ---- trying ---- */

/* DX_UNCHANGED: the document is as the pass would have it. What the trial reported is forgotten. */
static int try_step(struct dx_demand *demand, struct dx_arena *arena, struct dx_doc *doc, const struct dx_step *step,
                    const struct dx_run_options *opts)
{
    size_t diags = doc->ctx->diags.n;
    struct dx_doc *trial;
    int rc = dx_trial_run(&trial, doc->ctx, doc->source.name.ptr, (struct dx_str){doc->source.bytes, doc->source.len},
                          step, opts);

    if (rc == DX_OK) {
        unmet(demand, arena, doc, trial, step);
    } else if (rc == DX_EREFUSED) {
        refused(demand, arena, doc, diags, step);
        rc = DX_OK;
    }
    demand->pass = step->pass->name;
    dx_doc_free(trial);
    if (rc >= 0) {
        dx_diags_cut(&doc->ctx->diags, diags);
    }
    return rc;
}

int dx_demands_collect(struct dx_demands *out, struct dx_arena *arena, struct dx_doc *doc,
                       const struct dx_pipeline *require, const char *assume_arch)
{
    struct dx_run_options opts = {.size = sizeof opts, .assume_arch = assume_arch};
    int rc = DX_OK;

    *out = (struct dx_demands){.items = dx_arena_zero(arena, require->n, sizeof *out->items)};
    for (size_t i = 0; rc >= 0 && out->items && i < require->n; i++) {
        rc = try_step(&out->items[out->n], arena, doc, &require->steps[i], &opts);
        out->n += rc == DX_OK;
    }
    return rc < 0 ? rc : arena->failed ? dx_ctx_no_memory(doc->ctx) : DX_OK;
}
