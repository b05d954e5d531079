#include "query/path.h"

struct reader {
    const struct dx_words *words;
    struct dx_arena *arena;
    struct dx_path *path;
    size_t at;
};

static bool is_plain_name(const struct dx_words *words, size_t i)
{
    struct dx_str name = dx_word_text(words, i);

    return dx_word_is(words, i, DX_WORD_NAME, NULL) && name.ptr[name.len - 1] != '*';
}

static size_t end_of(const struct dx_words *words, size_t i)
{
    return words->items[i].begin + words->items[i].len;
}

/* The word behind a bracket's partner; brackets are known to pair. */
static size_t past_brackets(const struct dx_words *words, size_t at)
{
    size_t depth = 0;

    do {
        depth += dx_word_is(words, at, DX_WORD_MARK, "[");
        depth -= dx_word_is(words, at, DX_WORD_MARK, "]");
        at++;
    } while (depth > 0);
    return at;
}

/* [KEY='WANTED'], so that one can say what other values there are. */
static void read_key(struct dx_path_step *step, const struct dx_words *words, size_t open, size_t past)
{
    size_t literal = past - 2, equals = past - 3, begin = words->items[open + 1].begin;

    if (past - open < 5 || !dx_word_is(words, literal, DX_WORD_LITERAL, NULL) ||
        !dx_word_is(words, equals, DX_WORD_OPERATOR, "=")) {
        return;
    }
    for (size_t i = open + 1; i < equals; i++) {
        if (!is_plain_name(words, i) && !dx_word_is(words, i, DX_WORD_OPERATOR, "/") &&
            !dx_word_is(words, i, DX_WORD_MARK, "@") && !dx_word_is(words, i, DX_WORD_MARK, ".")) {
            return;
        }
    }
    if (dx_word_is(words, open + 1, DX_WORD_OPERATOR, "/")) {
        return;
    }
    step->key = (struct dx_str){words->text.ptr + begin, end_of(words, equals - 1) - begin};
    step->wanted = dx_word_text(words, literal);
    step->wanted.ptr++;
    step->wanted.len -= 2;
}

static bool read_predicates(struct reader *r, struct dx_path_step *step)
{
    size_t n = 0;

    while (dx_word_is(r->words, r->at, DX_WORD_MARK, "[")) {
        size_t past = past_brackets(r->words, r->at);

        if (n++ == 0) {
            read_key(step, r->words, r->at, past);
        } else {
            step->key = DX_NONE;
        }
        r->at = past;
        step->end = end_of(r->words, past - 1);
    }
    return true;
}

/* One step; false when no simple path has it there. */
static bool read_step(struct reader *r, struct dx_path_step *step)
{
    const struct dx_words *words = r->words;
    bool last;

    if (r->at >= words->n) {
        return false;
    }
    step->begin = words->items[r->at].begin;
    if (dx_word_is(words, r->at, DX_WORD_TEST, "text")) {
        step->kind = DX_STEP_TEXT;
        step->name = DX_S("text()");
        r->at += 3;
    } else {
        if (dx_word_is(words, r->at, DX_WORD_MARK, "@")) {
            step->kind = DX_STEP_ATTR;
            r->at++;
        } else {
            step->kind = DX_STEP_ELEMENT;
        }
        if (!is_plain_name(words, r->at)) {
            return false;
        }
        step->name = dx_arena_copy(r->arena, dx_word_text(words, r->at));
        r->at++;
    }
    step->bare = step->end = end_of(words, r->at - 1);
    last = r->at == words->n;
    return step->kind == DX_STEP_ELEMENT ? read_predicates(r, step) : last;
}

static bool read_steps(struct reader *r)
{
    struct dx_path *path = r->path;

    for (;;) {
        if (!read_step(r, &path->steps[path->n])) {
            return false;
        }
        path->n++;
        if (r->at == r->words->n) {
            return true;
        }
        if (!dx_word_is(r->words, r->at, DX_WORD_OPERATOR, "/")) {
            return false;
        }
        r->at++;
    }
}

/* A domain holds no domain: who begins the path with it means the root. */
static int refuse_domain(const struct dx_phrase *phrase, const struct dx_path *path)
{
    return dx_phrase_refuse(phrase, path->steps[0].begin, "leave 'domain' out, or write /domain/…",
                            "the path begins in <domain> already");
}

static int refuse_root(const struct dx_phrase *phrase, const struct dx_words *words)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&phrase->run->ctx->mem);
    struct dx_str text = words->text;

    dx_buf_format(&hint, "write .%.*s or /domain%.*s", DX_F(text), DX_F(text));
    dx_buf_byte(&hint, '\0');
    return hint.failed
               ? dx_ctx_no_memory(phrase->run->ctx)
               : dx_phrase_refuse(phrase, words->items[1].begin, hint.ptr,
                                  "the root of the document is <domain>, not <%.*s>", DX_F(dx_word_text(words, 1)));
}

int dx_path_read(struct dx_path *out, const struct dx_phrase *phrase, struct dx_arena *arena,
                 const struct dx_words *words)
{
    struct reader r = {.words = words, .arena = arena, .path = out};
    bool absolute = dx_word_is(words, 0, DX_WORD_OPERATOR, "/");

    *out = (struct dx_path){.steps = dx_arena_zero(arena, words->n + 1, sizeof *out->steps)};
    if (!out->steps) {
        return dx_ctx_no_memory(phrase->run->ctx);
    }
    if (absolute) {
        if (is_plain_name(words, 1) && !dx_str_is(dx_word_text(words, 1), "domain")) {
            return refuse_root(phrase, words);
        }
        r.at = 1;
    } else if (dx_word_is(words, 0, DX_WORD_MARK, ".")) {
        r.at = 1;
        if (words->n == 1) {
            out->simple = true;
            return DX_OK;
        }
        if (!dx_word_is(words, 1, DX_WORD_OPERATOR, "/")) {
            return DX_OK;
        }
        r.at = 2;
    }
    out->simple = read_steps(&r);
    if (out->simple && absolute) {
        out->simple = out->steps[0].kind == DX_STEP_ELEMENT;
        out->steps[0].kind = DX_STEP_ROOT;
    }
    if (out->simple && !absolute && out->steps[0].kind == DX_STEP_ELEMENT && dx_str_is(out->steps[0].name, "domain")) {
        return refuse_domain(phrase, out);
    }
    return arena->failed ? dx_ctx_no_memory(phrase->run->ctx) : DX_OK;
}
