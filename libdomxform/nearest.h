/* How near words are to each other, for "did you mean". */
#ifndef DX_NEAREST_H
#define DX_NEAREST_H

#include "base.h"

/* Letters to add, drop, change or swap to make one of the other, whatever their case; SIZE_MAX for long words. */
size_t dx_edit_distance(const char *a, const char *b);

#endif
