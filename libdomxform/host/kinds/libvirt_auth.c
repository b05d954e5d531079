/* remote access to libvirt wants a name and a password */
#include "../plan.h"

static void derive(struct dx_plan *plan)
{
    (void)plan;
}

const struct dx_need_kind dx_need_kind_libvirt_auth = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "libvirt-auth",
             .scope = DX_SCOPE_HOST,
             .summary = "remote access to libvirt wants a name and a password",
             .guide = "libvirt authentication",
             .why = "who reaches an open port of libvirt is root on the host",
             .always = 1},
    .derive = derive,
};
