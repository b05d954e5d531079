#include "plan.h"

int dx_caps_read(struct dx_plan *plan, const char *name, const char *bytes, size_t len)
{
    (void)plan;
    (void)name;
    (void)bytes;
    (void)len;
    return DX_OK;
}
