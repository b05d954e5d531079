/* The engine against another one's verdicts on real documents, and how well it names the one edit of a mutant. */
#include "corpus.h"

static const char schema_path[] = "/usr/share/libvirt/schemas/domain.rng";

/* What tells the schema that the verdicts are of, libvirt 9.0.0's. */
static const char common_path[] = "/usr/share/libvirt/schemas/domaincommon.rng";
enum { COMMON_SIZE = 226977 };

enum { KINDS = 16 };

struct figures {
    const char *kind;
    size_t n, placed, named, alone;
};

struct corpus {
    struct dx_ctx *ctx;
    struct dx_schema *schema;
    struct figures figures[KINDS];
    size_t n_kinds;
};

static bool is_here(void)
{
    struct t_bytes common;
    bool same;

    if (!t_corpus()) {
        return false;
    }
    common = t_read(common_path);
    same = common.len == COMMON_SIZE && t_exists(schema_path);
    t_bytes_free(&common);
    if (!same) {
        fprintf(stderr, "skipped: %s is not libvirt 9.0.0's\n", schema_path);
    }
    return same;
}

static int load(void **state)
{
    struct corpus *corpus = calloc(1, sizeof *corpus);

    assert_non_null(corpus);
    corpus->ctx = t_ctx();
    assert_int_equal(dx_schema_load(&corpus->schema, corpus->ctx, schema_path), DX_OK);
    *state = corpus;
    return 0;
}

static int unload(void **state)
{
    struct corpus *corpus = *state;

    dx_schema_free(corpus->schema);
    dx_ctx_free(corpus->ctx);
    free(corpus);
    return 0;
}

/* The document, judged; what was found stands in the context. */
static struct dx_doc *judge(size_t *errors, const struct corpus *corpus, const char *name, const struct t_bytes *bytes)
{
    struct dx_validate_options opts = {.size = sizeof opts, .schema = corpus->schema, .level = DX_LEVEL_SCHEMA};
    struct dx_doc *doc;

    dx_ctx_clear_diags(corpus->ctx);
    assert_int_equal(dx_doc_parse(&doc, corpus->ctx, name, bytes->ptr, bytes->len, DX_PARSE_BORROW), DX_OK);
    assert_int_equal(dx_doc_validate(errors, doc, &opts), DX_OK);
    return doc;
}

static void complain(const struct corpus *corpus, const char *what, const char *name)
{
    struct t_bytes said = t_diags(corpus->ctx);

    print_error("%s: %s\n%s", name, what, said.ptr);
    t_bytes_free(&said);
}

static void check_verdicts(const struct corpus *corpus, const char *name, const char *folder, size_t verdict)
{
    size_t n = 0, equal = 0;
    struct t_table table;

    t_table_open(&table, name);
    while (t_table_next(&table)) {
        struct t_bytes bytes = t_corpus_read(folder, table.columns[0]);
        size_t errors;

        assert_non_null(bytes.ptr);
        dx_doc_free(judge(&errors, corpus, table.columns[0], &bytes));
        if ((errors == 0) == (strcmp(table.columns[verdict], "valid") == 0)) {
            equal++;
        } else {
            complain(corpus, table.columns[verdict], table.columns[0]);
        }
        n++;
        t_bytes_free(&bytes);
    }
    printf("%s: verdicts equal on %zu of %zu documents\n", name, equal, n);
    assert_true(n > 0);
    assert_int_equal(equal, n);
    t_table_close(&table);
}

static void verdicts_of_real_documents(void **state)
{
    check_verdicts(*state, "validity.tsv", "domains", 1);
}

static void verdicts_of_mutants(void **state)
{
    check_verdicts(*state, "mutants.tsv", "mutants", 3);
}

/* ---- what the one edit was ---- */

/* The bytes that two texts begin with in common, and what stands then in each; what they end with is the same. */
struct edit {
    const char *was, *is;
    size_t at, was_end, is_end;
};

static struct edit compare(const struct t_bytes *was, const struct t_bytes *is)
{
    size_t at = 0, behind = 0;

    while (at < was->len && at < is->len && was->ptr[at] == is->ptr[at]) {
        at++;
    }
    while (behind < was->len - at && behind < is->len - at &&
           was->ptr[was->len - behind - 1] == is->ptr[is->len - behind - 1]) {
        behind++;
    }
    return (struct edit){was->ptr, is->ptr, at, was->len - behind, is->len - behind};
}

static bool is_name_byte(char c)
{
    return c != '\0' && !strchr(" \t\r\n<>/='\"", c);
}

/* The name that stands at a place or around it. */
static struct dx_str name_at(const char *text, size_t at)
{
    size_t from = at, end;

    while (text[from] == ' ' || text[from] == '<') {
        from++;
    }
    while (from == at && from > 0 && is_name_byte(text[from]) && is_name_byte(text[from - 1])) {
        from--;
        at--;
    }
    end = from;
    while (is_name_byte(text[end])) {
        end++;
    }
    return (struct dx_str){text + from, end - from};
}

/* What stands between two marks around a place. */
static struct dx_str between(const char *text, size_t at, const char *marks)
{
    at += strspn(text + at, marks);
    while (at > 0 && !strchr(marks, text[at - 1])) {
        at--;
    }
    return (struct dx_str){text + at, strcspn(text + at, marks)};
}

/* What was edited, as a message may call it: what is there now, and what was there. */
static void offenders(struct dx_str out[2], const char *kind, const struct edit *edit)
{
    out[0] = out[1] = (struct dx_str){0};
    if (strcmp(kind, "attr-value") == 0) {
        out[0] = between(edit->is, edit->at, "'\"");
    } else if (strcmp(kind, "text-change") == 0) {
        out[0] = between(edit->is, edit->at, "<>");
    } else {
        if (!strstr(kind, "drop")) {
            out[0] = name_at(edit->is, edit->at);
        }
        if (strstr(kind, "drop") || strstr(kind, "move")) {
            out[1] = name_at(edit->was, edit->at);
        }
    }
}

static size_t line_of(const char *text, size_t at)
{
    size_t line = 1;

    for (size_t i = 0; i < at; i++) {
        line += text[i] == '\n';
    }
    return line;
}

/* The innermost element around a place: the line of its start tag. */
static size_t line_around(struct dx_doc *doc, const char *text, size_t at)
{
    size_t line = 0;

    for (struct dx_node *node = dx_doc_root(doc); node; node = t_next(node, dx_doc_root(doc))) {
        size_t begin, end;

        dx_node_span(&begin, &end, node);
        if (dx_node_kind(node) == DX_KIND_ELEMENT && begin < at && at < end) {
            line = line_of(text, begin);
        }
    }
    return line;
}

static bool has(const char *message, struct dx_str word)
{
    return word.len > 0 && memmem(message, strlen(message), word.ptr, word.len);
}

/* Of two elements of a name where one may stand, the one that was there before is one too many just as well. */
static bool is_twin(const struct dx_diag *diag, struct dx_str name)
{
    const char *at = diag->source_line ? diag->source_line + diag->caret : "";

    return strcmp(diag->rule, "RNG-S01") == 0 && *at == '<' && name.len > 0 && strncmp(at + 1, name.ptr, name.len) == 0;
}

static struct figures *figures_of(struct corpus *corpus, const char *kind)
{
    size_t i = 0;

    while (i < corpus->n_kinds && strcmp(corpus->figures[i].kind, kind) != 0) {
        i++;
    }
    if (i == corpus->n_kinds) {
        assert_true(corpus->n_kinds < KINDS);
        corpus->figures[corpus->n_kinds++] = (struct figures){.kind = kind};
    }
    return &corpus->figures[i];
}

/* The first finding of a mutant against its edit. */
static void look_at(struct corpus *corpus, const struct t_table *line)
{
    struct t_bytes is = t_corpus_read("mutants", line->columns[0]), was = t_corpus_read("domains", line->columns[2]);
    struct figures *figures = figures_of(corpus, line->columns[1]);
    struct edit edit = compare(&was, &is);
    struct dx_str names[2];
    size_t errors;
    struct dx_doc *doc = judge(&errors, corpus, line->columns[0], &is);
    const struct dx_diag *diag = dx_ctx_diag(corpus->ctx, 0);
    bool placed, named;

    assert_non_null(diag);
    offenders(names, line->columns[1], &edit);
    placed = diag->line == line_of(is.ptr, edit.at) || diag->line == line_of(is.ptr, edit.is_end) ||
             diag->line == line_around(doc, is.ptr, edit.at) ||
             diag->line == line_around(doc, is.ptr, edit.is_end - 1) || is_twin(diag, names[0]) ||
             is_twin(diag, names[1]);
    named = has(diag->message, names[0]) || has(diag->message, names[1]);
    figures->n++;
    figures->placed += placed;
    figures->named += named;
    figures->alone += errors == 1;
    if (!placed || !named) {
        complain(corpus, placed ? "not named" : "another line", line->columns[0]);
    }
    dx_doc_free(doc);
    t_bytes_free(&is);
    t_bytes_free(&was);
}

static void print_figures(const struct figures *f)
{
    printf("%-14s %4zu mutants: line right %4zu, named %4zu, one finding %4zu\n", f->kind, f->n, f->placed, f->named,
           f->alone);
}

static void mutants_are_told_where_and_what(void **state)
{
    struct corpus *corpus = *state;
    struct figures all = {.kind = "all"};
    struct t_table table;

    t_table_open(&table, "mutants.tsv");
    while (t_table_next(&table)) {
        if (strcmp(table.columns[3], "invalid") == 0) {
            look_at(corpus, &table);
        }
    }
    for (size_t i = 0; i < corpus->n_kinds; i++) {
        const struct figures *f = &corpus->figures[i];

        print_figures(f);
        if (strcmp(f->kind, "elem-move") != 0) { /* which is wrong at both ends */
            assert_int_equal(f->alone, f->n);
        }
        all.n += f->n;
        all.placed += f->placed;
        all.named += f->named;
        all.alone += f->alone;
    }
    print_figures(&all);
    assert_true(all.n > 0);
    assert_true(all.placed * 100 >= all.n * 99);
    assert_true(all.named * 100 >= all.n * 95);
    t_table_close(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_of_real_documents),
        cmocka_unit_test(verdicts_of_mutants),
        cmocka_unit_test(mutants_are_told_where_and_what),
    };

    return is_here() ? cmocka_run_group_tests(tests, load, unload) : T_SKIPPED;
}
