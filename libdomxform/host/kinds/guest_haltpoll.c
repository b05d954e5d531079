/* the guest polls for work before it halts a vCPU */
#include "../plan.h"

static void derive(struct dx_plan *plan)
{
    (void)plan;
}

const struct dx_need_kind dx_need_kind_guest_haltpoll = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "guest-haltpoll",
             .scope = DX_SCOPE_GUEST,
             .summary = "the guest polls for work before it halts a vCPU",
             .guide = "Guest-Idle-Haltpoll",
             .why = "each halt costs an exit to the host and a wake-up",
             .always = 1},
    .derive = derive,
};
