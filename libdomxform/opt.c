#include "opt.h"

#include "cpuset.h"
#include "scaled.h"

/* A piece of the body between two unescaped commas, unescaped. */
struct segment {
    struct dx_str text;
    size_t equals; /* of the first unescaped '=' in text; text.len when there is none */
    size_t column;
    size_t value_column;
};

/* A value as it was given, before it is read by its type. */
struct given {
    const struct dx_opt *opt;
    struct dx_str key, text;
    size_t column, value_column;
};

struct parser {
    struct dx_ctx *ctx;
    struct dx_arena *arena;
    const char *spec;
    const struct dx_opt_target *target;
    struct dx_str name;
    struct segment *segments;
    size_t n_segments;
    struct given *given;
    size_t n_given;
};

struct dx_str dx_opt_name(const char *spec)
{
    return (struct dx_str){spec, strcspn(spec, ":")};
}

int dx_opt_refuse(struct dx_ctx *ctx, const char *spec, size_t column, const char *pass, const char *hint,
                  const char *format, ...)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&ctx->mem);
    struct dx_report report = {
        .where = {.column = column, .source_line = dx_str_of(spec)},
        .level = DX_LEVEL_USAGE,
        .severity = DX_SEVERITY_ERROR,
        .hint = hint,
        .pass = pass,
    };
    size_t left = column;
    va_list args;

    va_start(args, format);
    dx_buf_vformat(&text, format, args);
    va_end(args);
    dx_buf_format(&text, " (column %zu)", column);
    for (size_t i = 0; spec[i] && left > 1; i++) {
        left -= ((unsigned char)spec[i + 1] & 0xc0) != 0x80;
        report.where.caret = i + 1;
    }
    report.message = dx_buf_view(&text);
    if (text.failed || dx_diags_add(&ctx->diags, &report) != DX_OK) {
        return dx_ctx_no_memory(ctx);
    }
    return DX_EUSAGE;
}

#define REFUSE(p, column, hint, ...) dx_opt_refuse((p)->ctx, (p)->spec, column, NULL, hint, __VA_ARGS__)

static size_t column_at(const char *spec, size_t offset)
{
    size_t column = 1;

    for (size_t i = 0; i < offset; i++) {
        column += ((unsigned char)spec[i + 1] & 0xc0) != 0x80;
    }
    return column;
}

/* A backslash that escapes what may be escaped. */
static bool escapes(const char *c)
{
    return *c == '\\' && (c[1] == ',' || c[1] == '=' || c[1] == '\\');
}

size_t dx_opt_column(const char *spec, size_t at, size_t offset)
{
    for (; offset > 0 && spec[at]; offset--) {
        at += escapes(&spec[at]) ? 2 : 1;
    }
    return column_at(spec, at);
}

/* ---- splitting ---- */

/* The segments' texts stand one behind the other with a comma between them, so that a value goes on without a copy. */
static int split(struct parser *p, size_t at)
{
    size_t most = 1;
    char *to;

    for (const char *c = p->spec + at; *c; c++) {
        most += *c == ',';
    }
    p->segments = dx_arena_zero(p->arena, most, sizeof *p->segments);
    to = dx_arena_alloc(p->arena, strlen(p->spec + at) + 2);
    if (!p->segments || !to) {
        return dx_ctx_no_memory(p->ctx);
    }
    for (bool more = true; more; at++) {
        struct segment *segment = &p->segments[p->n_segments++];
        bool seen = false;

        segment->text.ptr = to;
        segment->column = column_at(p->spec, at);
        for (; p->spec[at] && p->spec[at] != ','; at++) {
            const char *c = &p->spec[at];

            if (escapes(c)) {
                at++;
                *to++ = c[1];
                continue;
            }
            if (*c == '=' && !seen) {
                seen = true;
                segment->equals = (size_t)(to - segment->text.ptr);
                segment->value_column = column_at(p->spec, at + 1);
            }
            *to++ = *c;
        }
        segment->text.len = (size_t)(to - segment->text.ptr);
        if (!seen) {
            segment->equals = segment->text.len;
        }
        if (segment->text.len == 0) {
            return REFUSE(p, segment->column, "remove a comma, or write \\, for one that is part of a value",
                          "nothing stands between two commas, or behind the last one");
        }
        more = p->spec[at] == ',';
        *to++ = ',';
    }
    return DX_OK;
}

/* ---- keys ---- */

static bool all_of(struct dx_str s, size_t from, char low, char high)
{
    for (size_t i = from; i < s.len; i++) {
        if (s.ptr[i] < low || s.ptr[i] > high) {
            return false;
        }
    }
    return s.len > from;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_identifier(struct dx_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (!is_letter(c) && (i == 0 || !((c >= '0' && c <= '9') || c == '.' || c == '-'))) {
            return false;
        }
    }
    return s.len > 0;
}

static bool is_ncname(struct dx_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool first = is_letter(c) || (unsigned char)c >= 0x80;

        if (!first && (i == 0 || !((c >= '0' && c <= '9') || c == '.' || c == '-'))) {
            return false;
        }
    }
    return s.len > 0;
}

static bool fits_keys(struct dx_str key, unsigned keys)
{
    static const char *const prefixes[] = {"vd", "sd", "hd", "xvd", "fd"};

    if ((keys & DX_KEY_NUMBER) && all_of(key, 0, '0', '9')) {
        return true;
    }
    if ((keys & DX_KEY_CONTROLLER) && dx_str_starts(key, "scsi") && all_of(key, 4, '0', '9')) {
        return true;
    }
    for (size_t i = 0; (keys & DX_KEY_TARGET) && i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (dx_str_starts(key, prefixes[i]) && all_of(key, strlen(prefixes[i]), 'a', 'z')) {
            return true;
        }
    }
    return (keys & DX_KEY_NCNAME) && is_ncname(key);
}

static const struct dx_opt *find_named(const struct dx_opt *opts, struct dx_str key)
{
    for (; opts && opts->name; opts++) {
        if (!opts->keys && dx_str_is(key, opts->name)) {
            return opts;
        }
    }
    return NULL;
}

static const struct dx_opt *find_dynamic(const struct dx_opt *opts, struct dx_str key)
{
    for (; opts && opts->name; opts++) {
        if (opts->keys && fits_keys(key, opts->keys)) {
            return opts;
        }
    }
    return NULL;
}

static const struct dx_opt *find_positional(const struct dx_opt *opts)
{
    for (; opts && opts->name; opts++) {
        if (opts->flags & DX_OPT_POSITIONAL) {
            return opts;
        }
    }
    return NULL;
}

static void list_options(struct dx_buf *buf, const struct dx_opt *opts)
{
    const char *between = "";

    for (; opts && opts->name; opts++) {
        dx_buf_format(buf, "%s%s", between, opts->name);
        if (!(opts->flags & DX_OPT_POSITIONAL)) {
            dx_buf_format(buf, "=%s", opts->value ? opts->value : opts->choices ? opts->choices : "");
        }
        between = ", ";
    }
}

static void list_choices(struct dx_buf *buf, const struct dx_opt *opt, const char *choices)
{
    dx_buf_format(buf, "%s is one of %s", opt->name, choices);
    if (opt->type == DX_OPT_INT) {
        dx_buf_format(buf, ", or a number from %lld to %lld", (long long)opt->min, (long long)opt->max);
    } else if (opt->type == DX_OPT_SIZE) {
        dx_buf_puts(buf, ", or a size such as 2M or 1GiB");
    }
}

static int refuse_key(struct parser *p, const struct segment *segment, struct dx_str key)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&p->ctx->mem);
    struct dx_str word = dx_arena_copy(p->arena, key);
    const char *names[64];
    const char *nearest;
    size_t n = 0;

    for (const struct dx_opt *opt = p->target->opts; opt && opt->name && n < 63; opt++) {
        names[n++] = opt->name;
    }
    names[n] = NULL;
    nearest = word.ptr ? dx_nearest(word.ptr, names) : NULL;
    if (n == 0) {
        dx_buf_format(&hint, "%.*s takes no options here", DX_F(p->name));
    } else {
        if (nearest) {
            dx_buf_format(&hint, "did you mean '%s'? ", nearest);
        }
        dx_buf_format(&hint, "%.*s takes: ", DX_F(p->name));
        list_options(&hint, p->target->opts);
    }
    dx_buf_byte(&hint, '\0');
    if (hint.failed) {
        return dx_ctx_no_memory(p->ctx);
    }
    return REFUSE(p, segment->column, hint.ptr, "unknown option '%.*s' of %s=%.*s", DX_F(key), p->target->what,
                  DX_F(p->name));
}

/* ---- collecting ---- */

static bool takes_list(const struct dx_opt *opt)
{
    return opt->type == DX_OPT_CPUSET || opt->type == DX_OPT_STRINGS || (opt->flags & DX_OPT_LIST);
}

static int refuse_continuation(struct parser *p, const struct segment *segment, const struct given *last)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&p->ctx->mem);
    const struct dx_opt *positional = find_positional(p->target->opts), *named = p->target->opts;

    while (named && named->name && !named->keys) {
        named++;
    }
    named = named && named->name ? named : NULL;
    if (positional && !(last->opt->flags & DX_OPT_POSITIONAL) && p->given[0].opt != positional) {
        dx_buf_format(&hint, "put the positional value first: %.*s:%.*s,…", DX_F(p->name), DX_F(segment->text));
    } else if (last->opt->choices) {
        list_choices(&hint, last->opt, last->opt->choices);
    } else if (named && last->opt->flags & DX_OPT_POSITIONAL) {
        dx_buf_format(&hint, "write %s=%s; \\, is a comma that is part of a value", named->name, named->value);
    } else {
        dx_buf_format(&hint, "%s takes one value; write \\, for a comma that is part of it", last->opt->name);
    }
    dx_buf_byte(&hint, '\0');
    if (hint.failed) {
        return dx_ctx_no_memory(p->ctx);
    }
    return REFUSE(p, segment->column, hint.ptr, "'%.*s' is no option, and '%s' takes no list", DX_F(segment->text),
                  last->opt->name);
}

static int continue_value(struct parser *p, const struct segment *segment)
{
    struct given *last = &p->given[p->n_given - 1];

    if (!takes_list(last->opt) && !(last->opt->flags & DX_OPT_POSITIONAL && p->target->flags & DX_PASS_OPEN)) {
        return refuse_continuation(p, segment, last);
    }
    last->text.len += 1 + segment->text.len;
    return DX_OK;
}

static int start_option(struct parser *p, const struct segment *segment, const struct dx_opt *opt)
{
    struct dx_str key = {segment->text.ptr, segment->equals};
    struct given given = {
        .opt = opt,
        .key = key,
        .text = {segment->text.ptr + segment->equals + 1, segment->text.len - segment->equals - 1},
        .column = segment->column,
        .value_column = segment->value_column,
    };

    for (size_t i = 0; i < p->n_given; i++) {
        if (p->given[i].opt == opt && (!opt->keys || dx_str_equal(p->given[i].key, key))) {
            return REFUSE(p, segment->column, "keep one of the two", "'%.*s' is given twice", DX_F(key));
        }
    }
    if (given.text.len == 0) {
        return REFUSE(p, segment->column, "write a value behind '=', or leave the option out", "'%.*s' has no value",
                      DX_F(key));
    }
    p->given[p->n_given++] = given;
    return DX_OK;
}

static int start_positional(struct parser *p, const struct segment *segment)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&p->ctx->mem);
    const struct dx_opt *opt = find_positional(p->target->opts);

    if (opt) {
        p->given[p->n_given++] = (struct given){
            .opt = opt, .text = segment->text, .column = segment->column, .value_column = segment->column};
        return DX_OK;
    }
    if (p->target->opts && p->target->opts->name) {
        dx_buf_puts(&hint, "its options are written as key=value: ");
        list_options(&hint, p->target->opts);
    } else {
        dx_buf_puts(&hint, "write its name alone");
    }
    dx_buf_byte(&hint, '\0');
    if (hint.failed) {
        return dx_ctx_no_memory(p->ctx);
    }
    return REFUSE(p, segment->column, hint.ptr, "%s=%.*s takes no value '%.*s'", p->target->what, DX_F(p->name),
                  DX_F(segment->text));
}

static int collect(struct parser *p)
{
    bool open = (p->target->flags & DX_PASS_OPEN) != 0;

    p->given = dx_arena_zero(p->arena, p->n_segments, sizeof *p->given);
    if (!p->given) {
        return dx_ctx_no_memory(p->ctx);
    }
    for (size_t i = 0; i < p->n_segments; i++) {
        const struct segment *segment = &p->segments[i];
        struct dx_str key = {segment->text.ptr, segment->equals};
        const struct dx_opt *opt = NULL;
        int rc;

        if (segment->equals < segment->text.len && !(open && i == 0)) {
            opt = find_named(p->target->opts, key);
            opt = opt ? opt : find_dynamic(p->target->opts, key);
            if (!opt && is_identifier(key) && !open) {
                return refuse_key(p, segment, key);
            }
        }
        rc = opt ? start_option(p, segment, opt) : i == 0 ? start_positional(p, segment) : continue_value(p, segment);
        if (rc < 0) {
            return rc;
        }
    }
    return DX_OK;
}

/* ---- reading values by type ---- */

/* The 1-based place of a word among "a|b|c"; 0 when it is none. */
static int choice_of(const char *choices, struct dx_str word)
{
    for (int i = 1; choices; i++) {
        size_t len = strcspn(choices, "|");

        if (word.len == len && memcmp(word.ptr, choices, len) == 0) {
            return i;
        }
        choices = choices[len] ? choices + len + 1 : NULL;
    }
    return 0;
}

static int refuse_value(struct parser *p, const struct given *given, const char *why)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&p->ctx->mem);
    const char *choices = given->opt->type == DX_OPT_BOOL ? "yes|no" : given->opt->choices;

    if (choices) {
        struct dx_str word = dx_arena_copy(p->arena, given->text), list = dx_arena_copy(p->arena, dx_str_of(choices));
        const char *names[32];
        const char *nearest;
        size_t n = 0;

        if (!word.ptr || !list.ptr) {
            return dx_ctx_no_memory(p->ctx);
        }
        for (char *c = (char *)(uintptr_t)list.ptr; n < 31; c++) {
            names[n++] = c;
            c += strcspn(c, "|");
            if (!*c) {
                break;
            }
            *c = '\0';
        }
        names[n] = NULL;
        nearest = dx_nearest(word.ptr, names);
        if (nearest) {
            dx_buf_format(&hint, "did you mean '%s'? ", nearest);
        }
        list_choices(&hint, given->opt, choices);
    } else {
        dx_buf_format(&hint, "%s: %s", given->opt->name, given->opt->help);
    }
    dx_buf_byte(&hint, '\0');
    if (hint.failed) {
        return dx_ctx_no_memory(p->ctx);
    }
    return REFUSE(p, given->value_column, hint.ptr, "'%.*s' is no %s%s%s", DX_F(given->text),
                  given->opt->value ? given->opt->value : given->opt->name, why ? ": " : "", why ? why : "");
}

static int read_int(struct parser *p, const struct given *given, int64_t *number)
{
    uint64_t value;

    if (!all_of(given->text, 0, '0', '9')) {
        return refuse_value(p, given, NULL);
    }
    if (!dx_parse_uint(given->text, INT64_MAX, &value) || (int64_t)value < given->opt->min ||
        (int64_t)value > given->opt->max) {
        return REFUSE(p, given->value_column, given->opt->help, "%s is %.*s, but goes from %lld to %lld",
                      given->opt->name, DX_F(given->text), (long long)given->opt->min, (long long)given->opt->max);
    }
    *number = (int64_t)value;
    return DX_OK;
}

static int read_cpuset(struct parser *p, const struct given *given, const struct dx_cpuset **out)
{
    struct dx_cpuset *set = dx_arena_alloc(p->arena, sizeof *set);
    const char *wrong;

    if (!set) {
        return dx_ctx_no_memory(p->ctx);
    }
    wrong = dx_cpuset_explain(set, given->text);
    *out = set;
    return wrong ? refuse_value(p, given, wrong) : DX_OK;
}

static int read_strings(struct parser *p, const struct given *given, struct dx_strs *out)
{
    struct dx_str *items, rest = given->text;
    size_t n = 1;

    for (size_t i = 0; i < rest.len; i++) {
        n += rest.ptr[i] == ',';
    }
    items = dx_arena_zero(p->arena, n, sizeof *items);
    if (!items) {
        return dx_ctx_no_memory(p->ctx);
    }
    for (size_t i = 0; i < n; i++) {
        const char *comma = memchr(rest.ptr, ',', rest.len);

        items[i] = (struct dx_str){rest.ptr, comma ? (size_t)(comma - rest.ptr) : rest.len};
        rest.ptr += items[i].len + 1;
        rest.len -= items[i].len + (comma ? 1 : 0);
    }
    *out = (struct dx_strs){items, n};
    return DX_OK;
}

static int read_pair(struct parser *p, const struct given *given, struct dx_pairs *pairs)
{
    struct dx_pair *pair;

    if (!pairs->n) {
        pairs->items = dx_arena_zero(p->arena, p->n_given, sizeof *pairs->items);
    }
    if (!pairs->items) {
        return dx_ctx_no_memory(p->ctx);
    }
    pair = (struct dx_pair *)(uintptr_t)&pairs->items[pairs->n++];
    *pair = (struct dx_pair){.key = given->key, .column = given->column, .text = given->text};
    if (given->opt->type == DX_OPT_INT) {
        return read_int(p, given, &pair->number);
    }
    return given->opt->type == DX_OPT_CPUSET ? read_cpuset(p, given, &pair->cpus) : DX_OK;
}

static int read_value(struct parser *p, const struct given *given, void *to)
{
    int choice = choice_of(given->opt->choices, given->text);

    if (given->opt->keys) {
        return read_pair(p, given, to);
    }
    switch (given->opt->type) {
    case DX_OPT_STRING:
        *(struct dx_str *)to = given->text;
        return DX_OK;
    case DX_OPT_STRINGS:
        return read_strings(p, given, to);
    case DX_OPT_INT: {
        struct dx_int *value = to;

        *value = (struct dx_int){.choice = choice, .given = 1};
        return choice ? DX_OK : read_int(p, given, &value->value);
    }
    case DX_OPT_BOOL:
        *(int *)to = dx_str_is(given->text, "yes") ? DX_YES : dx_str_is(given->text, "no") ? DX_NO : 0;
        return *(int *)to ? DX_OK : refuse_value(p, given, NULL);
    case DX_OPT_ENUM:
        *(int *)to = choice;
        return choice ? DX_OK : refuse_value(p, given, NULL);
    case DX_OPT_SIZE: {
        struct dx_size *value = to;
        const char *wrong;

        *value = (struct dx_size){.choice = choice, .given = 1};
        wrong = choice ? NULL : dx_size_explain(given->text, &value->bytes);
        return wrong ? refuse_value(p, given, wrong) : DX_OK;
    }
    case DX_OPT_CPUSET:
        return read_cpuset(p, given, to);
    }
    return DX_EINTERNAL;
}

static int require(struct parser *p)
{
    for (const struct dx_opt *opt = p->target->opts; opt && opt->name; opt++) {
        bool found = !(opt->flags & DX_OPT_REQUIRED);

        for (size_t i = 0; i < p->n_given; i++) {
            found = found || p->given[i].opt == opt;
        }
        if (!found) {
            return REFUSE(p, column_at(p->spec, strlen(p->spec)), opt->help, "%.*s needs %s%s%s", DX_F(p->name),
                          opt->flags & DX_OPT_POSITIONAL ? "" : opt->name, opt->flags & DX_OPT_POSITIONAL ? "" : "=",
                          opt->value ? opt->value : opt->name);
        }
    }
    return DX_OK;
}

int dx_opt_parse(void **out, struct dx_ctx *ctx, struct dx_arena *arena, const char *spec,
                 const struct dx_opt_target *target)
{
    struct parser p = {
        .ctx = ctx,
        .arena = arena,
        .spec = spec,
        .target = target,
        .name = dx_opt_name(spec),
    };
    int rc = DX_OK;

    *out = dx_arena_zero(arena, 1, target->size ? target->size : 1);
    if (!*out) {
        return dx_ctx_no_memory(ctx);
    }
    if (spec[p.name.len] == ':') {
        if (!spec[p.name.len + 1]) {
            return REFUSE(&p, column_at(spec, p.name.len),
                          "write options behind it, or leave the ':' out where none is needed",
                          "nothing stands behind '%.*s:'", DX_F(p.name));
        }
        rc = split(&p, p.name.len + 1);
        rc = rc < 0 ? rc : collect(&p);
    }
    rc = rc < 0 ? rc : require(&p);
    for (size_t i = 0; rc == DX_OK && i < p.n_given; i++) {
        rc = read_value(&p, &p.given[i], (char *)*out + p.given[i].opt->off);
    }
    return rc;
}
