#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 79 };

void text_free(struct text *text)
{
    io_free(text->io, text->ptr);
    text->ptr = NULL;
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

void text_escaped(struct text *text, const char *s)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        if (c < 0x20 || c == 0x7f) {
            text_format(text, "\\x%02x", c);
        } else {
            text_byte(text, *s);
        }
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
    comma(text);
    text_byte(text, '"');
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];

        if (c == '"' || c == '\\') {
            text_byte(text, '\\');
        }
        if (c < 0x20 || c == 0x7f) {
            text_format(text, "\\u%04x", c);
        } else {
            text_byte(text, s[i]);
        }
    }
    text_byte(text, '"');
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
