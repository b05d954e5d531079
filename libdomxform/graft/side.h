/* One of the two documents of a graft as a table: every item in document order, with its digest. */
#ifndef DX_GRAFT_SIDE_H
#define DX_GRAFT_SIDE_H

#include "../item.h"

#define DX_NO_MATE UINT32_MAX

struct dx_twig {
    struct dx_node *node, *last; /* a text goes on to `last` */
    uint64_t digest;             /* of all that it says */
    uint64_t content;            /* the same without the name */
    uint32_t parent, end;        /* indexes: what it stands in, and the first behind all that is in it */
    uint32_t mate;               /* its like in the other document */
    uint32_t next_same;          /* the next of the same digest */
    bool spaced;                 /* namespaces are declared or used in it */
    bool exact;                  /* all that is in it is paired with all that is in the mate */
    bool moved;                  /* it stands elsewhere than the mate */
};

struct dx_side {
    struct dx_twig *twigs; /* the first is the document itself */
    uint32_t n;
};

/* Lists a document; false when out of memory. The twigs are the caller's to free in either case. */
bool dx_side_list(struct dx_side *side, const struct dx_mem *mem, const struct dx_doc *doc);

/* The first child of a twig and the one behind another; side->n where there is none. */
static inline uint32_t dx_side_first(const struct dx_side *side, uint32_t i)
{
    return i + 1 < side->twigs[i].end ? i + 1 : side->n;
}

static inline uint32_t dx_side_next(const struct dx_side *side, uint32_t i)
{
    const struct dx_twig *twig = &side->twigs[i];

    return twig->end < side->twigs[twig->parent].end ? twig->end : side->n;
}

/* True when there is more to it than a name. */
bool dx_twig_says_much(const struct dx_side *side, uint32_t i);

#endif
