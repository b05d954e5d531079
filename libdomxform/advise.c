/* Advice: what each pass of a pipeline would do to a document. */
#include "change.h"
#include "trial.h"

/* One document, and what it would be with all that was found missing so far. */
struct advisor {
    struct dx_doc *doc;
    const struct dx_run_options *opts;
    struct dx_str name, input;
    char *bytes; /* NULL: nothing was missing, it is the input */
    size_t len;
    bool lost; /* memory ran out */
};

static const char *keep(struct advisor *advisor, struct dx_str s)
{
    const char *kept = s.ptr ? dx_arena_copy(&advisor->doc->arena, s).ptr : NULL;

    advisor->lost = advisor->lost || (s.ptr && !kept);
    return kept;
}

static const char *keep_buf(struct advisor *advisor, struct dx_buf *buf)
{
    advisor->lost = advisor->lost || buf->failed;
    return buf->failed ? NULL : keep(advisor, dx_buf_view(buf));
}

static void put_place(struct advisor *advisor, struct dx_advice *advice, size_t begin, size_t end)
{
    struct dx_where where = dx_source_where(&advisor->doc->source, begin, end);

    advice->line = where.line;
    advice->column = where.column;
    advice->end_line = where.end_line;
    advice->end_column = where.end_column;
    advice->offset = begin;
    advice->end_offset = end;
}

/* Why, in the words of a diagnostic, and its place when it is one of the input. */
static void put_reason(struct advisor *advisor, struct dx_advice *advice, const struct dx_diag *diag, bool placed)
{
    advice->reason = keep(advisor, diag ? dx_str_of(diag->message) : DX_S("the pass refuses"));
    advice->hint = diag ? keep(advisor, dx_str_of(diag->hint)) : NULL;
    if (diag && diag->line && placed) {
        put_place(advisor, advice, diag->offset, diag->end_offset);
        advice->path = keep(advisor, dx_str_of(diag->path));
    }
}

static void put_change(struct advisor *advisor, struct dx_advice *advice, const struct dx_doc *edited)
{
    dx_cleanup(dx_buf_free) struct dx_buf what = DX_BUF(&advisor->doc->ctx->mem),
                                          path = DX_BUF(&advisor->doc->ctx->mem);
    struct dx_change change = dx_change_find(advisor->doc, edited);
    size_t begin, end;

    dx_change_tell(&what, &change);
    dx_node_path(&path, change.node);
    dx_change_place(&change, &begin, &end);
    put_place(advisor, advice, begin, end);
    advice->change = keep_buf(advisor, &what);
    advice->path = keep_buf(advisor, &path);
}

/* The document with the step in it is what the next ones are asked on. */
static int advance(struct advisor *advisor, struct dx_doc *edited)
{
    char *bytes;
    size_t len;
    int rc = dx_doc_write(&bytes, &len, edited);

    if (rc == DX_OK) {
        dx_bytes_free(advisor->doc->ctx, advisor->bytes);
        advisor->bytes = bytes;
        advisor->len = len;
    }
    return rc;
}

/* The step on the document as it was read. DX_OK where it would change it; DX_UNCHANGED where all is said. */
static int ask_input(struct advisor *advisor, struct dx_advice *advice, const struct dx_step *step)
{
    struct dx_ctx *ctx = advisor->doc->ctx;
    size_t diags = ctx->diags.n;
    struct dx_doc *copy = NULL;
    int rc = dx_step_applies(step, advisor->doc, advisor->opts);

    if (rc == DX_UNCHANGED) {
        advice->state = DX_ADVICE_NOT_APPLICABLE;
        put_reason(advisor, advice, diags < ctx->diags.n ? ctx->diags.items[diags] : NULL, false);
        return rc;
    }
    rc = rc < 0 ? rc : dx_trial_run(&copy, ctx, advisor->name.ptr, advisor->input, step, advisor->opts);
    if (rc == DX_OK) {
        advice->state = DX_ADVICE_MISSING;
        put_change(advisor, advice, copy);
        rc = advisor->bytes ? DX_OK : advance(advisor, copy);
    } else if (rc == DX_UNCHANGED) {
        advice->state = DX_ADVICE_FOLLOWED;
    } else if (rc == DX_EREFUSED) {
        advice->state = DX_ADVICE_BLOCKED;
        put_reason(advisor, advice, dx_trial_error(ctx, diags), true);
        rc = DX_UNCHANGED;
    }
    dx_doc_free(copy);
    return rc;
}

/* Whether it has something to serve in the document with what was missing so far. */
static int applies_now(struct advisor *advisor, const struct dx_step *step)
{
    struct dx_str bytes = {advisor->bytes, advisor->len};
    struct dx_doc *copy;
    int rc = dx_doc_parse(&copy, advisor->doc->ctx, advisor->name.ptr, bytes.ptr, bytes.len, DX_PARSE_BORROW);

    rc = rc < 0 ? rc : dx_step_applies(step, copy, advisor->opts);
    dx_doc_free(copy);
    return rc;
}

/*
 * The same behind the steps that are missing before it: one that was refused may be possible now, or the reverse; one
 * that had nothing to do may have it now, and one that had may have it no more.
 */
static int ask_again(struct advisor *advisor, struct dx_advice *advice, const struct dx_step *step)
{
    struct dx_ctx *ctx = advisor->doc->ctx;
    size_t diags = ctx->diags.n;
    struct dx_doc *copy = NULL;
    int rc = advice->state == DX_ADVICE_NOT_APPLICABLE ? applies_now(advisor, step) : DX_OK;

    if (rc != DX_OK) {
        return rc;
    }
    rc =
        dx_trial_run(&copy, ctx, advisor->name.ptr, (struct dx_str){advisor->bytes, advisor->len}, step, advisor->opts);
    if (rc == DX_OK) {
        rc = advance(advisor, copy);
        if (advice->state != DX_ADVICE_MISSING) {
            advice->change = keep(advisor, advice->state == DX_ADVICE_FOLLOWED
                                               ? DX_S("needed once what is missing before it is done")
                                               : DX_S("possible once what is missing before it is done"));
            advice->state = DX_ADVICE_MISSING;
            advice->reason = advice->hint = NULL;
        }
    } else if (rc == DX_UNCHANGED && advice->state == DX_ADVICE_MISSING) {
        advice->change = keep(advisor, DX_S("done by what is missing before it"));
        rc = DX_OK;
    } else if (rc == DX_EREFUSED) {
        if (advice->state != DX_ADVICE_BLOCKED && advice->state != DX_ADVICE_FOLLOWED) {
            advice->state = DX_ADVICE_BLOCKED;
            advice->change = NULL;
            put_reason(advisor, advice, dx_trial_error(ctx, diags), false);
        }
        rc = DX_OK;
    }
    dx_doc_free(copy);
    return rc;
}

static void put_words(struct advisor *advisor, struct dx_advice *advice, const struct dx_step *step)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&advisor->doc->ctx->mem);

    advice->size = sizeof *advice;
    advice->spec = keep(advisor, dx_str_of(step->spec));
    advice->pass = step->pass->name;
    advice->remove = step->removing;
    advice->optional = step->optional;
    advice->file = keep(advisor, dx_str_of(step->file));
    advice->file_line = step->line;
    if (step->why) {
        advice->brings = keep(advisor, dx_str_of(step->why));
    } else if (step->removing) {
        dx_buf_format(&text, "does without what %s makes", step->pass->name);
        advice->brings = keep_buf(advisor, &text);
    } else {
        advice->brings = step->pass->summary;
    }
    advice->risk = step->removing ? NULL : step->pass->risk;
}

static int ask(struct advisor *advisor, struct dx_advice *advice, const struct dx_step *step)
{
    struct dx_ctx *ctx = advisor->doc->ctx;
    size_t diags = ctx->diags.n;
    bool begun = advisor->bytes != NULL;
    int rc;

    put_words(advisor, advice, step);
    rc = ask_input(advisor, advice, step);
    if (rc >= 0 && begun) {
        rc = ask_again(advisor, advice, step);
    }
    if (rc >= 0) {
        dx_diags_cut(&ctx->diags, diags);
    }
    return rc < 0 ? rc : advisor->lost ? dx_ctx_no_memory(ctx) : DX_OK;
}

int dx_doc_advise(const struct dx_advice **out, size_t *n, struct dx_doc *doc, const struct dx_pipeline *pipeline,
                  const struct dx_run_options *opts)
{
    struct advisor advisor = {
        .doc = doc,
        .opts = opts,
        .name = doc->source.name,
        .input = {doc->source.bytes, doc->source.len},
    };
    struct dx_advice *items;
    int rc = DX_OK;

    *out = NULL;
    *n = 0;
    if (opts && opts->size != sizeof *opts) {
        dx_ctx_report(doc->ctx, DX_LEVEL_USAGE, DX_SEVERITY_ERROR, NULL, "set size to sizeof(struct dx_run_options)",
                      "run options of an unknown size");
        return DX_EUSAGE;
    }
    items = dx_arena_zero(&doc->arena, pipeline->n, sizeof *items);
    if (!items) {
        return dx_ctx_no_memory(doc->ctx);
    }
    for (size_t i = 0; rc == DX_OK && i < pipeline->n; i++) {
        rc = ask(&advisor, &items[i], &pipeline->steps[i]);
    }
    dx_bytes_free(doc->ctx, advisor.bytes);
    if (rc == DX_OK) {
        *out = items;
        *n = pipeline->n;
    }
    return rc;
}
