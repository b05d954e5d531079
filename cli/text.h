/* A builder of text for stdout; a failure sticks until the end. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include "io.h"

struct text {
    const struct io *io;
    char *ptr;
    size_t len, room;
    bool failed; /* out of memory */
};

#define text_auto __attribute__((cleanup(text_free))) struct text

void text_free(struct text *text);
void text_bytes(struct text *text, const char *bytes, size_t n);
void text_puts(struct text *text, const char *s);
void text_byte(struct text *text, char c);
void text_format(struct text *text, const char *format, ...) DX_FORMAT(2, 3);

/* Spaces up to a column (from 0) of the current line; a line break first where the line is past it already. */
void text_tab(struct text *text, size_t column);

/* `s` broken at spaces into lines of at most 79 columns, all but the first indented; ends with a line break. */
void text_wrap(struct text *text, size_t indent, const char *s);

/* With what drives a terminal, ends a line or is no UTF-8 as \xNN. */
void text_escaped(struct text *text, const char *s);

/* The first character of a string that is not empty, in the same way; its bytes. */
size_t text_character(struct text *text, const char *s);

/* The bytes of the first character where a terminal obeys it instead of showing it; else 0. */
size_t text_control(const char *s);

/* As the value of an XML attribute, else as text between tags; what XML cannot say becomes U+FFFD. */
void text_xml(struct text *text, const char *s, bool attribute);

/* How many columns the current line has. */
size_t text_column(const struct text *text);

/* ---- JSON: the comma before a value is set where one is due ---- */

void text_json_key(struct text *text, const char *key);
void text_json_open(struct text *text, char bracket);
void text_json_close(struct text *text, char bracket);
void text_json_string(struct text *text, const char *s); /* NULL: null */
void text_json_bytes(struct text *text, const char *s, size_t n);
void text_json_raw(struct text *text, const char *word); /* true, null, a number */

/* A key and its value. */
void text_json_pair(struct text *text, const char *key, const char *value); /* NULL: null */
void text_json_flag(struct text *text, const char *key, bool set);
void text_json_count(struct text *text, const char *key, size_t n);

#endif
