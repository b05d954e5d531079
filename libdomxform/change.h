/* What an edited tree would change in the one that was read. */
#ifndef DX_CHANGE_H
#define DX_CHANGE_H

#include "buf.h"
#include "tree.h"

/* The first place, in document order, where the edited tree is not the one that was read. */
struct dx_change {
    enum {
        DX_CHANGE_NONE,
        DX_CHANGE_ADDED,
        DX_CHANGE_REMOVED,
        DX_CHANGE_ATTR,
        DX_CHANGE_ATTR_GONE,
        DX_CHANGE_TEXT
    } kind;
    const struct dx_node *node; /* of the edited tree where something is there now, else of the old one */
    struct dx_str attr;         /* its name */
};

/* Both are read from the same bytes; node is never NULL: the root where nothing of note differs. */
struct dx_change dx_change_find(const struct dx_doc *old, const struct dx_doc *edited);

/* Says it in a few words: "add <tpm model='tpm-crb'>…". */
void dx_change_tell(struct dx_buf *buf, const struct dx_change *change);

/* Where it is in the bytes that both were read from. */
void dx_change_place(const struct dx_change *change, size_t *begin, size_t *end);

#endif
