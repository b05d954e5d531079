/* Sizes with a unit, as libvirt reads them and as people write them (semantics §1.2). */
#ifndef DX_SCALED_H
#define DX_SCALED_H

#include "base.h"

/* libvirt's unsigned integers: leading space, '+' and zeros are taken, nothing behind the digits is. */
bool dx_parse_uint(struct dx_str s, uint64_t max, uint64_t *value);

/* A scaled integer in bytes; `unit` may be absent, then `default_unit` (bytes) counts. */
bool dx_scaled_parse(struct dx_str text, struct dx_str unit, uint64_t default_unit, uint64_t *bytes);

/* A size with its unit, "1G", "2MiB", "2048KiB": NULL for success, else a few words that say what is wrong. */
const char *dx_size_explain(struct dx_str s, uint64_t *bytes);

/* The count and the name of the largest unit that divides it: 1073741824 is 1 "GiB". */
uint64_t dx_size_unit(uint64_t bytes, const char **unit);

#endif
