/* Expanded names as numbers: the same name is the same number, from 1. */
#ifndef DX_SCHEMA_NAMES_H
#define DX_SCHEMA_NAMES_H

#include "../base.h"

struct dx_qname {
    struct dx_str ns, local; /* ns is empty for none */
};

struct dx_names {
    struct dx_arena *arena;
    struct dx_qname *items; /* the name of number 1 stands first */
    uint32_t n, room;
    uint32_t *slots; /* an open hash of numbers */
    uint32_t mask;
};

/* The number of a name, 0 when it is not in. */
uint32_t dx_names_find(const struct dx_names *names, struct dx_qname name);

/* The same, putting a copy of the name in; 0 when out of memory. */
uint32_t dx_names_add(struct dx_names *names, struct dx_qname name);

#endif
