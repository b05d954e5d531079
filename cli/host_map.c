/* The map of a host: the library's picture as it is, and as a table for a terminal. */
#include "host.h"

static int put(struct text *text, const struct host_report *report,
               int (*map)(char **out, size_t *len, struct dx_plan *plan))
{
    char *bytes;
    size_t len;
    int rc = map(&bytes, &len, report->plan);

    if (rc == DX_OK) {
        text_bytes(text, bytes, len);
        dx_bytes_free(report->cli->ctx, bytes);
    }
    return rc;
}

int host_map_xml(struct text *text, const struct host_report *report)
{
    return put(text, report, dx_plan_map);
}

int host_map_svg(struct text *text, const struct host_report *report)
{
    return put(text, report, dx_plan_map_svg);
}

int host_map_text(struct text *text, const struct host_report *report)
{
    return put(text, report, dx_plan_map);
}
