/* From spelling to meaning: references, line ends, attribute-value normalisation, ISO-8859-1. */
#ifndef DX_DECODE_H
#define DX_DECODE_H

#include "source.h"

/*
 * Decodes into `arena`. As an attribute value, white space becomes spaces; otherwise line ends become LF.
 * ptr == NULL when out of memory. References that libxml2 would refuse are kept as they are.
 */
struct dx_str dx_decode(struct dx_arena *arena, struct dx_str raw, enum dx_encoding encoding, bool attribute,
                        bool references);

/* Writes the UTF-8 form of a character to `to` (at most 4 bytes) and gives its length. */
size_t dx_utf8_put(char *to, uint32_t c);

/* Reads one character of valid UTF-8 and gives its length. */
size_t dx_utf8_get(uint32_t *c, const char *from, size_t left);

#endif
