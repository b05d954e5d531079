/* transparent huge pages for the memory that no static pool backs */
#include "../plan.h"

static void derive(struct dx_plan *plan)
{
    (void)plan;
}

const struct dx_need_kind dx_need_kind_thp = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "thp",
             .scope = DX_SCOPE_HOST,
             .summary = "transparent huge pages for the memory that no static pool backs",
             .guide = "HugePage memory",
             .why = "small pages cost misses in the TLB",
             .always = 1},
    .derive = derive,
};
