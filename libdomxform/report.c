#include "report.h"

enum { MOST_PATHS = 1000 };

static bool is_new(const struct dx_node *node, const char *name)
{
    const struct dx_attr *attr = name ? dx_tree_attr(node, name, strlen(name)) : NULL;

    return (node->flags & DX_NODE_NEW) || (attr && attr->src_name == DX_NOWHERE);
}

/* A text is where its words are, not where the line before them ends. */
static void without_blanks(const struct dx_source *source, size_t *begin, size_t *end)
{
    while (*begin + 1 < *end && dx_is_space(source->bytes[*begin])) {
        ++*begin;
    }
    while (*end > *begin + 1 && dx_is_space(source->bytes[*end - 1])) {
        --*end;
    }
}

int dx_node_report(struct dx_doc *doc, const struct dx_node *node, const char *attr, struct dx_report *report)
{
    struct dx_ctx *ctx = doc->ctx;
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&ctx->mem);
    dx_cleanup(dx_buf_free) struct dx_buf path = DX_BUF(&ctx->mem);
    size_t begin, end;

    if (!attr || !dx_attr_place(node, attr, &begin, &end)) {
        dx_node_place(node, &begin, &end);
        if (node->kind == DX_KIND_TEXT) {
            without_blanks(&doc->source, &begin, &end);
        }
    }
    report->where = dx_source_where(&doc->source, begin, end);
    dx_buf_str(&text, report->message);
    if (is_new(node, attr)) {
        dx_buf_puts(&text, " (inserted here)");
    }
    if (ctx->diags.n < MOST_PATHS) {
        dx_node_path(&path, node);
    }
    report->message = dx_buf_view(&text);
    report->path = path.len ? dx_buf_view(&path) : DX_NONE;
    if (text.failed || path.failed || dx_diags_add(&ctx->diags, report) != DX_OK) {
        return dx_ctx_no_memory(ctx);
    }
    return DX_OK;
}
