/* The table of built-in passes, out of passes/passes.def. */
#ifndef DX_REGISTRY_H
#define DX_REGISTRY_H

#include "pass.h"

/* The built-in pass of that name, given by pointer and length; NULL when there is none. */
const struct dx_pass *dx_registry_find(struct dx_str name);

#endif
