#include "style.h"

/* How many siblings are asked on each side, and how many nodes of the file: enough to know, and no more. */
enum { SIBLINGS_ASKED = 8, NODES_ASKED = 400 };

struct dx_str dx_style_indent(const struct dx_node *node)
{
    const struct dx_node *before = node->prev;
    struct dx_str raw;
    size_t at;

    if (!before || before->kind != DX_KIND_TEXT) {
        return DX_S("");
    }
    raw = dx_node_raw(before);
    for (at = raw.len; at > 0 && (raw.ptr[at - 1] == ' ' || raw.ptr[at - 1] == '\t'); at--) {
    }
    if (at == 0 || raw.ptr[at - 1] != '\n') {
        return DX_S("");
    }
    at -= at > 1 && raw.ptr[at - 2] == '\r' ? 2 : 1;
    return (struct dx_str){raw.ptr + at, raw.len - at};
}

static bool says_quote(const struct dx_doc *doc, const struct dx_node *node, char *quote)
{
    if (node->kind != DX_KIND_ELEMENT) {
        return false;
    }
    for (uint32_t i = node->n_attrs; i-- > 0;) {
        const struct dx_attr *attr = &node->attrs[i];

        if (!(attr->flags & DX_ATTR_REMOVED)) {
            *quote = attr->src_name == DX_NOWHERE ? attr->quote : doc->source.bytes[attr->src_value - 1];
            return true;
        }
    }
    return false;
}

/* How the element is written while it is empty; false when it never was. */
static bool writes_empty(const struct dx_doc *doc, const struct dx_node *node, uint8_t *empty)
{
    if (node->kind != DX_KIND_ELEMENT) {
        return false;
    }
    if (node->flags & DX_NODE_NEW) {
        *empty = node->empty;
    } else if (!(node->flags & DX_NODE_EMPTY_TAG)) {
        if (node->inner != node->close) {
            return false; /* it had content once */
        }
        *empty = DX_EMPTY_PAIR;
    } else {
        const char *slash = doc->source.bytes + node->inner - 2;

        /* A "/>" on a line of its own is no habit of small tags. */
        *empty = slash[-1] == ' ' && !dx_is_space(slash[-2]) ? DX_EMPTY_SPACE_SLASH : DX_EMPTY_SLASH;
    }
    return true;
}

static bool says_empty(const struct dx_doc *doc, const struct dx_node *node, uint8_t *empty)
{
    return !node->first && writes_empty(doc, node, empty);
}

static struct dx_str unit_of(const struct dx_node *parent, const struct dx_node *child)
{
    struct dx_str outer = dx_style_indent(parent), inner = dx_style_indent(child);

    if (parent->parent && parent->parent->kind == DX_KIND_DOCUMENT) {
        size_t skip = inner.len && inner.ptr[0] == '\r' ? 2 : inner.len ? 1 : 0;

        return (struct dx_str){inner.ptr + skip, inner.len - skip};
    }
    if (outer.len && inner.len > outer.len && memcmp(outer.ptr, inner.ptr, outer.len) == 0) {
        return (struct dx_str){inner.ptr + outer.len, inner.len - outer.len};
    }
    return DX_S("");
}

/* A vote among the first elements of the file. */
static const struct dx_habits *habits(struct dx_doc *doc)
{
    struct dx_habits *known = &doc->habits;
    size_t quotes[2] = {0, 0}, empties[3] = {0, 0, 0}, asked = 0;

    if (known->known) {
        return known;
    }
    *known = (struct dx_habits){.known = true, .quote = '\'', .empty = DX_EMPTY_SLASH};
    for (const struct dx_node *node = doc->root; node && asked < NODES_ASKED; node = dx_tree_next(node, doc->root)) {
        char quote;
        uint8_t empty;

        asked++;
        if (node->kind != DX_KIND_ELEMENT || (node->flags & DX_NODE_NEW)) {
            continue;
        }
        if (says_quote(doc, node, &quote)) {
            quotes[quote == '"']++;
        }
        if (says_empty(doc, node, &empty)) {
            empties[empty]++;
        }
        if (!known->unit.len && node != doc->root) {
            known->unit = unit_of(node->parent, node);
        }
    }
    if (quotes[1] > quotes[0]) {
        known->quote = '"';
    }
    for (uint8_t i = 0; i < 3; i++) {
        if (empties[i] > empties[known->empty]) {
            known->empty = i;
        }
    }
    if (!known->unit.len) {
        known->unit = DX_S("  ");
    }
    return known;
}

char dx_style_quote(struct dx_doc *doc, const struct dx_node *element)
{
    const struct dx_node *before = element->prev, *after = element->next;
    char quote;

    if (says_quote(doc, element, &quote)) {
        return quote;
    }
    for (int i = 0; i < SIBLINGS_ASKED && (before || after); i++) {
        if (before && says_quote(doc, before, &quote)) {
            return quote;
        }
        if (after && says_quote(doc, after, &quote)) {
            return quote;
        }
        before = before ? before->prev : NULL;
        after = after ? after->next : NULL;
    }
    if (element->parent && says_quote(doc, element->parent, &quote)) {
        return quote;
    }
    return habits(doc)->quote;
}

enum dx_empty dx_style_empty(struct dx_doc *doc, const struct dx_node *element)
{
    const struct dx_node *before = element->prev, *after = element->next;
    uint8_t empty;

    for (int i = 0; i < SIBLINGS_ASKED && (before || after); i++) {
        if (before && says_empty(doc, before, &empty)) {
            return (enum dx_empty)empty;
        }
        if (after && says_empty(doc, after, &empty)) {
            return (enum dx_empty)empty;
        }
        before = before ? before->prev : NULL;
        after = after ? after->next : NULL;
    }
    if (element->parent && writes_empty(doc, element->parent, &empty)) {
        return (enum dx_empty)empty;
    }
    return (enum dx_empty)habits(doc)->empty;
}

struct dx_str dx_style_attr_gap(const struct dx_doc *doc, const struct dx_node *element)
{
    for (uint32_t i = element->n_attrs; i-- > 0;) {
        const struct dx_attr *attr = &element->attrs[i];

        if (attr->src_name != DX_NOWHERE && !(attr->flags & DX_ATTR_REMOVED)) {
            size_t at = attr->src_name;

            while (dx_is_space(doc->source.bytes[at - 1])) {
                at--;
            }
            return dx_doc_bytes(doc, at, attr->src_name);
        }
    }
    return DX_S(" ");
}

/* True when the element begins a line, or is the root of a document that has lines. */
static bool has_lines(const struct dx_doc *doc, const struct dx_node *parent)
{
    return parent != doc->root && dx_style_indent(parent).len > 0;
}

struct dx_str dx_style_child_indent(struct dx_doc *doc, const struct dx_node *parent)
{
    int asked = 0;
    struct dx_str own, unit;
    char *joined;

    for (const struct dx_node *child = parent->first; child && asked < SIBLINGS_ASKED; child = child->next) {
        if (child->kind == DX_KIND_ELEMENT || child->kind == DX_KIND_COMMENT) {
            struct dx_str indent = dx_style_indent(child);

            if (indent.len) {
                return indent;
            }
            asked++;
        }
    }
    if (asked > 0 || (parent->first && !dx_node_is_blank(parent->first))) {
        return DX_S("");
    }
    unit = habits(doc)->unit;
    if (parent == doc->root) {
        struct dx_str eol = dx_source_eol(&doc->source);

        if (!parent->first || !memchr(dx_node_raw(parent->first).ptr, '\n', dx_node_raw(parent->first).len)) {
            return DX_S("");
        }
        own = eol;
    } else if (has_lines(doc, parent)) {
        own = dx_style_indent(parent);
    } else {
        return DX_S("");
    }
    joined = dx_arena_alloc(&doc->arena, own.len + unit.len);
    if (!joined) {
        return DX_S("");
    }
    memcpy(joined, own.ptr, own.len);
    memcpy(joined + own.len, unit.ptr, unit.len);
    return (struct dx_str){joined, own.len + unit.len};
}

struct dx_str dx_style_close_indent(struct dx_doc *doc, const struct dx_node *parent)
{
    return has_lines(doc, parent) ? dx_style_indent(parent) : DX_S("");
}
