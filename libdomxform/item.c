#include "item.h"

bool dx_item_is_blank(const struct dx_node *text)
{
    struct dx_str value;

    if (dx_node_is_blank(text)) {
        return true;
    }
    value = dx_node_value(text);
    for (size_t i = 0; i < value.len; i++) {
        if (!dx_is_space(value.ptr[i])) {
            return false;
        }
    }
    return true;
}

/* The item that begins at a node or behind it. */
static struct dx_item item_from(struct dx_node *node)
{
    while (node) {
        struct dx_item item = {node, node};
        bool blank = true;

        if (node->kind == DX_KIND_DECLARATION) {
            node = node->next;
            continue;
        }
        if (!dx_item_is_text(node)) {
            return item;
        }
        for (;; item.last = item.last->next) {
            blank = blank && dx_item_is_blank(item.last);
            if (!item.last->next || !dx_item_is_text(item.last->next)) {
                break;
            }
        }
        if (!blank) {
            return item;
        }
        node = item.last->next;
    }
    return (struct dx_item){NULL, NULL};
}

struct dx_item dx_item_first(const struct dx_node *parent)
{
    return item_from(parent->first);
}

struct dx_item dx_item_next(const struct dx_item *item)
{
    return item_from(item->last->next);
}

bool dx_item_holds_text(const struct dx_node *parent)
{
    for (struct dx_item item = dx_item_first(parent); item.node; item = dx_item_next(&item)) {
        if (dx_item_is_text(item.node)) {
            return true;
        }
    }
    return false;
}

struct dx_str dx_item_text(const struct dx_item *item)
{
    struct dx_doc *doc = dx_node_doc(item->node);
    size_t len = 0;
    char *joined;

    if (item->node == item->last) {
        return dx_node_value(item->node);
    }
    for (const struct dx_node *node = item->node;; node = node->next) {
        len += dx_node_value(node).len;
        if (node == item->last) {
            break;
        }
    }
    joined = dx_arena_alloc(&doc->arena, len + 1);
    len = 0;
    for (const struct dx_node *node = item->node; joined; node = node->next) {
        struct dx_str value = dx_node_value(node);

        memcpy(joined + len, value.len ? value.ptr : "", value.len);
        len += value.len;
        if (node == item->last) {
            break;
        }
    }
    return joined ? (struct dx_str){joined, len} : DX_S("");
}
