/* A stylesheet's files, what they are let do, and what is said of them. */
#ifndef DX_XSLT_SHEET_H
#define DX_XSLT_SHEET_H

#include "listen.h"
#include "load.h"

/* A file of a stylesheet: its own, or one that it imports. */
struct dx_part {
    const char *path; /* as messages call it */
    const char *real; /* without links */
    const char *bytes;
    size_t len;
    size_t all_bytes, all_elements, all_loads; /* with what it imports, counted each time */
    bool open;                                 /* it is being read: to import it would be a circle */
};

struct dx_sheet {
    struct dx_mem mem;
    struct dx_arena arena;
    const struct dx_libxslt *lib;
    xsltStylesheetPtr style;
    struct dx_part *parts; /* the first is the stylesheet itself */
    size_t n_parts, room_parts;
    const char **params; /* names, with NULL at the end */
    size_t n_params, room_params;
};

/* Reads the files and looks through them; libxslt is not asked yet. DX_OK, DX_EIO, DX_ELIMIT, DX_ENOMEM. */
int dx_sheet_read(struct dx_sheet *sheet, struct dx_ctx *ctx, const char *path);

/* The same of bytes, which are kept where they are. */
int dx_sheet_take(struct dx_sheet *sheet, struct dx_ctx *ctx, const char *name, struct dx_str bytes);

/* libxslt's loader: gives the part that was read before. */
xmlDocPtr dx_sheet_load_part(const xmlChar *uri, xmlDictPtr dict, int options, void *user, xsltLoadType type);

/* Makes libxml2's tree of a part, to be freed. NULL when out of memory. */
xmlDocPtr dx_sheet_dom(const struct dx_part *part, const char *uri, xmlDictPtr dict);

/* The stylesheet that this thread is compiling. */
void dx_sheet_compiling(const struct dx_sheet *sheet);

/* Reports about a stylesheet as a whole. DX_ELIMIT or DX_ENOMEM, for a warning DX_OK or DX_ENOMEM. */
int dx_sheet_refuse(const struct dx_sheet *sheet, struct dx_ctx *ctx, const char *hint, const char *format, ...)
    DX_FORMAT(4, 5);

/* Reports an error at a place in it. DX_ELIMIT or DX_ENOMEM. */
int dx_sheet_refuse_at(const struct dx_sheet *sheet, struct dx_ctx *ctx, const struct dx_heard *at, const char *hint,
                       const char *format, ...) DX_FORMAT(5, 6);

/* Reports what was heard, each with its place: messages as notes, all else as `severity`. DX_OK or DX_ENOMEM. */
int dx_sheet_tell(const struct dx_sheet *sheet, struct dx_ctx *ctx, const struct dx_listener *listener,
                  enum dx_severity severity);

#endif
