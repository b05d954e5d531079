/* vCPUs run on the NUMA nodes that hold their memory */
#include "../plan.h"

static void derive(struct dx_plan *plan)
{
    (void)plan;
}

const struct dx_need_kind dx_need_kind_numa_locality = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "numa-locality",
             .scope = DX_SCOPE_HOST,
             .summary = "vCPUs run on the NUMA nodes that hold their memory",
             .why = "memory of another node is slower to reach"},
    .derive = derive,
};
