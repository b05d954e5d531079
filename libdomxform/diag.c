#include "diag.h"

#include "ctx.h"
#include "utf8.h"

enum { MOST_DIAGS = 1000, LONGEST_LINE = 160 };

static const char *const severity_names[] = {
    [DX_SEVERITY_ERROR] = "error",
    [DX_SEVERITY_WARNING] = "warning",
    [DX_SEVERITY_NOTE] = "note",
};

static const char *const severity_colors[] = {
    [DX_SEVERITY_ERROR] = "\x1b[1;31m",
    [DX_SEVERITY_WARNING] = "\x1b[1;33m",
    [DX_SEVERITY_NOTE] = "\x1b[1;36m",
};

static const char *const level_names[] = {
    [DX_LEVEL_SCHEMA] = "schema", [DX_LEVEL_DEFINE] = "define",     [DX_LEVEL_START] = "start",
    [DX_LEVEL_ADVICE] = "advice", [DX_LEVEL_USAGE] = "usage",       [DX_LEVEL_IO] = "io",
    [DX_LEVEL_INPUT] = "input",   [DX_LEVEL_INTERNAL] = "internal",
};

const char *dx_severity_name(enum dx_severity severity)
{
    return severity_names[severity];
}

const char *dx_level_name(enum dx_level level)
{
    return level_names[level];
}

void dx_diags_init(struct dx_diags *diags, const struct dx_mem *mem)
{
    *diags = (struct dx_diags){0};
    dx_arena_init(&diags->arena, mem);
}

void dx_diags_free(struct dx_diags *diags)
{
    dx_mem_free(diags->arena.mem, diags->items);
    dx_arena_free(&diags->arena);
}

void dx_diags_cut(struct dx_diags *diags, size_t n)
{
    if (n >= diags->n && n > 0) {
        return;
    }
    diags->n = n;
    diags->full = false;
    if (n == 0) {
        struct dx_block *first = dx_arena_release(&diags->arena, LONGEST_LINE * 1024);

        diags->no_memory = false;
        diags->arena.failed = false;
        dx_arena_seed(&diags->arena, first);
    }
}

void dx_diags_drop_repeats(struct dx_diags *diags, size_t from)
{
    size_t kept = from;

    for (size_t i = from; i < diags->n; i++) {
        const struct dx_diag *diag = diags->items[i];
        size_t k = 0;

        while (k < from &&
               (diags->items[k]->offset != diag->offset || strcmp(diags->items[k]->message, diag->message) != 0)) {
            k++;
        }
        if (k == from) {
            diags->items[kept++] = diags->items[i];
        }
    }
    diags->n = kept;
}

static const char *copy(struct dx_diags *diags, struct dx_str s)
{
    return s.ptr ? dx_arena_copy(&diags->arena, s).ptr : NULL;
}

/* Cuts a long line around the caret, at character boundaries. */
static void copy_line(struct dx_diags *diags, struct dx_diag *diag, const struct dx_where *where)
{
    struct dx_str line = where->source_line;
    size_t from = 0, to = line.len;

    if (!line.ptr) {
        return;
    }
    if (line.len > LONGEST_LINE) {
        from = where->caret > LONGEST_LINE * 3 / 4 ? where->caret - LONGEST_LINE / 2 : 0;
        while (from > 0 && ((unsigned char)line.ptr[from] & 0xc0) == 0x80) {
            from--;
        }
        to = from + LONGEST_LINE < line.len ? from + LONGEST_LINE : line.len;
        while (to < line.len && to > from && ((unsigned char)line.ptr[to] & 0xc0) == 0x80) {
            to--;
        }
    }
    diag->source_line = copy(diags, (struct dx_str){line.ptr + from, to - from});
    diag->caret = where->caret - from;
}

int dx_diags_place(struct dx_diags *diags, size_t i, const struct dx_where *where)
{
    struct dx_diag *diag = diags->items[i];
    struct dx_str message = dx_str_of(diag->message);
    char counted[32];
    size_t n = (size_t)snprintf(counted, sizeof counted, " (column %zu)", diag->column);

    if (message.len > n && memcmp(message.ptr + message.len - n, counted, n) == 0) {
        diag->message = copy(diags, (struct dx_str){message.ptr, message.len - n});
    }
    diag->file = copy(diags, dx_str_of(where->file));
    diag->line = where->line;
    diag->column = where->column;
    diag->end_line = where->end_line;
    diag->end_column = where->end_column;
    diag->offset = where->offset;
    diag->end_offset = where->end_offset;
    copy_line(diags, diag, where);
    if (!diags->arena.failed) {
        return DX_OK;
    }
    diag->message = "";
    return DX_ENOMEM;
}

int dx_diags_mention(struct dx_diags *diags, size_t from, const char *file)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(diags->arena.mem);

    for (size_t i = from; i < diags->n; i++) {
        struct dx_diag *diag = diags->items[i];
        const char *message;

        if (diag->file && strcmp(diag->file, file) == 0) {
            continue;
        }
        text.len = 0;
        dx_buf_format(&text, "%s (on %s)", diag->message, file);
        message = text.failed ? NULL : copy(diags, dx_buf_view(&text));
        if (!message) {
            return DX_ENOMEM;
        }
        diag->message = message;
    }
    return DX_OK;
}

static int append(struct dx_diags *diags, struct dx_diag *diag)
{
    struct dx_diag **items = dx_mem_more(diags->arena.mem, diags->items, diags->n, &diags->room, sizeof *items);

    if (!items) {
        return DX_ENOMEM;
    }
    diags->items = items;
    diags->items[diags->n++] = diag;
    return DX_OK;
}

int dx_diags_add(struct dx_diags *diags, const struct dx_report *report)
{
    static const char many[] = "more notes and warnings than 1000: the rest is not shown";
    struct dx_diag *diag;

    if (diags->full && report->severity != DX_SEVERITY_ERROR) {
        return DX_OK;
    }
    diag = dx_arena_zero(&diags->arena, 1, sizeof *diag);
    if (!diag) {
        return DX_ENOMEM;
    }
    if (diags->n >= MOST_DIAGS && report->severity != DX_SEVERITY_ERROR) {
        diags->full = true;
        *diag = (struct dx_diag){.size = sizeof *diag,
                                 .file = copy(diags, dx_str_of(report->where.file)),
                                 .level = report->level,
                                 .severity = DX_SEVERITY_NOTE,
                                 .message = many};
        return append(diags, diag);
    }
    *diag = (struct dx_diag){
        .size = sizeof *diag,
        .file = copy(diags, dx_str_of(report->where.file)),
        .line = report->where.line,
        .column = report->where.column,
        .end_line = report->where.end_line,
        .end_column = report->where.end_column,
        .offset = report->where.offset,
        .end_offset = report->where.end_offset,
        .rule = copy(diags, dx_str_of(report->rule)),
        .level = report->level,
        .severity = report->severity,
        .message = copy(diags, report->message),
        .expected = copy(diags, report->expected),
        .hint = copy(diags, dx_str_of(report->hint)),
        .path = copy(diags, report->path),
        .pass = copy(diags, dx_str_of(report->pass)),
    };
    copy_line(diags, diag, &report->where);
    return diags->arena.failed ? DX_ENOMEM : append(diags, diag);
}

void dx_buf_escaped(struct dx_buf *buf, struct dx_str s)
{
    for (size_t i = 0; i < s.len;) {
        size_t n = dx_utf8_sequence(s, i);
        unsigned char c = (unsigned char)s.ptr[i];
        /* C1 controls (U+0080 to U+009F) drive a terminal just as C0 does. */
        bool control =
            (n == 1 && (c < 0x20 || c == 0x7f)) || (n == 2 && c == 0xc2 && (unsigned char)s.ptr[i + 1] < 0xa0);

        if (n == 0 || control) {
            size_t bytes = n ? n : 1;

            for (size_t k = 0; k < bytes; k++) {
                dx_buf_format(buf, "\\x%02x", (unsigned char)s.ptr[i + k]);
            }
            i += bytes;
        } else {
            dx_buf_bytes(buf, s.ptr + i, n);
            i += n;
        }
    }
}

void dx_buf_json(struct dx_buf *buf, struct dx_str s)
{
    if (!s.ptr) {
        dx_buf_puts(buf, "null");
        return;
    }
    dx_buf_byte(buf, '"');
    for (size_t i = 0; i < s.len;) {
        size_t n = dx_utf8_sequence(s, i);
        unsigned char c = (unsigned char)s.ptr[i];

        if (n == 0) {
            dx_buf_puts(buf, "\\ufffd");
            i++;
        } else if (n == 1 && (c < 0x20 || c == 0x7f)) {
            dx_buf_format(buf, "\\u%04x", c);
            i++;
        } else {
            if (c == '"' || c == '\\') {
                dx_buf_byte(buf, '\\');
            }
            dx_buf_bytes(buf, s.ptr + i, n);
            i += n;
        }
    }
    dx_buf_byte(buf, '"');
}

static void render_number(struct dx_buf *buf, const char *key, size_t value)
{
    dx_buf_format(buf, ",\"%s\":", key);
    if (value) {
        dx_buf_format(buf, "%zu", value);
    } else {
        dx_buf_puts(buf, "null");
    }
}

static void render_string(struct dx_buf *buf, const char *key, const char *value)
{
    dx_buf_format(buf, ",\"%s\":", key);
    dx_buf_json(buf, dx_str_of(value));
}

static void render_json(struct dx_buf *buf, const struct dx_diag *diag)
{
    dx_buf_puts(buf, "{\"file\":");
    dx_buf_json(buf, dx_str_of(diag->file));
    render_number(buf, "line", diag->line);
    render_number(buf, "column", diag->column);
    render_number(buf, "endLine", diag->end_line);
    render_number(buf, "endColumn", diag->end_column);
    render_string(buf, "rule", diag->rule);
    render_string(buf, "level", level_names[diag->level]);
    render_string(buf, "severity", severity_names[diag->severity]);
    render_string(buf, "message", diag->message);
    render_string(buf, "expected", diag->expected);
    render_string(buf, "hint", diag->hint);
    render_string(buf, "path", diag->path);
    render_string(buf, "pass", diag->pass);
    dx_buf_puts(buf, "}\n");
}

/* How many columns a character takes on a terminal: marks that combine none, CJK and the like two. */
static size_t columns_of(uint32_t c)
{
    static const struct {
        uint32_t from, to;
        size_t columns;
    } odd[] = {
        {0x300, 0x36f, 0},     {0x483, 0x489, 0},   {0x591, 0x5bd, 0},   {0x610, 0x61a, 0},     {0x64b, 0x65f, 0},
        {0x1100, 0x115f, 2},   {0x200b, 0x200f, 0}, {0x20d0, 0x20f0, 0}, {0x2e80, 0x303e, 2},   {0x3041, 0xa4cf, 2},
        {0xac00, 0xd7a3, 2},   {0xf900, 0xfaff, 2}, {0xfe00, 0xfe0f, 0}, {0xfe20, 0xfe2f, 0},   {0xfe30, 0xfe6f, 2},
        {0xfeff, 0xfeff, 0},   {0xff00, 0xff60, 2}, {0xffe0, 0xffe6, 2}, {0x1f300, 0x1f64f, 2}, {0x1f900, 0x1f9ff, 2},
        {0x20000, 0x3fffd, 2},
    };

    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        if (c >= odd[i].from && c <= odd[i].to) {
            return odd[i].columns;
        }
    }
    return 1;
}

/* Tabs are copied, so that the caret stands below its character whatever the terminal's tab stops. */
static void render_caret(struct dx_buf *buf, struct dx_str line, size_t caret)
{
    size_t i = 0;

    while (i < caret && i < line.len) {
        size_t n = dx_utf8_sequence(line, i);
        const unsigned char *p = (const unsigned char *)line.ptr + i;
        size_t columns = 1;

        if (line.ptr[i] == '\t') {
            dx_buf_byte(buf, '\t');
            i++;
            continue;
        }
        if (n == 0 || (n == 1 && (*p < 0x20 || *p == 0x7f))) {
            columns = 4; /* shown as \xNN */
        } else if (n == 2 && p[0] == 0xc2 && p[1] < 0xa0) {
            columns = 8;
        } else if (n == 2) {
            columns = columns_of((uint32_t)((p[0] & 0x1f) << 6 | (p[1] & 0x3f)));
        } else if (n == 3) {
            columns = columns_of((uint32_t)((p[0] & 0xf) << 12 | (p[1] & 0x3f) << 6 | (p[2] & 0x3f)));
        } else if (n == 4) {
            columns =
                columns_of((uint32_t)((p[0] & 0x7) << 18 | (p[1] & 0x3f) << 12 | (p[2] & 0x3f) << 6 | (p[3] & 0x3f)));
        }
        while (columns-- > 0) {
            dx_buf_byte(buf, ' ');
        }
        i += n ? n : 1;
    }
    dx_buf_byte(buf, '^');
}

static void render_source(struct dx_buf *buf, struct dx_str line)
{
    size_t from = 0;

    for (size_t i = 0; i <= line.len; i++) {
        if (i == line.len || line.ptr[i] == '\t') {
            dx_buf_escaped(buf, (struct dx_str){line.ptr + from, i - from});
            if (i < line.len) {
                dx_buf_byte(buf, '\t');
            }
            from = i + 1;
        }
    }
}

static void render_advice(struct dx_buf *buf, const char *label, const char *text)
{
    if (text) {
        dx_buf_puts(buf, label);
        dx_buf_escaped(buf, dx_str_of(text));
        dx_buf_byte(buf, '\n');
    }
}

static void render_text(struct dx_buf *buf, const struct dx_diag *diag, unsigned flags)
{
    bool color = flags & DX_RENDER_COLOR;
    const char *tint = color ? severity_colors[diag->severity] : "";
    const char *bold = color ? "\x1b[1m" : "";
    const char *off = color ? "\x1b[0m" : "";

    dx_buf_puts(buf, bold);
    if (diag->file) {
        dx_buf_escaped(buf, dx_str_of(diag->file));
        if (diag->line) {
            dx_buf_format(buf, ":%zu:%zu", diag->line, diag->column);
        }
    } else {
        dx_buf_puts(buf, "domxform");
    }
    dx_buf_format(buf, ":%s %s%s", off, tint, severity_names[diag->severity]);
    if (diag->rule) {
        dx_buf_format(buf, "[%s]", diag->rule);
    }
    dx_buf_format(buf, ":%s ", off);
    dx_buf_escaped(buf, dx_str_of(diag->message));
    dx_buf_byte(buf, '\n');
    if (diag->source_line && *diag->source_line) {
        struct dx_str line = dx_str_of(diag->source_line);

        render_source(buf, line);
        dx_buf_format(buf, "\n%s", tint);
        render_caret(buf, line, diag->caret);
        dx_buf_format(buf, "%s\n", off);
    }
    render_advice(buf, "in: ", flags & DX_RENDER_PATH ? diag->path : NULL);
    render_advice(buf, "expected: ", diag->expected);
    render_advice(buf, "hint: ", diag->hint);
}

int dx_diag_render(char **out, size_t *len, struct dx_ctx *ctx, const struct dx_diag *diag, enum dx_format format,
                   unsigned flags)
{
    struct dx_buf buf = DX_BUF(&ctx->mem);

    *out = NULL;
    if (format == DX_FORMAT_JSON) {
        render_json(&buf, diag);
    } else if (format == DX_FORMAT_TEXT) {
        render_text(&buf, diag, flags);
    } else {
        return DX_EUSAGE;
    }
    *out = dx_buf_steal(&buf, len);
    return *out ? DX_OK : DX_ENOMEM;
}
