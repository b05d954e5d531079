#include "prefix.h"

#define NAMESPACE(driver) "http://libvirt.org/schemas/domain/" driver "/1.0"

const struct dx_prefix dx_prefixes[] = {
    {"qemu", NAMESPACE("qemu")},
    {"lxc", NAMESPACE("lxc")},
    {"xen", NAMESPACE("xen")},
    {"bhyve", NAMESPACE("bhyve")},
    {NULL, NULL},
};

const struct dx_prefix *dx_prefix_find(struct dx_str name)
{
    for (const struct dx_prefix *row = dx_prefixes; row->name; row++) {
        if (dx_str_is(name, row->name)) {
            return row;
        }
    }
    return NULL;
}
