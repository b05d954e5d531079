#include "decode.h"

static const struct {
    const char *name;
    char value;
} entities[] = {{"amp;", '&'}, {"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}, {"apos;", '\''}};

/* A character of XML 1.0: others cannot be referred to. */
static bool is_character(uint32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xd800) || (c >= 0xe000 && c < 0xfffe) ||
           (c >= 0x10000 && c < 0x110000);
}

/* Decodes the reference behind an '&'; gives how many bytes it took, 0 when it is none. */
static size_t decode_reference(const char *p, size_t left, char *to, size_t *written)
{
    size_t i = 1;
    uint32_t c = 0, base = 10;

    if (left > 0 && p[0] == '#') {
        if (left > 1 && p[1] == 'x') {
            base = 16;
            i = 2;
        }
        for (; i < left && p[i] != ';'; i++) {
            uint32_t digit = dx_hex_digit(p[i]);

            if (digit >= base || c > 0x10ffff) {
                return 0;
            }
            c = c * base + digit;
        }
        if (i >= left || !is_character(c)) {
            return 0;
        }
        *written = dx_utf8_put(to, c);
        return i + 1;
    }
    for (size_t k = 0; k < sizeof entities / sizeof entities[0]; k++) {
        size_t n = strlen(entities[k].name);

        if (left >= n && memcmp(p, entities[k].name, n) == 0) {
            *to = entities[k].value;
            *written = 1;
            return n;
        }
    }
    return 0;
}

struct dx_str dx_decode(struct dx_arena *arena, struct dx_str raw, enum dx_encoding encoding, bool attribute,
                        bool references)
{
    size_t most = encoding == DX_ENCODING_LATIN1 ? raw.len * 2 : raw.len;
    char *result = dx_arena_alloc(arena, most + 1);
    char *to = result;

    if (!result) {
        return DX_NONE;
    }
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];
        size_t written = 0, taken;

        if (c == '\r') {
            if (i + 1 < raw.len && raw.ptr[i + 1] == '\n') {
                continue;
            }
            c = '\n';
        }
        if (c == '&' && references && (taken = decode_reference(raw.ptr + i + 1, raw.len - i - 1, to, &written)) > 0) {
            to += written;
            i += taken;
        } else if (attribute && (c == '\n' || c == '\t')) {
            *to++ = ' ';
        } else if (encoding == DX_ENCODING_LATIN1 && (unsigned char)c >= 0x80) {
            to += dx_utf8_put(to, (unsigned char)c);
        } else {
            *to++ = c;
        }
    }
    *to = '\0';
    return (struct dx_str){result, (size_t)(to - result)};
}
