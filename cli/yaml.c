#include "yaml.h"

#include <stdio.h>
#include <string.h>

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
    if (c == '"' || c == '\\') {
        text_format(unit, "\\%c", c);
        return 1;
    }
    if (c == '\n' || c == '\t') {
        text_puts(unit, c == '\n' ? "\\n" : "\\t");
        return 1;
    }
    n = text_character(unit, s);
    if (unit->failed || (n == 1 && c >= 0x20 && c < 0x7f) || unit->ptr[begin] != '\\') {
        return n;
    }
    /* A control character, which YAML can say too, or a byte that is no UTF-8, which it cannot. */
    unit->len = begin;
    if (n == 2) {
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

static void put_break(struct text *text, struct place *place)
{
    text_byte(text, '\n');
    text_tab(text, place->indent);
    place->at = place->indent;
}

void yaml_string(struct text *text, size_t indent, const char *prefix, const char *s)
{
    struct place place = {.indent = indent, .made = *prefix != '\0'};
    const char *begin = s;
    text_auto unit = {.io = text->io};

    text_puts(text, !place.made && has_template(s) ? mark : "");
    text_byte(text, '"');
    text_puts(text, prefix);
    place.at = text_column(text);
    while (*s && !text->failed) {
        bool foldable = s > begin && s[-1] != ' ' && s[0] == ' ' && s[1] && s[1] != ' ' && place.at > indent;
        size_t n, width;

        if (foldable && place.at + 1 + word_columns(text, &place, s + 1) > WIDTH - 1) {
            put_break(text, &place);
            s++;
            continue;
        }
        unit.len = 0;
        n = put_unit(&unit, &place, s);
        text->failed = text->failed || unit.failed;
        width = unit.failed ? 0 : columns(unit.ptr, unit.len);
        if (place.at + width > WIDTH - 1) {
            text_byte(text, '\\');
            put_break(text, &place);
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

/* Whether a literal block can hold it: printable, lines that fit and end, none with blanks at the wrong place. */
static bool is_plain(size_t indent, const char *s)
{
    size_t n = strlen(s), empty = 0, length = 0;

    if (n == 0 || s[n - 1] != '\n' || *s == ' ' || *s == '\n') {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];

        if (c == '\n') {
            empty = length == 0 ? empty + 1 : 0;
            if (indent + length > WIDTH || empty > 1 || s[i - 1] == ' ') {
                return false;
            }
            length = 0;
        } else if (c < 0x20 || c >= 0x7f || opens_template(s + i)) {
            return false;
        } else {
            length++;
        }
    }
    return empty == 0;
}

void yaml_text(struct text *text, size_t indent, const char *s)
{
    if (!is_plain(indent, s)) {
        yaml_string(text, indent, "", s);
        return;
    }
    text_byte(text, '|');
    while (*s) {
        size_t n = strcspn(s, "\n");

        text_byte(text, '\n');
        if (n > 0) {
            text_tab(text, indent);
            text_bytes(text, s, n);
        }
        s += n + 1;
    }
}
