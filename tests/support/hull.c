/* P2, told from the outside: which bytes of the input are not written, and whether they may be missing. */
#include "support.h"

#include "tree.h"

struct hull {
    struct dx_source *source;
    char *kept; /* one byte for each of the input: 1 when a slice holds it */
    bool all;   /* whatever is asked for may go, comments too */
};

/* The slices that point into the input ascend; marks their bytes. */
static const char *mark_kept(struct hull *hull, struct dx_doc *doc)
{
    const char *bytes = hull->source->bytes;
    const struct dx_str *slices;
    size_t n, at = 0;

    if (dx_doc_slices(&slices, &n, doc) != DX_OK) {
        return "no slices";
    }
    for (size_t i = 0; i < n; i++) {
        if (slices[i].ptr < bytes || slices[i].ptr >= bytes + hull->source->len) {
            continue;
        }
        if ((size_t)(slices[i].ptr - bytes) < at) {
            return "a slice of the input that stands behind a later one";
        }
        at = (size_t)(slices[i].ptr - bytes);
        memset(hull->kept + at, 1, slices[i].len);
        at += slices[i].len;
    }
    return NULL;
}

static size_t count_kept(const struct hull *hull, size_t begin, size_t end)
{
    size_t n = 0;

    for (size_t i = begin; i < end; i++) {
        n += (size_t)hull->kept[i];
    }
    return n;
}

static bool all_kept(const struct hull *hull, size_t begin, size_t end)
{
    return count_kept(hull, begin, end) == end - begin;
}

/*
 * In a tag that stays: attributes go with the space before them or keep all but their values; "/" may go. A start tag
 * whose ">" went became an empty one: all up to its end tag must be gone too.
 */
static const char *check_tag(const struct hull *hull, const struct dx_token *token, const struct dx_place_attr *attrs,
                             size_t *gone)
{
    size_t at = (size_t)token->name + token->name_len;

    if (!all_kept(hull, token->begin, token->begin + 1)) {
        return "the beginning of a tag";
    }
    for (size_t i = 0; i < token->n_attrs; i++) {
        size_t value = attrs[i].value, behind = value + attrs[i].value_len;

        if (count_kept(hull, at, behind + 1) != 0 && (!all_kept(hull, at, value) || !hull->kept[behind])) {
            return "part of an attribute's spelling";
        }
        at = behind + 1;
    }
    if (token->kind == DX_TOKEN_EMPTY_TAG) {
        return count_kept(hull, token->end - 2, token->end) == 0 || all_kept(hull, at, token->end)
                   ? NULL
                   : "part of an empty tag";
    }
    *gone += count_kept(hull, token->end - 1, token->end) == 0;
    return *gone > 0 || all_kept(hull, at, token->end) ? NULL : "the end of a tag";
}

static const char *check_token(const struct hull *hull, const struct dx_token *token, const struct dx_place_attr *attrs,
                               size_t *gone)
{
    static const char *const lost[] = {
        [DX_TOKEN_END_OF_INPUT] = NULL,    [DX_TOKEN_DECLARATION] = "the XML declaration",
        [DX_TOKEN_TEXT] = "a text",        [DX_TOKEN_CDATA] = "part of a CDATA section",
        [DX_TOKEN_COMMENT] = "a comment",  [DX_TOKEN_PI] = "a processing instruction",
        [DX_TOKEN_START_TAG] = "a tag",    [DX_TOKEN_EMPTY_TAG] = "a tag",
        [DX_TOKEN_END_TAG] = "an end tag",
    };
    size_t kept = count_kept(hull, token->begin, token->end);
    bool start = token->kind == DX_TOKEN_START_TAG, text = token->kind == DX_TOKEN_TEXT;

    if (token->begin == token->end) {
        return NULL;
    }
    if (*gone > 0) { /* inside a removed element */
        if (kept > 0) {
            return "a part of a removed element was kept";
        }
        *gone += start;
        *gone -= token->kind == DX_TOKEN_END_TAG;
        return NULL;
    }
    if (kept == token->end - token->begin || kept == 0) {
        *gone += start && kept == 0;
        return kept > 0 || start || text || token->kind == DX_TOKEN_CDATA || token->kind == DX_TOKEN_EMPTY_TAG ||
                       (hull->all && (token->kind == DX_TOKEN_COMMENT || token->kind == DX_TOKEN_PI))
                   ? NULL
                   : lost[token->kind];
    }
    if (text) { /* the indentation of what was removed, or a value that changed between its beginning and its end */
        size_t head = token->begin, tail = token->end;

        while (hull->kept[head]) {
            head++;
        }
        while (hull->kept[tail - 1]) {
            tail--;
        }
        return count_kept(hull, head, tail) == 0 ? NULL : "the middle of a text";
    }
    if (start || token->kind == DX_TOKEN_EMPTY_TAG) {
        return check_tag(hull, token, attrs, gone);
    }
    return lost[token->kind];
}

const char *t_hull_violation(struct dx_doc *doc, const char *input, size_t len, bool all)
{
    static struct dx_scan scan;
    struct hull hull = {.source = &doc->source, .kept = calloc(len + 1, 1), .all = all};
    struct dx_token token = {.kind = DX_TOKEN_TEXT};
    size_t gone = 0;
    const char *wrong;

    assert_non_null(hull.kept);
    assert_int_equal(doc->source.len, len);
    assert_memory_equal(doc->source.bytes, input, len);
    wrong = mark_kept(&hull, doc);
    dx_scan_begin(&scan, hull.source);
    while (!wrong && token.kind != DX_TOKEN_END_OF_INPUT) {
        assert_int_equal(dx_scan_next(&scan, &token), DX_OK);
        wrong = check_token(&hull, &token, scan.attrs, &gone);
    }
    if (!wrong && !all_kept(&hull, 0, hull.source->begin)) {
        wrong = "the byte order mark";
    }
    free(hull.kept);
    return wrong;
}
