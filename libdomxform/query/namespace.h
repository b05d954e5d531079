/* How a namespace of libvirt's is written at some place of a document, and declaring it where it is not yet. */
#ifndef DX_QUERY_NAMESPACE_H
#define DX_QUERY_NAMESPACE_H

#include "pass.h"
#include "prefix.h"

/* The prefix that stands for the namespace at `at`: libvirt's own where it does, else one that the domain declares;
 * ptr == NULL when none does. Borrowed from the document. */
struct dx_str dx_namespace_prefix(const struct dx_node *at, const struct dx_prefix *known);

/* The same; what is not declared is, on the domain. DX_OK; DX_EREFUSED after a report (the prefix means something else
 * there); DX_ENOMEM. */
int dx_namespace_declare(struct dx_str *prefix, struct dx_run *run, const struct dx_node *at,
                         const struct dx_prefix *known);

#endif
