/* The kernel's masks of CPUs: hexadecimal digits in groups of 32 bits, the highest first (semantics §10.2). */
#ifndef DX_HOST_MASK_H
#define DX_HOST_MASK_H

#include "../cpuset.h"

/* How many bits the masks of a kernel with these possible CPUs have (its nr_cpu_ids); 0 for none. */
unsigned dx_mask_bits(const struct dx_cpuset *possible);

/*
 * A set as a kernel with masks of that many bits takes it and prints it: with zeros before it, never more groups than
 * it has bits for. What lies beyond them is left out. An empty set is no mask that a kernel takes.
 */
void dx_mask_format(struct dx_buf *buf, const struct dx_cpuset *set, unsigned bits);

/* Reads what a kernel prints; false for anything else. A mask without a bit is a set too. */
bool dx_mask_parse(struct dx_cpuset *set, struct dx_str s);

#endif
