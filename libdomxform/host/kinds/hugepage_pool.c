/* a pool of huge pages that holds the memory of all domains */
#include "../plan.h"

static void derive(struct dx_plan *plan)
{
    (void)plan;
}

const struct dx_need_kind dx_need_kind_hugepage_pool = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "hugepage-pool",
             .scope = DX_SCOPE_HOST,
             .summary = "a pool of huge pages that holds the memory of all domains",
             .guide = "HugePage memory",
             .why = "a guest whose pages are not in the pool does not start"},
    .derive = derive,
};
