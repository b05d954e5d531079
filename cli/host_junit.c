/* host check for CI servers: one suite, a case a requirement, and one for each file that was not read. */
#include "host.h"

#include <string.h>

static void put_attribute(struct text *text, const char *name, const char *value)
{
    text_format(text, " %s=\"", name);
    text_xml(text, value ? value : "", true);
    text_byte(text, '"');
}

static void put_verdict(struct text *text, const struct host_report *report, const struct dx_requirement *need)
{
    text_auto askers = {.io = text->io};

    if (need->state == DX_PLAN_UNKNOWN) {
        text_puts(text, "      <skipped");
        put_attribute(text, "message", need->found);
        text_puts(text, "/>\n");
        return;
    }
    text_puts(text, "      <failure");
    put_attribute(text, "message", need->found);
    put_attribute(text, "type", need->kind->name);
    text_puts(text, ">");
    host_put_askers(&askers, 0, report, need, true);
    text_puts(&askers, "domxform host plan says what to do.\n");
    text_byte(&askers, '\0');
    text_xml(text, askers.failed ? "" : askers.ptr, false);
    text->failed = text->failed || askers.failed;
    text_puts(text, "</failure>\n");
}

static void put_need(struct text *text, const struct host_report *report, const struct dx_requirement *need)
{
    text_puts(text, "    <testcase classname=\"domxform.host.");
    text_xml(text, need->kind->name, true);
    text_byte(text, '"');
    put_attribute(text, "name", need->title);
    if (need->state == DX_PLAN_OK) {
        text_puts(text, "/>\n");
        return;
    }
    text_puts(text, ">\n");
    put_verdict(text, report, need);
    text_puts(text, "    </testcase>\n");
}

static void put_failed(struct text *text, const char *file)
{
    text_puts(text, "    <testcase classname=\"domxform.host\"");
    put_attribute(text, "name", file);
    text_puts(text, ">\n      <error message=\"it was not read: stderr says why\" type=\"file\"/>\n    </testcase>\n");
}

void host_junit(struct text *text, const struct host_report *report)
{
    const char *file = report->failed.ptr;
    size_t n = report->n_failed;

    for (enum dx_plan_state state = DX_PLAN_OK; state <= DX_PLAN_UNKNOWN; state++) {
        n += report->of[state];
    }
    text_format(text,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
                "  <testsuite name=\"domxform host check\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
                "skipped=\"%zu\">\n",
                n, report->of[DX_PLAN_MISSING], report->n_failed, report->of[DX_PLAN_UNKNOWN]);
    for (size_t i = 0; i < report->n_needs; i++) {
        put_need(text, report, report->needs[i]);
    }
    for (size_t i = 0; i < report->n_failed; i++, file += strlen(file) + 1) {
        put_failed(text, file);
    }
    text_puts(text, "  </testsuite>\n</testsuites>\n");
}
