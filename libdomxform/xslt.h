/* Stylesheets: compiled once, run in a sandbox, their result grafted onto the document. */
#ifndef DX_XSLT_H
#define DX_XSLT_H

#include "edit.h"

/* A compiled stylesheet; immutable, threads may share it. */
struct dx_sheet;

/* Reads and compiles a stylesheet with what it imports. DX_OK; DX_EIO (unreadable) or DX_ELIMIT (it does not compile,
 * or is not let do what it wants, or libxslt is not there), each after a report; DX_ENOMEM. */
int dx_sheet_load(struct dx_sheet **out, struct dx_ctx *ctx, const char *path);
/* The same from memory, which has to stay until the sheet goes; it imports nothing. */
int dx_sheet_parse(struct dx_sheet **out, struct dx_ctx *ctx, const char *name, struct dx_str bytes);
void dx_sheet_free(struct dx_sheet *sheet);

/* True when the stylesheet, or one that it imports, has a parameter of that name; the nearest one's name otherwise goes
 * into *nearest (NULL when none is near). */
bool dx_sheet_takes(const struct dx_sheet *sheet, struct dx_str name, const char **nearest);

/* Runs it on the document as it is now, with parameters as strings, for at most `timeout` milliseconds. DX_OK,
 * DX_UNCHANGED, DX_ELIMIT or DX_EREFUSED after a report, DX_ENOMEM. */
int dx_sheet_run(const struct dx_sheet *sheet, struct dx_doc *doc, const struct dx_pairs *params, size_t timeout);

/* Runs it on well-formed bytes of UTF-8, which messages call `name`, and gives the result as libxml2 spells it; owned
 * by the caller, see dx_bytes_free(). As above, but there is no DX_UNCHANGED and no DX_EREFUSED. */
int dx_sheet_apply(char **out, size_t *len, const struct dx_sheet *sheet, struct dx_ctx *ctx, const char *name,
                   struct dx_str bytes, size_t timeout);

#endif
