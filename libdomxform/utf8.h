/* Characters as UTF-8 bytes. */
#ifndef DX_UTF8_H
#define DX_UTF8_H

#include "base.h"

/* Writes the UTF-8 form of a character to `to` (at most 4 bytes) and gives its length. */
size_t dx_utf8_put(char *to, uint32_t c);

/* Reads one character of valid UTF-8 and gives its length. */
size_t dx_utf8_get(uint32_t *c, const char *from, size_t left);

/* The length of the sequence that begins at `at`; 0 when none does: overlong, a surrogate, cut short, past U+10FFFF. */
size_t dx_utf8_sequence(struct dx_str s, size_t at);

/* True for what a name may hold in XML 1.0, and with `first` begin with; a colon is none. */
bool dx_utf8_is_name(uint32_t c, bool first);

/* The first byte of what is no UTF-8, or no character that XML 1.0 allows; s.len when all is well. */
size_t dx_utf8_first_invalid(struct dx_str s);

#endif
