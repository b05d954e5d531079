/* Pipelines by their SPECs, as the command line gives them. */
#include "support.h"

static char *word_of(const char *text, size_t len)
{
    return t_bytes_copy(text, len).ptr;
}

static bool starts(const char *line, size_t len, const char *option, const char **value, size_t *left)
{
    size_t n = strlen(option);

    *value = line + n;
    *left = len >= n ? len - n : 0;
    return len >= n && memcmp(line, option, n) == 0;
}

static bool take_line(struct t_args *args, const char *line, size_t len)
{
    const char *value;
    size_t n;

    if (len == 0 || line[0] == '#') {
        return true;
    }
    if (len == 7 && memcmp(line, "--force", 7) == 0) {
        args->force = true;
        return true;
    }
    if (starts(line, len, "--allow=", &value, &n) && args->n_allow < COUNT(args->allow)) {
        args->allow[args->n_allow++] = word_of(value, n);
        return true;
    }
    if (starts(line, len, "--assume-arch=", &value, &n) && !args->arch) {
        args->arch = word_of(value, n);
        return true;
    }
    if (args->n == COUNT(args->steps)) {
        return false;
    }
    if (starts(line, len, "--pass=", &value, &n)) {
        args->steps[args->n++] = (struct t_step){word_of(value, n), false};
        return true;
    }
    if (starts(line, len, "--remove=", &value, &n)) {
        args->steps[args->n++] = (struct t_step){word_of(value, n), true};
        return true;
    }
    return false;
}

bool t_args_parse(struct t_args *args, const char *lines)
{
    *args = (struct t_args){0};
    while (*lines) {
        size_t len = strcspn(lines, "\n");

        if (!take_line(args, lines, len)) {
            print_error("not an option that the tests know: %.*s\n", (int)len, lines);
            return false;
        }
        lines += len + (lines[len] == '\n');
    }
    return true;
}

void t_args_free(struct t_args *args)
{
    for (size_t i = 0; i < args->n; i++) {
        free(args->steps[i].spec);
    }
    for (size_t i = 0; i < args->n_allow; i++) {
        free(args->allow[i]);
    }
    free(args->arch);
    *args = (struct t_args){0};
}

int t_compile(struct dx_pipeline **out, struct dx_ctx *ctx, const struct t_args *args)
{
    int rc = dx_pipeline_new(out, ctx);

    for (size_t i = 0; rc == DX_OK && i < args->n; i++) {
        rc = args->steps[i].remove ? dx_pipeline_add_remove(*out, ctx, args->steps[i].spec)
                                   : dx_pipeline_add(*out, ctx, args->steps[i].spec);
    }
    if (rc < 0) {
        dx_pipeline_free(*out);
        *out = NULL;
    }
    return rc;
}

int t_run(struct dx_doc *doc, const struct dx_pipeline *pipeline, const struct t_args *args)
{
    const char *allow[COUNT(args->allow)];
    struct dx_run_options opts = {
        .size = sizeof opts,
        .flags = args->force ? DX_RUN_FORCE : 0,
        .assume_arch = args->arch,
        .allow = allow,
        .n_allow = args->n_allow,
    };

    for (size_t i = 0; i < args->n_allow; i++) {
        allow[i] = args->allow[i];
    }
    return dx_pipeline_run(pipeline, dx_doc_ctx(doc), doc, &opts);
}

/* P4 on bytes that are the result of a run already. */
static const char *check_again(const char *bytes, size_t len, const struct dx_pipeline *pipeline,
                               const struct t_args *args)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc;
    const char *wrong = NULL;
    char *out;
    size_t n;

    if (dx_doc_parse(&doc, ctx, "again.xml", bytes, len, 0) != DX_OK) {
        wrong = "P3: the output is refused as input";
    } else {
        int rc = t_run(doc, pipeline, args);

        if (rc < 0) {
            wrong = "P4: a second run is refused";
        } else if (dx_doc_write(&out, &n, doc) != DX_OK) {
            wrong = "P4: a second run cannot be written";
        } else {
            wrong = n != len || memcmp(out, bytes, len) != 0 ? "P4: a second run gives other bytes"
                    : rc != DX_UNCHANGED                     ? "P4: a second run calls itself a change"
                                                             : NULL;
            dx_bytes_free(ctx, out);
        }
        dx_doc_free(doc);
    }
    dx_ctx_free(ctx);
    return wrong;
}

/* The one pass that takes comments away. */
static bool deletes(const struct t_args *args)
{
    for (size_t i = 0; i < args->n; i++) {
        if (strncmp(args->steps[i].spec, "delete:", 7) == 0) {
            return true;
        }
    }
    return false;
}

const char *t_promise_broken(struct dx_doc *doc, int rc, const char *in, size_t len, const struct dx_pipeline *pipeline,
                             const struct t_args *args)
{
    static char text[200];
    const char *wrong = NULL, *what = NULL;
    bool same;
    char *out;
    size_t n;

    if (rc < 0) {
        const struct dx_ctx *ctx = dx_doc_ctx(doc);

        for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
            const struct dx_diag *diag = dx_ctx_diag(ctx, i);

            if (diag->severity == DX_SEVERITY_ERROR && diag->line > 0 && diag->column > 0 && diag->message[0]) {
                return NULL;
            }
        }
        return "P5: refused without an error that has a position";
    }
    if (t_count(dx_doc_ctx(doc), DX_SEVERITY_ERROR) > 0) {
        return "P5: an error was reported, and the run succeeded";
    }
    if (dx_doc_write(&out, &n, doc) != DX_OK) {
        return "the result cannot be written";
    }
    same = n == len && memcmp(out, in, len) == 0;
    if (same != (rc == DX_UNCHANGED)) {
        wrong = same ? "P1: nothing changed, but the result is called a change"
                     : "P1: the bytes changed, but the result is called unchanged";
    } else if ((what = t_hull_violation(doc, in, len, deletes(args))) != NULL) {
        snprintf(text, sizeof text, "P2: of what was not touched, %s is missing", what);
        wrong = text;
    } else if ((what = t_meaning_difference(out, n, doc)) != NULL) {
        snprintf(text, sizeof text, "P3: output and tree differ in %s", what);
        wrong = text;
    } else {
        wrong = check_again(out, n, pipeline, args);
    }
    dx_bytes_free(dx_doc_ctx(doc), out);
    return wrong;
}
