/* One compiled pipeline, or a plan each, and eight threads with a context each: the results are those of one thread
 * alone. */
#include "domxform.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sheets.h"

enum { THREADS = 8, DOCUMENTS = 12, ROUNDS = 40 };

static const char *const specs[] = {"iothreads", "iothreadpin:0-1", "hugepages:2M",        "hint-dedicated",
                                    "tpm",       "seclabel",        "rdm:vdb,mode=virtual"};

struct result {
    int rc;
    char *bytes;
    size_t len;
    size_t diags;
};

struct job {
    const struct dx_pipeline *pipeline;
    struct result results[DOCUMENTS];
    int wrong;
};

static struct result wanted[DOCUMENTS];

/* Documents that differ in size and in how they end: changed, refused by a pass, refused as input. */
static char *make_document(size_t *len, unsigned which)
{
    char *bytes = NULL;
    FILE *file = open_memstream(&bytes, len);

    assert_non_null(file);
    fprintf(file, "<domain type='%s'>\n  <name>vm%u</name>\n  <memory unit='GiB'>4</memory>\n  <vcpu>%u</vcpu>\n",
            which == 3 ? "lxc" : "kvm", which, which + 1);
    fprintf(file, "  <os><type arch='x86_64' machine='q35'>hvm</type></os>\n  <devices>\n");
    for (unsigned i = 0; i < 2 + which * 2; i++) {
        fprintf(file,
                "    <disk type='block' device='disk'>\n      <source dev='/dev/disk/by-id/wwn-%u'/>\n"
                "      <target dev='vd%c' bus='virtio'/>\n    </disk>\n",
                i, (char)('a' + i));
    }
    fprintf(file, "  </devices>\n%s", which == 7 ? "</domian>\n" : "</domain>\n");
    fclose(file);
    return bytes;
}

static struct result transform(struct dx_ctx *ctx, const struct dx_pipeline *pipeline, unsigned which)
{
    struct result result = {0};
    struct dx_doc *doc = NULL;
    size_t len;
    char *in = make_document(&len, which);

    dx_ctx_clear_diags(ctx);
    result.rc = dx_doc_parse(&doc, ctx, "vm.xml", in, len, DX_PARSE_BORROW);
    if (result.rc == DX_OK) {
        result.rc = dx_pipeline_run(pipeline, ctx, doc, NULL);
    }
    if (result.rc >= 0) {
        char *out;

        assert_int_equal(dx_doc_write(&out, &result.len, doc), DX_OK);
        result.bytes = malloc(result.len + 1);
        assert_non_null(result.bytes);
        memcpy(result.bytes, out, result.len);
        dx_bytes_free(ctx, out);
    }
    result.diags = dx_ctx_diag_count(ctx);
    dx_doc_free(doc);
    free(in);
    return result;
}

static int same(const struct result *a, const struct result *b)
{
    return a->rc == b->rc && a->diags == b->diags && a->len == b->len &&
           (a->len == 0 || memcmp(a->bytes, b->bytes, a->len) == 0);
}

static void *work(void *user)
{
    struct job *job = user;
    struct dx_ctx *ctx;

    if (dx_ctx_new(&ctx, NULL) != DX_OK) {
        job->wrong++;
        return NULL;
    }
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < DOCUMENTS; i++) {
            struct result result = transform(ctx, job->pipeline, i);

            job->wrong += !same(&result, &wanted[i]);
            free(result.bytes);
        }
    }
    dx_ctx_free(ctx);
    return NULL;
}

static void share(const char *const *passes, size_t n)
{
    struct dx_ctx *ctx;
    struct dx_pipeline *pipeline;
    struct job jobs[THREADS] = {0};
    pthread_t threads[THREADS];
    unsigned changed = 0, failed = 0;

    assert_int_equal(dx_ctx_new(&ctx, NULL), DX_OK);
    assert_int_equal(dx_pipeline_new(&pipeline, ctx), DX_OK);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(dx_pipeline_add(pipeline, ctx, passes[i]), DX_OK);
    }
    for (unsigned i = 0; i < DOCUMENTS; i++) {
        wanted[i] = transform(ctx, pipeline, i);
        changed += wanted[i].rc == DX_OK;
        failed += wanted[i].rc < 0;
    }
    assert_true(changed > 0);
    assert_true(failed >= 2);

    for (unsigned i = 0; i < THREADS; i++) {
        jobs[i].pipeline = pipeline;
        assert_int_equal(pthread_create(&threads[i], NULL, work, &jobs[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(jobs[i].wrong, 0);
    }
    for (unsigned i = 0; i < DOCUMENTS; i++) {
        free(wanted[i].bytes);
    }
    dx_pipeline_free(pipeline);
    dx_ctx_free(ctx);
}

static void test_eight_threads_share_a_pipeline(void **state)
{
    (void)state;
    share(specs, sizeof(specs) / sizeof(*specs));
}

/* Stylesheets too are compiled once; each run has its own tree, and all have one watchdog. */
static void test_eight_threads_share_stylesheets(void **state)
{
    static const char *const sheets[] = {"xslt:" DX_SOURCE_DIR "/xslt/iothreads.xsl,count=2",
                                         "xslt:" DX_SOURCE_DIR "/xslt/hugepages.xsl,size=2M"};

    (void)state;
    if (!t_sheets_can_run()) {
        skip();
    }
    share(sheets, sizeof(sheets) / sizeof(*sheets));
}

/* All that a plan of two documents says, for this host, and its map, as a picture where stylesheets can run. */
static char *plan(struct dx_ctx *ctx, int picture)
{
    struct dx_plan_options opts = {.size = sizeof(opts), .host_cpus = "0-15"};
    struct dx_plan *made;
    const struct dx_requirement *item;
    char *bytes = NULL, *map = NULL;
    size_t len;
    FILE *file = open_memstream(&bytes, &len);

    if (!file || dx_plan_new(&made, ctx, &opts) != DX_OK) {
        return NULL;
    }
    for (unsigned i = 1; i <= 2; i++) {
        struct dx_doc *doc = NULL;
        char *in = make_document(&len, i);

        fprintf(file, "%d", dx_doc_parse(&doc, ctx, "vm.xml", in, len, 0));
        fprintf(file, "%d\n", doc ? dx_plan_add_domain(made, doc) : -1);
        dx_doc_free(doc);
        free(in);
    }
    fprintf(file, "%d\n", dx_plan_make(made));
    for (size_t i = 0; (item = dx_plan_at(made, i)) != NULL; i++) {
        fprintf(file, "%s %s %d\n", item->id, item->title, (int)item->state);
    }
    fprintf(file, "%d\n", (picture ? dx_plan_map_svg : dx_plan_map)(&map, &len, made));
    fprintf(file, "%s\n", map ? map : "");
    dx_bytes_free(ctx, map);
    dx_plan_free(made);
    fclose(file);
    return bytes;
}

struct planner {
    const char *wanted;
    int picture, wrong;
};

static void *plan_again(void *user)
{
    struct planner *planner = user;

    for (unsigned round = 0; round < ROUNDS / 4; round++) {
        struct dx_ctx *ctx;
        char *got = NULL;

        if (dx_ctx_new(&ctx, NULL) == DX_OK) {
            got = plan(ctx, planner->picture);
            dx_ctx_free(ctx);
        }
        planner->wrong += !got || strcmp(got, planner->wanted) != 0;
        free(got);
    }
    return NULL;
}

static void test_eight_threads_plan_at_once(void **state)
{
    struct planner planners[THREADS] = {0};
    pthread_t threads[THREADS];
    struct dx_ctx *ctx;
    char *alone;

    (void)state;
    assert_int_equal(dx_ctx_new(&ctx, NULL), DX_OK);
    alone = plan(ctx, t_sheets_can_run());
    assert_non_null(alone);
    for (unsigned i = 0; i < THREADS; i++) {
        planners[i] = (struct planner){alone, t_sheets_can_run(), 0};
        assert_int_equal(pthread_create(&threads[i], NULL, plan_again, &planners[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(planners[i].wrong, 0);
    }
    dx_ctx_free(ctx);
    free(alone);
}

/* The cancel flag is the one thing that another thread may touch. */
static void *cancel(void *user)
{
    dx_cancel(user);
    return NULL;
}

static void test_another_thread_may_cancel(void **state)
{
    struct dx_ctx *ctx;
    struct dx_pipeline *pipeline;
    struct dx_doc *doc = NULL;
    pthread_t thread;
    size_t len;
    char *in = make_document(&len, 1);

    (void)state;
    assert_int_equal(dx_ctx_new(&ctx, NULL), DX_OK);
    assert_int_equal(pthread_create(&thread, NULL, cancel, ctx), 0);
    for (unsigned i = 0; i < 20; i++) {
        int rc = dx_doc_parse(&doc, ctx, "vm.xml", in, len, 0);

        assert_true(rc == DX_OK || rc == DX_ELIMIT);
        dx_doc_free(doc);
        doc = NULL;
    }
    pthread_join(thread, NULL);
    assert_int_equal(dx_pipeline_new(&pipeline, ctx), DX_OK);
    assert_int_equal(dx_pipeline_add(pipeline, ctx, "hugepages:1G"), DX_OK);
    assert_int_equal(dx_doc_parse(&doc, ctx, "vm.xml", in, len, 0), DX_OK);
    assert_int_equal(dx_pipeline_run(pipeline, ctx, doc, NULL), DX_ELIMIT);
    dx_doc_free(doc);
    dx_pipeline_free(pipeline);
    dx_ctx_free(ctx);
    free(in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_eight_threads_share_a_pipeline),
        cmocka_unit_test(test_eight_threads_share_stylesheets),
        cmocka_unit_test(test_eight_threads_plan_at_once),
        cmocka_unit_test(test_another_thread_may_cancel),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
