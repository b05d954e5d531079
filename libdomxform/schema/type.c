#include "type.h"

#include "../libxml.h"
#include "../utf8.h"

#include <libxml/tree.h>
#include <libxml/xmlregexp.h>
#include <stdio.h>

enum space { SPACE_KEPT, SPACE_REPLACED, SPACE_COLLAPSED };

enum family { FAMILY_TEXT, FAMILY_INTEGER, FAMILY_NAME, FAMILY_BOOLEAN, FAMILY_DATE_TIME };

static const char xsd[] = "http://www.w3.org/2001/XMLSchema-datatypes";

/* One row a type. Bounds are those of the type itself, NULL for none. */
static const struct row {
    const char *library, *name;
    enum family family;
    enum space space;
    const char *least, *most;
    const char *text; /* for people */
} rows[] = {
    {"", "string", FAMILY_TEXT, SPACE_KEPT, NULL, NULL, "text"},
    {"", "token", FAMILY_TEXT, SPACE_COLLAPSED, NULL, NULL, "text"},
    {xsd, "string", FAMILY_TEXT, SPACE_KEPT, NULL, NULL, "text"},
    {xsd, "normalizedString", FAMILY_TEXT, SPACE_REPLACED, NULL, NULL, "text"},
    {xsd, "token", FAMILY_TEXT, SPACE_COLLAPSED, NULL, NULL, "text"},
    {xsd, "anyURI", FAMILY_TEXT, SPACE_COLLAPSED, NULL, NULL, "a URI"},
    {xsd, "NCName", FAMILY_NAME, SPACE_COLLAPSED, NULL, NULL, "a name without a colon"},
    {xsd, "boolean", FAMILY_BOOLEAN, SPACE_COLLAPSED, NULL, NULL, "true or false"},
    {xsd, "dateTime", FAMILY_DATE_TIME, SPACE_COLLAPSED, NULL, NULL, "a date and time such as 2026-01-31T23:59:59Z"},
    {xsd, "integer", FAMILY_INTEGER, SPACE_COLLAPSED, NULL, NULL, "a whole number"},
    {xsd, "nonNegativeInteger", FAMILY_INTEGER, SPACE_COLLAPSED, "0", NULL, "a whole number"},
    {xsd, "positiveInteger", FAMILY_INTEGER, SPACE_COLLAPSED, "1", NULL, "a whole number"},
    {xsd, "nonPositiveInteger", FAMILY_INTEGER, SPACE_COLLAPSED, NULL, "0", "a whole number"},
    {xsd, "negativeInteger", FAMILY_INTEGER, SPACE_COLLAPSED, NULL, "-1", "a whole number"},
    {xsd, "long", FAMILY_INTEGER, SPACE_COLLAPSED, "-9223372036854775808", "9223372036854775807", "a whole number"},
    {xsd, "int", FAMILY_INTEGER, SPACE_COLLAPSED, "-2147483648", "2147483647", "a whole number"},
    {xsd, "short", FAMILY_INTEGER, SPACE_COLLAPSED, "-32768", "32767", "a whole number"},
    {xsd, "byte", FAMILY_INTEGER, SPACE_COLLAPSED, "-128", "127", "a whole number"},
    {xsd, "unsignedLong", FAMILY_INTEGER, SPACE_COLLAPSED, "0", "18446744073709551615", "a whole number"},
    {xsd, "unsignedInt", FAMILY_INTEGER, SPACE_COLLAPSED, "0", "4294967295", "a whole number"},
    {xsd, "unsignedShort", FAMILY_INTEGER, SPACE_COLLAPSED, "0", "65535", "a whole number"},
    {xsd, "unsignedByte", FAMILY_INTEGER, SPACE_COLLAPSED, "0", "255", "a whole number"},
};

struct pattern {
    struct pattern *next;
    xmlRegexpPtr regexp;
    struct dx_str text;
};

/* A bound that a parameter sets. */
struct bound {
    struct dx_str value; /* ptr == NULL: none */
    bool open;           /* the value itself is out */
};

struct dx_type {
    const struct row *row;
    struct pattern *patterns;
    struct bound least, most;
    size_t shortest, longest; /* in characters */
};

bool dx_type_has_library(struct dx_str library)
{
    return library.len == 0 || dx_str_is(library, xsd);
}

int dx_type_new(struct dx_type **out, struct dx_arena *arena, struct dx_str library, struct dx_str name)
{
    *out = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (dx_str_is(name, rows[i].name) &&
            (library.len == 0 ? !*rows[i].library : dx_str_is(library, rows[i].library))) {
            *out = dx_arena_zero(arena, 1, sizeof **out);
            if (!*out) {
                return DX_ENOMEM;
            }
            (*out)->row = &rows[i];
            (*out)->longest = SIZE_MAX;
            (*out)->least.value = dx_str_of(rows[i].least);
            (*out)->most.value = dx_str_of(rows[i].most);
            return DX_OK;
        }
    }
    return DX_OK;
}

void dx_type_close(struct dx_type *type)
{
    for (struct pattern *pattern = type->patterns; pattern; pattern = pattern->next) {
        xmlRegFreeRegexp(pattern->regexp);
    }
    type->patterns = NULL;
}

/* ---- whole numbers, of any length ---- */

struct number {
    bool minus;
    struct dx_str digits; /* without leading zeros; empty: 0 */
};

static bool read_number(struct number *number, struct dx_str text)
{
    size_t i = 0;

    number->minus = text.len > 0 && text.ptr[0] == '-';
    if (text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+')) {
        i++;
    }
    if (i == text.len) {
        return false;
    }
    for (size_t k = i; k < text.len; k++) {
        if (text.ptr[k] < '0' || text.ptr[k] > '9') {
            return false;
        }
    }
    while (i < text.len && text.ptr[i] == '0') {
        i++;
    }
    number->digits = (struct dx_str){text.ptr + i, text.len - i};
    number->minus = number->minus && number->digits.len > 0;
    return true;
}

static int compare_digits(struct dx_str a, struct dx_str b)
{
    if (a.len != b.len) {
        return a.len < b.len ? -1 : 1;
    }
    return a.len ? memcmp(a.ptr, b.ptr, a.len) : 0;
}

static int compare_numbers(const struct number *a, const struct number *b)
{
    if (a->minus != b->minus) {
        return a->minus ? -1 : 1;
    }
    return a->minus ? compare_digits(b->digits, a->digits) : compare_digits(a->digits, b->digits);
}

/* -1 below the bound, 0 on it, 1 above it. */
static int compare_to_bound(const struct number *number, const struct bound *bound)
{
    struct number limit = {0};

    (void)read_number(&limit, bound->value);
    return compare_numbers(number, &limit);
}

static bool is_in_bounds(const struct dx_type *type, const struct number *number)
{
    if (type->least.value.ptr) {
        int order = compare_to_bound(number, &type->least);

        if (order < 0 || (order == 0 && type->least.open)) {
            return false;
        }
    }
    if (type->most.value.ptr) {
        int order = compare_to_bound(number, &type->most);

        return order < 0 || (order == 0 && !type->most.open);
    }
    return true;
}

/* ---- date and time ---- */

/* Reads `n` digits, or at least `n` when `more`; the number, or -1. */
static long digits(const char **at, const char *end, int n, bool more)
{
    long value = 0;
    int got = 0;

    while (*at < end && **at >= '0' && **at <= '9' && (more || got < n)) {
        value = value < 100000000 ? value * 10 + (**at - '0') : value;
        ++*at;
        got++;
    }
    return got >= n ? value : -1;
}

static bool take(const char **at, const char *end, char c)
{
    bool there = *at < end && **at == c;

    *at += there;
    return there;
}

static bool is_date(const char **at, const char *end)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const char *from;
    long year, month, day;
    bool leap;

    (void)take(at, end, '-');
    from = *at;
    year = digits(at, end, 4, true);
    if (year <= 0 || (*from == '0' && *at - from > 4) || !take(at, end, '-')) {
        return false;
    }
    month = digits(at, end, 2, false);
    if (month < 1 || month > 12 || !take(at, end, '-')) {
        return false;
    }
    day = digits(at, end, 2, false);
    leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day >= 1 && day <= lengths[month - 1] + (month == 2 && leap);
}

/* As jing has it, 24:00:00 is none. */
static bool is_time(const char **at, const char *end)
{
    long hour = digits(at, end, 2, false);
    long minute = take(at, end, ':') ? digits(at, end, 2, false) : -1;
    long second = take(at, end, ':') ? digits(at, end, 2, false) : -1;

    if (take(at, end, '.') && digits(at, end, 1, true) < 0) {
        return false;
    }
    return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
}

static bool is_zone(const char **at, const char *end)
{
    long hour, minute;

    if (*at == end || take(at, end, 'Z')) {
        return true;
    }
    if (!take(at, end, '+') && !take(at, end, '-')) {
        return false;
    }
    hour = digits(at, end, 2, false);
    minute = take(at, end, ':') ? digits(at, end, 2, false) : -1;
    return (hour >= 0 && hour < 14 && minute >= 0 && minute < 60) || (hour == 14 && minute == 0);
}

static bool is_date_time(struct dx_str text)
{
    const char *at = text.ptr, *end = text.ptr + text.len;

    return is_date(&at, end) && take(&at, end, 'T') && is_time(&at, end) && is_zone(&at, end) && at == end;
}

/* ---- values ---- */

/* The value with its white space as the type takes it, and a NUL behind it. */
static struct dx_str normalise(const struct dx_type *type, struct dx_str value, struct dx_buf *scratch)
{
    scratch->len = 0;
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];

        if (dx_is_space(c) && type->row->space == SPACE_COLLAPSED) {
            if (scratch->len > 0 && scratch->ptr[scratch->len - 1] != ' ') {
                dx_buf_byte(scratch, ' ');
            }
        } else {
            dx_buf_byte(scratch, dx_is_space(c) && type->row->space == SPACE_REPLACED ? ' ' : c);
        }
    }
    if (type->row->space == SPACE_COLLAPSED && scratch->len > 0 && scratch->ptr[scratch->len - 1] == ' ') {
        scratch->len--;
    }
    dx_buf_byte(scratch, '\0');
    return (struct dx_str){scratch->ptr, scratch->failed ? 0 : scratch->len - 1};
}

/* `value` has a NUL behind it. */
static bool is_of_family(const struct dx_type *type, struct dx_str value)
{
    struct number number;

    switch (type->row->family) {
    case FAMILY_TEXT:
        return true;
    case FAMILY_INTEGER:
        return read_number(&number, value) && is_in_bounds(type, &number);
    case FAMILY_NAME:
        return value.len == strlen(value.ptr) && xmlValidateNCName((const unsigned char *)value.ptr, 0) == 0;
    case FAMILY_BOOLEAN:
        return dx_str_is(value, "true") || dx_str_is(value, "false") || dx_str_is(value, "1") || dx_str_is(value, "0");
    case FAMILY_DATE_TIME:
        return is_date_time(value);
    }
    return false;
}

static size_t characters(struct dx_str value)
{
    size_t n = 0;

    for (size_t i = 0; i < value.len; i++) {
        n += ((unsigned char)value.ptr[i] & 0xc0) != 0x80;
    }
    return n;
}

bool dx_type_allows(const struct dx_type *type, struct dx_str value, struct dx_buf *scratch)
{
    struct dx_str text = normalise(type, value, scratch);
    size_t n;

    if (scratch->failed || !is_of_family(type, text)) {
        return false;
    }
    if (type->shortest > 0 || type->longest < SIZE_MAX) {
        n = characters(text);
        if (n < type->shortest || n > type->longest) {
            return false;
        }
    }
    for (const struct pattern *pattern = type->patterns; pattern; pattern = pattern->next) {
        if (xmlRegexpExec(pattern->regexp, (const unsigned char *)scratch->ptr) != 1) {
            return false;
        }
    }
    return true;
}

/* Steps over white space that a collapsing type does not see; true at the end of both. */
static bool next_word(struct dx_str *text, bool first)
{
    size_t spaces = 0;

    while (spaces < text->len && dx_is_space(text->ptr[spaces])) {
        spaces++;
    }
    text->ptr += spaces;
    text->len -= spaces;
    return spaces > 0 || first;
}

static bool equal_collapsed(struct dx_str a, struct dx_str b)
{
    bool first = true;

    for (;;) {
        bool apart_a = next_word(&a, first), apart_b = next_word(&b, first);

        if (a.len == 0 || b.len == 0) {
            return a.len == b.len;
        }
        if (apart_a != apart_b) {
            return false;
        }
        first = false;
        while (a.len && b.len && !dx_is_space(*a.ptr) && *a.ptr == *b.ptr) {
            a.ptr++;
            b.ptr++;
            a.len--;
            b.len--;
        }
        if (a.len && b.len && !(dx_is_space(*a.ptr) && dx_is_space(*b.ptr))) {
            return false;
        }
    }
}

static bool equal_replaced(struct dx_str a, struct dx_str b)
{
    bool equal = a.len == b.len;

    for (size_t i = 0; equal && i < a.len; i++) {
        equal = a.ptr[i] == b.ptr[i] || (dx_is_space(a.ptr[i]) && dx_is_space(b.ptr[i]));
    }
    return equal;
}

/* true and false have two spellings each. */
static struct dx_str as_word(struct dx_str boolean)
{
    return dx_str_is(boolean, "1") ? DX_S("true") : dx_str_is(boolean, "0") ? DX_S("false") : boolean;
}

bool dx_type_equal(const struct dx_type *type, struct dx_str a, struct dx_str b)
{
    struct number x, y;

    if (type->row->family == FAMILY_INTEGER && read_number(&x, dx_trim(a)) && read_number(&y, dx_trim(b))) {
        return compare_numbers(&x, &y) == 0;
    }
    if (type->row->family == FAMILY_BOOLEAN) {
        a = as_word(dx_trim(a));
        b = as_word(dx_trim(b));
    }
    switch (type->row->space) {
    case SPACE_COLLAPSED:
        return equal_collapsed(a, b);
    case SPACE_REPLACED:
        return equal_replaced(a, b);
    case SPACE_KEPT:
        break;
    }
    return dx_str_equal(a, b);
}

/* ---- parameters ---- */

static void say_nothing(void *user, dx_xml_error error)
{
    (void)user;
    (void)error;
}

/* libxml2 has no other way to compile one without a word on stderr: the thread's handler is put back at once. */
static xmlRegexpPtr compile_quietly(const char *text)
{
    xmlStructuredErrorFunc handler = xmlStructuredError;
    void *user = xmlStructuredErrorContext;
    xmlRegexpPtr regexp;

    xmlSetStructuredErrorFunc(NULL, say_nothing);
    regexp = xmlRegexpCompile((const unsigned char *)text);
    xmlSetStructuredErrorFunc(user, handler);
    return regexp;
}

static int add_pattern(struct dx_type *type, struct dx_arena *arena, struct dx_str value)
{
    struct pattern *pattern = dx_arena_zero(arena, 1, sizeof *pattern);
    struct dx_str copy = dx_arena_copy(arena, value);

    if (!pattern || !copy.ptr) {
        return DX_ENOMEM;
    }
    pattern->text = copy;
    pattern->regexp = compile_quietly(copy.ptr);
    if (!pattern->regexp) {
        return DX_EUSAGE;
    }
    pattern->next = type->patterns;
    type->patterns = pattern;
    return DX_OK;
}

static int add_bound(struct dx_type *type, struct dx_arena *arena, struct bound *bound, bool open, struct dx_str value)
{
    struct number number, old;
    int order;

    if (type->row->family != FAMILY_INTEGER || !read_number(&number, value)) {
        return DX_EUSAGE;
    }
    /* The tighter of the type's own bound and the parameter's holds. */
    if (bound->value.ptr && read_number(&old, bound->value)) {
        order = compare_numbers(&number, &old);
        if (bound == &type->least ? order < 0 : order > 0) {
            return DX_OK;
        }
    }
    *bound = (struct bound){dx_arena_copy(arena, value), open};
    return bound->value.ptr ? DX_OK : DX_ENOMEM;
}

static int add_length(const struct dx_type *type, size_t *least, size_t *most, struct dx_str value)
{
    size_t n = 0;

    if (type->row->family != FAMILY_TEXT && type->row->family != FAMILY_NAME) {
        return DX_EUSAGE;
    }
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] < '0' || value.ptr[i] > '9' || n > SIZE_MAX / 16) {
            return DX_EUSAGE;
        }
        n = n * 10 + (size_t)(value.ptr[i] - '0');
    }
    if (value.len == 0) {
        return DX_EUSAGE;
    }
    if (least && n > *least) {
        *least = n;
    }
    if (most && n < *most) {
        *most = n;
    }
    return DX_OK;
}

int dx_type_add_param(struct dx_type *type, struct dx_arena *arena, struct dx_str name, struct dx_str value)
{
    struct dx_str trimmed = dx_trim(value);

    if (!*type->row->library) {
        return DX_EUSAGE; /* RELAX NG's own types take none */
    }
    if (dx_str_is(name, "pattern")) {
        return add_pattern(type, arena, value);
    }
    if (dx_str_is(name, "minInclusive") || dx_str_is(name, "minExclusive")) {
        return add_bound(type, arena, &type->least, dx_str_is(name, "minExclusive"), trimmed);
    }
    if (dx_str_is(name, "maxInclusive") || dx_str_is(name, "maxExclusive")) {
        return add_bound(type, arena, &type->most, dx_str_is(name, "maxExclusive"), trimmed);
    }
    if (dx_str_is(name, "length")) {
        return add_length(type, &type->shortest, &type->longest, trimmed);
    }
    if (dx_str_is(name, "minLength")) {
        return add_length(type, &type->shortest, NULL, trimmed);
    }
    return dx_str_is(name, "maxLength") ? add_length(type, NULL, &type->longest, trimmed) : DX_EUSAGE;
}

/* ---- for other engines ---- */

struct dx_str dx_type_library(const struct dx_type *type)
{
    return dx_str_of(type->row->library);
}

struct dx_str dx_type_name(const struct dx_type *type)
{
    return dx_str_of(type->row->name);
}

void dx_type_each_param(const struct dx_type *type, void (*tell)(void *user, const char *name, struct dx_str value),
                        void *user)
{
    const struct {
        const char *name;
        size_t value, none;
    } lengths[] = {{"minLength", type->shortest, 0}, {"maxLength", type->longest, SIZE_MAX}};

    if (type->least.value.ptr && type->least.value.ptr != type->row->least) {
        tell(user, type->least.open ? "minExclusive" : "minInclusive", type->least.value);
    }
    if (type->most.value.ptr && type->most.value.ptr != type->row->most) {
        tell(user, type->most.open ? "maxExclusive" : "maxInclusive", type->most.value);
    }
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        char digits[24];

        if (lengths[i].value != lengths[i].none) {
            snprintf(digits, sizeof digits, "%zu", lengths[i].value);
            tell(user, lengths[i].name, dx_str_of(digits));
        }
    }
    for (const struct pattern *pattern = type->patterns; pattern; pattern = pattern->next) {
        tell(user, "pattern", pattern->text);
    }
}

/* ---- for people ---- */

static void describe_bounds(struct dx_buf *buf, const struct dx_type *type)
{
    struct dx_str least = type->least.value, most = type->most.value;

    if (least.ptr && most.ptr) {
        dx_buf_format(buf, " %s %.*s %s %.*s", type->least.open ? "above" : "from", DX_F(least),
                      type->most.open ? "below" : "to", DX_F(most));
    } else if (least.ptr) {
        dx_buf_format(buf, type->least.open ? " above %.*s" : " from %.*s", DX_F(least));
    } else if (most.ptr) {
        dx_buf_format(buf, type->most.open ? " below %.*s" : " up to %.*s", DX_F(most));
    }
}

void dx_type_describe(struct dx_buf *buf, const struct dx_type *type)
{
    dx_buf_puts(buf, type->row->text);
    describe_bounds(buf, type);
    if (type->longest < SIZE_MAX && type->shortest == type->longest) {
        dx_buf_format(buf, " of %zu characters", type->longest);
    } else if (type->longest < SIZE_MAX) {
        dx_buf_format(buf, " of at most %zu characters", type->longest);
    } else if (type->shortest > 0) {
        dx_buf_format(buf, " of at least %zu characters", type->shortest);
    }
    for (const struct pattern *pattern = type->patterns; pattern; pattern = pattern->next) {
        dx_buf_format(buf, "%s %.*s", pattern == type->patterns ? " that matches" : " and", DX_F(pattern->text));
    }
}
