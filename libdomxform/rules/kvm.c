/* KVM: features of KVM and paravirtual spinlocks. */
#include "facts.h"

static void raise_state(struct dx_facts *facts, const struct dx_node *feature, struct dx_str state)
{
    dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_KVM_P02,
                                               .node = feature,
                                               .attr = state.ptr ? "state" : NULL,
                                               .value = state,
                                               .args = {dx_node_name(feature), state.ptr ? state : DX_S("")}});
}

static void check_ring(struct dx_facts *facts, const struct dx_node *ring)
{
    struct dx_str size = dx_node_attr(ring, "size");
    uint64_t n;

    if (dx_facts_number(&n, size, 65536) != 1 || n < 1024 || (n & (n - 1)) != 0) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_KVM_P02B,
                                                   .node = ring,
                                                   .attr = size.ptr ? "size" : NULL,
                                                   .value = size,
                                                   .args = {size}});
    }
}

static void check_mode(struct dx_facts *facts, const struct dx_node *hint)
{
    const struct dx_node *cpu = dx_facts_first(facts, DX_FACT_CPU);
    struct dx_str mode = dx_facts_attr(cpu, "mode");

    if (!dx_str_is(mode, "host-passthrough")) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_KVM_Q01,
                                                   .node = hint,
                                                   .attr = "state",
                                                   .value = mode,
                                                   .args = {mode.ptr ? mode : DX_S("none")}});
    }
}

static void check_feature(struct dx_facts *facts, const struct dx_node *feature)
{
    static const char *const known[] = {"hidden", "hint-dedicated", "poll-control", "pv-ipi", "dirty-ring", NULL};
    struct dx_str name = dx_node_name(feature), state = dx_node_attr(feature, "state");

    if (!dx_str_any(name, known)) {
        dx_facts_raise(facts,
                       &(struct dx_finding){.rule = DX_RULE_KVM_P01, .node = feature, .value = name, .args = {name}});
    } else if (dx_str_is(state, "on")) {
        if (dx_str_is(name, "dirty-ring")) {
            check_ring(facts, feature);
        } else if (dx_str_is(name, "hint-dedicated")) {
            check_mode(facts, feature);
        }
    } else if (!dx_str_is(state, "off")) {
        raise_state(facts, feature, state);
    }
}

void dx_check_kvm(struct dx_facts *facts)
{
    for (size_t i = 0; i < facts->lists[DX_FACT_KVM].n; i++) {
        for (const struct dx_node *child = facts->lists[DX_FACT_KVM].items[i]->first; child; child = child->next) {
            if (dx_node_is_element(child)) {
                check_feature(facts, child);
            }
        }
    }
    for (size_t i = 0; i < facts->lists[DX_FACT_PVSPINLOCK].n; i++) {
        const struct dx_node *spinlock = facts->lists[DX_FACT_PVSPINLOCK].items[i];
        struct dx_str state = dx_node_attr(spinlock, "state"), arch = facts->target->arch_name;

        if (state.ptr && !dx_str_is(state, "on") && !dx_str_is(state, "off")) {
            raise_state(facts, spinlock, state);
        }
        if (facts->target->arch != DX_ARCH_X86) {
            dx_facts_raise(
                facts, &(struct dx_finding){.rule = DX_RULE_KVM_Q02, .node = spinlock, .value = arch, .args = {arch}});
        }
    }
}

/* hint-dedicated: where it has no effect, and what there is against it. */
void dx_check_hint(struct dx_facts *facts)
{
    dx_cleanup(dx_buf_free) struct dx_buf what = DX_BUF(facts->arena->mem);
    struct dx_str arch = facts->target->arch_name;
    struct dx_hint hint;

    dx_hint_read(&hint, facts->domain, facts->target);
    if (!hint.on || !facts->qemu) {
        return;
    }
    if (facts->target->arch != DX_ARCH_X86) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_KVM_R01, .node = hint.on, .args = {arch}});
        return;
    }
    if (!hint.kvm) {
        dx_facts_raise(
            facts, &(struct dx_finding){.rule = DX_RULE_KVM_R02, .node = hint.on, .args = {facts->target->type_name}});
        return;
    }
    if (hint.hidden) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_KVM_A02, .node = hint.hidden});
    }
    if (hint.spinlock) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_KVM_A03, .node = hint.spinlock});
    }
    if (hint.both_poll) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_KVM_A04, .node = hint.on});
    }
    if (facts->scope->level >= DX_LEVEL_ADVICE && dx_pins_not_exclusive(&what, facts->domain)) {
        dx_facts_raise(facts, &(struct dx_finding){
                                  .rule = DX_RULE_KVM_A01, .node = hint.on, .args = {dx_facts_keep(facts, &what)}});
    }
}
