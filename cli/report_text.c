/* For a person: each finding with its line, then what it was held to and how many there are. */
#include "report.h"

static void put_file(struct text *text, const struct report_file *file)
{
    const struct report *report = file->report;
    unsigned flags = DX_RENDER_PATH | (report->color ? DX_RENDER_COLOR : 0);
    const struct dx_diag *diag;
    size_t i = 0;

    while ((diag = report_finding(file, &i)) != NULL) {
        if (report_tells(report, diag)) {
            report_spell(text, file->cli, diag, DX_FORMAT_TEXT, flags);
            text_byte(text, '\n');
        }
    }
}

static void put_end(struct text *text, const struct report *report, const struct tally *tally, int code)
{
    (void)code;
    report_close(text, report, tally, 2);
}

const struct report_format report_text = {.file = put_file, .end = put_end, .between = ""};
