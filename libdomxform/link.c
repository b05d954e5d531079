#include "link.h"

#include "style.h"

void dx_link_touch(struct dx_node *node)
{
    struct dx_doc *doc = dx_node_doc(node);

    doc->edits++;
    for (; node && !(node->flags & DX_NODE_TOUCHED); node = node->parent) {
        node->flags |= DX_NODE_TOUCHED;
    }
}

void dx_link_in(struct dx_node *parent, struct dx_node *after, struct dx_node *node)
{
    node->parent = parent;
    parent->names |= dx_name_bit(node->name, node->name_len);
    node->prev = after;
    node->next = after ? after->next : parent->first;
    if (node->next) {
        node->next->prev = node;
    } else {
        parent->last = node;
    }
    if (after) {
        after->next = node;
    } else {
        parent->first = node;
    }
}

void dx_link_out(struct dx_node *node)
{
    struct dx_node *parent = node->parent;

    if (node->prev) {
        node->prev->next = node->next;
    } else {
        parent->first = node->next;
    }
    if (node->next) {
        node->next->prev = node->prev;
    } else {
        parent->last = node->prev;
    }
}

struct dx_node *dx_link_new(struct dx_doc *doc, enum dx_kind kind)
{
    struct dx_node *node = dx_arena_zero(&doc->arena, 1, sizeof *node);

    if (node) {
        node->kind = (uint8_t)kind;
        node->flags = DX_NODE_NEW | DX_NODE_TOUCHED | DX_NODE_DECODED;
    }
    return node;
}

/* White space that is written as it is: its value has LF for every line end, its bytes are the document's. */
static struct dx_node *new_indent(struct dx_doc *doc, struct dx_str raw)
{
    struct dx_node *node = dx_link_new(doc, DX_KIND_TEXT);
    struct dx_str copy = dx_arena_copy(&doc->arena, raw);

    if (!node || !copy.ptr) {
        return NULL;
    }
    node->flags = (uint8_t)((node->flags | DX_NODE_INDENT) & ~(unsigned)DX_NODE_DECODED);
    node->value = copy.ptr;
    node->value_len = (uint32_t)copy.len;
    return node;
}

struct dx_node *dx_link_last(const struct dx_node *parent)
{
    struct dx_node *last = parent->last;

    while (last && dx_node_is_blank(last)) {
        last = last->prev;
    }
    return last;
}

/* The indentation of a new child of `parent` behind `after`, or (NULL) before `before`, or as the only one. */
static struct dx_str new_child_indent(struct dx_doc *doc, const struct dx_node *parent, const struct dx_node *after,
                                      const struct dx_node *before)
{
    struct dx_str indent = DX_S("");

    for (const struct dx_node *n = after; n && !indent.len; n = n->prev) {
        /* Behind a comment that shares a line with its element, the element's line counts. */
        indent = dx_style_indent(n);
        if (n->kind == DX_KIND_ELEMENT) {
            break;
        }
    }
    if (after ? !indent.len && !parent->first->next : !before) {
        return dx_style_child_indent(doc, parent);
    }
    indent = after ? indent : dx_style_indent(before);
    /* What stands beside the root has a line of its own. */
    return indent.len || parent->parent ? indent : dx_source_eol(&doc->source);
}

int dx_link_insert(struct dx_doc *doc, struct dx_node *parent, struct dx_node *after, struct dx_node *before,
                   struct dx_node *node)
{
    struct dx_node *space = NULL, *closing = NULL;
    struct dx_str indent = new_child_indent(doc, parent, after, before);

    if (indent.len) {
        space = new_indent(doc, indent);
        if (!space) {
            return dx_ctx_no_memory(doc->ctx);
        }
    }
    if (!parent->first) {
        struct dx_str close = dx_style_close_indent(doc, parent);

        if (close.len && indent.len) {
            closing = new_indent(doc, close);
            if (!closing) {
                return dx_ctx_no_memory(doc->ctx);
            }
        }
    }
    if (doc->arena.failed) {
        return dx_ctx_no_memory(doc->ctx); /* what style answers then is not the file's style */
    }
    if (!after && before) {
        dx_link_in(parent, before->prev, node);
        if (space) {
            dx_link_in(parent, node, space);
        }
    } else {
        if (space) {
            dx_link_in(parent, after, space);
            after = space;
        }
        dx_link_in(parent, after, node);
        if (closing) {
            dx_link_in(parent, node, closing);
        }
    }
    dx_link_touch(parent);
    return DX_OK;
}

void dx_link_drop_indent(struct dx_doc *doc, struct dx_node *node)
{
    struct dx_node *before = node->prev;
    struct dx_str indent = dx_style_indent(node);
    size_t left;

    if (!indent.len) {
        return;
    }
    left = dx_node_raw(before).len - indent.len;
    if (left == 0) {
        dx_link_out(before);
    } else if (before->flags & (DX_NODE_NEW | DX_NODE_CHANGED)) {
        before->value_len = (uint32_t)left;
    } else {
        before->end = before->close = (uint32_t)(before->begin + left);
        before->value = doc->source.bytes + before->begin;
        before->value_len = (uint32_t)left;
        before->flags = (uint8_t)(before->flags & ~(unsigned)DX_NODE_DECODED);
        before->has = (uint8_t)dx_scan_classify(dx_node_raw(before));
    }
}
