/* For a program: one object; its form is a promise, told by `domxform help json`. Keys are only ever added. */
#include "report.h"

static void put_begin(struct text *text, const struct report *report, const struct tally *tally)
{
    (void)tally;
    text_puts(text, "{\"version\":1,\"schema\":");
    text_json_string(text, report->schema);
    text_puts(text, ",\"findings\":[\n");
}

static void put_file(struct text *text, const struct report_file *file)
{
    const struct dx_diag *diag;
    size_t i = 0;

    while ((diag = report_finding(file, &i)) != NULL) {
        text_puts(text, text->len ? ",\n" : "");
        report_spell(text, file->cli, diag, DX_FORMAT_JSON, 0);
    }
}

static void put_end(struct text *text, const struct report *report, const struct tally *tally, int code)
{
    (void)report;
    text_format(text,
                "],\"summary\":{\"files\":%zu,\"filesWithFindings\":%zu,\"skipped\":%zu,\"errors\":%zu,"
                "\"warnings\":%zu,\"notes\":%zu,\"exitCode\":%d}}\n",
                tally->files, tally->affected, tally->skipped, tally->errors, tally->warnings, tally->notes, code);
}

const struct report_format report_json = {
    .begin = put_begin, .file = put_file, .end = put_end, .between = ",\n", .summary = true};
