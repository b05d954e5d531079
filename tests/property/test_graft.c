/*
 * Whatever a stylesheet makes of a document, the document that its result is grafted onto says the same as libxslt's
 * own result, but for text of white space alone; and an identity is one byte for byte. Each sheet in sheets/ and in
 * xslt/ on every document.
 */
#include "sheets.h"

#include "xslt.h"

static const char own[] = DX_SOURCE_DIR "/tests/property/sheets", shipped[] = DX_SOURCE_DIR "/xslt";

enum { MOST_SHEETS = 64, MOST_SHOWN = 5 };

struct trial {
    char *path;
    struct t_sheet *reference;
    struct dx_sheet *sheet;
    bool identity;
    size_t compared, changed, nothing, wrong;
};

static struct trial trials[MOST_SHEETS];
static size_t n_trials;
static struct dx_ctx *compiled_in;

static void add_sheets(const char *folder)
{
    struct t_names names = t_list(folder, ".xsl");

    for (size_t i = 0; i < names.n; i++) {
        struct trial *trial = &trials[n_trials];

        if (strcmp(names.items[i], "host-map.xsl") == 0) {
            continue; /* its result is an image */
        }
        n_trials++;
        assert_true(n_trials <= MOST_SHEETS);
        trial->path = t_path(folder, names.items[i]);
        trial->identity = strncmp(names.items[i], "identity", 8) == 0;
        trial->reference = t_sheet_read(trial->path);
        assert_non_null(trial->reference);
        assert_int_equal(dx_sheet_load(&trial->sheet, compiled_in, trial->path), DX_OK);
    }
    t_names_free(&names);
}

/* NULL, or what is wrong with what was written. */
static const char *judge(struct trial *trial, struct dx_doc *doc, struct _xmlDoc *expected, const struct t_bytes *in)
{
    const char *wrong;
    struct _xmlDoc *made;
    char *out;
    size_t len;

    assert_int_equal(dx_doc_write(&out, &len, doc), DX_OK);
    made = t_dom_parse(out, len);
    if (!made) {
        wrong = "what is written is not well-formed";
    } else if (trial->identity && (len != in->len || memcmp(out, in->ptr, len) != 0)) {
        wrong = "an identity changed bytes";
    } else {
        t_dom_drop_blank(made);
        wrong = t_dom_same(made, expected);
        wrong = wrong ? wrong : t_meaning_difference(out, len, doc);
    }
    t_dom_free(made);
    dx_bytes_free(dx_doc_ctx(doc), out);
    return wrong;
}

/* What the parameters are given that a sheet cannot do without. */
static const struct value {
    const char *param, *value;
} values[] = {{"size", "1G"}, {"cpus", "0-3"}, {"disk", "/dev/disk/by-id/scsi-1"}};

static size_t fill_in(const char **params, struct dx_pair *pairs, const struct t_sheet *sheet)
{
    size_t n = 0;

    for (size_t i = 0; i < COUNT(values); i++) {
        if (t_sheet_takes(sheet, values[i].param)) {
            params[2 * n] = values[i].param;
            params[2 * n + 1] = values[i].value;
            pairs[n++] = (struct dx_pair){.key = STR(values[i].param), .text = STR(values[i].value)};
        }
    }
    params[2 * n] = NULL;
    return n;
}

static void try_sheet(struct trial *trial, const char *path, const struct t_bytes *in)
{
    const char *params[2 * COUNT(values) + 1];
    struct dx_pair pairs[COUNT(values)];
    size_t n = fill_in(params, pairs, trial->reference);
    struct _xmlDoc *dom = t_dom_parse(in->ptr, in->len); /* xsl:strip-space takes its white space away */
    struct _xmlDoc *expected = t_sheet_apply(trial->reference, dom, params);
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc;
    const char *wrong = NULL;
    int rc;

    assert_int_equal(dx_doc_parse(&doc, ctx, path, in->ptr, in->len, 0), DX_OK);
    rc = dx_sheet_run(trial->sheet, doc, &(struct dx_pairs){pairs, n}, 60000);
    if (!expected || rc < 0) {
        trial->nothing++;
        wrong = expected ? "libxslt makes a document, and the pass does not"
                : rc < 0 ? NULL
                         : "the pass makes a document, and libxslt does not";
    } else {
        t_dom_drop_blank(expected);
        wrong = judge(trial, doc, expected, in);
        trial->compared++;
        trial->changed += rc == DX_OK;
    }
    if (wrong && ++trial->wrong <= MOST_SHOWN) {
        struct t_bytes said = t_diags(ctx);

        print_error("%s: %s: %s\n%.*s", path, trial->path, wrong, (int)said.len, said.ptr ? said.ptr : "");
        t_bytes_free(&said);
    }
    t_dom_free(expected);
    t_dom_free(dom);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

static void try_path(const char *path)
{
    struct t_bytes in = t_read(path);
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = NULL;

    if (in.ptr && dx_doc_parse(&doc, ctx, path, in.ptr, in.len, 0) == DX_OK) {
        for (size_t i = 0; i < n_trials; i++) {
            try_sheet(&trials[i], path, &in);
        }
    }
    dx_doc_free(doc);
    dx_ctx_free(ctx);
    t_bytes_free(&in);
}

static void try_folder(const char *folder, const char *suffix, const char *inner)
{
    struct t_names names = t_list(folder, suffix);

    for (size_t i = 0; i < names.n; i++) {
        char *path = t_path(folder, names.items[i]), *whole = inner ? t_path(path, inner) : NULL;

        try_path(whole ? whole : path);
        free(whole);
        free(path);
    }
    t_names_free(&names);
}

TEST(a_graft_says_what_the_result_says)
{
    static const char golden[] = DX_SOURCE_DIR "/tests/golden";
    struct t_names passes = t_list(golden, NULL);
    size_t wrong = 0;

    compiled_in = t_ctx();
    add_sheets(own);
    add_sheets(shipped);
    for (size_t i = 0; i < passes.n; i++) {
        char *folder = t_path(golden, passes.items[i]);

        try_folder(folder, NULL, "in.xml");
        free(folder);
    }
    t_names_free(&passes);
    if (t_corpus()) {
        char *folder = t_path(t_corpus(), "domains");

        try_folder(folder, ".xml", NULL);
        free(folder);
    }
    for (size_t i = 0; i < n_trials; i++) {
        struct trial *trial = &trials[i];

        print_message("%s: %zu documents, %zu changed, %zu without a result, %zu wrong\n",
                      strrchr(trial->path, '/') + 1, trial->compared, trial->changed, trial->nothing, trial->wrong);
        wrong += trial->wrong + (trial->compared == 0) + (trial->identity ? trial->changed : !trial->changed);
        t_sheet_free(trial->reference);
        dx_sheet_free(trial->sheet);
        free(trial->path);
    }
    dx_ctx_free(compiled_in);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_graft_says_what_the_result_says),
    };

    if (!t_sheets_can_run()) {
        print_message("libxslt is not installed: skipped\n");
        return T_SKIPPED;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
