/* Work in several threads, whose results are handed on in order. */
#ifndef CLI_CREW_H
#define CLI_CREW_H

#include "io.h"

struct crew {
    const struct io *io;
    size_t n;           /* pieces of work, from 0 */
    size_t workers;     /* threads; 1: the caller's own */
    size_t result_size; /* bytes; a result is zero when it is begun */
    void *user;
    /* What one worker has of its own; NULL: out of memory. Called by the caller's thread. */
    void *(*enter)(void *user);
    void (*leave)(void *user, void *own);
    /* Does a piece, in any thread. */
    void (*work)(void *user, void *own, size_t i, void *result);
    /* Takes a result over, in order and in the caller's thread; false: enough. NULL `result`: nothing is ready yet, and
     * some time went by. */
    bool (*take)(void *user, void *result);
    /* Frees a result that is not taken. */
    void (*drop)(void *user, void *result);
};

/*
 * Does it all. No more than a few results a worker are kept, however slow the first of them is. DX_OK, or DX_ENOMEM
 * when not even one worker could begin.
 */
int crew_run(const struct crew *crew);

#endif
