/* host check for a person: a line a requirement, and below it what there is where it is not so. */
#include "host.h"

static void put_need(struct text *text, const struct host_report *report, const struct dx_requirement *need)
{
    bool open = need->state != DX_PLAN_OK;

    if (report->quiet && need->state != DX_PLAN_MISSING) {
        return;
    }
    host_put_title(text, report, need);
    if (!open && !report->verbose) {
        return;
    }
    if (need->found) {
        text_tab(text, HOST_STATE);
        text_puts(text, "found: ");
        host_put_words(text, HOST_STATE + 7, need->found);
    }
    if (need->n_askers > 0) {
        text_tab(text, HOST_STATE);
        text_puts(text, "asked: ");
        host_put_askers(text, HOST_STATE + 7, report, need, report->verbose);
    }
}

void host_check_text(struct text *text, const struct host_report *report)
{
    for (size_t i = 0; i < report->n_needs; i++) {
        put_need(text, report, report->needs[i]);
    }
    if (report->quiet) {
        return;
    }
    text_puts(text, text->len ? "\n" : "");
    host_put_tally(text, report);
    if (report->of[DX_PLAN_MISSING] > 0) {
        text_puts(text, "domxform host plan says what to do.\n");
    }
}
