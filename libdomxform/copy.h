/* Copies nodes of one document into another, spelled as the other one spells. */
#ifndef DX_COPY_H
#define DX_COPY_H

#include "edit.h"

/*
 * Inserts a copy of `from`, which may stand in another document, with all that is in it but white space between
 * elements; into `parent` behind `after`, or before `before`, or (both NULL) behind all children. *out is the copy,
 * borrowed. DX_OK, DX_EREFUSED after a diagnostic (a prefix that is not declared there), DX_ENOMEM.
 */
int dx_copy(struct dx_node **out, struct dx_node *parent, struct dx_node *after, struct dx_node *before,
            const struct dx_node *from);

#endif
