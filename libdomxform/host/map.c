/* What runs on which CPU of the host, as XML and as an image. */
#include "plan.h"

int dx_plan_map(char **out, size_t *len, struct dx_plan *plan)
{
    *out = NULL;
    *len = 0;
    (void)plan;
    return DX_EREFUSED;
}

int dx_plan_map_svg(char **out, size_t *len, struct dx_plan *plan)
{
    return dx_plan_map(out, len, plan);
}
