#include "query/words.h"

#include "nearest.h"
#include "prefix.h"

/* Deep enough for any expression a person writes; libxml2 would go on until the stack ends. */
enum { LONGEST = 8192, DEEPEST = 60 };

/* The core functions of XPath 1.0 (§4) with how many arguments they take. */
static const struct function {
    const char *name;
    size_t least, most;
} functions[] = {
    {"last", 0, 0},
    {"position", 0, 0},
    {"count", 1, 1},
    {"id", 1, 1},
    {"local-name", 0, 1},
    {"namespace-uri", 0, 1},
    {"name", 0, 1},
    {"string", 0, 1},
    {"concat", 2, SIZE_MAX},
    {"starts-with", 2, 2},
    {"contains", 2, 2},
    {"substring-before", 2, 2},
    {"substring-after", 2, 2},
    {"substring", 2, 3},
    {"string-length", 0, 1},
    {"normalize-space", 0, 1},
    {"translate", 3, 3},
    {"boolean", 1, 1},
    {"not", 1, 1},
    {"true", 0, 0},
    {"false", 0, 0},
    {"lang", 1, 1},
    {"number", 0, 1},
    {"sum", 1, 1},
    {"floor", 1, 1},
    {"ceiling", 1, 1},
    {"round", 1, 1},
};

enum { N_FUNCTIONS = sizeof functions / sizeof functions[0] };

static const char *const tests[] = {"comment", "text", "processing-instruction", "node", NULL};

/* Without `namespace`: a declaration is no attribute that could be edited. */
static const char *const axes[] = {"ancestor",   "ancestor-or-self",   "attribute",         "child",
                                   "descendant", "descendant-or-self", "following",         "following-sibling",
                                   "parent",     "preceding",          "preceding-sibling", "self",
                                   NULL};

static const char *const operators[] = {"and", "or", "div", "mod", NULL};

/* Something that was opened: a bracket, or a function with the arguments begun so far. */
struct open {
    size_t word;
    char closer;
    const struct function *function;
    size_t arguments;
};

struct reader {
    const struct dx_phrase *phrase;
    struct dx_arena *arena;
    struct dx_words *words;
    size_t at, room;
    struct open open[DEEPEST];
    size_t depth;
};

int dx_phrase_refuse(const struct dx_phrase *phrase, size_t offset, const char *hint, const char *format, ...)
{
    struct dx_run *run = phrase->run;
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&run->ctx->mem);
    va_list args;

    va_start(args, format);
    dx_buf_vformat(&text, format, args);
    va_end(args);
    return text.failed ? dx_ctx_no_memory(run->ctx)
                       : dx_run_usage(run, dx_opt_column(run->spec, phrase->at, offset), hint, "%.*s",
                                      DX_F(dx_buf_view(&text)));
}

/* "did you mean 'X'? " where one is near, then `rest`. */
static int refuse_name(struct reader *r, size_t offset, struct dx_str name, const char *what,
                       const char *const *candidates, const char *rest)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&r->phrase->run->ctx->mem);
    struct dx_str word = dx_arena_copy(r->arena, name);
    const char *nearest = word.ptr ? dx_nearest(word.ptr, candidates) : NULL;

    if (nearest) {
        dx_buf_format(&hint, "did you mean '%s'? ", nearest);
    }
    dx_buf_puts(&hint, rest);
    dx_buf_byte(&hint, '\0');
    return hint.failed || !word.ptr ? dx_ctx_no_memory(r->phrase->run->ctx)
                                    : dx_phrase_refuse(r->phrase, offset, hint.ptr, "%s '%.*s'", what, DX_F(name));
}

static char byte_at(const struct reader *r, size_t at)
{
    return at < r->words->text.len ? r->words->text.ptr[at] : '\0';
}

static bool begins_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool goes_on(char c)
{
    return begins_name(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

static size_t name_end(const struct reader *r, size_t at)
{
    while (goes_on(byte_at(r, at))) {
        at++;
    }
    return at;
}

static size_t skip_space(const struct reader *r, size_t at)
{
    while (dx_is_space(byte_at(r, at))) {
        at++;
    }
    return at;
}

static int put(struct reader *r, enum dx_word_kind kind, size_t len)
{
    struct dx_words *words = r->words;
    struct dx_word *items = dx_arena_more(r->arena, words->items, words->n, &r->room, sizeof *items);

    if (!items) {
        return dx_ctx_no_memory(r->phrase->run->ctx);
    }
    words->items = items;
    words->items[words->n++] = (struct dx_word){kind, r->at, len};
    r->at += len;
    return DX_OK;
}

/* XPath 1.0 §3.7: behind what can end an operand a name is an operator, and so is '*'. */
static bool wants_operator(const struct reader *r)
{
    const struct dx_words *words = r->words;
    size_t last = words->n - 1;

    if (words->n == 0 || words->items[last].kind == DX_WORD_OPERATOR || words->items[last].kind == DX_WORD_AXIS) {
        return false;
    }
    return words->items[last].kind != DX_WORD_MARK || dx_word_is(words, last, DX_WORD_MARK, ")") ||
           dx_word_is(words, last, DX_WORD_MARK, "]") || dx_word_is(words, last, DX_WORD_MARK, ".") ||
           dx_word_is(words, last, DX_WORD_MARK, "..");
}

static const struct function *find_function(struct dx_str name)
{
    for (size_t i = 0; i < N_FUNCTIONS; i++) {
        if (dx_str_is(name, functions[i].name)) {
            return &functions[i];
        }
    }
    return NULL;
}

static int check_function(struct reader *r, struct dx_str name)
{
    const char *names[N_FUNCTIONS + 5];
    size_t n = 0;

    if (find_function(name)) {
        return DX_OK;
    }
    for (; n < N_FUNCTIONS; n++) {
        names[n] = functions[n].name;
    }
    for (size_t i = 0; tests[i]; i++) {
        names[n++] = tests[i];
    }
    names[n] = NULL;
    return refuse_name(r, r->at, name, "XPath 1.0 has no function", names,
                       "there are contains(), starts-with(), normalize-space(), not(), count(), last() and others");
}

/* A slip in one of libvirt's prefixes is found here; any other prefix may be declared in the document. */
static int check_prefix(struct reader *r, struct dx_str prefix)
{
    struct dx_str word = dx_arena_copy(r->arena, prefix);

    if (dx_str_is(prefix, "xmlns")) {
        return dx_phrase_refuse(r->phrase, r->at,
                                "leave it to the edit that needs the prefix: an undeclared qemu, lxc, xen or bhyve is "
                                "declared then",
                                "a namespace declaration is no attribute for XPath");
    }
    if (!word.ptr) {
        return dx_ctx_no_memory(r->phrase->run->ctx);
    }
    for (const struct dx_prefix *row = dx_prefixes; row->name && !dx_prefix_find(prefix); row++) {
        if (dx_edit_distance(word.ptr, row->name) <= 1) {
            const char *const names[] = {row->name, NULL};

            return refuse_name(r, r->at, prefix, "unknown prefix", names, "known are qemu, lxc, xen and bhyve");
        }
    }
    return DX_OK;
}

/* A name that stands as an operand: of an element, a function, a kind of node or an axis. */
static int read_name(struct reader *r)
{
    size_t end = name_end(r, r->at), next;
    struct dx_str name = {r->words->text.ptr + r->at, end - r->at};
    bool prefixed = byte_at(r, end) == ':' && (begins_name(byte_at(r, end + 1)) || byte_at(r, end + 1) == '*');
    int rc;

    if (prefixed) {
        rc = check_prefix(r, name);
        end = byte_at(r, end + 1) == '*' ? end + 2 : name_end(r, end + 1);
        name.len = end - r->at;
        if (rc < 0) {
            return rc;
        }
    }
    next = skip_space(r, end);
    if (byte_at(r, next) == '(') {
        if (!prefixed && dx_str_any(name, tests)) {
            return put(r, DX_WORD_TEST, name.len);
        }
        rc = check_function(r, name);
        return rc < 0 ? rc : put(r, DX_WORD_FUNCTION, name.len);
    }
    if (byte_at(r, next) == ':' && byte_at(r, next + 1) == ':') {
        if (dx_str_is(name, "namespace")) {
            return dx_phrase_refuse(r->phrase, r->at,
                                    "name elements and attributes; declarations come and go with them",
                                    "namespace declarations cannot be edited");
        }
        return dx_str_any(name, axes) ? put(r, DX_WORD_AXIS, name.len)
                                      : refuse_name(r, r->at, name, "XPath has no axis", axes,
                                                    "'::' stands behind an axis, ':' behind a prefix");
    }
    return put(r, DX_WORD_NAME, name.len);
}

static int read_literal(struct reader *r)
{
    const char *text = r->words->text.ptr;
    const char *close = memchr(text + r->at + 1, text[r->at], r->words->text.len - r->at - 1);

    return close ? put(r, DX_WORD_LITERAL, (size_t)(close - text) + 1 - r->at)
                 : dx_phrase_refuse(r->phrase, r->at,
                                    "write the same quote at the end of the value; the shell may have "
                                    "taken it: put the whole SPEC into quotes of the other kind",
                                    "this quote is never closed");
}

static int open_mark(struct reader *r, char closer)
{
    size_t n = r->words->n;
    bool call = n > 0 && r->words->items[n - 1].kind == DX_WORD_FUNCTION;

    if (r->depth == DEEPEST) {
        return dx_phrase_refuse(r->phrase, r->at, "write it as several edits", "more than %d brackets in one another",
                                DEEPEST);
    }
    r->open[r->depth++] = (struct open){
        .word = n,
        .closer = closer,
        .function = call ? find_function(dx_word_text(r->words, n - 1)) : NULL,
    };
    return put(r, DX_WORD_MARK, 1);
}

static int refuse_arguments(struct reader *r, const struct open *open, size_t n)
{
    const struct function *f = open->function;
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&r->phrase->run->ctx->mem);

    if (f->most == SIZE_MAX) {
        dx_buf_format(&hint, "it takes %zu or more", f->least);
    } else if (f->least < f->most) {
        dx_buf_format(&hint, "it takes %zu or %zu", f->least, f->most);
    } else {
        dx_buf_format(&hint, "it takes %zu", f->least);
    }
    dx_buf_byte(&hint, '\0');
    return hint.failed ? dx_ctx_no_memory(r->phrase->run->ctx)
                       : dx_phrase_refuse(r->phrase, r->words->items[open->word - 1].begin, hint.ptr,
                                          "%s() is given %zu argument%s", f->name, n, n == 1 ? "" : "s");
}

static int close_mark(struct reader *r, char closer)
{
    const struct open *open = r->depth ? &r->open[r->depth - 1] : NULL;

    if (!open || open->closer != closer) {
        return dx_phrase_refuse(r->phrase, r->at, "each '[' needs a ']' and each '(' a ')', the inner ones first",
                                "this '%c' closes nothing", closer);
    }
    if (open->function) {
        size_t n = open->arguments + (open->word + 1 < r->words->n);

        if (n < open->function->least || n > open->function->most) {
            return refuse_arguments(r, open, n);
        }
    }
    r->depth--;
    return put(r, DX_WORD_MARK, 1);
}

static int read_operator(struct reader *r, char c)
{
    char next = byte_at(r, r->at + 1);
    bool two = (c == '/' && next == '/') || ((c == '!' || c == '<' || c == '>') && next == '=');

    return put(r, DX_WORD_OPERATOR, two ? 2 : 1);
}

static int read_mark(struct reader *r, char c)
{
    switch (c) {
    case '(':
        return open_mark(r, ')');
    case '[':
        return open_mark(r, ']');
    case ')':
    case ']':
        return close_mark(r, c);
    case ',':
        if (r->depth) {
            r->open[r->depth - 1].arguments++;
        }
        return put(r, DX_WORD_MARK, 1);
    case '.':
        return put(r, DX_WORD_MARK, byte_at(r, r->at + 1) == '.' ? 2 : 1);
    case ':':
        return put(r, DX_WORD_MARK, byte_at(r, r->at + 1) == ':' ? 2 : 1);
    case '@':
        return put(r, DX_WORD_MARK, 1);
    case '$':
        return dx_phrase_refuse(r->phrase, r->at,
                                "write the value itself, in quotes; the shell may have left a variable "
                                "of its own unfilled inside '…'",
                                "XPath variables have no value here");
    default:
        return dx_phrase_refuse(r->phrase, r->at,
                                "write a path such as ./devices/disk[target/@dev='vda']/driver/@cache",
                                "'%c' means nothing to XPath here", c);
    }
}

static int read_word(struct reader *r)
{
    char c = byte_at(r, r->at), next = byte_at(r, r->at + 1);
    size_t end = r->at;

    if (begins_name(c)) {
        end = name_end(r, r->at);
        if (wants_operator(r) && dx_str_any((struct dx_str){r->words->text.ptr + r->at, end - r->at}, operators)) {
            return put(r, DX_WORD_OPERATOR, end - r->at);
        }
        return read_name(r);
    }
    if (c == '\'' || c == '"') {
        return read_literal(r);
    }
    if ((c >= '0' && c <= '9') || (c == '.' && next >= '0' && next <= '9')) {
        while ((byte_at(r, end) >= '0' && byte_at(r, end) <= '9') || byte_at(r, end) == '.') {
            end++;
        }
        return put(r, DX_WORD_NUMBER, end - r->at);
    }
    if (c == '*') {
        return put(r, wants_operator(r) ? DX_WORD_OPERATOR : DX_WORD_NAME, 1);
    }
    return c && strchr("/|+-=<>!", c) ? read_operator(r, c) : read_mark(r, c);
}

int dx_words_read(struct dx_words *out, const struct dx_phrase *phrase, struct dx_arena *arena, struct dx_str text)
{
    struct reader r = {.phrase = phrase, .arena = arena, .words = out};
    int rc = DX_OK;

    *out = (struct dx_words){.text = text};
    if (text.len > LONGEST) {
        return dx_phrase_refuse(phrase, 0, "write it as several edits",
                                "an expression of %zu bytes, at most %d are taken", text.len, LONGEST);
    }
    for (r.at = skip_space(&r, 0); r.at < text.len && rc == DX_OK; r.at = skip_space(&r, r.at)) {
        rc = read_word(&r);
    }
    if (rc == DX_OK && r.depth) {
        rc = dx_phrase_refuse(phrase, out->items[r.open[r.depth - 1].word].begin,
                              "each '[' needs a ']' and each '(' a ')'", "this '%c' is never closed",
                              text.ptr[out->items[r.open[r.depth - 1].word].begin]);
    }
    return rc;
}
