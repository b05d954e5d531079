/* Lines of shell that are made of what a document or a host says. */
#ifndef DX_HOST_SHELL_H
#define DX_HOST_SHELL_H

#include "plan.h"

/* A text as one word of a line of shell, in quotes where it needs them. The plan keeps it; NULL for NULL and when out
 * of memory. */
const char *dx_shell_word(struct dx_plan *plan, const char *text);

#endif
