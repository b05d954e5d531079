/* For CI servers: one suite, a case a file. Several findings of a file are one failure, because some readers take the
 * first only; GitLab shows its text, and others its message. */
#include "report.h"

#include <string.h>

static void put_attribute(struct text *text, const char *name, const char *value)
{
    text_format(text, " %s=\"", name);
    text_xml(text, value, true);
    text_byte(text, '"');
}

static void put_begin(struct text *text, const struct report *report, const struct tally *tally)
{
    text_format(text,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
                "  <testsuite name=\"domxform validate\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
                "skipped=\"0\">\n    <properties>\n      <property name=\"schema\"",
                tally->files, tally->refused, tally->failed);
    put_attribute(text, "value", report->schema);
    text_puts(text, "/>\n    </properties>\n");
}

/* The findings that count, or the others, as lines of text. */
static size_t put_lines(struct text *text, const struct report_file *file, bool counting)
{
    const struct dx_diag *diag;
    size_t i = 0, n = 0;

    while ((diag = report_finding(file, &i)) != NULL) {
        text_auto line = {.io = text->io};

        if (report_counts(file->report, diag) != counting) {
            continue;
        }
        report_spell(&line, file->cli, diag, DX_FORMAT_TEXT, DX_RENDER_PATH);
        text_byte(&line, '\n');
        text_byte(&line, '\0');
        text->failed = text->failed || line.failed;
        text_xml(text, line.failed ? "" : line.ptr, false);
        n++;
    }
    return n;
}

static void put_message(struct text *text, const struct dx_diag *diag, size_t more)
{
    text_puts(text, " message=\"");
    text_xml(text, diag->file, true);
    if (diag->line) {
        text_format(text, ":%zu:%zu", diag->line, diag->column);
    }
    text_puts(text, ": ");
    text_xml(text, diag->message, true);
    if (more) {
        text_format(text, " (and %zu more)", more);
    }
    text_byte(text, '"');
    put_attribute(text, "type", report_rule(diag));
}

static void put_verdict(struct text *text, const struct report_file *file, const struct dx_diag *first, size_t n)
{
    const char *element = file->failed ? "error" : "failure";

    text_format(text, "      <%s", element);
    put_message(text, first, n - 1);
    text_byte(text, '>');
    put_lines(text, file, true);
    text_format(text, "</%s>\n", element);
}

static void put_file(struct text *text, const struct report_file *file)
{
    const struct dx_diag *diag, *first = NULL;
    size_t i = 0, counting = 0, others = 0;

    while ((diag = report_finding(file, &i)) != NULL) {
        bool counts = report_counts(file->report, diag);

        first = counts && !first ? diag : first;
        counting += counts;
        others += !counts;
    }
    text_puts(text, "    <testcase classname=\"domxform.validate\"");
    put_attribute(text, "name", file->name);
    put_attribute(text, "file", file->name);
    if (counting + others == 0) {
        text_puts(text, "/>\n");
        return;
    }
    text_puts(text, ">\n");
    if (counting) {
        put_verdict(text, file, first, counting);
    }
    if (others) {
        text_puts(text, "      <system-out>");
        put_lines(text, file, false);
        text_puts(text, "</system-out>\n");
    }
    text_puts(text, "    </testcase>\n");
}

static void put_end(struct text *text, const struct report *report, const struct tally *tally, int code)
{
    (void)report, (void)tally, (void)code;
    text_puts(text, "  </testsuite>\n</testsuites>\n");
}

const struct report_format report_junit = {
    .begin = put_begin, .file = put_file, .end = put_end, .between = "", .held = true, .summary = true};
