/* Which items of two documents are the same, in whole or in part. */
#ifndef DX_GRAFT_ALIGN_H
#define DX_GRAFT_ALIGN_H

#include "side.h"

/*
 * Gives twigs of both sides their mates: what is alike, in the same order in paired parents, then what is like enough
 * to be changed into the other, then what is alike but stands elsewhere (moved). Both documents, and both roots, are
 * mates. False when out of memory.
 */
bool dx_align(struct dx_side *from, struct dx_side *to, struct dx_arena *arena);

#endif
