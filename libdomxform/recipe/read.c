/* The text of a recipe, line by line, with what it includes. */
#include "../recipe.h"

#include "../bundled.h"
#include "../file.h"
#include "../utf8.h"

#include <sys/stat.h>

/* Includes of includes, and parameters in parameters, would grow without end otherwise. */
enum { MOST_OPEN = 16, MOST_READ = 256, LONGEST = 64 * 1024, MOST_NAMES = 64 };

static const char suffix[] = ".recipe";

/* Which file it is, whatever its name; of one that is built in, its bytes. */
struct identity {
    dev_t dev;
    ino_t ino;
    const char *builtin;
};

/* All files of a recipe. */
struct loader {
    struct dx_ctx *ctx;
    struct dx_recipe *recipe;
    const char *const *values;
    size_t n_values;
    struct identity open[MOST_OPEN];
    size_t n_open, n_read;
};

/* One file. */
struct reader {
    struct loader *loader;
    const char *file; /* what messages call it */
    bool builtin;
    struct dx_str rest;  /* what is still to be read */
    struct dx_str line;  /* without its end */
    size_t number;       /* of the line, from 1 */
    struct dx_buf above; /* the comment that stands right above */
    bool commented;      /* there is one */
    bool head;           /* nothing but a comment was met so far */
};

/* ---- messages ---- */

struct dx_where dx_recipe_where(const char *file, size_t number, struct dx_str text, size_t at)
{
    struct dx_where where = {.file = file, .line = number, .column = 1, .source_line = text, .caret = at};

    for (size_t i = 1; i <= at && i <= text.len; i++) {
        where.column += i == text.len || ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    }
    where.end_line = number;
    where.end_column = where.column;
    return where;
}

/* About a byte of the line. */
static int DX_FORMAT(5, 6)
    say(struct reader *reader, size_t at, enum dx_severity severity, const char *hint, const char *format, ...)
{
    struct dx_ctx *ctx = reader->loader->ctx;
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&ctx->mem);
    struct dx_report report = {
        .where = dx_recipe_where(reader->file, reader->number, reader->line, at),
        .level = DX_LEVEL_USAGE,
        .severity = severity,
        .hint = hint,
    };
    va_list args;

    va_start(args, format);
    dx_buf_vformat(&text, format, args);
    va_end(args);
    report.message = dx_buf_view(&text);
    if (text.failed || dx_diags_add(&ctx->diags, &report) != DX_OK) {
        return dx_ctx_no_memory(ctx);
    }
    return DX_EUSAGE;
}

#define REFUSE(reader, at, hint, ...) say(reader, at, DX_SEVERITY_ERROR, hint, __VA_ARGS__)

static int no_memory(const struct loader *loader)
{
    return dx_ctx_no_memory(loader->ctx);
}

/* ---- parameters ---- */

static bool is_name(struct dx_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

        if (!letter && !(i > 0 && ((c >= '0' && c <= '9') || c == '-'))) {
            return false;
        }
    }
    return s.len > 0;
}

static struct dx_recipe_param *find_param(const struct dx_recipe *recipe, struct dx_str name)
{
    for (size_t i = 0; i < recipe->n_params; i++) {
        if (dx_str_is(name, recipe->params[i].name)) {
            return &recipe->params[i];
        }
    }
    return NULL;
}

/* "did you mean '${size}'? " and which parameters there are. */
static void tell_params(struct dx_buf *hint, const struct dx_recipe *recipe, struct dx_str word, const char *form)
{
    dx_cleanup(dx_buf_free) struct dx_buf name = DX_BUF(hint->mem);
    const char *names[MOST_NAMES + 1];
    const char *nearest;
    size_t n = 0;

    for (; n < MOST_NAMES && n < recipe->n_params; n++) {
        names[n] = recipe->params[n].name;
    }
    names[n] = NULL;
    dx_buf_str(&name, word);
    dx_buf_byte(&name, '\0');
    nearest = name.failed ? NULL : dx_nearest(name.ptr, names);
    if (nearest) {
        dx_buf_puts(hint, "did you mean '");
        dx_buf_format(hint, form, nearest);
        dx_buf_puts(hint, "'? ");
    }
    dx_buf_puts(hint, n ? "its parameters are:" : "it has no parameters");
    for (size_t i = 0; i < n; i++) {
        dx_buf_format(hint, " %s", names[i]);
    }
    dx_buf_byte(hint, '\0');
    hint->failed = hint->failed || name.failed;
}

static int refuse_unknown(struct reader *reader, size_t at, struct dx_str word)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&reader->loader->ctx->mem);
    const struct dx_recipe *recipe = reader->loader->recipe;

    if (recipe->n_params == 0) {
        dx_buf_puts(&hint, "declare it above with 'param NAME=DEFAULT'; a plain '${' is written '$${'");
        dx_buf_byte(&hint, '\0');
    } else {
        tell_params(&hint, recipe, word, "${%s}");
    }
    return hint.failed ? no_memory(reader->loader)
                       : REFUSE(reader, at, hint.ptr, "no parameter is named '%.*s'", DX_F(word));
}

/*
 * The text from `at` with the values of parameters put in for ${NAME}, in *out; where they stand in row->values when
 * row is not NULL.
 */
static int fill(struct reader *reader, struct dx_buf *out, struct dx_recipe_row *row, size_t at)
{
    struct loader *loader = reader->loader;
    struct dx_str line = reader->line;
    size_t room = 0;

    while (at < line.len) {
        struct dx_str left = {line.ptr + at, line.len - at}, name;
        struct dx_recipe_value value = {.begin = out->len, .src_begin = at};
        bool plain = dx_str_starts(left, "$${");
        const char *close;

        if (!plain && !dx_str_starts(left, "${")) {
            dx_buf_byte(out, line.ptr[at++]);
            continue;
        }
        if (plain) {
            dx_buf_puts(out, "${");
            at += 3;
        } else {
            const struct dx_recipe_param *param;

            close = memchr(left.ptr, '}', left.len);
            if (!close) {
                return REFUSE(reader, at, "write ${NAME}; a plain '${' is written '$${'", "'${' is never closed");
            }
            name = (struct dx_str){left.ptr + 2, (size_t)(close - left.ptr) - 2};
            param = find_param(loader->recipe, name);
            if (!param) {
                return refuse_unknown(reader, at, name);
            }
            dx_buf_puts(out, param->value);
            at += name.len + 3;
        }
        if (out->len > LONGEST) {
            return REFUSE(reader, value.src_begin, "split it into several passes",
                          "the values of its parameters make this longer than %d KiB", LONGEST >> 10);
        }
        value.end = out->len;
        value.src_end = at;
        if (row) {
            struct dx_recipe_value *values = dx_arena_more(&loader->recipe->arena, (void *)(uintptr_t)row->values,
                                                           row->n_values, &room, sizeof *values);

            if (!values) {
                return no_memory(loader);
            }
            values[row->n_values++] = value;
            row->values = values;
        }
    }
    return out->failed ? no_memory(loader) : DX_OK;
}

/* The value that was given for a name, the last of several; NULL: none was. */
static const char *given(const struct loader *loader, const char *name)
{
    const char *value = NULL;
    size_t len = strlen(name);

    for (size_t i = 0; i < loader->n_values; i++) {
        if (strncmp(loader->values[i], name, len) == 0 && loader->values[i][len] == '=') {
            value = loader->values[i] + len + 1;
        }
    }
    return value;
}

static const char *keep(struct loader *loader, struct dx_str s)
{
    return dx_arena_copy(&loader->recipe->arena, s).ptr;
}

/* The comment above in one line; NULL: there is none. */
static const char *keep_above(struct reader *reader)
{
    struct dx_str above = dx_trim(dx_buf_view(&reader->above));
    char *kept;

    if (!reader->commented || above.len == 0) {
        return NULL;
    }
    kept = (char *)(uintptr_t)keep(reader->loader, above);
    for (char *p = kept; p && *p; p++) {
        *p = *p == '\n' ? ' ' : *p;
    }
    return kept;
}

static int add_param(struct reader *reader, const struct dx_recipe_param *param)
{
    struct dx_recipe *recipe = reader->loader->recipe;
    size_t room = recipe->room_params;
    const char **declared =
        dx_arena_more(&recipe->arena, recipe->declared, recipe->n_params, &room, sizeof *recipe->declared);
    struct dx_recipe_param *params =
        dx_arena_more(&recipe->arena, recipe->params, recipe->n_params, &recipe->room_params, sizeof *recipe->params);

    if (!params || !declared) {
        return no_memory(reader->loader);
    }
    recipe->params = params;
    recipe->declared = declared;
    recipe->params[recipe->n_params] = *param;
    recipe->declared[recipe->n_params++] = reader->file;
    return DX_OK;
}

/* param NAME=DEFAULT */
static int take_param(struct reader *reader, size_t at)
{
    struct dx_recipe *recipe = reader->loader->recipe;
    dx_cleanup(dx_buf_free) struct dx_buf preset = DX_BUF(&reader->loader->ctx->mem);
    struct dx_str line = reader->line;
    const char *equals = memchr(line.ptr + at, '=', line.len - at);
    struct dx_str name = {line.ptr + at, equals ? (size_t)(equals - line.ptr) - at : line.len - at};
    struct dx_recipe_param param = {.size = sizeof param}, *other;
    int rc;

    if (!equals || !is_name(name)) {
        return REFUSE(reader, at, "write param NAME=DEFAULT; a name has letters, digits, '_' and '-'",
                      equals ? "'%.*s' is no name for a parameter" : "the parameter '%.*s' has no default", DX_F(name));
    }
    rc = fill(reader, &preset, NULL, at + name.len + 1);
    if (rc < 0) {
        return rc;
    }
    other = find_param(recipe, name);
    if (other) {
        return recipe->declared[other - recipe->params] == reader->file
                   ? REFUSE(reader, at, "keep one of the two", "the parameter '%s' is declared twice", other->name)
                   : DX_OK;
    }
    param.name = keep(reader->loader, name);
    param.preset = keep(reader->loader, dx_buf_view(&preset));
    param.help = keep_above(reader);
    if (!param.name || !param.preset) {
        return no_memory(reader->loader);
    }
    param.value = given(reader->loader, param.name);
    param.value = param.value ? keep(reader->loader, dx_str_of(param.value)) : param.preset;
    return param.value ? add_param(reader, &param) : no_memory(reader->loader);
}

/* ---- passes ---- */

static int take_spec(struct reader *reader, size_t at, bool optional, bool remove)
{
    struct loader *loader = reader->loader;
    struct dx_recipe *recipe = loader->recipe;
    dx_cleanup(dx_buf_free) struct dx_buf spec = DX_BUF(&loader->ctx->mem);
    struct dx_recipe_row row = {.text = reader->line, .begin = at}, *rows;
    int rc;

    if (dx_str_starts((struct dx_str){reader->line.ptr + at, reader->line.len - at}, "--")) {
        return REFUSE(reader, at, "write what would follow --pass= alone, and for --remove=SPEC: remove SPEC",
                      "a line of a recipe is no option");
    }
    if (reader->line.ptr[at] == '<') {
        return REFUSE(reader, at, "give --recipe a recipe, and name the domain behind it: domxform help recipes",
                      "this is XML, and no recipe");
    }
    rc = fill(reader, &spec, &row, at);
    if (rc < 0) {
        return rc;
    }
    row.line = (struct dx_recipe_line){
        .size = sizeof row.line,
        .spec = keep(loader, dx_buf_view(&spec)),
        .remove = remove,
        .optional = optional,
        .why = keep_above(reader),
        .file = reader->file,
        .line = reader->number,
        .column = dx_recipe_where(NULL, 0, reader->line, at).column,
    };
    rows = dx_arena_more(&recipe->arena, recipe->rows, recipe->n_rows, &recipe->room_rows, sizeof *rows);
    if (!rows || recipe->arena.failed) {
        return no_memory(loader);
    }
    recipe->rows = rows;
    recipe->rows[recipe->n_rows++] = row;
    return DX_OK;
}

/* ---- lines ---- */

static int read_named(struct loader *loader, const char *name, struct reader *from, size_t at);

/* include NAME|FILE; a FILE is looked for beside this one. */
static int take_include(struct reader *reader, size_t at)
{
    struct loader *loader = reader->loader;
    struct dx_str name = {reader->line.ptr + at, reader->line.len - at};
    dx_cleanup(dx_buf_free) struct dx_buf path = DX_BUF(&loader->ctx->mem);
    const char *slash = reader->builtin ? NULL : strrchr(reader->file, '/'), *kept;
    bool file = memchr(name.ptr, '/', name.len) || memchr(name.ptr, '.', name.len);

    for (size_t i = 0; i + 1 < name.len; i++) {
        if (name.ptr[i] == '$' && name.ptr[i + 1] == '{') {
            return REFUSE(reader, at + i, "name the recipe itself", "include takes no parameters");
        }
    }
    if (file && name.ptr[0] != '/' && slash) {
        dx_buf_bytes(&path, reader->file, (size_t)(slash - reader->file) + 1);
    }
    dx_buf_str(&path, name);
    kept = path.failed ? NULL : keep(loader, dx_buf_view(&path));
    return kept ? read_named(loader, kept, reader, at) : no_memory(loader);
}

/* True when the line has that word at *at, and blanks behind it; *at is behind them then. */
static bool take_word(const struct reader *reader, size_t *at, const char *word)
{
    struct dx_str left = {reader->line.ptr + *at, reader->line.len - *at};
    size_t len = strlen(word);

    if (!dx_str_starts(left, word) || (left.len > len && !dx_is_space(left.ptr[len]))) {
        return false;
    }
    while (len < left.len && dx_is_space(left.ptr[len])) {
        len++;
    }
    *at += len;
    return true;
}

static int refuse_bare(struct reader *reader, const char *word, const char *form)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&reader->loader->ctx->mem);

    dx_buf_format(&hint, "write %s", form);
    dx_buf_byte(&hint, '\0');
    return hint.failed ? no_memory(reader->loader)
                       : REFUSE(reader, reader->line.len, hint.ptr, "nothing stands behind '%s'", word);
}

static int take_words(struct reader *reader, size_t at)
{
    size_t end = reader->line.len;
    bool optional, remove;

    if (take_word(reader, &at, "param")) {
        return at < end ? take_param(reader, at) : refuse_bare(reader, "param", "param NAME=DEFAULT");
    }
    if (take_word(reader, &at, "include")) {
        return at < end ? take_include(reader, at) : refuse_bare(reader, "include", "include NAME, or include FILE");
    }
    optional = take_word(reader, &at, "try");
    remove = take_word(reader, &at, "remove");
    return at < end ? take_spec(reader, at, optional, remove)
                    : refuse_bare(reader, remove ? "remove" : "try", remove ? "remove SPEC" : "try SPEC");
}

/* The first comment says what the recipe is for; that of an included one is passed over. */
static int describe(struct reader *reader)
{
    struct dx_recipe *recipe = reader->loader->recipe;
    struct dx_str text = dx_trim(dx_buf_view(&reader->above));
    const char *end = memchr(text.ptr, '\n', text.len);

    if (reader->loader->n_open == 1) {
        recipe->description = keep(reader->loader, text);
        recipe->summary = keep(reader->loader, (struct dx_str){text.ptr, end ? (size_t)(end - text.ptr) : text.len});
    }
    reader->head = false;
    reader->commented = false;
    return recipe->arena.failed ? no_memory(reader->loader) : DX_OK;
}

static void take_comment(struct reader *reader, size_t at)
{
    struct dx_str line = reader->line;

    at += at + 1 < line.len && line.ptr[at + 1] == ' ' ? 2 : 1;
    if (!reader->commented) {
        reader->above.len = 0;
    } else {
        dx_buf_byte(&reader->above, '\n');
    }
    dx_buf_bytes(&reader->above, line.ptr + at, line.len - at);
    reader->commented = true;
}

static int take_line(struct reader *reader)
{
    size_t at = 0;
    int rc;

    while (at < reader->line.len && dx_is_space(reader->line.ptr[at])) {
        at++;
    }
    if (at < reader->line.len && reader->line.ptr[at] == '#') {
        take_comment(reader, at);
        return reader->above.failed ? no_memory(reader->loader) : DX_OK;
    }
    rc = reader->head && reader->commented ? describe(reader) : DX_OK;
    if (at < reader->line.len) {
        reader->head = false;
        rc = rc < 0 ? rc : take_words(reader, at);
    }
    reader->commented = false;
    return rc;
}

/* The next line, without blanks at its end; false when there is none. */
static bool next_line(struct reader *reader)
{
    const char *end;
    size_t len;

    if (reader->rest.len == 0) {
        return false;
    }
    end = memchr(reader->rest.ptr, '\n', reader->rest.len);
    len = end ? (size_t)(end - reader->rest.ptr) : reader->rest.len;
    reader->line = (struct dx_str){reader->rest.ptr, len};
    reader->rest.ptr += len + (end != NULL);
    reader->rest.len -= len + (end != NULL);
    while (reader->line.len > 0 && dx_is_space(reader->line.ptr[reader->line.len - 1])) {
        reader->line.len--;
    }
    reader->number++;
    return true;
}

/* The bytes that no text has are found line by line, so that their place can be told. */
static int check_line(struct reader *reader)
{
    size_t bad = dx_utf8_first_invalid(reader->line);
    const char *cr = memchr(reader->line.ptr, '\r', reader->line.len);

    for (size_t i = 0; i < bad && i < reader->line.len; i++) {
        unsigned char c = (unsigned char)reader->line.ptr[i];

        bad = (c < ' ' && c != '\t' && c != '\r') || c == 0x7f ? i : bad;
    }
    if (bad < reader->line.len) {
        return REFUSE(reader, bad, "a recipe is a text file in UTF-8", "this byte is no text");
    }
    return cr ? REFUSE(reader, (size_t)(cr - reader->line.ptr), "lines end with LF, or with CR and LF",
                       "a carriage return within a line")
              : DX_OK;
}

static int read_lines(struct loader *loader, const char *file, bool builtin, struct dx_str bytes)
{
    struct reader reader = {.loader = loader,
                            .file = file,
                            .builtin = builtin,
                            .rest = bytes,
                            .above = DX_BUF(&loader->ctx->mem),
                            .head = true};
    int rc = DX_OK;

    if (dx_str_starts(bytes, "\xef\xbb\xbf")) {
        reader.rest = (struct dx_str){bytes.ptr + 3, bytes.len - 3};
    }
    while (rc == DX_OK && next_line(&reader)) {
        rc = check_line(&reader);
        rc = rc < 0 ? rc : take_line(&reader);
    }
    rc = rc == DX_OK && reader.head && reader.commented ? describe(&reader) : rc;
    dx_buf_free(&reader.above);
    return rc;
}

/* ---- files ---- */

static int refuse_recipe(struct loader *loader, struct reader *from, size_t at, const char *name)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&loader->ctx->mem);
    const char *names[MOST_NAMES + 1];
    const char *nearest;
    size_t n = 0;

    for (; n < MOST_NAMES && dx_recipe_at(n); n++) {
        names[n] = dx_recipe_at(n);
    }
    names[n] = NULL;
    nearest = dx_nearest(name, names);
    if (nearest) {
        dx_buf_format(&hint, "did you mean '%s'? ", nearest);
    }
    dx_buf_puts(&hint, "recipes are:");
    for (size_t i = 0; i < n; i++) {
        dx_buf_format(&hint, " %s", names[i]);
    }
    dx_buf_puts(&hint, "; a file has a '/' or '.' in its name, such as ./NAME");
    dx_buf_byte(&hint, '\0');
    if (hint.failed) {
        return no_memory(loader);
    }
    if (from) {
        return REFUSE(from, at, hint.ptr, *name ? "there is no recipe '%s'" : "no recipe is named%s", name);
    }
    return dx_ctx_report(loader->ctx, DX_LEVEL_USAGE, DX_SEVERITY_ERROR, NULL, hint.ptr,
                         *name ? "there is no recipe '%s'" : "no recipe is named%s", name) < 0
               ? DX_ENOMEM
               : DX_EUSAGE;
}

/* Takes a place among the files that are being read, which one is in only once. */
static int enter(struct loader *loader, const struct identity *file, struct reader *from, size_t at, const char *name)
{
    for (size_t i = 0; i < loader->n_open; i++) {
        const struct identity *open = &loader->open[i];

        if (open->builtin == file->builtin && open->dev == file->dev && open->ino == file->ino) {
            return REFUSE(from, at, "take one of the includes out", "%s includes itself", name);
        }
    }
    if (loader->n_open == MOST_OPEN) {
        return REFUSE(from, at, "put what they share into one file", "more than %d recipes include one another",
                      MOST_OPEN);
    }
    if (loader->n_read == MOST_READ) {
        return REFUSE(from, at, "include each recipe once", "more than %d files are included", MOST_READ);
    }
    loader->n_read++;
    loader->open[loader->n_open++] = *file;
    return DX_OK;
}

static int read_builtin(struct loader *loader, const char *name, struct reader *from, size_t at)
{
    dx_cleanup(dx_buf_free) struct dx_buf file = DX_BUF(&loader->ctx->mem);
    const struct dx_bundled *bundled;
    const char *called;
    int rc;

    dx_buf_format(&file, "%s%s", name, suffix);
    bundled = file.failed ? NULL : dx_bundled_find(dx_buf_view(&file));
    if (!bundled) {
        return file.failed ? no_memory(loader) : refuse_recipe(loader, from, at, name);
    }
    file.len = 0;
    dx_buf_format(&file, "<recipe %s>", name);
    called = file.failed ? NULL : keep(loader, dx_buf_view(&file));
    if (!called) {
        return no_memory(loader);
    }
    rc = enter(loader, &(struct identity){.builtin = bundled->bytes}, from, at, name);
    if (rc == DX_OK) {
        rc = read_lines(loader, called, true, (struct dx_str){bundled->bytes, bundled->len});
        loader->n_open--;
    }
    return rc;
}

static int read_file(struct loader *loader, const char *path, struct reader *from, size_t at)
{
    struct identity is = {0};
    struct dx_str bytes;
    struct stat st;
    char *read;
    size_t len;
    int rc;

    if (stat(path, &st) == 0) {
        is = (struct identity){.dev = st.st_dev, .ino = st.st_ino};
    }
    rc = enter(loader, &is, from, at, path);
    if (rc < 0) {
        return rc;
    }
    rc = dx_file_read(&read, &len, loader->ctx, path);
    if (rc == DX_OK) {
        bytes = dx_arena_copy(&loader->recipe->arena, (struct dx_str){read, len});
        dx_mem_free(&loader->ctx->mem, read);
        rc = bytes.ptr ? read_lines(loader, path, false, bytes) : no_memory(loader);
    } else if (rc == DX_EIO && from) {
        rc = say(from, at, DX_SEVERITY_NOTE, NULL, "it is included here") == DX_ENOMEM ? DX_ENOMEM : rc;
    }
    loader->n_open--;
    return rc;
}

/* `from` NULL: the recipe itself, not what it includes. */
static int read_named(struct loader *loader, const char *name, struct reader *from, size_t at)
{
    return (strpbrk(name, "/.") ? read_file : read_builtin)(loader, name, from, at);
}

/* ---- what is given for parameters ---- */

static int refuse_value(struct loader *loader, const char *hint, const char *format, struct dx_str word)
{
    int rc = dx_ctx_report(loader->ctx, DX_LEVEL_USAGE, DX_SEVERITY_ERROR, NULL, hint, "%s: %s '%.*s'",
                           loader->recipe->name, format, DX_F(word));

    return rc < 0 ? rc : DX_EUSAGE;
}

static struct dx_str name_of(const char *value)
{
    return (struct dx_str){value, strcspn(value, "=")};
}

static int check_value(struct loader *loader, const char *value)
{
    struct dx_str name = name_of(value);

    if (!value[name.len] || !is_name(name)) {
        return refuse_value(loader, "write NAME=VALUE", "a parameter is given by NAME=VALUE, and not by",
                            dx_str_of(value));
    }
    return strpbrk(value, "\r\n") ? refuse_value(loader, "write it in one line",
                                                 "the value goes over a line end, that of the parameter", name)
                                  : DX_OK;
}

static int check_taken(struct loader *loader, const char *value)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&loader->ctx->mem);
    struct dx_str name = name_of(value);

    if (find_param(loader->recipe, name)) {
        return DX_OK;
    }
    tell_params(&hint, loader->recipe, name, "%s");
    return hint.failed ? no_memory(loader) : refuse_value(loader, hint.ptr, "it has no parameter", name);
}

int dx_recipe_read(struct dx_recipe *recipe, struct dx_ctx *ctx, const char *const *values, size_t n_values)
{
    struct loader loader = {.ctx = ctx, .recipe = recipe, .values = values, .n_values = n_values};
    int rc = DX_OK;

    for (size_t i = 0; rc == DX_OK && i < n_values; i++) {
        rc = check_value(&loader, values[i]);
    }
    rc = rc < 0 ? rc : read_named(&loader, recipe->name, NULL, 0);
    for (size_t i = 0; rc == DX_OK && i < n_values; i++) {
        rc = check_taken(&loader, values[i]);
    }
    return rc;
}
