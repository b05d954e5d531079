/* Tasks for ansible that do what a plan asks for. */
#include "host.h"

void host_ansible(struct text *text, const struct host_report *report)
{
    (void)report;
    text_puts(text, "---\n[]\n");
}
