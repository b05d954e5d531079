/* The prefixes that libvirt prints, and the namespaces they stand for (DOC-P09). */
#ifndef DX_PREFIX_H
#define DX_PREFIX_H

#include "base.h"

struct dx_prefix {
    const char *name, *namespace;
};

/* In the order of libvirt's own list; the last one's name is NULL. */
extern const struct dx_prefix dx_prefixes[];

/* The row of a prefix; NULL when libvirt has no such one. */
const struct dx_prefix *dx_prefix_find(struct dx_str name);

#endif
