/* the host's QEMU has iothreads */
#include "../plan.h"

static void derive(struct dx_plan *plan)
{
    (void)plan;
}

const struct dx_need_kind dx_need_kind_iothread_capability = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "iothread-capability",
             .scope = DX_SCOPE_HOST,
             .summary = "the host's QEMU has iothreads",
             .guide = "I/O threads",
             .why = "a disk that names an iothread does not start without"},
    .derive = derive,
};
