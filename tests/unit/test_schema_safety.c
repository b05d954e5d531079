/* Schemas without memory, in many threads, and made to hurt. */
#include "verdicts.h"

#include <pthread.h>
#include <time.h>

#define EMPTY(name) "<element name='" name "'><empty/></element>"

static const char pattern[] =
    "<interleave><zeroOrMore><element name='a'><choice><attribute name='x'><data type='int'>"
    "<param name='pattern'>[0-9]+</param><except><value>13</value></except></data></attribute>"
    "<attribute name='y'><list><oneOrMore><value>p</value></oneOrMore></list></attribute>"
    "</choice><ref name='inside'/></element></zeroOrMore><optional><ref name='b'/></optional>"
    "</interleave>";
static const char defines[] =
    "<define name='inside'><interleave><optional><element name='c'><text/></element></optional>"
    "<optional><element name='d'><empty/></element></optional></interleave></define>"
    "<define name='b'><element><choice><name>b</name><nsName ns='urn:b'/></choice><text/>"
    "</element></define>";

static const struct {
    const char *inside;
    size_t errors;
} documents[] = {
    {"<a x='1'><c>t</c><d/></a><b>u</b><a y='p p'><d/></a>", 0},
    {"<a x='13'/><a x='i'/><q:z xmlns:q='urn:b'/>", 2},
    {"<a/><z/><a y='' x='1'><d/><d/></a>t", 0 /* some: see below */},
    {"", 0},
};

/* ---- memory ---- */

struct result {
    int rc;
    size_t errors;
};

static struct result live(struct t_memory *memory, const char *inside, unsigned flags)
{
    struct dx_allocator allocator = t_allocator(memory);
    struct dx_ctx_options ctx_opts = {.size = sizeof ctx_opts, .allocator = &allocator};
    struct t_bytes schema_text = t_schema_text(pattern, defines), text = t_domain_text(inside);
    struct dx_schema *schema = NULL;
    struct dx_validate_options opts = {.size = sizeof opts, .level = DX_LEVEL_SCHEMA, .flags = flags};
    struct result result = {0};
    struct dx_ctx *ctx = NULL;
    struct dx_doc *doc = NULL;
    int rc = dx_ctx_new(&ctx, &ctx_opts);

    rc = rc < 0 ? rc : dx_schema_parse(&schema, ctx, "s.rng", schema_text.ptr, schema_text.len);
    rc = rc < 0 ? rc : dx_doc_parse(&doc, ctx, "vm.xml", text.ptr, text.len, 0);
    if (rc == DX_OK) {
        opts.schema = schema;
        rc = dx_doc_validate(&result.errors, doc, &opts);
    }
    if (rc == DX_ENOMEM && schema && !memory->from_then_on) {
        /* There is memory again, and the context is as good as new. */
        memory->fail_at = 0;
        dx_ctx_clear_diags(ctx);
        dx_doc_free(doc);
        assert_int_equal(dx_doc_parse(&doc, ctx, "vm.xml", text.ptr, text.len, 0), DX_OK);
        opts.schema = schema;
        assert_int_equal(dx_doc_validate(&result.errors, doc, &opts), DX_OK);
    }
    dx_doc_free(doc);
    dx_schema_free(schema);
    dx_ctx_free(ctx);
    t_bytes_free(&schema_text);
    t_bytes_free(&text);
    result.rc = rc;
    return result;
}

static void check_memory(const char *inside, bool from_then_on, unsigned flags)
{
    struct t_memory memory = {0};
    struct result good = live(&memory, inside, flags);
    size_t n = 0;

    assert_int_equal(good.rc, DX_OK);
    assert_int_equal(memory.live, 0);
    do {
        struct result result;

        memory = (struct t_memory){.fail_at = ++n, .from_then_on = from_then_on};
        result = live(&memory, inside, flags);
        if (memory.live != 0 || (result.rc != DX_OK && result.rc != DX_ENOMEM)) {
            fail_msg("failure %zu gives %d and loses %zu blocks", n, result.rc, memory.live);
        }
        if (result.rc == DX_OK) {
            assert_int_equal(result.errors, good.errors);
        }
    } while (memory.failed);
    assert_true(n > 10);
}

TEST(every_allocation_fails)
{
    for (size_t i = 0; i < COUNT(documents); i++) {
        check_memory(documents[i].inside, false, DX_VALIDATE_ORDER);
        check_memory(documents[i].inside, true, 0);
    }
}

/* Definitions in front move every small piece to the end of a block once. */
TEST(every_allocation_fails_in_large_schemas)
{
    struct dx_ctx *ctx;

    for (size_t n = 1; n < 40; n++) {
        struct t_bytes more = {0}, text;
        struct t_memory memory = {.fail_at = 20 + n * 3};
        struct dx_allocator allocator = t_allocator(&memory);
        struct dx_ctx_options opts = {.size = sizeof opts, .allocator = &allocator};
        struct dx_schema *schema = NULL;

        for (size_t i = 0; i < n * 20; i++) {
            t_bytes_format(&more, "<define name='d%zu'>" EMPTY("e%zu") "</define>", i, i);
        }
        text = t_schema_text(pattern, more.ptr);
        text.len = strlen(text.ptr) - strlen("</grammar>\n");
        t_bytes_add(&text, defines, sizeof defines - 1);
        t_bytes_add(&text, "</grammar>", 10);
        assert_int_equal(dx_ctx_new(&ctx, &opts), DX_OK);
        if (dx_schema_parse(&schema, ctx, "s.rng", text.ptr, text.len) != DX_OK) {
            assert_true(memory.failed);
            assert_int_equal(dx_schema_parse(&schema, ctx, "s.rng", text.ptr, text.len), DX_OK);
        }
        dx_schema_free(schema);
        dx_ctx_free(ctx);
        assert_int_equal(memory.live, 0);
        t_bytes_free(&more);
        t_bytes_free(&text);
    }
}

/* ---- threads ---- */

enum { THREADS = 8, ROUNDS = 60 };

struct job {
    const struct dx_schema *schema;
    const size_t *wanted;
    unsigned flags;
    int wrong;
};

static size_t errors_of(struct dx_ctx *ctx, const struct dx_schema *schema, size_t i, unsigned flags)
{
    struct dx_validate_options opts = {.size = sizeof opts, .level = DX_LEVEL_SCHEMA, .schema = schema, .flags = flags};
    struct t_bytes text = t_domain_text(documents[i].inside);
    struct dx_doc *doc = NULL;
    size_t errors = SIZE_MAX;

    dx_ctx_clear_diags(ctx);
    if (dx_doc_parse(&doc, ctx, "vm.xml", text.ptr, text.len, 0) != DX_OK ||
        dx_doc_validate(&errors, doc, &opts) != DX_OK) {
        errors = SIZE_MAX;
    }
    dx_doc_free(doc);
    t_bytes_free(&text);
    return errors;
}

static void *work(void *user)
{
    struct job *job = user;
    struct dx_ctx *ctx = NULL;

    if (dx_ctx_new(&ctx, NULL) != DX_OK) {
        job->wrong++;
        return NULL;
    }
    for (size_t round = 0; round < ROUNDS; round++) {
        size_t i = round % COUNT(documents);

        job->wrong += errors_of(ctx, job->schema, i, job->flags) != job->wanted[i];
    }
    dx_ctx_free(ctx);
    return NULL;
}

TEST(eight_threads_share_a_schema)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_schema *schema = t_schema(ctx, pattern, defines);
    size_t wanted[COUNT(documents)];
    struct job jobs[THREADS];
    pthread_t threads[THREADS];

    for (size_t i = 0; i < COUNT(documents); i++) {
        wanted[i] = errors_of(ctx, schema, i, 0);
        assert_true(i == 2 ? wanted[i] >= 3 : wanted[i] == documents[i].errors);
    }
    for (size_t i = 0; i < THREADS; i++) {
        jobs[i] = (struct job){schema, wanted, i % 2 ? DX_VALIDATE_ORDER : 0, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &jobs[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(jobs[i].wrong, 0);
    }
    dx_schema_free(schema);
    dx_ctx_free(ctx);
}

/* ---- schemas that hurt ---- */

static void repeat(struct t_bytes *text, size_t n, const char *piece)
{
    for (size_t i = 0; i < n; i++) {
        t_bytes_add(text, piece, strlen(piece));
    }
}

/* A schema and a document, judged in a time that a person would wait. */
static void check_time(const char *what, struct t_bytes *inner, struct t_bytes *more, struct t_bytes *inside,
                       bool valid)
{
    struct t_memory memory = {0};
    struct dx_allocator allocator = t_allocator(&memory);
    struct dx_ctx_options opts = {.size = sizeof opts, .allocator = &allocator};
    struct t_bytes text = t_schema_text(inner->ptr, more->ptr);
    struct dx_schema *schema = NULL;
    clock_t begin = clock();
    struct dx_ctx *ctx;
    double seconds;
    int rc;

    assert_int_equal(dx_ctx_new(&ctx, &opts), DX_OK);
    rc = dx_schema_parse(&schema, ctx, "s.rng", text.ptr, text.len);
    if (rc == DX_OK) {
        struct dx_validate_options judge = {.size = sizeof judge, .level = DX_LEVEL_SCHEMA, .schema = schema};
        struct t_bytes domain = t_domain_text(inside->ptr);
        struct dx_doc *doc = t_parse(ctx, domain.ptr, domain.len);
        size_t errors;

        rc = dx_doc_validate(&errors, doc, &judge);
        assert_true(rc == DX_OK ? (errors == 0) == valid : rc == DX_ELIMIT);
        dx_doc_free(doc);
        t_bytes_free(&domain);
    }
    assert_true(rc == DX_OK || dx_ctx_diag_count(ctx) == 1);
    seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    printf("%s: %s, %.2f s\n", what, rc == DX_OK ? "judged" : "refused", seconds);
    assert_true(seconds < 60); /* a sanitizer takes its share */
    dx_schema_free(schema);
    dx_ctx_free(ctx);
    t_bytes_free(&text);
    t_bytes_free(inner);
    t_bytes_free(more);
    t_bytes_free(inside);
}

TEST(deep_schemas)
{
    struct t_bytes inner = {0}, more = {0}, inside = {0};

    repeat(&inner, 240, "<optional>");
    repeat(&inner, 1, EMPTY("a"));
    repeat(&inner, 240, "</optional>");
    repeat(&inside, 1, "<a/>");
    check_time("deep optionals", &inner, &more, &inside, true);

    repeat(&inner, 1, "<ref name='d0'/>");
    for (int i = 0; i < 20000; i++) {
        t_bytes_format(&more, "<define name='d%d'><optional><ref name='d%d'/></optional></define>", i, i + 1);
    }
    repeat(&more, 1, "<define name='d20000'>" EMPTY("a") "</define>");
    repeat(&inside, 1, "<a/>");
    check_time("a long chain of references", &inner, &more, &inside, true);

    repeat(&inner, 1, "<ref name='d0'/>");
    for (int i = 0; i < 60; i++) {
        t_bytes_format(&more, "<define name='d%d'><group><ref name='d%d'/><ref name='d%d'/></group></define>", i, i + 1,
                       i + 1);
    }
    repeat(&more, 1, "<define name='d60'><optional>" EMPTY("a") "</optional></define>");
    repeat(&inside, 1, "<a/><a/><a/>");
    check_time("references that double", &inner, &more, &inside, true);

    repeat(&inner, 1, "<ref name='d0'/>");
    for (int i = 0; i < 40; i++) {
        t_bytes_format(&more,
                       "<define name='d%d'><choice><ref name='d%d'/><group><ref name='d%d'/>" EMPTY(
                           "e%d") "</group></choice></define>",
                       i, i + 1, i + 1, i);
    }
    repeat(&more, 1, "<define name='d40'>" EMPTY("a") "</define>");
    repeat(&inside, 1, "<a/>");
    check_time("references that double in choices", &inner, &more, &inside, true);
}

TEST(wide_schemas)
{
    struct t_bytes inner = {0}, more = {0}, inside = {0};

    repeat(&inner, 1, "<zeroOrMore><choice>");
    for (int i = 0; i < 20000; i++) {
        t_bytes_format(&inner, EMPTY("e%d"), i);
    }
    repeat(&inner, 1, "</choice></zeroOrMore>");
    for (int i = 0; i < 2000; i++) {
        t_bytes_format(&inside, "<e%d/>", i * 7);
    }
    check_time("a huge choice", &inner, &more, &inside, true);

    repeat(&inner, 1, "<interleave>");
    for (int i = 0; i < 2000; i++) {
        t_bytes_format(&inner, "<optional>" EMPTY("e%d") "</optional>", i);
    }
    repeat(&inner, 1, "</interleave>");
    for (int i = 0; i < 2000; i++) {
        t_bytes_format(&inside, "<e%d/>", (i * 7) % 2000);
    }
    check_time("a huge interleave", &inner, &more, &inside, true);
}

TEST(ambiguous_schemas)
{
    struct t_bytes inner = {0}, more = {0}, inside = {0};

    repeat(&inner, 1, "<oneOrMore><choice>" EMPTY("a") "<group>" EMPTY("a") EMPTY("a") "</group></choice></oneOrMore>");
    repeat(&inside, 2000, "<a/>");
    check_time("one or two, again and again", &inner, &more, &inside, true);

    repeat(&inner, 30, "<optional>" EMPTY("a") "</optional>");
    repeat(&inner, 30, EMPTY("a"));
    repeat(&inside, 30, "<a/>");
    check_time("thirty that may be, thirty that must", &inner, &more, &inside, true);

    for (int i = 0; i < 20; i++) {
        repeat(&inner, 1, "<zeroOrMore>");
    }
    repeat(&inner, 1, EMPTY("a"));
    repeat(&inner, 20, "</zeroOrMore>");
    repeat(&inside, 500, "<a/>");
    check_time("zero or more of zero or more", &inner, &more, &inside, true);

    repeat(&inner, 1, "<interleave>");
    repeat(&inner, 14, "<zeroOrMore>" EMPTY("a") EMPTY("b") "</zeroOrMore>");
    repeat(&inner, 1, "</interleave>");
    repeat(&inside, 30, "<a/>");
    repeat(&inside, 30, "<b/>");
    check_time("groups of one kind in an interleave", &inner, &more, &inside, false);

    repeat(&inner, 1, "<interleave>");
    for (int i = 0; i < 16; i++) {
        t_bytes_format(&inner, "<zeroOrMore>" EMPTY("a") EMPTY("b%d") "</zeroOrMore>", i);
    }
    repeat(&inner, 1, "</interleave>");
    repeat(&inside, 16, "<a/>");
    for (int i = 0; i < 16; i++) {
        t_bytes_format(&inside, "<b%d/>", i);
    }
    check_time("an interleave with exponentially many states", &inner, &more, &inside, true);
}

TEST(hostile_content)
{
    struct t_bytes inner = {0}, more = {0}, inside = {0};

    /* Ways into an element that differ only in what stands far inside. */
    repeat(&inner, 1, "<choice>");
    for (int i = 0; i < 300; i++) {
        t_bytes_format(&inner,
                       "<element name='a'><attribute name='x'/><element name='b'><value>%d</value></element>"
                       "</element>",
                       i);
    }
    repeat(&inner, 1, "</choice>");
    repeat(&inside, 1, "<a x=''><b>299</b></a>");
    check_time("many elements of a name", &inner, &more, &inside, true);

    repeat(&inner, 1,
           "<element name='a'><list><zeroOrMore><choice><value>x</value><group><value>x</value>"
           "<value>x</value></group></choice></zeroOrMore></list></element>");
    repeat(&inside, 1, "<a>");
    repeat(&inside, 50000, "x ");
    repeat(&inside, 1, "</a>");
    check_time("a long list", &inner, &more, &inside, true);

    repeat(&inner, 1,
           "<element name='a'><data type='string'><param name='pattern'>(a*)*(a|aa)*b</param></data></element>");
    repeat(&inside, 1, "<a>");
    repeat(&inside, 3000, "a");
    repeat(&inside, 1, "</a>");
    check_time("a pattern of many ways", &inner, &more, &inside, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_fails),
        cmocka_unit_test(every_allocation_fails_in_large_schemas),
        cmocka_unit_test(eight_threads_share_a_schema),
        cmocka_unit_test(deep_schemas),
        cmocka_unit_test(wide_schemas),
        cmocka_unit_test(ambiguous_schemas),
        cmocka_unit_test(hostile_content),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
