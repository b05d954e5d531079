#include "config.h"

/* One row of truth a dialect. Which of two lines of a key holds was tried with each program. */
static const struct {
    char separator;
    const char *comments; /* what a line of comment begins with */
    bool last;            /* of several lines the last one holds, else the first */
    bool tight;           /* no blanks before the key and around the separator */
    bool quotes;
    bool tail; /* a comment may stand behind the value */
} dialects[] = {
    [DX_DIALECT_LIBVIRT] = {'=', "#", .quotes = true, .tail = true},
    [DX_DIALECT_ENVIRONMENT] = {'=', "#;", .last = true, .quotes = true},
    [DX_DIALECT_SELINUX] = {'=', "#", .tight = true, .tail = true},
    [DX_DIALECT_SWTPM] = {'=', "#", .tail = true},
    [DX_DIALECT_SASL] = {':', "#"},
};

struct entry {
    struct dx_str key, value;
};

static void drop(struct dx_str *rest, size_t n)
{
    *rest = (struct dx_str){rest->ptr + n, rest->len - n};
}

static bool at(struct dx_str rest, char c)
{
    return rest.len && *rest.ptr == c;
}

static size_t end_of_line(struct dx_str rest)
{
    const char *end = rest.len ? memchr(rest.ptr, '\n', rest.len) : NULL;

    return end ? (size_t)(end - rest.ptr) : rest.len;
}

/* ---- libvirt's own ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Blanks; with `lines` the ends of lines too, and comments. */
static void skip(struct dx_str *rest, bool lines)
{
    for (;;) {
        if (at(*rest, ' ') || at(*rest, '\t') || at(*rest, '\r') || (lines && at(*rest, '\n'))) {
            drop(rest, 1);
        } else if (lines && at(*rest, '#')) {
            drop(rest, end_of_line(*rest));
        } else {
            return;
        }
    }
}

/* A text in quotes, that ends on its line or is in three of them; there are no escapes. */
static bool read_text(struct dx_str *value, struct dx_str *rest)
{
    bool three = rest->len >= 3 && memcmp(rest->ptr, "\"\"\"", 3) == 0;
    size_t mark = three ? 3 : 1;
    char quote = *rest->ptr;

    drop(rest, mark);
    for (size_t i = 0; i + mark <= rest->len && (three || rest->ptr[i] != '\n'); i++) {
        if (rest->ptr[i] == quote && (!three || memcmp(rest->ptr + i, "\"\"\"", 3) == 0)) {
            *value = (struct dx_str){rest->ptr, i};
            drop(rest, i + mark);
            return true;
        }
    }
    return false;
}

static bool read_scalar(struct dx_str *value, struct dx_str *rest)
{
    size_t n = at(*rest, '-') || at(*rest, '+');

    if (at(*rest, '"') || at(*rest, '\'')) {
        return read_text(value, rest);
    }
    while (n < rest->len && is_digit(rest->ptr[n])) {
        n++;
    }
    *value = (struct dx_str){rest->ptr, n};
    drop(rest, n);
    return n > 0 && is_digit(value->ptr[n - 1]);
}

static bool read_list(struct dx_str *value, struct dx_str *rest)
{
    const char *begin;
    struct dx_str item;

    drop(rest, 1);
    begin = rest->ptr;
    skip(rest, true);
    for (bool more = !at(*rest, ']'); more; more = at(*rest, ',')) {
        if (at(*rest, ',')) {
            drop(rest, 1);
            skip(rest, true);
        }
        if (!read_scalar(&item, rest)) {
            return false;
        }
        skip(rest, true);
    }
    *value = (struct dx_str){begin, (size_t)(rest->ptr - begin)};
    if (!at(*rest, ']')) {
        return false;
    }
    drop(rest, 1);
    return true;
}

/* The next setting; false at the end, and (with *broken set) where libvirt would stop. */
static bool next_setting(struct entry *entry, struct dx_str *rest, bool *broken)
{
    size_t n = 0;

    skip(rest, true);
    if (!rest->len) {
        return false;
    }
    *broken = true;
    while (n < rest->len && (is_letter(rest->ptr[n]) || (n > 0 && (is_digit(rest->ptr[n]) || rest->ptr[n] == '_')))) {
        n++;
    }
    entry->key = (struct dx_str){rest->ptr, n};
    drop(rest, n);
    skip(rest, false);
    if (n == 0 || !at(*rest, '=')) {
        return false;
    }
    drop(rest, 1);
    skip(rest, false);
    if (!(at(*rest, '[') ? read_list(&entry->value, rest) : read_scalar(&entry->value, rest))) {
        return false;
    }
    skip(rest, false);
    if (rest->len && !at(*rest, '\n') && !at(*rest, '#')) {
        return false;
    }
    *broken = false;
    return true;
}

/* ---- lines ---- */

static struct dx_str unquote(struct dx_str value)
{
    bool quoted = value.len >= 2 && (*value.ptr == '"' || *value.ptr == '\'') && value.ptr[value.len - 1] == *value.ptr;

    return quoted ? (struct dx_str){value.ptr + 1, value.len - 2} : value;
}

/* What a line sets; false for one that sets nothing. */
static bool split_line(struct entry *entry, struct dx_str line, enum dx_dialect dialect)
{
    const char *separator, *tail;

    if (!dialects[dialect].tight) {
        line = dx_trim(line);
    }
    separator = line.len ? memchr(line.ptr, dialects[dialect].separator, line.len) : NULL;
    if (!separator || strchr(dialects[dialect].comments, *line.ptr)) {
        return false;
    }
    entry->key = (struct dx_str){line.ptr, (size_t)(separator - line.ptr)};
    entry->value = (struct dx_str){separator + 1, line.len - entry->key.len - 1};
    tail = dialects[dialect].tail && entry->value.len ? memchr(entry->value.ptr, '#', entry->value.len) : NULL;
    if (tail) {
        entry->value.len = (size_t)(tail - entry->value.ptr);
    }
    entry->value = dx_trim(entry->value);
    if (!dialects[dialect].tight) {
        entry->key = dx_trim(entry->key);
    }
    if (dialects[dialect].quotes) {
        entry->value = unquote(entry->value);
    }
    return true;
}

static bool next_entry(struct entry *entry, struct dx_str *rest, enum dx_dialect dialect, bool *broken)
{
    struct dx_str line;

    if (dialect == DX_DIALECT_LIBVIRT) {
        return next_setting(entry, rest, broken);
    }
    while (dx_next_line(&line, rest)) {
        if (split_line(entry, line, dialect)) {
            return true;
        }
    }
    return false;
}

/* ---- the file ---- */

/* libvirt reads a file as a whole or not at all. */
static void look_through(struct dx_config *config, struct dx_arena *arena)
{
    struct dx_str rest = config->reading.text;
    struct entry entry;
    bool broken = false;
    size_t line = 1;

    while (next_entry(&entry, &rest, config->dialect, &broken)) {
    }
    if (!broken) {
        return;
    }
    for (const char *p = config->reading.text.ptr; p < rest.ptr; p++) {
        line += *p == '\n';
    }
    config->reading.state = DX_READ_ODD;
    config->reading.why = dx_arena_text(arena, "line %zu is no setting that libvirt takes", line);
}

void dx_config_read(struct dx_config *config, const struct dx_root *root, struct dx_arena *arena, const char *path,
                    enum dx_dialect dialect)
{
    *config = (struct dx_config){dx_root_read(root, arena, path, DX_MOST_CONFIG), dialect};
    if (config->reading.state == DX_READ_OK && config->reading.text.ptr && dialect == DX_DIALECT_LIBVIRT) {
        look_through(config, arena);
    }
}

struct dx_str dx_config_get(const struct dx_config *config, const char *key)
{
    struct dx_str rest = config->reading.text, value = DX_NONE;
    struct entry entry;
    bool broken = false;

    if (config->reading.state != DX_READ_OK || !rest.ptr) {
        return DX_NONE;
    }
    while (next_entry(&entry, &rest, config->dialect, &broken)) {
        if (dx_str_is(entry.key, key)) {
            value = entry.value;
            if (!dialects[config->dialect].last) {
                break;
            }
        }
    }
    return value;
}

bool dx_config_item(struct dx_str *item, struct dx_str *rest)
{
    skip(rest, true);
    if (at(*rest, ',')) {
        drop(rest, 1);
        skip(rest, true);
    }
    if (!rest->len) {
        return false;
    }
    if (at(*rest, '"') || at(*rest, '\'')) {
        return read_text(item, rest);
    }
    *item = *rest;
    for (size_t i = 0; i < rest->len; i++) {
        if (rest->ptr[i] == ',' || rest->ptr[i] == '\n') {
            item->len = i;
            break;
        }
    }
    drop(rest, item->len);
    *item = dx_trim(*item);
    return item->len > 0;
}

bool dx_config_lists(struct dx_str words, const char *word)
{
    while (words.len) {
        size_t n = 0;

        while (n < words.len && !dx_is_space(words.ptr[n]) && words.ptr[n] != ',') {
            n++;
        }
        if (dx_str_same_word((struct dx_str){words.ptr, n}, word)) {
            return true;
        }
        drop(&words, n < words.len ? n + 1 : n);
    }
    return false;
}
