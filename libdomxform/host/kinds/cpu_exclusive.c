/* no CPU is promised twice */
#include "../plan.h"

static void derive(struct dx_plan *plan)
{
    (void)plan;
}

const struct dx_need_kind dx_need_kind_cpu_exclusive = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "cpu-exclusive",
             .scope = DX_SCOPE_HOST,
             .summary = "no CPU is promised twice",
             .why = "two threads on one CPU take turns, however well they are pinned"},
    .derive = derive,
};
