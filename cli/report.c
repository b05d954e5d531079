#include "report.h"

#include "describe.h"

const struct report_format *report_format(int format)
{
    static const struct report_format *const formats[FORMAT_COUNT] = {
        [FORMAT_TEXT] = &report_text,   [FORMAT_JSON] = &report_json,     [FORMAT_SARIF] = &report_sarif,
        [FORMAT_JUNIT] = &report_junit, [FORMAT_GITHUB] = &report_github,
    };

    return formats[format];
}

const struct dx_diag *report_finding(const struct report_file *file, size_t *i)
{
    const struct dx_diag *diag;

    while ((diag = dx_ctx_diag(file->cli->ctx, (*i)++)) != NULL) {
        if (diag->file) {
            return diag;
        }
    }
    return NULL;
}

bool report_counts(const struct report *report, const struct dx_diag *diag)
{
    return diag->severity == DX_SEVERITY_ERROR || (report->strict && diag->severity == DX_SEVERITY_WARNING);
}

void report_spell(struct text *text, struct cli *cli, const struct dx_diag *diag, enum dx_format format, unsigned flags)
{
    char *bytes;
    size_t n;

    if (dx_diag_render(&bytes, &n, cli->ctx, diag, format, flags) != DX_OK) {
        text->failed = true;
        return;
    }
    text_bytes(text, bytes, n > 0 && bytes[n - 1] == '\n' ? n - 1 : n);
    dx_bytes_free(cli->ctx, bytes);
}

static void put_count(struct text *text, size_t n, const char *what, bool *first)
{
    if (n > 0) {
        text_format(text, "%s%zu %s%s", *first ? "" : ", ", n, what, n == 1 ? "" : "s");
        *first = false;
    }
}

void report_found(struct text *text, const struct tally *tally)
{
    bool first = true;

    put_count(text, tally->errors, "error", &first);
    put_count(text, tally->warnings, "warning", &first);
    put_count(text, tally->notes, "note", &first);
    if (first) {
        text_puts(text, "no findings");
    }
}

void report_summary(struct text *text, const struct tally *tally)
{
    text_format(text, "checked %zu file%s: ", tally->files, tally->files == 1 ? "" : "s");
    report_found(text, tally);
    if (tally->affected && tally->files > 1) {
        text_format(text, " in %zu file%s", tally->affected, tally->affected == 1 ? "" : "s");
    }
    if (tally->skipped) {
        text_format(text, "; %zu skipped", tally->skipped);
    }
}

const char *report_rule(const struct dx_diag *diag)
{
    return diag->rule ? diag->rule : describe_level(diag->level);
}

bool report_tells(const struct report *report, const struct dx_diag *diag)
{
    return !report->quiet || report_counts(report, diag);
}

void report_close(struct text *text, const struct report *report, const struct tally *tally, size_t least)
{
    if (report->quiet) {
        return;
    }
    text_puts(text, "schema: ");
    text_escaped(text, report->schema);
    text_byte(text, '\n');
    if (tally->files + tally->skipped >= least) {
        report_summary(text, tally);
        text_byte(text, '\n');
    }
}
