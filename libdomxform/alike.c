#include "alike.h"

#include "item.h"

struct dx_str dx_attr_namespace(const struct dx_node *element, struct dx_str name)
{
    const char *colon = memchr(name.ptr, ':', name.len);

    return colon ? dx_node_lookup_namespace(element, (struct dx_str){name.ptr, (size_t)(colon - name.ptr)}) : DX_NONE;
}

/* How many attributes there are that declare no namespace. */
static size_t count_said(const struct dx_node *element)
{
    struct dx_str name, value;
    size_t n = 0;

    for (size_t i = 0; dx_node_attr_at(&name, &value, element, i) == DX_OK; i++) {
        n += !dx_name_declares(name);
    }
    return n;
}

static bool has_attr(const struct dx_node *element, const struct dx_node *of, struct dx_str name, struct dx_str value)
{
    struct dx_attr *attr = dx_tree_attr(element, name.ptr, name.len);

    return attr && dx_str_equal(dx_attr_value(element, attr), value) &&
           dx_str_equal(dx_attr_namespace(element, name), dx_attr_namespace(of, name));
}

static bool alike_elements(const struct dx_node *a, const struct dx_node *b)
{
    struct dx_str name, value;

    if (!dx_str_equal(dx_node_name(a), dx_node_name(b)) || !dx_str_equal(dx_node_namespace(a), dx_node_namespace(b)) ||
        count_said(a) != count_said(b)) {
        return false;
    }
    for (size_t i = 0; dx_node_attr_at(&name, &value, a, i) == DX_OK; i++) {
        if (!dx_name_declares(name) && !has_attr(b, a, name, value)) {
            return false;
        }
    }
    return true;
}

bool dx_node_alike_alone(const struct dx_node *a, const struct dx_node *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    if (a->kind == DX_KIND_ELEMENT) {
        return alike_elements(a, b);
    }
    return dx_str_equal(dx_node_name(a), dx_node_name(b)) && dx_str_equal(dx_node_value(a), dx_node_value(b));
}

static bool alike_items(const struct dx_item *a, const struct dx_item *b)
{
    if (dx_item_is_text(a->node) && dx_item_is_text(b->node)) {
        return dx_str_equal(dx_item_text(a), dx_item_text(b));
    }
    return dx_node_alike_alone(a->node, b->node);
}

/* A place in a tree: an item, and how far below the top it is. */
struct place {
    struct dx_item item;
    size_t level;
};

/* On to what is in it, or what is behind it or behind the nearest of its ancestors; to nothing behind the top. */
static void go_on(struct place *place, const struct dx_node *top)
{
    struct dx_item next = dx_item_first(place->item.node);

    if (next.node) {
        place->item = next;
        place->level++;
        return;
    }
    while (place->item.node != top) {
        next = dx_item_next(&place->item);
        if (next.node) {
            place->item = next;
            return;
        }
        place->item.node = place->item.last = place->item.node->parent;
        place->level--;
    }
    place->item = (struct dx_item){NULL, NULL};
}

bool dx_node_alike(const struct dx_node *a, const struct dx_node *b)
{
    struct dx_node *top_a = (struct dx_node *)(uintptr_t)a, *top_b = (struct dx_node *)(uintptr_t)b;
    struct place x = {{top_a, top_a}, 0}, y = {{top_b, top_b}, 0};

    while (x.item.node && y.item.node && x.level == y.level && alike_items(&x.item, &y.item)) {
        go_on(&x, a);
        go_on(&y, b);
    }
    return !x.item.node && !y.item.node;
}
