/* The schemas that the library carries with it: the files of schemas/, as they were when it was built. */
#ifndef DX_SCHEMA_BUNDLED_H
#define DX_SCHEMA_BUNDLED_H

#include "../base.h"

struct dx_bundled {
    const char *name;  /* of the file, without a folder: what an include names it by */
    const char *bytes; /* the file; a NUL stands behind, not counted */
    size_t len;
};

/* The file of that name, NULL when there is none. */
const struct dx_bundled *dx_bundled_find(struct dx_str name);

#endif
