/* Containers that stand more than once and are one to libvirt (DOC-P05): what is new goes into one of them. */
#ifndef DX_QUERY_MERGED_H
#define DX_QUERY_MERGED_H

#include "domain.h"

/* Whether this is one of those containers. */
bool dx_merged(const struct dx_node *element);

/* The one of n containers that a new child goes into: the last that holds a sibling of rank <= its own, else the first.
 */
struct dx_node *dx_merged_choose(struct dx_node *const *containers, size_t n, struct dx_str child);

#endif
