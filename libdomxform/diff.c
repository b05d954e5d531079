/* A unified diff out of the slices: what is a slice of the source is equal, what lies between is not. */
#include "write.h"

enum { CONTEXT = 3 };

/* Bytes [begin, end) of the source became `text`. */
struct gap {
    size_t begin, end;
    struct dx_str text;
};

/* Lines [from, to) of the source became `text`, which is whole lines too. */
struct change {
    size_t from, to;
    struct dx_str text;
};

struct differ {
    struct dx_doc *doc;
    struct dx_arena arena;
    struct gap *gaps;
    size_t n_gaps;
    struct change *changes;
    size_t n_changes;
    struct dx_buf out;
    bool color;
};

static bool in_source(const struct dx_doc *doc, struct dx_str s)
{
    return s.ptr >= doc->source.bytes && s.ptr < doc->source.bytes + doc->source.len;
}

/* What is alike at both ends of a gap is no part of it; a pure insertion or removal slides on to a line's start. */
static void tighten(const struct dx_source *source, struct gap *gap)
{
    const char *bytes = source->bytes;

    while (gap->begin < gap->end && gap->text.len && bytes[gap->begin] == gap->text.ptr[0]) {
        gap->begin++;
        gap->text.ptr++;
        gap->text.len--;
    }
    while (gap->begin < gap->end && gap->text.len && bytes[gap->end - 1] == gap->text.ptr[gap->text.len - 1]) {
        gap->end--;
        gap->text.len--;
    }
}

/* How far a pure insertion or removal can move on so that it begins a line; 0 when it cannot. */
static size_t steps_on(const struct dx_source *source, const struct gap *gap, struct dx_str moved, size_t limit)
{
    size_t k = 0;

    while (k < moved.len && gap->end + k < limit && source->bytes[gap->end + k] == moved.ptr[k]) {
        k++;
        if (moved.ptr[k - 1] == '\n') {
            return k;
        }
    }
    return 0;
}

/* The same, back. */
static size_t steps_back(const struct dx_source *source, const struct gap *gap, struct dx_str moved, size_t limit)
{
    size_t k = 0;

    while (k < moved.len && gap->begin - k > limit &&
           source->bytes[gap->begin - k - 1] == moved.ptr[moved.len - k - 1]) {
        k++;
        if (gap->begin == k || source->bytes[gap->begin - k - 1] == '\n') {
            return k;
        }
    }
    return 0;
}

/* Moves a pure insertion or removal between `from` and `to`, so that whole lines are shown as such. */
static void slide(struct differ *d, struct gap *gap, size_t from, size_t to)
{
    const struct dx_source *source = &d->doc->source;
    bool insertion = gap->begin == gap->end;
    struct dx_str moved = insertion ? gap->text : dx_doc_bytes(d->doc, gap->begin, gap->end);
    size_t on, back, turn;
    char *rotated;

    if (moved.len == 0 || (!insertion && gap->text.len) || (gap->begin > 0 && source->bytes[gap->begin - 1] == '\n')) {
        return;
    }
    on = steps_on(source, gap, moved, to);
    back = on ? 0 : steps_back(source, gap, moved, from);
    turn = on ? on : moved.len - back;
    if (on + back == 0) {
        return;
    }
    if (insertion) {
        rotated = dx_arena_alloc(&d->arena, moved.len);
        if (!rotated) {
            return;
        }
        memcpy(rotated, moved.ptr + turn, moved.len - turn);
        memcpy(rotated + moved.len - turn, moved.ptr, turn);
        gap->text = (struct dx_str){rotated, moved.len};
    }
    gap->begin = gap->begin + on - back;
    gap->end = gap->end + on - back;
}

static void find_gaps(struct differ *d)
{
    struct dx_doc *doc = d->doc;
    const struct dx_source *source = &doc->source;
    size_t at = 0;

    d->gaps = dx_arena_zero(&d->arena, doc->n_slices + 1, sizeof *d->gaps);
    for (size_t i = 0; d->gaps && i <= doc->n_slices;) {
        size_t len = 0, first = i;
        struct gap *gap = &d->gaps[d->n_gaps];
        char *text;

        for (; i < doc->n_slices && !in_source(doc, doc->slices[i]); i++) {
            len += doc->slices[i].len;
        }
        gap->begin = at;
        gap->end = i < doc->n_slices ? (size_t)(doc->slices[i].ptr - doc->source.bytes) : doc->source.len;
        text = dx_arena_alloc(&d->arena, len + 1);
        if (!text) {
            return;
        }
        gap->text = (struct dx_str){text, len};
        for (size_t k = first; k < i; k++) {
            memcpy(text, doc->slices[k].ptr, doc->slices[k].len);
            text += doc->slices[k].len;
        }
        at = i < doc->n_slices ? gap->end + doc->slices[i].len : doc->source.len;
        i++;
        tighten(source, gap);
        if (gap->begin < gap->end || gap->text.len) {
            slide(d, gap, d->n_gaps ? d->gaps[d->n_gaps - 1].end : source->begin, at);
            d->n_gaps++;
        }
    }
}

static size_t line_start(const struct dx_source *source, size_t at)
{
    while (at > 0 && source->bytes[at - 1] != '\n') {
        at--;
    }
    return at;
}

static size_t line_end(const struct dx_source *source, size_t at)
{
    const char *lf = memchr(source->bytes + at, '\n', source->len - at);

    return lf ? (size_t)(lf + 1 - source->bytes) : source->len;
}

/* Gaps widened to whole lines; those that share a line become one change. */
static void find_changes(struct differ *d)
{
    const struct dx_source *source = &d->doc->source;
    size_t line = 0, counted = 0;

    d->changes = dx_arena_zero(&d->arena, d->n_gaps + 1, sizeof *d->changes);
    for (size_t i = 0; d->changes && i < d->n_gaps;) {
        dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&d->doc->ctx->mem);
        size_t from = line_start(source, d->gaps[i].begin), at = from, end = 0, to;
        struct change *change = &d->changes[d->n_changes++];

        for (;; i++) {
            const struct gap *gap = &d->gaps[i];
            bool whole;

            dx_buf_str(&text, dx_doc_bytes(d->doc, at, gap->begin));
            dx_buf_str(&text, gap->text);
            at = gap->end;
            whole = (at == 0 || source->bytes[at - 1] == '\n') && (text.len == 0 || text.ptr[text.len - 1] == '\n');
            end = at < end || whole ? end : line_end(source, at);
            to = whole ? at : end;
            if (i + 1 >= d->n_gaps || d->gaps[i + 1].begin >= to) {
                i++;
                break;
            }
        }
        dx_buf_str(&text, dx_doc_bytes(d->doc, at, to));
        for (; counted < from; counted++) {
            line += source->bytes[counted] == '\n';
        }
        change->from = line;
        for (; counted < to; counted++) {
            line += source->bytes[counted] == '\n' || counted + 1 == source->len;
        }
        change->to = line;
        change->text = dx_arena_copy(&d->arena, dx_buf_view(&text));
        d->arena.failed = d->arena.failed || text.failed;
    }
}

static size_t count_lines(struct dx_str text)
{
    size_t n = text.len && text.ptr[text.len - 1] != '\n';

    for (size_t i = 0; i < text.len; i++) {
        n += text.ptr[i] == '\n';
    }
    return n;
}

static void put_lines(struct differ *d, char mark, struct dx_str text)
{
    const char *tint = !d->color ? "" : mark == '+' ? "\x1b[32m" : mark == '-' ? "\x1b[31m" : "";
    const char *off = *tint ? "\x1b[0m" : "";

    while (text.len) {
        const char *lf = memchr(text.ptr, '\n', text.len);
        size_t n = lf ? (size_t)(lf - text.ptr) : text.len;

        dx_buf_puts(&d->out, tint);
        dx_buf_byte(&d->out, mark);
        dx_buf_bytes(&d->out, text.ptr, n);
        dx_buf_format(&d->out, "%s\n", off);
        if (!lf) {
            dx_buf_puts(&d->out, "\\ No newline at end of file\n");
            return;
        }
        text.ptr += n + 1;
        text.len -= n + 1;
    }
}

struct old_lines {
    const struct dx_source *source;
    size_t line, at; /* a cursor that only goes forward */
};

static struct dx_str take_old(struct old_lines *old, size_t from, size_t to)
{
    size_t begin;

    for (; old->line < from; old->line++) {
        old->at = line_end(old->source, old->at);
    }
    begin = old->at;
    for (; old->line < to; old->line++) {
        old->at = line_end(old->source, old->at);
    }
    return (struct dx_str){old->source->bytes + begin, old->at - begin};
}

static void put_range(struct dx_buf *out, char mark, size_t from, size_t n)
{
    dx_buf_format(out, "%c%zu", mark, n ? from + 1 : from);
    if (n != 1) {
        dx_buf_format(out, ",%zu", n);
    }
}

static void put_hunk(struct differ *d, struct old_lines *old, size_t first, size_t last, size_t total, ptrdiff_t *shift)
{
    const struct change *changes = d->changes;
    size_t from = changes[first].from > CONTEXT ? changes[first].from - CONTEXT : 0;
    size_t to = changes[last].to + CONTEXT < total ? changes[last].to + CONTEXT : total;
    size_t added = 0, removed = 0, line = from;

    for (size_t i = first; i <= last; i++) {
        added += count_lines(changes[i].text);
        removed += changes[i].to - changes[i].from;
    }
    dx_buf_puts(&d->out, d->color ? "\x1b[36m@@ " : "@@ ");
    put_range(&d->out, '-', from, to - from);
    dx_buf_byte(&d->out, ' ');
    put_range(&d->out, '+', (size_t)((ptrdiff_t)from + *shift), to - from - removed + added);
    dx_buf_puts(&d->out, d->color ? " @@\x1b[0m\n" : " @@\n");
    for (size_t i = first; i <= last;) {
        size_t run = i, next = i;

        /* Changes of neighbouring lines read as one: what went, then what came. */
        while (next < last && changes[next + 1].from == changes[next].to) {
            next++;
        }
        put_lines(d, ' ', take_old(old, line, changes[i].from));
        put_lines(d, '-', take_old(old, changes[i].from, changes[next].to));
        for (; run <= next; run++) {
            put_lines(d, '+', changes[run].text);
        }
        line = changes[next].to;
        i = next + 1;
    }
    put_lines(d, ' ', take_old(old, line, to));
    *shift += (ptrdiff_t)added - (ptrdiff_t)removed;
}

/* As git writes and patch reads it: odd characters in quotes, and a tab behind a name that has blanks. */
static void put_name(struct dx_buf *out, bool color, const char *mark, const char *side, const char *name)
{
    bool quoted = false;

    for (const char *c = name; *c; c++) {
        quoted |= (unsigned char)*c < ' ' || *c == 0x7f || *c == '"' || *c == '\\';
    }
    dx_buf_format(out, "%s%s%s%s", color ? "\x1b[1m" : "", mark, quoted ? "\"" : "", side);
    for (const char *c = name; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f) {
            dx_buf_format(out, "\\%03o", (unsigned)*c);
        } else if (*c == '"' || *c == '\\') {
            dx_buf_format(out, "\\%c", *c);
        } else {
            dx_buf_byte(out, *c);
        }
    }
    dx_buf_format(out, "%s%s\n", quoted ? "\"" : strchr(name, ' ') ? "\t" : "", color ? "\x1b[0m" : "");
}

static void put_all(struct differ *d, const char *name)
{
    const struct dx_source *source = &d->doc->source;
    size_t total = count_lines((struct dx_str){source->bytes, source->len});
    struct old_lines old = {.source = source};
    ptrdiff_t shift = 0;

    while (*name == '/') {
        name++;
    }
    put_name(&d->out, d->color, "--- ", "a/", name);
    put_name(&d->out, d->color, "+++ ", "b/", name);
    for (size_t first = 0; first < d->n_changes;) {
        size_t last = first;

        while (last + 1 < d->n_changes && d->changes[last + 1].from - d->changes[last].to <= 2 * CONTEXT) {
            last++;
        }
        put_hunk(d, &old, first, last, total, &shift);
        first = last + 1;
    }
}

int dx_doc_diff(char **out, size_t *len, struct dx_doc *doc, const char *name, unsigned flags)
{
    struct differ d = {.doc = doc, .out = DX_BUF(&doc->ctx->mem), .color = (flags & DX_RENDER_COLOR) != 0};
    int rc = dx_write(doc);

    *out = NULL;
    *len = 0;
    if (rc < 0) {
        return rc;
    }
    dx_arena_init(&d.arena, &doc->ctx->mem);
    if (!dx_write_is_identity(doc)) {
        find_gaps(&d);
        find_changes(&d);
        put_all(&d, name);
    }
    *out = dx_buf_steal(&d.out, len);
    if (d.arena.failed) {
        dx_bytes_free(doc->ctx, *out);
        *out = NULL;
    }
    dx_arena_free(&d.arena);
    return *out ? DX_OK : dx_ctx_no_memory(doc->ctx);
}
