/* No false alarms: a real document that the schema takes, and that libvirt's tests do not refuse, has no error. */
#include "corpus.h"

struct tally {
    char rule[16];
    enum dx_severity severity;
    size_t findings;
};

static struct tally tallies[512];
static size_t n_tallies, n_documents, n_targeted, n_errors, n_excused;

/* The list calls a document by version and name: "9.0__a.xml" is "libvirt9.0__qemuxml2argvdata__a.xml". One that was
 * found right in one version's tests is no use where another's refuse it. */
static bool is_refused(const struct t_bytes *refused, const char *file)
{
    const char *name = file, *next;
    char line[512];

    while ((next = strstr(name, "__")) != NULL) {
        name = next + 2;
    }
    snprintf(line, sizeof line, "__%s\t", name);
    return strncmp(file, "libvirt", 7) == 0 && strstr(refused->ptr, line) != NULL;
}

static void count(const struct dx_diag *diag)
{
    size_t i = 0;

    while (i < n_tallies && (strcmp(tallies[i].rule, diag->rule) != 0 || tallies[i].severity != diag->severity)) {
        i++;
    }
    assert_true(i < COUNT(tallies));
    if (i == n_tallies) {
        snprintf(tallies[i].rule, sizeof tallies[i].rule, "%s", diag->rule);
        tallies[i].severity = diag->severity;
        n_tallies++;
    }
    tallies[i].findings++;
}

/* Which libvirt's own tests a document comes from: that version takes it. */
static unsigned version_of(const char *file)
{
    static const struct {
        const char *prefix;
        unsigned version;
    } sets[] = {{"libvirt9.0__", DX_LIBVIRT(9, 0)}, {"libvirt11.3__", DX_LIBVIRT(11, 3)}};

    for (size_t i = 0; i < COUNT(sets); i++) {
        if (strncmp(file, sets[i].prefix, strlen(sets[i].prefix)) == 0) {
            return sets[i].version;
        }
    }
    return 0;
}

static void judge(const char *file, unsigned target)
{
    struct dx_validate_options advice = {.size = sizeof advice, .level = DX_LEVEL_ADVICE, .target = target};
    struct t_bytes bytes = t_corpus_read("domains", file);
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = NULL;
    size_t errors;

    assert_non_null(bytes.ptr);
    if (dx_doc_parse(&doc, ctx, file, bytes.ptr, bytes.len, DX_PARSE_BORROW) == DX_OK) {
        n_documents += !target;
        n_targeted += target != 0;
        assert_int_equal(dx_doc_validate(&errors, doc, &advice), DX_OK);
    }
    for (size_t i = 0; doc && i < dx_ctx_diag_count(ctx); i++) {
        const struct dx_diag *diag = dx_ctx_diag(ctx, i);

        if (!target) {
            count(diag);
        }
        if (diag->severity == DX_SEVERITY_ERROR) {
            if (t_is_excused(file, diag->rule)) {
                n_excused++;
            } else {
                n_errors++;
                print_error("%s:%zu:%zu: %s: %s\n", file, diag->line, diag->column, diag->rule, diag->message);
            }
        }
    }
    dx_doc_free(doc);
    dx_ctx_free(ctx);
    t_bytes_free(&bytes);
}

TEST(no_error_on_what_is_right)
{
    struct t_bytes refused;
    struct t_table table;

    if (!t_corpus()) {
        skip();
    }
    refused = t_corpus_read(".", "refused.tsv");
    assert_non_null(refused.ptr);
    t_table_open(&table, "validity.tsv");
    while (t_table_next(&table)) {
        const char *file = table.columns[0];

        if (strcmp(table.columns[1], "valid") == 0 && !is_refused(&refused, file)) {
            judge(file, 0);
            if (version_of(file)) {
                judge(file, version_of(file));
            }
        }
    }
    print_message("%zu documents, %zu of them also for the libvirt they come from; %zu errors, %zu of them excused\n",
                  n_documents, n_targeted, n_errors + n_excused, n_excused);
    for (size_t i = 0; i < n_tallies; i++) {
        print_message("  %-8s %s %6zu\n", tallies[i].rule,
                      tallies[i].severity == DX_SEVERITY_ERROR ? "error  " : "warning", tallies[i].findings);
    }
    assert_int_equal(n_errors, 0);
    t_table_close(&table);
    t_bytes_free(&refused);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_error_on_what_is_right),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
