#include "query/fragment.h"

#include "doc.h"
#include "file.h"
#include "query/namespace.h"

/* A tag that is open. */
struct tag {
    uint32_t begin;
    struct dx_str name;
};

struct reader {
    const struct dx_phrase *phrase;
    const char *path; /* NULL: the text stands in the SPEC */
    struct dx_str text;
    struct dx_ctx *scratch; /* what is found wrong is said there first, and then in the words of the run */
    struct dx_source source;
    struct tag open[DX_DEEPEST + 1];
    size_t depth, items;
};

/* ---- what is wrong with it ---- */

/* Says at byte `at` of the fragment what was found. */
static int refuse_at(struct reader *r, size_t at, const char *hint, const char *message)
{
    struct dx_run *run = r->phrase->run;
    struct dx_report report = {
        .level = DX_LEVEL_INPUT,
        .severity = DX_SEVERITY_ERROR,
        .hint = hint,
        .message = dx_str_of(message),
        .pass = run->pass->name,
    };

    if (!r->path) {
        return dx_phrase_refuse(r->phrase, at, hint, "%s", message);
    }
    report.where = dx_source_where(&r->source, at, at + 1);
    report.where.file = r->path;
    return dx_diags_add(&run->ctx->diags, &report) == DX_OK ? DX_EINPUT : dx_ctx_no_memory(run->ctx);
}

/* Passes on what the scratch context was told; `head` bytes were put before the fragment's own. */
static int pass_on(struct reader *r, int rc, size_t head)
{
    const struct dx_diag *diag = dx_ctx_diag(r->scratch, 0);
    size_t at;

    if (rc == DX_ENOMEM || !diag) {
        return dx_ctx_no_memory(r->phrase->run->ctx);
    }
    at = diag->offset > head ? diag->offset - head : 0;
    if (head) {
        at += r->source.declaration;
    }
    return refuse_at(r, at < r->text.len ? at : r->text.len, diag->hint, diag->message);
}

/* ---- structure: found out here, where positions are the fragment's own ---- */

static int open_tag(struct reader *r, const struct dx_token *token)
{
    r->items += r->depth == 0;
    if (token->kind == DX_TOKEN_EMPTY_TAG) {
        return DX_OK;
    }
    if (r->depth == DX_DEEPEST) {
        return refuse_at(r, token->begin, "no libvirt element lies nearly as deep", "elements are nested too deeply");
    }
    r->open[r->depth++] = (struct tag){token->begin, {r->source.bytes + token->name, token->name_len}};
    return DX_OK;
}

static int close_tag(struct reader *r, const struct dx_token *token)
{
    struct dx_str name = {r->source.bytes + token->name, token->name_len};
    char text[160];

    if (r->depth == 0) {
        snprintf(text, sizeof text, "end tag </%.*s> without a start tag", name.len > 60 ? 60 : (int)name.len,
                 name.ptr);
        return refuse_at(r, token->begin, "remove it, or add the start tag that it ends", text);
    }
    r->depth--;
    if (!dx_str_equal(r->open[r->depth].name, name)) {
        struct dx_str opened = r->open[r->depth].name;

        snprintf(text, sizeof text, "end tag </%.*s> where </%.*s> is expected", name.len > 60 ? 60 : (int)name.len,
                 name.ptr, opened.len > 60 ? 60 : (int)opened.len, opened.ptr);
        return refuse_at(r, token->begin, "close the inner element first", text);
    }
    return DX_OK;
}

static int take_token(struct reader *r, const struct dx_token *token)
{
    switch (token->kind) {
    case DX_TOKEN_START_TAG:
    case DX_TOKEN_EMPTY_TAG:
        return open_tag(r, token);
    case DX_TOKEN_END_TAG:
        return close_tag(r, token);
    case DX_TOKEN_TEXT:
    case DX_TOKEN_CDATA:
        if (r->depth == 0 && (token->kind == DX_TOKEN_CDATA || (token->has & DX_HAS_INK))) {
            return refuse_at(r, token->begin,
                             r->path ? "a fragment is elements and comments, such as <rng model='virtio'/>"
                                     : "a fragment is elements and comments; the options beside it are where= and "
                                       "missing=",
                             "text outside of any element");
        }
        return DX_OK;
    case DX_TOKEN_COMMENT:
    case DX_TOKEN_PI:
        r->items += r->depth == 0;
        return DX_OK;
    case DX_TOKEN_DECLARATION:
    case DX_TOKEN_END_OF_INPUT:
        break;
    }
    return DX_OK;
}

static int check_structure(struct reader *r)
{
    struct dx_scan scan;
    struct dx_token token;
    int rc;

    dx_scan_begin(&scan, &r->source);
    do {
        rc = dx_scan_next(&scan, &token);
        rc = rc < 0 ? pass_on(r, rc, 0) : take_token(r, &token);
    } while (rc == DX_OK && token.kind != DX_TOKEN_END_OF_INPUT);
    if (rc == DX_OK && r->depth > 0) {
        char text[120];
        struct dx_str name = r->open[r->depth - 1].name;

        snprintf(text, sizeof text, "<%.*s> is never closed", name.len > 60 ? 60 : (int)name.len, name.ptr);
        rc = refuse_at(r, r->open[r->depth - 1].begin, "write its end tag, or '/>'", text);
    }
    if (rc == DX_OK && r->items == 0) {
        rc = refuse_at(r, 0, "write an element, such as <rng model='virtio'/>", "the fragment holds nothing");
    }
    return rc;
}

/* ---- well-formedness ---- */

/* Puts the fragment into an element that declares the prefixes; gives how many bytes stand before it. */
static size_t wrap(struct dx_buf *out, const struct dx_source *source)
{
    size_t head;

    if (source->encoding == DX_ENCODING_LATIN1) {
        dx_buf_puts(out, "<?xml version='1.0' encoding='ISO-8859-1'?>");
    }
    dx_buf_puts(out, "<fragment");
    for (const struct dx_prefix *row = dx_prefixes; row->name; row++) {
        dx_buf_format(out, " xmlns:%s='%s'", row->name, row->namespace);
    }
    dx_buf_puts(out, ">");
    head = out->len;
    dx_buf_bytes(out, source->bytes + source->declaration, source->len - source->declaration);
    dx_buf_puts(out, "</fragment>");
    return head;
}

static int check(struct dx_fragment *fragment, struct reader *r)
{
    dx_cleanup(dx_buf_free) struct dx_buf wrapped = DX_BUF(&fragment->mem);
    struct dx_doc *doc = NULL;
    size_t head;
    int rc = check_structure(r);

    if (rc < 0) {
        return rc;
    }
    head = wrap(&wrapped, &r->source);
    if (wrapped.failed) {
        return dx_ctx_no_memory(r->phrase->run->ctx);
    }
    rc = dx_doc_parse_any(&doc, r->scratch, "fragment", wrapped.ptr, wrapped.len, DX_PARSE_BORROW);
    dx_doc_free(doc);
    if (rc < 0) {
        return pass_on(r, rc, head);
    }
    fragment->bytes = dx_buf_steal(&wrapped, &fragment->len);
    return fragment->bytes ? DX_OK : dx_ctx_no_memory(r->phrase->run->ctx);
}

static int read_text(struct dx_fragment *fragment, const struct dx_phrase *phrase, struct dx_str text, const char *path)
{
    const struct dx_ctx *ctx = phrase->run->ctx;
    struct dx_allocator allocator = {ctx->mem.reallocate, ctx->mem.user};
    struct dx_ctx_options options = {
        .size = sizeof options, .allocator = &allocator, .max_size = ctx->max_size, .max_nodes = ctx->max_nodes};
    struct reader r = {.phrase = phrase, .path = path, .text = text};
    int rc;

    if (dx_ctx_new(&r.scratch, &options) < 0) {
        return dx_ctx_no_memory(phrase->run->ctx);
    }
    rc = dx_source_open(&r.source, r.scratch, dx_str_of(path ? path : "fragment"), text);
    rc = rc < 0 ? pass_on(&r, rc, 0) : check(fragment, &r);
    dx_source_close(&r.source);
    dx_ctx_free(r.scratch);
    return rc;
}

int dx_fragment_new(struct dx_fragment **out, const struct dx_phrase *phrase, struct dx_str text, const char *path)
{
    struct dx_ctx *ctx = phrase->run->ctx;
    struct dx_fragment *fragment = dx_mem_realloc(&ctx->mem, NULL, 1, sizeof *fragment);
    char *bytes = NULL;
    int rc = fragment ? DX_OK : dx_ctx_no_memory(ctx);

    *out = NULL;
    if (rc < 0) {
        return rc;
    }
    *fragment = (struct dx_fragment){.mem = ctx->mem};
    if (path) {
        rc = dx_file_read(&bytes, &text.len, ctx, path);
        text.ptr = bytes;
    }
    rc = rc < 0 ? rc : read_text(fragment, phrase, text, path);
    dx_mem_free(&ctx->mem, bytes);
    if (rc < 0) {
        dx_fragment_free(fragment);
        return rc;
    }
    *out = fragment;
    return DX_OK;
}

void dx_fragment_free(struct dx_fragment *fragment)
{
    struct dx_mem mem;

    if (fragment) {
        mem = fragment->mem;
        dx_mem_free(&mem, fragment->bytes);
        dx_mem_free(&mem, fragment);
    }
}

int dx_fragment_open(struct dx_doc **out, const struct dx_fragment *fragment, struct dx_ctx *ctx)
{
    return dx_doc_parse_any(out, ctx, "fragment", fragment->bytes, fragment->len, DX_PARSE_BORROW);
}

/* ---- prefixes ---- */

/* True when the name's prefix is this one and the element around the fragment is what declares it. */
static bool leans_on(const struct dx_node *node, struct dx_str name, const struct dx_prefix *known)
{
    struct dx_str prefix;
    char declaration[32];

    dx_local_name(&prefix, name);
    if (!dx_str_is(prefix, known->name)) {
        return false;
    }
    snprintf(declaration, sizeof declaration, "xmlns:%s", known->name);
    while (node->parent->parent && !dx_node_attr(node, declaration).ptr) {
        node = node->parent;
    }
    return !node->parent->parent;
}

static bool uses(const struct dx_doc *fragment, const struct dx_prefix *known)
{
    for (const struct dx_node *node = fragment->root; node; node = dx_tree_next(node, fragment->root)) {
        struct dx_str name, value;

        if (node == fragment->root || !dx_node_is_element(node)) {
            continue;
        }
        if (leans_on(node, dx_node_name(node), known)) {
            return true;
        }
        for (size_t i = 0; dx_node_attr_at(&name, &value, node, i) == DX_OK; i++) {
            if (leans_on(node, name, known)) {
                return true;
            }
        }
    }
    return false;
}

/* "prefix:local" in the arena of the fragment. */
static const char *join(struct dx_doc *fragment, struct dx_str prefix, struct dx_str name)
{
    struct dx_str local = dx_local_name(NULL, name);
    size_t size = prefix.len + local.len + 2;
    char *joined = dx_arena_alloc(&fragment->arena, size);

    if (joined) {
        snprintf(joined, size, "%.*s:%.*s", (int)prefix.len, prefix.ptr, (int)local.len, local.ptr);
    }
    return joined;
}

static int rename_in(struct dx_doc *fragment, struct dx_node *node, const struct dx_prefix *known, struct dx_str prefix)
{
    struct dx_str name, value;
    const char *to;
    int rc = DX_OK;

    if (leans_on(node, dx_node_name(node), known)) {
        to = join(fragment, prefix, dx_node_name(node));
        rc = to ? dx_edit_rename(node, to) : dx_ctx_no_memory(fragment->ctx);
    }
    for (size_t i = 0; rc >= 0 && dx_node_attr_at(&name, &value, node, i) == DX_OK;) {
        struct dx_str was = dx_arena_copy(&fragment->arena, name);

        if (!leans_on(node, name, known)) {
            i++;
            continue;
        }
        to = join(fragment, prefix, name);
        rc = to && was.ptr ? dx_edit_set_attr(node, to, value) : dx_ctx_no_memory(fragment->ctx);
        rc = rc < 0 ? rc : dx_edit_remove_attr(node, was.ptr);
    }
    return rc < 0 ? rc : DX_OK;
}

int dx_fragment_adapt(struct dx_doc *fragment, const struct dx_node *at)
{
    int rc = DX_OK;

    for (const struct dx_prefix *known = dx_prefixes; known->name && rc == DX_OK; known++) {
        struct dx_str prefix = dx_namespace_prefix(at, known);
        const char *declaration;

        if (!prefix.ptr || dx_str_is(prefix, known->name) || !uses(fragment, known)) {
            continue;
        }
        declaration = join(fragment, DX_S("xmlns"), prefix);
        rc = declaration ? dx_edit_set(fragment->root, declaration, known->namespace) : dx_ctx_no_memory(fragment->ctx);
        for (struct dx_node *node = dx_tree_next(fragment->root, fragment->root); node && rc >= 0;
             node = dx_tree_next(node, fragment->root)) {
            rc = dx_node_is_element(node) ? rename_in(fragment, node, known, prefix) : rc;
        }
        rc = rc < 0 ? rc : DX_OK;
    }
    return rc;
}

int dx_fragment_declare(const struct dx_doc *fragment, struct dx_run *run, const struct dx_node *at)
{
    int rc = DX_OK;

    for (const struct dx_prefix *known = dx_prefixes; known->name && rc == DX_OK; known++) {
        struct dx_str prefix;

        if (uses(fragment, known)) {
            rc = dx_namespace_declare(&prefix, run, at, known);
        }
    }
    return rc;
}
