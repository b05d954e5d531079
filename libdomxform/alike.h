/* Whether two nodes say the same, of one document or two. */
#ifndef DX_ALIKE_H
#define DX_ALIKE_H

#include "tree.h"

/*
 * True when both have the same canonical form but for text of white space alone: names with their prefixes and
 * namespaces, attributes in any order, texts joined (CDATA is text), comments and PIs; the namespaces in scope count
 * only where a name uses them.
 */
bool dx_node_alike(const struct dx_node *a, const struct dx_node *b);

/* The same for names and attributes alone, or for the content of a comment or PI. */
bool dx_node_alike_alone(const struct dx_node *a, const struct dx_node *b);

/* The namespace that an attribute is in; ptr == NULL for none, as of all names without a prefix. */
struct dx_str dx_attr_namespace(const struct dx_node *element, struct dx_str name);

#endif
