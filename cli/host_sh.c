/* A POSIX script that does what a plan asks for. */
#include "host.h"

void host_sh(struct text *text, const struct host_report *report)
{
    (void)report;
    text_puts(text, "#!/bin/sh\nset -eu\n");
}
