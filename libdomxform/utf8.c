#include "utf8.h"

size_t dx_utf8_put(char *to, uint32_t c)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (char)(0xe0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3f));
        to[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | c >> 18);
    to[1] = (char)(0x80 | (c >> 12 & 0x3f));
    to[2] = (char)(0x80 | (c >> 6 & 0x3f));
    to[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

size_t dx_utf8_get(uint32_t *c, const char *from, size_t left)
{
    const unsigned char *p = (const unsigned char *)from;
    size_t n = *p < 0x80 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;

    if (n > left) {
        *c = 0xfffd;
        return left;
    }
    *c = n == 1 ? *p : *p & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        *c = *c << 6 | (p[i] & 0x3fu);
    }
    return n;
}

size_t dx_utf8_sequence(struct dx_str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    size_t left = s.len - at;
    size_t n = *p < 0x80                 ? 1
               : *p >= 0xc2 && *p < 0xe0 ? 2
               : *p >= 0xe0 && *p < 0xf0 ? 3
               : *p >= 0xf0 && *p < 0xf5 ? 4
                                         : 0;

    if (n == 0 || n > left) {
        return 0;
    }
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    /* Overlong forms, surrogates and what lies past U+10FFFF. */
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) ||
        (p[0] == 0xf4 && p[1] > 0x8f)) {
        return 0;
    }
    return n;
}

size_t dx_utf8_first_invalid(struct dx_str s)
{
    for (size_t i = 0; i < s.len;) {
        const unsigned char *p = (const unsigned char *)s.ptr + i;
        size_t n = dx_utf8_sequence(s, i);

        if (n == 0 || (*p < 0x20 && *p != '\t' && *p != '\n' && *p != '\r') ||
            (n == 3 && *p == 0xef && p[1] == 0xbf && p[2] >= 0xbe)) { /* U+FFFE and U+FFFF */
            return i;
        }
        i += n;
    }
    return s.len;
}

/* NameStartChar and NameChar of XML 1.0, fifth edition, section 2.3. */
static const struct range {
    uint32_t from, to;
    bool first;
} name_ranges[] = {
    {'-', '.', false},      {'0', '9', false},       {'A', 'Z', true},       {'_', '_', true},
    {'a', 'z', true},       {0xb7, 0xb7, false},     {0xc0, 0xd6, true},     {0xd8, 0xf6, true},
    {0xf8, 0x2ff, true},    {0x300, 0x36f, false},   {0x370, 0x37d, true},   {0x37f, 0x1fff, true},
    {0x200c, 0x200d, true}, {0x203f, 0x2040, false}, {0x2070, 0x218f, true}, {0x2c00, 0x2fef, true},
    {0x3001, 0xd7ff, true}, {0xf900, 0xfdcf, true},  {0xfdf0, 0xfffd, true}, {0x10000, 0xeffff, true},
};

bool dx_utf8_is_name(uint32_t c, bool first)
{
    for (size_t i = 0; i < sizeof name_ranges / sizeof name_ranges[0]; i++) {
        if (c >= name_ranges[i].from && c <= name_ranges[i].to) {
            return name_ranges[i].first || !first;
        }
    }
    return false;
}
