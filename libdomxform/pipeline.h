/* Compiled pipelines: SPECs parsed once, run on many documents. */
#ifndef DX_PIPELINE_H
#define DX_PIPELINE_H

#include "pass.h"

struct dx_step {
    const struct dx_pass *pass;
    void *user;
    void *state; /* what prepare() made */
    const void *opts;
    const char *spec;
    bool removing;
};

struct dx_pipeline {
    struct dx_mem mem;
    struct dx_arena arena;
    struct dx_step *steps;
    size_t n, room;
};

#endif
