/* Whether two nodes say the same, of one document or two. */
#ifndef DX_ALIKE_H
#define DX_ALIKE_H

#include "tree.h"

/*
 * True when both have the same canonical form but for text of white space alone: names with their prefixes and
 * namespaces, attributes in any order, texts joined (CDATA is text), comments and PIs; the namespaces in scope count
 * only where a name uses them. Not recursive.
 */
bool dx_node_alike(const struct dx_node *a, const struct dx_node *b);

/* A number that is the same for nodes that are alike, and hardly ever for others. */
uint64_t dx_node_digest(const struct dx_node *node);

#endif
