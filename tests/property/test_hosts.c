/* Every document is planned for every host, alone and all together: nothing crashes, and what a plan says is whole. */
#include "hosts.h"

static struct t_hosts hosts;
static size_t plans, requirements, missing, unknown;

static int grow(void **state __attribute__((unused)))
{
    t_hosts_grow(&hosts);
    return 0;
}

static int cut(void **state __attribute__((unused)))
{
    t_hosts_remove(&hosts);
    return 0;
}

/* A plan for the i-th host; behind the last one, for none. */
static struct dx_plan *new_plan(struct dx_ctx *ctx, size_t i)
{
    struct dx_plan_options opts = {.size = sizeof opts, .host_cpus = i < hosts.names.n ? NULL : "0-63"};
    char *root = i < hosts.names.n ? t_path(hosts.folder, hosts.names.items[i]) : NULL;
    struct dx_plan *plan;

    opts.root = root;
    opts.flags = root ? 0 : DX_PLAN_ELSEWHERE;
    assert_int_equal(dx_plan_new(&plan, ctx, &opts), DX_OK);
    free(root);
    return plan;
}

static void count(const struct dx_plan *plan)
{
    const struct dx_requirement *item;

    plans++;
    for (size_t i = 0; (item = dx_plan_at(plan, i)) != NULL; i++) {
        requirements++;
        missing += item->state == DX_PLAN_MISSING;
        unknown += item->state == DX_PLAN_UNKNOWN;
    }
}

/* The map is drawn, or refused with a reason. */
static const char *map_wrong(struct dx_ctx *ctx, struct dx_plan *plan)
{
    struct _xmlDoc *dom;
    const char *wrong = NULL;
    char *xml;
    size_t len;
    int rc = dx_plan_map(&xml, &len, plan);

    if (rc == DX_EREFUSED) {
        wrong = t_count(ctx, DX_SEVERITY_ERROR) == 1 ? NULL : "no map, and no reason";
        dx_ctx_clear_diags(ctx);
        return wrong;
    }
    assert_int_equal(rc, DX_OK);
    dom = t_dom_parse(xml, len);
    wrong = dom ? NULL : "the map is no XML";
    t_dom_free(dom);
    dx_bytes_free(ctx, xml);
    return wrong;
}

static void make(struct dx_ctx *ctx, struct dx_plan *plan, const char *name, size_t len)
{
    const char *wrong;

    assert_int_equal(dx_plan_make(plan), DX_OK);
    wrong = t_plan_wrong(plan, len);
    wrong = wrong ? wrong : map_wrong(ctx, plan);
    if (wrong || dx_ctx_diag_count(ctx) > 0) {
        struct t_bytes dump = t_plan_dump(plan), diags = t_diags(ctx);

        print_message("%s\n%s\n", dump.ptr, diags.ptr);
        fail_msg("%s: %s", name, wrong ? wrong : "a plan said something of its own");
    }
    count(plan);
    dx_plan_free(plan);
}

/* One document for the hosts from `first` on, `step` apart: all of them for each would only take longer. */
static void plan_document(const char *path, const struct t_bytes *bytes, size_t first, size_t step)
{
    for (size_t i = first % step; i <= hosts.names.n; i += step) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *doc;

        if (dx_doc_parse(&doc, ctx, path, bytes->ptr, bytes->len, 0) == DX_OK) {
            struct dx_plan *plan = new_plan(ctx, i);

            assert_int_equal(dx_plan_add_domain(plan, doc), DX_OK);
            dx_doc_free(doc);
            make(ctx, plan, path, bytes->len);
        }
        dx_ctx_free(ctx);
    }
}

static void plan_folder(const char *folder, size_t step)
{
    struct t_names names = t_list(folder, ".xml");

    for (size_t i = 0; i < names.n; i++) {
        char *path = t_path(folder, names.items[i]);
        struct t_bytes bytes = t_read(path);

        plan_document(path, &bytes, i, step);
        t_bytes_free(&bytes);
        free(path);
    }
    t_names_free(&names);
}

/* All documents of a folder in one plan. */
static void plan_together(const char *folder)
{
    struct t_names names = t_list(folder, ".xml");

    for (size_t host = 0; host <= hosts.names.n; host++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_plan *plan = new_plan(ctx, host);

        for (size_t i = 0; i < names.n; i++) {
            char *path = t_path(folder, names.items[i]);
            struct t_bytes bytes = t_read(path);
            struct dx_doc *doc;

            if (dx_doc_parse(&doc, ctx, path, bytes.ptr, bytes.len, 0) == DX_OK) {
                assert_int_equal(dx_plan_add_domain(plan, doc), DX_OK);
                dx_doc_free(doc);
            }
            dx_ctx_clear_diags(ctx);
            t_bytes_free(&bytes);
            free(path);
        }
        make(ctx, plan, folder, 0);
        dx_ctx_free(ctx);
    }
    t_names_free(&names);
}

static void tell(void)
{
    print_message("%zu plans: %zu requirements, %zu missing, %zu cannot be told\n", plans, requirements, missing,
                  unknown);
    plans = requirements = missing = unknown = 0;
}

TEST(no_documents)
{
    for (size_t i = 0; i <= hosts.names.n; i++) {
        struct dx_ctx *ctx = t_ctx();

        make(ctx, new_plan(ctx, i), "no document", 0);
        dx_ctx_free(ctx);
    }
    tell();
}

TEST(golden_documents)
{
    struct t_names passes = t_list(DX_SOURCE_DIR "/tests/golden", NULL);

    for (size_t i = 0; i < passes.n; i++) {
        char *folder = t_path(DX_SOURCE_DIR "/tests/golden", passes.items[i]);
        struct t_names cases = t_list(folder, NULL);

        for (size_t k = 0; k < cases.n; k++) {
            char *path = t_path(folder, cases.items[k]);

            plan_folder(path, 4);
            free(path);
        }
        t_names_free(&cases);
        free(folder);
    }
    t_names_free(&passes);
    tell();
}

TEST(real_documents)
{
    static const char *const folders[] = {"domains", "refused", "mutants"};

    if (!t_corpus()) {
        skip();
    }
    for (size_t i = 0; i < COUNT(folders); i++) {
        char *folder = t_path(t_corpus(), folders[i]);

        plan_folder(folder, 4);
        if (i == 0) {
            plan_together(folder);
        }
        free(folder);
    }
    tell();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_documents),
        cmocka_unit_test(golden_documents),
        cmocka_unit_test(real_documents),
    };

    return cmocka_run_group_tests(tests, grow, cut);
}
