/* The channel to the agent in the guest (semantics §10.8). */
#include "domain.h"

/* True for a channel to the agent. What speaks SPICE or D-Bus of its own (QEMU's chardevs of these names) is another
 * thing under the agent's name. */
static bool is_agent(const struct dx_node *channel)
{
    static const char *const others[] = {"spicevmc", "spiceport", "qemu-vdagent", "dbus", NULL};
    const struct dx_node *target = dx_node_child(channel, "target");
    struct dx_str type = dx_node_attr(channel, "type");

    return target && dx_str_is(dx_node_attr(target, "name"), "org.qemu.guest_agent.0") &&
           dx_str_is(dx_node_attr(target, "type"), "virtio") && !(type.ptr && dx_str_any(type, others));
}

struct dx_node *dx_agent_channel(const struct dx_node *domain)
{
    struct dx_each each;

    for (struct dx_node *node = dx_each_first(&each, domain, "devices", "channel"); node;
         node = dx_each_next(&each, node)) {
        if (is_agent(node)) {
            return node;
        }
    }
    return NULL;
}
