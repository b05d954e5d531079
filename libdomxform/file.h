/* Whole files. */
#ifndef DX_FILE_H
#define DX_FILE_H

#include "ctx.h"

/*
 * Reads a file of at most ctx->max_size bytes into memory that dx_mem_free() frees, a NUL behind it. DX_OK, DX_EIO
 * after a report, DX_ENOMEM.
 */
int dx_file_read(char **out, size_t *len, struct dx_ctx *ctx, const char *path);

/* True when there is a file that can be read. */
bool dx_file_is_there(const char *path);

#endif
