#include "change.h"

enum { LONGEST_TEXT = 72 };

static const struct dx_node *element_from(const struct dx_node *node)
{
    while (node && !dx_node_is_element(node)) {
        node = node->next;
    }
    return node;
}

/* Attributes and text of one element, as it was and as it is. */
static bool compare(struct dx_change *change, const struct dx_node *old, const struct dx_node *now)
{
    struct dx_str name, value;

    for (size_t i = 0; dx_node_attr_at(&name, &value, now, i) == DX_OK; i++) {
        struct dx_attr *before = dx_tree_attr(old, name.ptr, name.len);

        if (!before || !dx_str_equal(dx_attr_value(old, before), value)) {
            *change = (struct dx_change){DX_CHANGE_ATTR, now, name};
            return true;
        }
    }
    for (size_t i = 0; dx_node_attr_at(&name, &value, old, i) == DX_OK; i++) {
        if (!dx_tree_attr(now, name.ptr, name.len)) {
            *change = (struct dx_change){DX_CHANGE_ATTR_GONE, old, name};
            return true;
        }
    }
    if (!dx_str_equal(dx_trim(dx_node_text(old)), dx_trim(dx_node_text(now)))) {
        *change = (struct dx_change){DX_CHANGE_TEXT, now, DX_NONE};
        return true;
    }
    return false;
}

/* One element in both trees; of children either may be missing. */
struct pair {
    const struct dx_node *was, *is;
};

/* Both trees side by side: passes move nothing, so what is in both stands in one order. */
static struct dx_change find(const struct dx_node *old, const struct dx_node *now)
{
    struct pair parent = {old, now}, child = {element_from(old->first), element_from(now->first)};
    struct dx_change change = {.kind = DX_CHANGE_NONE};

    if (compare(&change, old, now)) {
        return change;
    }
    for (;;) {
        while (!child.was && !child.is) {
            if (parent.is == now) {
                return change;
            }
            child = (struct pair){element_from(parent.was->next), element_from(parent.is->next)};
            parent = (struct pair){parent.was->parent, parent.is->parent};
        }
        if (child.is && (child.is->flags & DX_NODE_NEW)) {
            return (struct dx_change){DX_CHANGE_ADDED, child.is, DX_NONE};
        }
        if (!child.is || !child.was || child.is->begin != child.was->begin) {
            return (struct dx_change){DX_CHANGE_REMOVED, child.was, DX_NONE};
        }
        if (!(child.is->flags & DX_NODE_TOUCHED)) {
            child = (struct pair){element_from(child.was->next), element_from(child.is->next)};
            continue;
        }
        if (compare(&change, child.was, child.is)) {
            return change;
        }
        parent = child;
        child = (struct pair){element_from(child.was->first), element_from(child.is->first)};
    }
}

/* One line of an element: its tag, that of its first child and so on; "…" where there is more. */
static void spell(struct dx_buf *buf, const struct dx_node *node)
{
    size_t begin = buf->len;
    bool more = false;

    while (node) {
        struct dx_str text = dx_trim(dx_node_text(node)), name, value;
        const struct dx_node *child = element_from(node->first);

        dx_buf_format(buf, "<%.*s", DX_F(dx_node_name(node)));
        for (size_t i = 0; dx_node_attr_at(&name, &value, node, i) == DX_OK; i++) {
            dx_buf_format(buf, " %.*s='%.*s'", DX_F(name), DX_F(value));
        }
        if (!child && text.len) {
            dx_buf_format(buf, ">%.*s</%.*s>", DX_F(text), DX_F(dx_node_name(node)));
        } else {
            dx_buf_puts(buf, child ? ">" : "/>");
        }
        more = more || (child && element_from(child->next));
        node = child;
    }
    if (!buf->failed && buf->len - begin > LONGEST_TEXT) {
        buf->len = begin + LONGEST_TEXT;
        while (((unsigned char)buf->ptr[buf->len] & 0xc0) == 0x80) {
            buf->len--;
        }
        more = true;
    }
    dx_buf_puts(buf, more ? "…" : "");
}

void dx_change_tell(struct dx_buf *buf, const struct dx_change *change)
{
    struct dx_str name = dx_node_name(change->node);

    switch (change->kind) {
    case DX_CHANGE_ADDED:
        dx_buf_puts(buf, "add ");
        spell(buf, change->node);
        break;
    case DX_CHANGE_REMOVED:
        dx_buf_puts(buf, "remove ");
        spell(buf, change->node);
        break;
    case DX_CHANGE_ATTR: {
        struct dx_attr *attr = dx_tree_attr(change->node, change->attr.ptr, change->attr.len);

        dx_buf_format(buf, "write %.*s='%.*s' in <%.*s>", DX_F(change->attr), DX_F(dx_attr_value(change->node, attr)),
                      DX_F(name));
        break;
    }
    case DX_CHANGE_ATTR_GONE:
        dx_buf_format(buf, "drop %.*s from <%.*s>", DX_F(change->attr), DX_F(name));
        break;
    case DX_CHANGE_TEXT:
        dx_buf_format(buf, "write <%.*s>%.*s</%.*s>", DX_F(name), DX_F(dx_trim(dx_node_text(change->node))),
                      DX_F(name));
        break;
    case DX_CHANGE_NONE:
        dx_buf_puts(buf, "change the document");
        break;
    }
}

struct dx_change dx_change_find(const struct dx_doc *old, const struct dx_doc *edited)
{
    struct dx_change change = find(old->root, edited->root);

    return change.node ? change : (struct dx_change){.kind = DX_CHANGE_NONE, .node = old->root};
}

void dx_change_place(const struct dx_change *change, size_t *begin, size_t *end)
{
    char name[64];

    dx_node_place(change->node, begin, end);
    if (change->attr.ptr && change->attr.len < sizeof name) {
        memcpy(name, change->attr.ptr, change->attr.len);
        name[change->attr.len] = '\0';
        dx_attr_place(change->node, name, begin, end); /* a new one has none of its own */
    }
}
