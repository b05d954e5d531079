/* hardware virtualization */
#include "../plan.h"

static void derive(struct dx_plan *plan)
{
    (void)plan;
}

const struct dx_need_kind dx_need_kind_kvm = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "kvm",
             .scope = DX_SCOPE_HOST,
             .summary = "hardware virtualization",
             .why = "without /dev/kvm a guest of type kvm does not start",
             .always = 1},
    .derive = derive,
};
