/* sVirt keeps guests apart */
#include "../plan.h"

static void derive(struct dx_plan *plan)
{
    (void)plan;
}

const struct dx_need_kind dx_need_kind_svirt = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "svirt",
             .scope = DX_SCOPE_HOST,
             .summary = "sVirt keeps guests apart",
             .guide = "sVirt",
             .why = "without it a guest that breaks out of QEMU reaches the disks of all others",
             .always = 1},
    .derive = derive,
};
