/* The page of one pass, shared by `passes NAME` and `help NAME`. */
#ifndef CLI_PASSES_H
#define CLI_PASSES_H

#include "cli.h"

void passes_page(struct text *text, const struct dx_pass *pass);

/* The list of all. */
void passes_list(struct text *text);

#endif
