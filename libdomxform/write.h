/* The only emitter: clean subtrees as slices of the source, touched tags attribute by attribute, new text spelled. */
#ifndef DX_WRITE_H
#define DX_WRITE_H

#include "tree.h"

/* Fills doc->slices. DX_OK or DX_ENOMEM. */
int dx_write(struct dx_doc *doc);

/* The bytes of all slices together. */
size_t dx_write_len(const struct dx_doc *doc);

/* True when doc->slices say just what the source says. */
bool dx_write_is_identity(const struct dx_doc *doc);

/* Appends a value or text, escaped for its place and for the document's encoding. */
void dx_write_attr_value(struct dx_buf *buf, struct dx_str value, char quote, enum dx_encoding encoding);
void dx_write_text(struct dx_buf *buf, struct dx_str text, struct dx_str eol, enum dx_encoding encoding);

#endif
