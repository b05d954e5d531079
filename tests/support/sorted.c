/* A spelling of a document in which the order of siblings does not count. */
#include "support.h"

#include <libxml/tree.h>

static int by_text(const void *a, const void *b)
{
    const struct t_bytes *x = a, *y = b;

    return strcmp(x->ptr, y->ptr);
}

static void join_sorted(struct t_bytes *to, struct t_bytes *parts, size_t n)
{
    if (n) {
        qsort(parts, n, sizeof *parts, by_text);
    }
    for (size_t i = 0; i < n; i++) {
        t_bytes_add(to, parts[i].ptr, parts[i].len);
        t_bytes_free(&parts[i]);
    }
}

enum { MOST_PARTS = 400 };

static struct t_bytes spell(const xmlNode *node);

static void spell_parts(struct t_bytes *to, const xmlNode *node)
{
    struct t_bytes parts[MOST_PARTS];
    size_t n = 0;

    for (const xmlAttr *attr = node->properties; attr; attr = attr->next) {
        assert_true(n < MOST_PARTS);
        parts[n] = (struct t_bytes){0};
        t_bytes_format(&parts[n++], " %s='%s'", (const char *)attr->name,
                       attr->children ? (const char *)attr->children->content : "");
    }
    join_sorted(to, parts, n);
    t_bytes_format(to, ">");
    n = 0;
    for (const xmlNode *child = node->children; child; child = child->next) {
        assert_true(n < MOST_PARTS);
        if (child->type == XML_ELEMENT_NODE) {
            parts[n++] = spell(child);
        } else if (child->type == XML_TEXT_NODE &&
                   strspn((const char *)child->content, " \t\n") < strlen((const char *)child->content)) {
            parts[n] = (struct t_bytes){0};
            t_bytes_format(&parts[n++], "%s", (const char *)child->content);
        }
    }
    join_sorted(to, parts, n);
}

/* Domains are shallow: recursion does no harm here. */
static struct t_bytes spell(const xmlNode *node)
{
    struct t_bytes text = {0};

    t_bytes_format(&text, "<%s", (const char *)node->name);
    spell_parts(&text, node);
    t_bytes_format(&text, "</%s>\n", (const char *)node->name);
    return text;
}

struct t_bytes t_dom_sorted(struct _xmlDoc *dom)
{
    return spell(xmlDocGetRootElement(dom));
}
