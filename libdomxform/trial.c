#include "trial.h"

int dx_trial_run(struct dx_doc **out, struct dx_ctx *ctx, const char *name, struct dx_str bytes,
                 const struct dx_step *step, const struct dx_run_options *opts)
{
    struct dx_step alone = *step;
    struct dx_pipeline one = {.mem = ctx->mem, .steps = &alone, .n = 1};
    int rc = dx_doc_parse(out, ctx, name, bytes.ptr, bytes.len, DX_PARSE_BORROW);

    alone.optional = false;
    return rc == DX_OK ? dx_pipeline_run(&one, ctx, *out, opts) : rc;
}

const struct dx_diag *dx_trial_error(const struct dx_ctx *ctx, size_t from)
{
    for (size_t i = from; i < ctx->diags.n; i++) {
        if (ctx->diags.items[i]->severity == DX_SEVERITY_ERROR) {
            return ctx->diags.items[i];
        }
    }
    return NULL;
}

static const struct dx_node *next_element(const struct dx_node *node, const struct dx_node *top)
{
    do {
        node = dx_tree_next(node, top);
    } while (node && !dx_node_is_element(node));
    return node;
}

/* The n-th element of what was written is the n-th of the document. */
int dx_trial_element(const struct dx_node **out, struct dx_doc *doc, struct dx_str bytes, size_t offset)
{
    struct dx_doc *copy;
    int rc = dx_doc_parse(&copy, doc->ctx, doc->source.name.ptr, bytes.ptr, bytes.len, DX_PARSE_BORROW);
    const struct dx_node *node, *found;

    *out = doc->root;
    if (rc < 0) {
        return rc;
    }
    found = doc->root;
    for (node = copy->root; node && node->begin <= offset; node = next_element(node, copy->root)) {
        *out = found ? found : doc->root;
        found = found ? next_element(found, doc->root) : NULL;
    }
    dx_doc_free(copy);
    return DX_OK;
}
