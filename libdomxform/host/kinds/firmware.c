/* firmware that the domains ask for */
#include "../plan.h"

static void derive(struct dx_plan *plan)
{
    (void)plan;
}

const struct dx_need_kind dx_need_kind_firmware = {
    .face =
        {.size = sizeof(struct dx_host_kind),
         .name = "firmware",
         .scope = DX_SCOPE_HOST,
         .summary = "firmware that the domains ask for",
         .guide = "Trusted boot",
         .why =
             "a guest without its firmware does not start, and one without measuring firmware has nothing to attest"},
    .derive = derive,
};
