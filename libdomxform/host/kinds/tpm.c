/* swtpm, for the TPMs of guests */
#include "../plan.h"

static void derive(struct dx_plan *plan)
{
    (void)plan;
}

const struct dx_need_kind dx_need_kind_tpm = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "tpm",
             .scope = DX_SCOPE_HOST,
             .summary = "swtpm, for the TPMs of guests",
             .guide = "Trusted boot",
             .why = "a guest with an emulated TPM does not start without swtpm"},
    .derive = derive,
};
