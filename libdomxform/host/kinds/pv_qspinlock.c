/* a vCPU that waits for a spinlock gives its CPU away */
#include "../plan.h"

static void derive(struct dx_plan *plan)
{
    (void)plan;
}

const struct dx_need_kind dx_need_kind_pv_qspinlock = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "pv-qspinlock",
             .scope = DX_SCOPE_GUEST,
             .summary = "a vCPU that waits for a spinlock gives its CPU away",
             .guide = "PV-qspinlock",
             .why = "on a crowded host a vCPU spins for a lock whose owner does not run",
             .always = 1},
    .derive = derive,
};
