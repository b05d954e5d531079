/* Documents that need be no domain. */
#ifndef DX_DOC_H
#define DX_DOC_H

#include "tree.h"

/* libxml2 is not asked whether the bytes are well-formed: for what it reads anyway. */
#define DX_PARSE_UNJUDGED 0x80000000u

/* As dx_doc_parse(), whatever the root is. */
int dx_doc_parse_any(struct dx_doc **out, struct dx_ctx *ctx, const char *name, const char *bytes, size_t len,
                     unsigned flags);

#endif
