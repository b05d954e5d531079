#include "fuzz.h"

void text_add(struct text *text, const char *bytes, size_t len)
{
    if (text->room - text->len < len) {
        text->room = (text->room + len) * 2;
        text->ptr = realloc(text->ptr, text->room);
        PROMISE(text->ptr, "there is memory for the test itself");
    }
    if (len) {
        memcpy(text->ptr + text->len, bytes, len);
        text->len += len;
    }
}

void text_free(struct text *text)
{
    free(text->ptr);
    *text = (struct text){0};
}

void canon_item(struct text *out, char kind, struct dx_str name, struct dx_str value)
{
    char head[] = {'\n', '\x01', kind};

    text_add(out, head, sizeof(head));
    text_add(out, name.ptr, name.len);
    text_add(out, "\x02", 1);
    text_add(out, value.ptr, value.len);
}

void canon_text(struct text *out, struct dx_str text)
{
    text_add(out, text.ptr, text.len);
}

static const struct dx_str none = {"", 0};

static int declares(struct dx_str name)
{
    return name.len >= 5 && memcmp(name.ptr, "xmlns", 5) == 0 && (name.len == 5 || name.ptr[5] == ':');
}

/* Namespace declarations come before the attributes: libxml2 keeps no order between the two. */
static void canon_element(struct text *out, const struct dx_node *node)
{
    struct dx_str name, value;

    canon_item(out, '<', dx_node_name(node), dx_node_namespace(node));
    for (int attributes = 0; attributes < 2; attributes++) {
        for (size_t i = 0; dx_node_attr_at(&name, &value, node, i) == DX_OK; i++) {
            if (declares(name) != attributes) {
                canon_item(out, attributes ? '@' : '#', name, value);
            }
        }
    }
    canon_item(out, '>', none, none);
}

static void canon_open(struct text *out, const struct dx_node *node, int at_top)
{
    switch (dx_node_kind(node)) {
    case DX_KIND_ELEMENT:
        canon_element(out, node);
        break;
    case DX_KIND_TEXT:
    case DX_KIND_CDATA:
        /* White space beside the root says nothing. */
        if (!at_top) {
            canon_text(out, dx_node_value(node));
        }
        break;
    case DX_KIND_COMMENT:
        canon_item(out, '!', none, dx_node_value(node));
        canon_item(out, '>', none, none);
        break;
    case DX_KIND_PI:
        canon_item(out, '?', dx_node_name(node), dx_node_value(node));
        canon_item(out, '>', none, none);
        break;
    default:
        break;
    }
}

void canon_doc(struct text *out, const struct dx_doc *doc)
{
    const struct dx_node *top = dx_doc_top(doc), *node = dx_node_first(top);

    while (node) {
        canon_open(out, node, dx_node_parent(node) == top);
        if (dx_node_first(node)) {
            node = dx_node_first(node);
            continue;
        }
        while (node != top) {
            if (dx_node_kind(node) == DX_KIND_ELEMENT) {
                canon_item(out, '/', none, none);
            }
            if (dx_node_next(node)) {
                node = dx_node_next(node);
                break;
            }
            node = dx_node_parent(node);
        }
        if (node == top) {
            break;
        }
    }
}
