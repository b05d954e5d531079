#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 79 };

void text_free(struct text *text)
{
    if (text->ptr) {
        io_free(text->io, text->ptr);
        text->ptr = NULL;
    }
}

static bool reserve(struct text *text, size_t more)
{
    size_t room = text->room ? text->room : 1024;
    char *ptr;

    if (text->failed) {
        return false;
    }
    while (room - text->len < more) {
        room *= 2;
    }
    if (room == text->room) {
        return true;
    }
    ptr = io_realloc(text->io, text->ptr, room, 1);
    if (!ptr) {
        text->failed = true;
        return false;
    }
    text->ptr = ptr;
    text->room = room;
    return true;
}

void text_bytes(struct text *text, const char *bytes, size_t n)
{
    if (n > 0 && reserve(text, n)) {
        memcpy(text->ptr + text->len, bytes, n);
        text->len += n;
    }
}

void text_puts(struct text *text, const char *s)
{
    text_bytes(text, s, strlen(s));
}

void text_byte(struct text *text, char c)
{
    text_bytes(text, &c, 1);
}

void text_format(struct text *text, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 || !reserve(text, (size_t)n + 1)) {
        text->failed = true;
        return;
    }
    va_start(args, format);
    vsnprintf(text->ptr + text->len, (size_t)n + 1, format, args);
    va_end(args);
    text->len += (size_t)n;
}

/* Characters, which the bytes of UTF-8 that follow a first one are not. */
static size_t columns_of(const char *bytes, size_t n)
{
    size_t columns = 0;

    for (size_t i = 0; i < n; i++) {
        columns += ((unsigned char)bytes[i] & 0xc0) != 0x80;
    }
    return columns;
}

size_t text_column(const struct text *text)
{
    size_t n = 0;

    while (n < text->len && text->ptr[text->len - 1 - n] != '\n') {
        n++;
    }
    return n ? columns_of(text->ptr + text->len - n, n) : 0;
}

void text_tab(struct text *text, size_t column)
{
    size_t at = text_column(text);

    if (at > 0 && at >= column) {
        text_byte(text, '\n');
        at = 0;
    }
    for (; at < column; at++) {
        text_byte(text, ' ');
    }
}

void text_wrap(struct text *text, size_t indent, const char *s)
{
    size_t at = text_column(text);
    bool first = true; /* of the line: no space before it */

    while (*s) {
        size_t n = strcspn(s, " ");
        size_t columns = columns_of(s, n);

        if (!first && at + 1 + columns > WIDTH) {
            text_byte(text, '\n');
            text_tab(text, indent);
            at = indent;
            first = true;
        }
        if (!first) {
            text_byte(text, ' ');
            at++;
        }
        text_bytes(text, s, n);
        at += columns;
        first = false;
        s += n;
        s += strspn(s, " ");
    }
    text_byte(text, '\n');
}

/* Bytes of the character at `s`, 0 where it is no UTF-8. */
static size_t character(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t len = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;

    for (size_t i = 1; i < len; i++) {
        if (i == n || (p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    /* Overlong forms, surrogates, and what lies past U+10FFFF. */
    return (*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] > 0x9f) || (*p == 0xf0 && p[1] < 0x90) ||
                   (*p == 0xf4 && p[1] > 0x8f)
               ? 0
               : len;
}

/* What ends a line for some readers, YAML's among them, or is no character for them: U+2028, U+2029, U+FFFE, U+FFFF. */
static bool is_odd(const unsigned char *p)
{
    return (p[0] == 0xe2 && p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9)) ||
           (p[0] == 0xef && p[1] == 0xbf && (p[2] == 0xbe || p[2] == 0xbf));
}

/* What a terminal obeys instead of showing it: control characters, U+0080 to U+009F among them, and those that turn the
 * order of what is shown: U+202A to U+202E, U+2066 to U+2069. `n`: its bytes, in UTF-8. */
static bool is_control(const unsigned char *p, size_t n)
{
    return *p < 0x20 || *p == 0x7f || (n == 2 && *p == 0xc2 && p[1] < 0xa0) ||
           (n == 3 && *p == 0xe2 &&
            ((p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae) || (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9)));
}

size_t text_control(const char *s)
{
    size_t n = *s ? character(s, 1 + strnlen(s + 1, 3)) : 0;

    return n > 0 && is_control((const unsigned char *)s, n) ? n : 0;
}

/* The number of a character of up to three bytes. */
static unsigned number(const unsigned char *p, size_t n)
{
    return n == 1   ? p[0]
           : n == 2 ? (p[0] & 0x1fU) << 6 | (p[1] & 0x3fU)
                    : (p[0] & 0xfU) << 12 | (p[1] & 0x3fU) << 6 | (p[2] & 0x3fU);
}

size_t text_character(struct text *text, const char *s)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t len = character(s, 1 + strnlen(s + 1, 3)), n = len ? len : 1;

    if (len == 0 || is_control(p, n) || (n == 3 && is_odd(p))) {
        for (size_t i = 0; i < n; i++) {
            text_format(text, "\\x%02x", p[i]);
        }
    } else {
        text_bytes(text, s, n);
    }
    return n;
}

void text_escaped(struct text *text, const char *s)
{
    while (*s) {
        s += text_character(text, s);
    }
}

static void comma(struct text *text)
{
    if (text->len > 0 && !strchr("[{:,\n", text->ptr[text->len - 1])) {
        text_byte(text, ',');
    }
}

void text_json_key(struct text *text, const char *key)
{
    text_json_string(text, key);
    text_byte(text, ':');
}

void text_json_open(struct text *text, char bracket)
{
    comma(text);
    text_byte(text, bracket);
}

void text_json_close(struct text *text, char bracket)
{
    text_byte(text, bracket);
}

void text_json_bytes(struct text *text, const char *s, size_t n)
{
    size_t len;

    comma(text);
    text_byte(text, '"');
    for (size_t i = 0; i < n; i += len ? len : 1) {
        const unsigned char *p = (const unsigned char *)s + i;
        unsigned char c = *p;

        len = character(s + i, n - i);
        if (len == 0) {
            text_puts(text, "\\ufffd");
        } else if (is_control(p, len)) {
            text_format(text, "\\u%04x", number(p, len));
        } else {
            text_puts(text, c == '"' || c == '\\' ? "\\" : "");
            text_bytes(text, s + i, len);
        }
    }
    text_byte(text, '"');
}

void text_xml(struct text *text, const char *s, bool attribute)
{
    static const char replacement[] = "\xef\xbf\xbd";
    size_t n = strlen(s), len;

    for (size_t i = 0; i < n; i += len ? len : 1) {
        unsigned char c = (unsigned char)s[i];

        len = character(s + i, n - i);
        if (c == '&' || c == '<' || c == '>') {
            text_puts(text, c == '&' ? "&amp;" : c == '<' ? "&lt;" : "&gt;");
        } else if (strchr(attribute ? "\"\r\n\t" : "\r", c)) {
            text_format(text, "&#%d;", c);
        } else if (len == 0 || (c < 0x20 && c != '\n' && c != '\t') || strncmp(s + i, "\xef\xbf\xbe", 3) == 0 ||
                   strncmp(s + i, "\xef\xbf\xbf", 3) == 0) {
            text_puts(text, replacement);
        } else if (c >= 0x7f && is_control((const unsigned char *)s + i, len)) {
            text_format(text, "&#%u;", number((const unsigned char *)s + i, len));
        } else {
            text_bytes(text, s + i, len);
        }
    }
}

void text_json_string(struct text *text, const char *s)
{
    if (s) {
        text_json_bytes(text, s, strlen(s));
    } else {
        text_json_raw(text, "null");
    }
}

void text_json_raw(struct text *text, const char *word)
{
    comma(text);
    text_puts(text, word);
}

void text_json_pair(struct text *text, const char *key, const char *value)
{
    text_json_key(text, key);
    text_json_string(text, value);
}

void text_json_flag(struct text *text, const char *key, bool set)
{
    text_json_key(text, key);
    text_json_raw(text, set ? "true" : "false");
}

void text_json_count(struct text *text, const char *key, size_t n)
{
    char number[24];

    snprintf(number, sizeof number, "%zu", n);
    text_json_key(text, key);
    text_json_raw(text, number);
}
