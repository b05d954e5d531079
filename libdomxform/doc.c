/* A document from bytes: source, tree and judge put together. */
#include "doc.h"

#include "judge.h"

/* The most that a finished document leaves behind for the next one. */
enum { SPARE_MOST = 1024 * 1024 };

struct walk {
    const struct dx_doc *doc;
    const struct dx_node *next;
};

static bool meets(void *user, struct dx_str prefix, struct dx_str local)
{
    struct walk *walk = user;
    const struct dx_node *node = walk->next;
    struct dx_str name;
    size_t skip = prefix.len ? prefix.len + 1 : 0;

    if (!local.ptr) {
        return node == NULL;
    }
    if (!node) {
        return false;
    }
    name = dx_node_name(node);
    do {
        node = dx_tree_next(node, walk->doc->root);
    } while (node && node->kind != DX_KIND_ELEMENT);
    walk->next = node;
    return name.len == skip + local.len && memcmp(name.ptr + skip, local.ptr, local.len) == 0 &&
           (skip == 0 || (memcmp(name.ptr, prefix.ptr, prefix.len) == 0 && name.ptr[prefix.len] == ':'));
}

static int read_all(struct dx_doc *doc, const char *name, struct dx_str bytes, bool unjudged)
{
    struct dx_str label = dx_arena_copy(&doc->arena, dx_str_of(name ? name : "<memory>"));
    struct walk walk = {.doc = doc};
    int rc;

    if (!label.ptr) {
        return dx_ctx_no_memory(doc->ctx);
    }
    rc = dx_source_open(&doc->source, doc->ctx, label, bytes);
    rc = rc < 0 ? rc : dx_tree_build(doc);
    if (rc != DX_OK || unjudged) {
        return rc;
    }
    walk.next = doc->root;
    return dx_judge(&doc->source, meets, &walk);
}

static int parse(struct dx_doc **out, struct dx_ctx *ctx, const char *name, struct dx_str input, unsigned flags,
                 bool any_root)
{
    struct dx_doc *doc = dx_mem_realloc(&ctx->mem, NULL, 1, sizeof *doc);
    int rc;

    *out = NULL;
    if (!doc) {
        return dx_ctx_no_memory(ctx);
    }
    *doc =
        (struct dx_doc){.ctx = ctx, .source = {.ctx = ctx}, .any_root = any_root, .skip = (flags & DX_PARSE_SKIP) != 0};
    dx_arena_init(&doc->arena, &ctx->mem);
    dx_arena_init(&doc->out, &ctx->mem);
    dx_arena_seed(&doc->arena, ctx->spare);
    dx_arena_seed(&doc->out, ctx->spare_out);
    doc->slices = ctx->spare_slices;
    doc->room_slices = ctx->spare_room;
    ctx->spare = ctx->spare_out = NULL;
    ctx->spare_slices = NULL;
    ctx->spare_room = 0;
    if (!(flags & DX_PARSE_BORROW) && input.len <= ctx->max_size) {
        doc->owned = dx_mem_realloc(&ctx->mem, NULL, input.len + 1, 1);
        if (!doc->owned) {
            dx_doc_free(doc);
            return dx_ctx_no_memory(ctx);
        }
        memcpy(doc->owned, input.ptr, input.len);
        input.ptr = doc->owned;
    }
    rc = read_all(doc, name, input, (flags & DX_PARSE_UNJUDGED) != 0);
    if (rc != DX_OK) {
        dx_doc_free(doc);
        return rc;
    }
    *out = doc;
    return DX_OK;
}

int dx_doc_parse(struct dx_doc **out, struct dx_ctx *ctx, const char *name, const char *bytes, size_t len,
                 unsigned flags)
{
    return parse(out, ctx, name, (struct dx_str){bytes ? bytes : "", len}, flags & ~DX_PARSE_UNJUDGED, false);
}

int dx_doc_parse_any(struct dx_doc **out, struct dx_ctx *ctx, const char *name, const char *bytes, size_t len,
                     unsigned flags)
{
    return parse(out, ctx, name, (struct dx_str){bytes ? bytes : "", len}, flags, true);
}

/* Leaves a block of the arena for the next document, when there is none yet. */
static void release(struct dx_block **spare, struct dx_arena *arena)
{
    if (*spare) {
        dx_arena_free(arena);
    } else {
        *spare = dx_arena_release(arena, SPARE_MOST);
    }
}

void dx_doc_free(struct dx_doc *doc)
{
    struct dx_ctx *ctx;

    if (!doc) {
        return;
    }
    ctx = doc->ctx;
    dx_source_close(&doc->source);
    dx_mem_free(&ctx->mem, doc->owned);
    release(&ctx->spare, &doc->arena);
    release(&ctx->spare_out, &doc->out);
    if (ctx->spare_slices || doc->room_slices > SPARE_MOST / sizeof *doc->slices) {
        dx_mem_free(&ctx->mem, doc->slices);
    } else {
        ctx->spare_slices = doc->slices;
        ctx->spare_room = doc->room_slices;
    }
    dx_mem_free(&ctx->mem, doc);
}

struct dx_node *dx_doc_root(const struct dx_doc *doc)
{
    return doc->root;
}

struct dx_node *dx_doc_top(const struct dx_doc *doc)
{
    return (struct dx_node *)(uintptr_t)&doc->top;
}

struct dx_ctx *dx_doc_ctx(const struct dx_doc *doc)
{
    return doc->ctx;
}
