/* Stylesheets, run by libxslt: it is opened where it is installed, and linked nowhere. */
#ifndef DX_TEST_SHEETS_H
#define DX_TEST_SHEETS_H

#include "support.h"

struct t_sheet;

/* False where libxslt cannot be opened. */
bool t_sheets_can_run(void);

/* NULL when there is no such file or it is no stylesheet, which is said on stderr; t_sheet_free() frees it. */
struct t_sheet *t_sheet_read(const char *path);
void t_sheet_free(struct t_sheet *sheet);

/* The name of the n-th parameter that the stylesheet declares; NULL behind the last. */
const char *t_sheet_param(const struct t_sheet *sheet, size_t index);
/* True when the stylesheet declares that parameter. */
bool t_sheet_takes(const struct t_sheet *sheet, const char *param);

/* The n-th list of words that the stylesheet gives a template as its parameter `order`, and in *match what the template
 * matches that does so; NULL behind the last. */
const char *t_sheet_order(const struct t_sheet *sheet, size_t index, const char **match);

/*
 * What the stylesheet makes of a document, which stays as it is; NULL when it makes nothing. `params` are names and
 * values in turn, and end with NULL. Free the result with t_dom_free().
 */
struct _xmlDoc *t_sheet_apply(const struct t_sheet *sheet, struct _xmlDoc *dom, const char *const *params);

/* What libxslt and the stylesheet said while it ran; borrowed until the next run. */
const char *t_sheet_said(void);

#endif
