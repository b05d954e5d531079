/* Children as they matter to canonical XML: texts that stand side by side are one, and white space alone is none. */
#ifndef DX_ITEM_H
#define DX_ITEM_H

#include "tree.h"

/* An element, comment or PI, or all the texts from `node` to `last`. */
struct dx_item {
    struct dx_node *node; /* NULL: there is none */
    struct dx_node *last;
};

/* The first one in a parent, and the one behind it. */
struct dx_item dx_item_first(const struct dx_node *parent);
struct dx_item dx_item_next(const struct dx_item *item);

static inline bool dx_item_is_text(const struct dx_node *node)
{
    return node->kind == DX_KIND_TEXT || node->kind == DX_KIND_CDATA;
}

/* True when all that is said is white space, however it is spelled. */
bool dx_item_is_blank(const struct dx_node *text);

/* True when white space put into the parent would become part of a text. */
bool dx_item_holds_text(const struct dx_node *parent);

/* The text of an item, joined in the document's arena. Empty when memory runs out (arena.failed is set then). */
struct dx_str dx_item_text(const struct dx_item *item);

#endif
