/* What libxslt and libxml2 say while a stylesheet is compiled or runs: heard, and later reported where it belongs. */
#ifndef DX_XSLT_LISTEN_H
#define DX_XSLT_LISTEN_H

#include "../ctx.h"

#include <libxslt/xsltInternals.h>

struct dx_heard {
    struct dx_str text, file, element; /* one line; where libxslt says it was */
    const char *hint;                  /* NULL: none is known */
    size_t line;                       /* 0: not told */
    bool message;                      /* an xsl:message */
    bool terminates;
};

struct dx_listener {
    struct dx_arena arena;
    struct dx_heard *items;
    size_t n, room, messages, errors, dropped;
    xsltTransformContextPtr running; /* NULL while compiling */

    struct dx_buf line;    /* what was said of one line */
    bool whole;            /* it began as a text of its own: no form of libxslt's */
    struct dx_heard place; /* of the error that comes next */
    bool placed;
    struct dx_heard detail; /* what libxml2 said of it, and where the transformation stood */
    struct dx_listener *outer;
    /* The thread's handlers, to be put back. */
    xmlStructuredErrorFunc handler;
    xmlGenericErrorFunc printer;
    void *user, *printer_user;
};

/* From begin to end, this thread's messages go to the listener; the caller frees its arena with dx_listen_free(). */
void dx_listen_begin(struct dx_listener *listener, struct dx_ctx *ctx);
void dx_listen_end(struct dx_listener *listener);
void dx_listen_free(struct dx_listener *listener);

/* Where the transformation stands, or stood at a node of its stylesheet, as if something had been said there. */
struct dx_heard dx_listener_at(struct dx_listener *listener, const xmlNode *node);

/* For libxslt: the handler of a transformation (`user` is the listener), and of the process (NULL: this thread's). */
void dx_listen_to(void *user, const char *format, ...) DX_FORMAT(2, 3);

#endif
