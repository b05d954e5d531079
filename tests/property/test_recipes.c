/* Recipes keep the promises on every document, and what is advised is what they do. */
#include "support.h"

enum { MOST = 64 };

/* A recipe as a pipeline, and what came of it. */
struct subject {
    const char *name;
    struct dx_ctx *ctx;
    struct dx_pipeline *pipeline;
    size_t changed, unchanged, refused, left_out, advised;
};

static struct subject subjects[MOST];
static size_t n_subjects;

static void add_subject(const char *name)
{
    struct subject *s = &subjects[n_subjects++];
    struct dx_recipe *recipe;

    assert_true(n_subjects <= MOST);
    *s = (struct subject){.name = name, .ctx = t_ctx()};
    assert_int_equal(dx_recipe_load(&recipe, s->ctx, name, NULL, 0), DX_OK);
    assert_int_equal(dx_pipeline_new(&s->pipeline, s->ctx), DX_OK);
    assert_int_equal(dx_pipeline_add_recipe(s->pipeline, s->ctx, recipe), DX_OK);
    dx_recipe_free(recipe);
}

static int load(void **state __attribute__((unused)))
{
    static const char *const own[] = {
        DX_SOURCE_DIR "/tests/recipes/host.recipe",
        DX_SOURCE_DIR "/tests/recipes/memory.recipe",
        DX_SOURCE_DIR "/tests/recipes/tries.recipe",
    };

    for (size_t i = 0; i < COUNT(own); i++) {
        add_subject(own[i]);
    }
    for (size_t i = 0; dx_recipe_at(i); i++) {
        add_subject(dx_recipe_at(i));
    }
    return 0;
}

static int unload(void **state __attribute__((unused)))
{
    for (size_t i = 0; i < n_subjects; i++) {
        dx_pipeline_free(subjects[i].pipeline);
        dx_ctx_free(subjects[i].ctx);
    }
    return 0;
}

static size_t count_left_out(const struct dx_ctx *ctx)
{
    const struct dx_diag *diag;
    size_t n = 0;

    for (size_t i = 0; (diag = dx_ctx_diag(ctx, i)) != NULL; i++) {
        n += strncmp(diag->message, "left out: ", 10) == 0;
    }
    return n;
}

/* The missing lines alone, in their order: they are done, and then none is missing but one that
 * came too early. */
static const char *check_advice(struct subject *s, const struct t_bytes *bytes)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse(ctx, bytes->ptr, bytes->len), *done = NULL;
    const struct dx_advice *advice;
    enum dx_advice_state states[MOST] = {0};
    const char *wrong = NULL;
    struct dx_pipeline *some;
    char *out = NULL;
    size_t n, len;

    assert_int_equal(dx_pipeline_new(&some, ctx), DX_OK);
    assert_int_equal(dx_doc_advise(&advice, &n, doc, s->pipeline, NULL), DX_OK);
    assert_true(n <= MOST);
    for (size_t i = 0; i < n; i++) {
        states[i] = advice[i].state;
        if (states[i] == DX_ADVICE_MISSING) {
            assert_int_equal(advice[i].remove ? dx_pipeline_add_remove(some, ctx, advice[i].spec)
                                              : dx_pipeline_add(some, ctx, advice[i].spec),
                             DX_OK);
        }
        if ((advice[i].reason == NULL) ==
            (advice[i].state == DX_ADVICE_NOT_APPLICABLE || advice[i].state == DX_ADVICE_BLOCKED)) {
            wrong = "a line that cannot be followed has no reason, or another has one";
        }
    }
    if (dx_ctx_diag_count(ctx) > 0 || dx_doc_changed(doc)) {
        wrong = "advice says something of its own, or changes the document";
    }
    if (!wrong && dx_pipeline_count(some) > 0) {
        s->advised++;
        if (dx_pipeline_run(some, ctx, doc, NULL) != DX_OK) {
            wrong = "what is advised is not done";
        } else if (dx_doc_write(&out, &len, doc) != DX_OK ||
                   dx_doc_parse(&done, ctx, "done.xml", out, len, DX_PARSE_BORROW) != DX_OK ||
                   dx_doc_advise(&advice, &n, done, s->pipeline, NULL) != DX_OK) {
            wrong = "what was advised cannot be read again";
        }
        for (size_t i = 0; !wrong && i < n; i++) {
            bool late = states[i] == DX_ADVICE_BLOCKED || states[i] == DX_ADVICE_NOT_APPLICABLE;

            wrong =
                advice[i].state == DX_ADVICE_MISSING && !late ? "a line is missing when all that was is done" : NULL;
        }
    }
    dx_doc_free(done);
    dx_bytes_free(ctx, out);
    dx_pipeline_free(some);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
    return wrong;
}

static void check(struct subject *s, const char *path, const struct t_bytes *bytes)
{
    struct dx_ctx *ctx = t_ctx();
    struct t_args none = {0};
    struct dx_doc *doc;
    const char *wrong;
    int rc;

    if (dx_doc_parse(&doc, ctx, path, bytes->ptr, bytes->len, 0) == DX_OK) {
        rc = t_run(doc, s->pipeline, &none);
        s->changed += rc == DX_OK;
        s->unchanged += rc == DX_UNCHANGED;
        s->refused += rc < 0;
        s->left_out += rc >= 0 && count_left_out(ctx) > 0;
        wrong = t_promise_broken(doc, rc, bytes->ptr, bytes->len, s->pipeline, &none);
        wrong = wrong ? wrong : check_advice(s, bytes);
        if (wrong) {
            fail_msg("%s on %s: %s", s->name, path, wrong);
        }
        dx_doc_free(doc);
    }
    dx_ctx_free(ctx);
}

static void check_file(const char *path)
{
    struct t_bytes bytes = t_read(path);

    for (size_t i = 0; bytes.ptr && i < n_subjects; i++) {
        check(&subjects[i], path, &bytes);
    }
    t_bytes_free(&bytes);
}

/* All files below a folder, `depth` folders down, whose names end in .xml. */
static void check_folder(const char *folder, int depth)
{
    struct t_names names = t_list(folder, depth ? NULL : ".xml");

    for (size_t i = 0; i < names.n; i++) {
        char *path = t_path(folder, names.items[i]);

        if (depth) {
            check_folder(path, depth - 1);
        } else {
            check_file(path);
        }
        free(path);
    }
    t_names_free(&names);
}

static void tell(void)
{
    for (size_t i = 0; i < n_subjects; i++) {
        struct subject *s = &subjects[i];
        const char *slash = strrchr(s->name, '/');

        print_message("%s: %zu changed, %zu unchanged, %zu refused; lines left out in %zu; advised in %zu\n",
                      slash ? slash + 1 : s->name, s->changed, s->unchanged, s->refused, s->left_out, s->advised);
        s->changed = s->unchanged = s->refused = s->left_out = s->advised = 0;
    }
}

TEST(golden_documents)
{
    check_folder(DX_SOURCE_DIR "/tests/golden", 2);
    tell();
}

TEST(real_documents)
{
    if (!t_corpus()) {
        skip();
    }
    for (size_t i = 0; i < 2; i++) {
        char *folder = t_path(t_corpus(), i ? "refused" : "domains");

        check_folder(folder, 0);
        free(folder);
    }
    tell();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_documents),
        cmocka_unit_test(real_documents),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
