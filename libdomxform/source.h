/* The input's bytes: encoding, line ends, and where an offset stands. Knows no XML beyond its declaration. */
#ifndef DX_SOURCE_H
#define DX_SOURCE_H

#include "ctx.h"

enum dx_encoding { DX_ENCODING_UTF8, DX_ENCODING_ASCII, DX_ENCODING_LATIN1 };

enum { DX_STRIDE = 1024 };

struct dx_source {
    struct dx_ctx *ctx;
    struct dx_str name;
    const char *bytes;
    size_t len;
    size_t begin;       /* bytes of the BOM */
    size_t declaration; /* offset behind the XML declaration; == begin when there is none */
    enum dx_encoding encoding;
    uint32_t *lines; /* offset of every line's first byte; NULL until asked for */
    size_t n_lines;
    uint32_t *strides; /* characters before every DX_STRIDE-th byte, made along with them: lines may be long */
};

/*
 * Takes the bytes (borrowed) and refuses, with a diagnostic, what no parser should see: NUL, encodings other than
 * UTF-8, US-ASCII and ISO-8859-1, XML versions other than 1.0, an input that is too large.
 * DX_OK, DX_EINPUT, DX_ENOMEM. After success the owner calls dx_source_close().
 */
int dx_source_open(struct dx_source *source, struct dx_ctx *ctx, struct dx_str name, struct dx_str bytes);
void dx_source_close(struct dx_source *source);

/* The first line end of the input, "\n" or "\r\n"; "\n" when it has none. */
struct dx_str dx_source_eol(const struct dx_source *source);

/* Fills in line, column and source line of a range of bytes. Builds the line index at the first call. */
struct dx_where dx_source_where(struct dx_source *source, size_t begin, size_t end);

/* Reports an error of level input at a range. Returns DX_EINPUT, or DX_ENOMEM when even that fails. */
int dx_source_refuse(struct dx_source *source, size_t begin, size_t end, const char *hint, const char *format, ...)
    DX_FORMAT(5, 6);

#endif
