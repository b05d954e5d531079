#include "yaml.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { WIDTH = 79 };

/* What begins a template, an instruction or a comment of Jinja. */
static bool opens_template(const char *s)
{
    return s[0] == '{' && s[1] && strchr("{%#", s[1]);
}

/* A text without a template before it is marked as one that has none: Ansible may look at it more than once, as at the
 * items of a loop. Behind one, which is looked at once, the brace is itself made by a template. */
static const char mark[] = "!unsafe ", brace[] = "{{ '{' }}";

static bool has_template(const char *s)
{
    while (*s && !opens_template(s)) {
        s++;
    }
    return *s != '\0';
}

/* What a reader of YAML takes for the end of a line, or for no character of a text; in double quotes only. */
static const struct {
    const char *bytes, *escape;
} odd[] = {
    {"\n", "\\n"},
    {"\t", "\\t"},
    {"\"", "\\\""},
    {"\\", "\\\\"},
    {"\xe2\x80\xa8", "\\L"},
    {"\xe2\x80\xa9", "\\P"},
    {"\xef\xbb\xbf", "\\ufeff"},
    {"\xef\xbf\xbe", "\\ufffe"},
    {"\xef\xbf\xbf", "\\uffff"},
};

/* Where a scalar stands: its first column and the next one; and whether templates are made in it. */
struct place {
    size_t indent, at;
    bool made;
};

/* The character at `s` as it stands in double quotes; its bytes. */
static size_t put_unit(struct text *unit, const struct place *place, const char *s)
{
    unsigned char c = (unsigned char)*s;
    size_t n, begin = unit->len;

    if (place->made && opens_template(s)) {
        text_puts(unit, brace);
        return 1;
    }
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        n = strlen(odd[i].bytes);
        if (strncmp(s, odd[i].bytes, n) == 0) {
            text_puts(unit, odd[i].escape);
            return n;
        }
    }
    n = text_character(unit, s);
    if (unit->failed || (n == 1 && c >= 0x20 && c < 0x7f) || unit->ptr[begin] != '\\') {
        return n;
    }
    /* A control character, which YAML can say too, or a byte that is no UTF-8, which it cannot. */
    unit->len = begin;
    if (n == 3) {
        text_format(unit, "\\u%04x",
                    (c & 0xfU) << 12 | ((unsigned char)s[1] & 0x3fU) << 6 | ((unsigned char)s[2] & 0x3fU));
    } else if (n == 2) {
        text_format(unit, "\\x%02x", (unsigned char)s[1]);
    } else if (c < 0x80) {
        text_format(unit, "\\x%02x", c);
    } else {
        text_puts(unit, "\\ufffd");
    }
    return n;
}

static size_t columns(const char *s, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        count += ((unsigned char)s[i] & 0xc0) != 0x80;
    }
    return count;
}

/* The columns that the word behind a blank takes, up to the next one. */
static size_t word_columns(const struct text *text, const struct place *place, const char *s)
{
    size_t count = 0;
    text_auto unit = {.io = text->io};

    while (*s && *s != ' ' && count <= WIDTH) {
        unit.len = 0;
        s += put_unit(&unit, place, s);
        count += unit.failed ? WIDTH : columns(unit.ptr, unit.len);
    }
    return count;
}

static void put_break(struct text *text, size_t indent)
{
    text_byte(text, '\n');
    text_tab(text, indent);
}

/* In double quotes, which can say anything: its lines are broken at blanks and, where there is none, anywhere. */
static void put_double(struct text *text, size_t indent, const char *prefix, const char *s)
{
    struct place place = {.indent = indent, .made = *prefix != '\0'};
    const char *begin = s;
    text_auto unit = {.io = text->io};

    text_byte(text, '"');
    text_puts(text, prefix);
    place.at = text_column(text);
    while (*s && !text->failed) {
        bool foldable = s > begin && s[-1] != ' ' && s[0] == ' ' && s[1] && s[1] != ' ' && place.at > indent;
        size_t n, width;

        if (foldable && place.at + 1 + word_columns(text, &place, s + 1) > WIDTH - 1) {
            put_break(text, indent);
            place.at = indent;
            s++;
            continue;
        }
        unit.len = 0;
        n = put_unit(&unit, &place, s);
        text->failed = text->failed || unit.failed;
        width = unit.failed ? 0 : columns(unit.ptr, unit.len);
        if (place.at + width > WIDTH - 1) {
            text_byte(text, '\\');
            put_break(text, indent);
            place.at = indent;
        }
        if (*s == ' ' && place.at == indent) {
            text_byte(text, '\\');
            place.at++;
        }
        text_bytes(text, unit.failed ? "" : unit.ptr, unit.failed ? 0 : unit.len);
        place.at += width;
        s += n;
    }
    text_byte(text, '"');
}

/* What a text allows: which of the ways to write it are open. */
struct shape {
    size_t lines, columns; /* line ends in it, and how wide it is without them */
    bool legible;          /* nothing in it needs an escape, and no line of it ends in a blank */
};

static struct shape shape_of(const struct text *text, const char *s)
{
    static const struct place anywhere;
    struct shape shape = {.legible = *s && *s != ' ' && *s != '\n'};
    size_t empty = 0, n;

    for (const char *begin = s; *s; s += n) {
        text_auto unit = {.io = text->io};

        n = put_unit(&unit, &anywhere, s);
        if (*s == '\n') {
            empty = s > begin && s[-1] == '\n' ? empty + 1 : 0;
            shape.lines++;
            shape.legible = shape.legible && empty < 2 && s > begin && s[-1] != ' ';
        } else {
            shape.columns += columns(s, n);
            shape.legible =
                shape.legible && (*s == '"' || *s == '\\' || (!unit.failed && strncmp(unit.ptr, s, n) == 0));
        }
        if (!s[n]) {
            /* A line end more than one would stand at the end of the file. */
            shape.legible = shape.legible && *s != ' ' && (*s != '\n' || empty == 0);
        }
    }
    return shape;
}

/* A text that nobody would take for anything else. */
static bool is_bare(const char *s)
{
    static const char *const taken[] = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"};
    size_t n = strlen(s);

    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        if (strcasecmp(s, taken[i]) == 0) {
            return false;
        }
    }
    return strspn(s, "/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") > 0 && s[n - 1] != ':' &&
           !strstr(s, ": ") && !strstr(s, " #") && !has_template(s);
}

static void put_single(struct text *text, const char *s)
{
    text_byte(text, '\'');
    for (; *s; s++) {
        text_puts(text, *s == '\'' ? "'" : "");
        text_byte(text, *s);
    }
    text_byte(text, '\'');
}

/* As a block whose lines are one: broken at blanks, words whole. */
static void put_folded(struct text *text, size_t indent, const char *prefix, const char *s)
{
    bool ends = s[strlen(s) - 1] == '\n';
    const char *word = s;

    text_puts(text, ends ? ">" : ">-");
    put_break(text, indent);
    text_puts(text, prefix);
    while (*word && *word != '\n') {
        /* Blanks that follow each other stay on their line. */
        size_t blanks = strspn(word, " "), n = blanks + strcspn(word + blanks, " \n");

        if (blanks == 1 && text_column(text) + columns(word, n) > WIDTH) {
            put_break(text, indent);
            text_bytes(text, word + 1, n - 1);
        } else {
            text_bytes(text, word, n);
        }
        word += n;
    }
}

static void put_literal(struct text *text, size_t indent, const char *s)
{
    text_puts(text, s[strlen(s) - 1] == '\n' ? "|" : "|-");
    while (*s) {
        size_t n = strcspn(s, "\n");

        text_byte(text, '\n');
        if (n > 0) {
            text_tab(text, indent);
            text_bytes(text, s, n);
        }
        s += n + (s[n] == '\n');
    }
}

void yaml_string(struct text *text, size_t indent, const char *prefix, const char *s)
{
    struct shape shape = shape_of(text, s);
    bool made = *prefix != '\0',
         one = shape.legible && (shape.lines == 0 || (shape.lines == 1 && strchr(s, '\n')[1] == '\0'));
    size_t at = text_column(text) + (has_template(s) ? sizeof mark - 1 : 0), end;

    if (made) {
        end = at + strlen(prefix) + shape.columns + 2;
        if (shape.legible && shape.lines == 0 && end > WIDTH && !has_template(s)) {
            put_folded(text, indent, prefix, s);
        } else {
            put_double(text, indent, prefix, s);
        }
        return;
    }
    text_puts(text, has_template(s) ? mark : "");
    end = at + shape.columns + 2;
    if (*s && !shape.legible) {
        put_double(text, indent, prefix, s);
    } else if (shape.lines == 0 && end <= WIDTH) {
        if (is_bare(s)) {
            text_puts(text, s);
        } else {
            put_single(text, s);
        }
    } else if (one && (shape.lines == 0 || indent + shape.columns > WIDTH)) {
        put_folded(text, indent, prefix, s);
    } else {
        put_literal(text, indent, s);
    }
}
