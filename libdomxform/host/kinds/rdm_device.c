/* the SCSI devices that are mapped raw are there, whole and unused */
#include "../plan.h"

static void derive(struct dx_plan *plan)
{
    (void)plan;
}

const struct dx_need_kind dx_need_kind_rdm_device = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "rdm-device",
             .scope = DX_SCOPE_HOST,
             .summary = "the SCSI devices that are mapped raw are there, whole and unused",
             .guide = "Raw Device Mapping",
             .why = "a guest whose device is absent does not start; one that shares it with the host loses data"},
    .derive = derive,
};
