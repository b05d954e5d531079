/* Random edits of a document, the same for the same seed. */
#include "support.h"

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Some element below the root, or the root. */
static struct dx_node *some_element(struct dx_doc *doc, uint32_t *seed)
{
    struct dx_node *root = dx_doc_root(doc), *found = root;
    size_t n = 0;

    for (struct dx_node *node = root; node; node = t_next(node, root)) {
        if (dx_node_kind(node) == DX_KIND_ELEMENT && next(seed) % ++n == 0) {
            found = node;
        }
    }
    return found;
}

static int one_edit(struct dx_doc *doc, uint32_t *seed)
{
    static const char *const values[] = {"1", "", "it's \"<&>\"", "a\nb", "\xc3\xa4\xe4\xb8\xad", "line\r\ttab"};
    struct dx_node *node = some_element(doc, seed), *made;
    const char *value = values[next(seed) % COUNT(values)];
    struct dx_str name = {NULL, 0}, old;
    char copy[64];
    int rc;

    switch (next(seed) % 8) {
    case 0:
        return dx_edit_set_attr(node, "dx-new", STR(value));
    case 1:
        return dx_edit_insert(&made, node, NULL, "dx-first");
    case 2:
        rc = dx_edit_insert_before(&made, node, NULL, "dx-last");
        return rc == DX_OK ? dx_edit_set_attr(made, "a", STR(value)) : rc;
    case 3:
        if (node == dx_doc_root(doc)) {
            return DX_UNCHANGED;
        }
        rc = dx_edit_insert(&made, dx_node_parent(node), node, "dx-behind");
        return rc == DX_OK ? dx_edit_set_text(made, STR(value)) : rc;
    case 4:
        return node == dx_doc_root(doc) ? DX_UNCHANGED : dx_edit_remove(node);
    case 5:
        for (made = dx_node_first(node); made; made = dx_node_next(made)) {
            if (dx_node_kind(made) == DX_KIND_ELEMENT) {
                return DX_UNCHANGED;
            }
        }
        return dx_edit_set_text(node, STR(value));
    default:
        if (dx_node_attr_at(&name, &old, node, next(seed) % (dx_node_attr_count(node) + 1)) != DX_OK ||
            name.len >= sizeof copy || (name.len >= 5 && memcmp(name.ptr, "xmlns", 5) == 0) ||
            memchr(name.ptr, ':', name.len)) {
            return DX_UNCHANGED;
        }
        memcpy(copy, name.ptr, name.len);
        copy[name.len] = '\0';
        for (const char *p = copy; *p; p++) {
            if ((unsigned char)*p >= 0x80) {
                return DX_UNCHANGED; /* new names are ASCII */
            }
        }
        return next(seed) % 3 ? dx_edit_set_attr(node, copy, STR(value)) : dx_edit_remove_attr(node, copy);
    }
}

int t_edit_at_random(struct dx_doc *doc, uint32_t seed)
{
    int rc = DX_OK;

    for (uint32_t n = 1 + next(&seed) % 6; n > 0 && rc >= 0; n--) {
        rc = one_edit(doc, &seed);
    }
    return rc;
}
