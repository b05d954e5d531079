#include "guest.h"

#include "shell.h"

uint64_t dx_guest_marks(const struct dx_node *domain, const struct dx_target *target)
{
    bool direct = dx_kernel_direct(domain) != NULL;
    struct dx_hint hint;
    struct dx_str line;

    dx_hint_read(&hint, domain, target);
    return (direct ? DX_GUEST_DIRECT : 0u) | (!direct && dx_guest_cmdline(&line, domain) ? DX_GUEST_LOST : 0u) |
           (hint.kvm ? 0u : DX_GUEST_NO_KVM) | (hint.hidden ? DX_GUEST_HIDDEN : 0u) | (hint.on ? DX_GUEST_HINT : 0u);
}

const struct dx_node *dx_guest_cmdline(struct dx_str *line, const struct dx_node *domain)
{
    const struct dx_node *cmdline = dx_domain_find(domain, "os", "cmdline");

    *line = cmdline ? dx_node_text(cmdline) : DX_S("");
    return cmdline;
}

struct dx_need *dx_guest_need(struct dx_plan *plan, const struct dx_need_kind *kind, const struct dx_demand *demand,
                              const char *title)
{
    struct dx_need *need = title ? dx_need_add(plan, kind, demand ? dx_demand_name(demand) : NULL, "%s", title) : NULL;

    for (size_t i = 0; demand && i < demand->n_claims; i++) {
        if (demand->claims[i].kind == kind) {
            dx_need_asked(plan, need, &demand->claims[i].asker);
        }
    }
    return need;
}

void dx_guest_unknown(struct dx_plan *plan, struct dx_need *need)
{
    dx_need_found(plan, need, DX_PLAN_UNKNOWN, "it is inside the guest");
}

const char *dx_guest_pass(struct dx_plan *plan, const struct dx_demand *demand, const char *pass)
{
    const char *file = demand && demand->file && demand->file[0] != '<' ? demand->file : "FILE";
    const char *word = dx_shell_word(plan, file);

    return word ? dx_plan_text(plan, "domxform -i --pass=%s %s%s", pass, file[0] == '-' ? "-- " : "", word) : NULL;
}

void dx_guest_arguments(struct dx_plan *plan, struct dx_need *need, const struct dx_demand *demand, uint64_t marks,
                        const char *words, const char *pass)
{
    if (marks & DX_GUEST_DIRECT) {
        dx_need_remedy(
            plan, need,
            &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                .flags = DX_REMEDY_PERSISTS,
                                .why = "the arguments of a kernel that is booted directly stand in the domain",
                                .value = dx_guest_pass(plan, demand, pass)});
        return;
    }
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_KERNEL_ARGS,
                                       .flags = DX_REMEDY_PERSISTS | DX_REMEDY_REBOOT,
                                       .why = "in the guest, where its boot loader keeps them",
                                       .value = words});
}
