/* hint-dedicated, and what of the rest of a domain speaks against it (semantics §7). */
#include "domain.h"

struct dx_node *dx_kvm_feature(const struct dx_node *domain, const char *name)
{
    struct dx_each each;
    struct dx_node *found = NULL;

    for (struct dx_node *kvm = dx_each_first(&each, domain, "features", "kvm"); kvm; kvm = dx_each_next(&each, kvm)) {
        for (struct dx_node *child = dx_node_child(kvm, name); child; child = dx_node_next_named(child, name)) {
            found = child;
        }
    }
    return found;
}

struct dx_node *dx_spinlock(const struct dx_node *domain)
{
    struct dx_each each;
    struct dx_node *found = NULL;

    for (struct dx_node *node = dx_each_first(&each, domain, "features", "pvspinlock"); node;
         node = dx_each_next(&each, node)) {
        found = node;
    }
    return found;
}

void dx_hint_read(struct dx_hint *hint, const struct dx_node *domain, const struct dx_target *target)
{
    const struct dx_node *hidden = dx_kvm_feature(domain, "hidden"), *cpu = dx_node_child(domain, "cpu");
    const struct dx_node *spinlock = dx_spinlock(domain);
    bool passthrough = cpu && dx_str_is(dx_node_attr(cpu, "mode"), "host-passthrough");

    *hint = (struct dx_hint){
        .on = dx_kvm_feature(domain, "hint-dedicated"),
        .kvm = target->type == DX_TYPE_KVM,
        .hidden = dx_state_on(hidden) ? hidden : NULL,
        .spinlock = spinlock && !dx_str_is(dx_node_attr(spinlock, "state"), "off") ? spinlock : NULL,
        .both_poll = !passthrough && !dx_state_on(dx_kvm_feature(domain, "poll-control")),
    };
    hint->on = dx_state_on(hint->on) ? hint->on : NULL;
}

const struct dx_node *dx_hint_promise(const struct dx_node *domain, const struct dx_target *target)
{
    struct dx_hint hint;

    dx_hint_read(&hint, domain, target);
    return hint.kvm && target->arch == DX_ARCH_X86 ? hint.on : NULL;
}
