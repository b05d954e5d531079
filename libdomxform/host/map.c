/* What runs on which CPU of the host, as XML and as an image. */
#include "plan.h"

int dx_plan_map(char **out, size_t *len, struct dx_plan *plan)
{
    int rc;

    *out = NULL;
    *len = 0;
    rc = dx_ctx_report(plan->ctx, DX_LEVEL_USAGE, DX_SEVERITY_ERROR, NULL, NULL, "there is no map yet");
    return rc < 0 ? rc : plan->made ? DX_EREFUSED : DX_EUSAGE;
}

int dx_plan_map_svg(char **out, size_t *len, struct dx_plan *plan)
{
    return dx_plan_map(out, len, plan);
}
