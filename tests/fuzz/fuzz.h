/* What the fuzz targets share. */
#ifndef DX_FUZZ_H
#define DX_FUZZ_H

#include <domxform.h>

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise: says which, and stops where the fuzzer sees it. */
#define PROMISE(condition, what)                                                                                       \
    ((condition) ? (void)0 : (fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, (what)), abort()))

/* Text that grows. */
struct text {
    char *ptr;
    size_t len, room;
};

void text_add(struct text *text, const char *bytes, size_t len);
void text_free(struct text *text);

/* What the document means, one line a thing: elements with attributes, text runs, comments, PIs. */
void canon_doc(struct text *out, const struct dx_doc *doc);

/* The pieces of it, for those who walk another tree. */
void canon_item(struct text *out, char kind, struct dx_str name, struct dx_str value);
/* A part of a run of text: runs are one thing, however many nodes they are in. */
void canon_text(struct text *out, struct dx_str text);

#endif
