/* From spelling to meaning: references, line ends, attribute-value normalisation, ISO-8859-1. */
#ifndef DX_DECODE_H
#define DX_DECODE_H

#include "source.h"
#include "utf8.h"

/*
 * Decodes into `arena`. As an attribute value, white space becomes spaces; otherwise line ends become LF.
 * ptr == NULL when out of memory. References that libxml2 would refuse are kept as they are.
 */
struct dx_str dx_decode(struct dx_arena *arena, struct dx_str raw, enum dx_encoding encoding, bool attribute,
                        bool references);

#endif
