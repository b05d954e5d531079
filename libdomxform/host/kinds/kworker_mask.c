/* unbound kernel workers keep off the CPUs of vCPUs and iothreads */
#include "../plan.h"

static void derive(struct dx_plan *plan)
{
    (void)plan;
}

const struct dx_need_kind dx_need_kind_kworker_mask = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "kworker-mask",
             .scope = DX_SCOPE_HOST,
             .summary = "unbound kernel workers keep off the CPUs of vCPUs and iothreads",
             .guide = "kworker isolation and binding",
             .why = "a kernel worker on a vCPU's CPU makes its guest wait"},
    .derive = derive,
};
