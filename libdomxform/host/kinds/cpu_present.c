/* the host has the CPUs that are pinned to */
#include "../plan.h"

static void derive(struct dx_plan *plan)
{
    (void)plan;
}

const struct dx_need_kind dx_need_kind_cpu_present = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "cpu-present",
             .scope = DX_SCOPE_HOST,
             .summary = "the host has the CPUs that are pinned to",
             .why = "a guest that is pinned to an absent CPU does not start"},
    .derive = derive,
};
