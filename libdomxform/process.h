/* Settings of libxml2 that hold for the whole process, and the memory that one thread's work with it may take. */
#ifndef DX_PROCESS_H
#define DX_PROCESS_H

#include "base.h"

/* What a piece of work may take of libxml2's memory. */
struct dx_budget {
    size_t soft;              /* bytes at which it is told to stop */
    size_t hard;              /* bytes past which it is not let go */
    void (*stop)(void *user); /* called once, from within an allocation */
    void *user;
    const char *what; /* for dx_process_stuck() */
    int64_t used;     /* what was allocated less what was freed */
    bool over;        /* it was told to stop */
    bool exhausted;   /* because the system had no more, not because of its bounds */
};

/* Counts what this thread allocates through libxml2 from here on; without DX_PROCESS_MEMORY nothing is counted. */
void dx_budget_begin(struct dx_budget *budget);
void dx_budget_end(struct dx_budget *budget);

/* True when dx_process_init() was given the flag. */
bool dx_process_has(unsigned flag);

/* Tells the program that work does not stop though it was told to; returns when the program has nothing to say. */
void dx_process_stuck(const char *what);

#endif
