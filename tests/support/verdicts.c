#include "verdicts.h"

static void add(struct t_bytes *bytes, const char *text)
{
    t_bytes_add(bytes, text, strlen(text));
}

struct t_bytes t_schema_text(const char *pattern, const char *defines)
{
    struct t_bytes text = {0};
    bool whole = strncmp(pattern, "<grammar", 8) == 0;

    add(&text, whole ? "" : "<grammar " T_RNG ">\n<start><element name='domain'>");
    add(&text, pattern);
    add(&text, whole ? "" : "</element></start>\n");
    add(&text, whole || !defines ? "" : defines);
    add(&text, whole ? "" : "</grammar>\n");
    return text;
}

struct t_bytes t_domain_text(const char *inside)
{
    struct t_bytes text = {0};
    bool whole = strncmp(inside, "<domain", 7) == 0 || strncmp(inside, "~<domain", 8) == 0;

    add(&text, whole ? "" : "<domain>");
    add(&text, inside);
    add(&text, whole ? "\n" : "</domain>\n");
    return text;
}

struct dx_schema *t_schema(struct dx_ctx *ctx, const char *pattern, const char *defines)
{
    struct t_bytes text = t_schema_text(pattern, defines);
    struct dx_schema *schema;
    int rc = dx_schema_parse(&schema, ctx, "test.rng", text.ptr, text.len);

    if (rc != DX_OK) {
        struct t_bytes said = t_diags(ctx);

        fail_msg("the schema does not load: %d\n%s\n%s", rc, text.ptr, said.ptr);
    }
    t_bytes_free(&text);
    return schema;
}

size_t t_schema_errors(struct dx_ctx *ctx, const struct dx_schema *schema, const char *inside)
{
    struct dx_validate_options opts = {.size = sizeof opts, .schema = schema, .level = DX_LEVEL_SCHEMA};
    struct t_bytes text = t_domain_text(inside);
    struct dx_doc *doc;
    size_t errors;

    dx_ctx_clear_diags(ctx);
    doc = t_parse(ctx, text.ptr, text.len);
    assert_int_equal(dx_doc_validate(&errors, doc, &opts), DX_OK);
    dx_doc_free(doc);
    t_bytes_free(&text);
    return errors;
}

static void check(struct dx_ctx *ctx, const struct dx_schema *schema, const struct t_verdicts *row, bool valid)
{
    const char *const *documents = valid ? row->valid : row->invalid;

    for (size_t i = 0; i < T_MOST_DOCUMENTS && documents[i]; i++) {
        if ((t_schema_errors(ctx, schema, documents[i]) == 0) != valid) {
            struct t_bytes said = t_diags(ctx);

            fail_msg("%s: %s is %s\n%s", row->what, documents[i], valid ? "valid" : "invalid", said.ptr);
        }
    }
}

static void write_text(const char *path, struct t_bytes text)
{
    assert_true(t_write(path, text.ptr, text.len));
    t_bytes_free(&text);
}

/* What another engine says: how many documents of a row it finds wrong, 99 when it does not take the schema. */
static size_t ask(const char *program, const char *folder, const struct t_verdicts *row, bool valid)
{
    const char *const *documents = valid ? row->valid : row->invalid;
    struct t_bytes command = {0};
    bool wrong[T_MOST_DOCUMENTS] = {0};
    char line[4096];
    size_t n = 0;
    FILE *pipe;

    t_bytes_format(&command, "%s %s/schema.rng", program, folder);
    for (size_t i = 0; i < T_MOST_DOCUMENTS && documents[i]; i++) {
        char name[16];
        char *path;

        snprintf(name, sizeof name, "%zu.xml", i);
        path = t_path(folder, name);
        write_text(path, t_domain_text(documents[i]));
        t_bytes_format(&command, " %s", path);
        free(path);
    }
    pipe = popen(command.ptr, "r");
    assert_non_null(pipe);
    while (fgets(line, sizeof line, pipe)) {
        const char *at = strstr(line, ".xml:");

        if (!at || n == 99) {
            n = 99;
            continue;
        }
        while (at > line && at[-1] >= '0' && at[-1] <= '9') {
            at--;
        }
        wrong[strtoul(at, NULL, 10) % T_MOST_DOCUMENTS] = true;
    }
    pclose(pipe);
    for (size_t i = 0; n != 99 && i < T_MOST_DOCUMENTS && documents[i]; i++) {
        n += wrong[i];
        if (wrong[i] == valid) {
            print_error("%s: %s is %s for %s\n", row->what, documents[i], valid ? "invalid" : "valid", program);
        }
    }
    t_bytes_free(&command);
    return n;
}

static void check_against(const char *program, const struct t_verdicts *row)
{
    char *folder = t_scratch(), *path = t_path(folder, "schema.rng");
    size_t invalid = 0;

    while (invalid < T_MOST_DOCUMENTS && row->invalid[invalid]) {
        invalid++;
    }
    write_text(path, t_schema_text(row->pattern, row->defines));
    if (ask(program, folder, row, true) != 0 || ask(program, folder, row, false) != invalid) {
        fail_msg("%s: %s does not agree", row->what, program);
    }
    t_scratch_remove(folder);
    free(path);
}

void t_verdicts_check(const struct t_verdicts *rows, size_t n)
{
    const char *program = getenv("DX_JING");
    struct dx_ctx *ctx = t_ctx();

    for (size_t i = 0; i < n; i++) {
        struct dx_schema *schema = t_schema(ctx, rows[i].pattern, rows[i].defines);

        check(ctx, schema, &rows[i], true);
        check(ctx, schema, &rows[i], false);
        dx_schema_free(schema);
        if (program) {
            check_against(program, &rows[i]);
        }
    }
    dx_ctx_free(ctx);
}
