/* the guest agent refuses what the host is not to ask */
#include "../plan.h"

static void derive(struct dx_plan *plan)
{
    (void)plan;
}

const struct dx_need_kind dx_need_kind_qemu_ga = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "qemu-ga",
             .scope = DX_SCOPE_GUEST,
             .summary = "the guest agent refuses what the host is not to ask",
             .guide = "qemu-ga",
             .why = "who is root on the host reads and writes files in the guest through its agent"},
    .derive = derive,
};
