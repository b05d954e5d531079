/* The context: the root of everything, in place of global state. */
#ifndef DX_CTX_H
#define DX_CTX_H

#include "diag.h"

#include <stdatomic.h>

struct dx_ctx {
    struct dx_mem mem;
    struct dx_diags diags;
    size_t max_size, max_nodes;
    atomic_int cancelled;
    /* What the next document can use again: a block of the last one's arenas, its slices, the judge's parser. */
    struct dx_block *spare, *spare_out;
    struct dx_str *spare_slices;
    size_t spare_room;
    void *judge;
    void (*judge_free)(void *judge);
    void *validator; /* what it learnt of a schema */
    void (*validator_free)(void *validator);
};

/* Reports that memory ran out (a static diagnostic: this cannot fail). Returns DX_ENOMEM. */
int dx_ctx_no_memory(struct dx_ctx *ctx);

/* What dx_cancel() asked for. */
static inline bool dx_ctx_is_cancelled(struct dx_ctx *ctx)
{
    return atomic_load_explicit(&ctx->cancelled, memory_order_relaxed) != 0;
}

/* Reports that work on a file was cancelled. Returns DX_ELIMIT or DX_ENOMEM. */
int dx_ctx_cancelled(struct dx_ctx *ctx, const char *file);

#endif
