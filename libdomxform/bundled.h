/* The files that the library carries with it, schemas, recipes and a stylesheet, as they were when it was built. */
#ifndef DX_BUNDLED_H
#define DX_BUNDLED_H

#include "base.h"

struct dx_bundled {
    const char *name;   /* of the file, without a folder and the suffix */
    const char *suffix; /* what kind of file it is: ".rng", ".recipe", ".xsl" */
    const char *bytes;  /* the file; a NUL stands behind, not counted */
    size_t len;
};

/* The file of that name, its suffix included; NULL when there is none. */
const struct dx_bundled *dx_bundled_find(struct dx_str name);

/* The i-th file of a kind, by name; NULL past the end. */
const struct dx_bundled *dx_bundled_at(const char *suffix, size_t i);

#endif
