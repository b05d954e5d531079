/* The guide's mask of unbound kernel workers: all CPUs but those of pinned vCPUs and iothreads (semantics §10.2). */
#include "../cpus.h"
#include "../mask.h"

#define MASK "/sys/devices/virtual/workqueue/cpumask"

enum { NAMED = 4 };

/* What the domains and the machine make of the mask. */
struct duty {
    struct dx_need *need;
    struct dx_cpuset reserved; /* for pinned vCPUs and iothreads, as far as the host has them */
    struct dx_cpuset workers;  /* what is left */
    const char *loose;         /* the domains with vCPUs or iothreads that may run anywhere; NULL: none */
    bool pinned;               /* somebody is */
};

/* ---- what is reserved ---- */

/* The CPUs of a domain's threads, which asks for them; false when it has threads that may run anywhere. */
static bool reserve(struct duty *duty, struct dx_plan *plan, const struct dx_demand *demand)
{
    bool held = dx_demand_unpinned(demand, DX_ROLE_VCPU) + dx_demand_unpinned(demand, DX_ROLE_IOTHREAD) == 0;
    struct dx_cpuset cpus = {{0}};
    const struct dx_thread *first = NULL;
    struct dx_party party;

    for (size_t at = 0; dx_party_next(&party, demand, &at);) {
        if (party.first->role == DX_ROLE_EMULATOR) {
            continue;
        }
        if (dx_thread_is_anywhere(party.first, &plan->machine)) {
            held = false;
            continue;
        }
        first = first ? first : party.first;
        dx_cpuset_unite(&cpus, &party.first->cpus);
    }
    if (first) {
        struct dx_asker asker = first->asker;

        asker.what = dx_plan_text(plan, "pins vCPUs or iothreads to %s", dx_cpus_text(plan, &cpus));
        dx_need_asked(plan, duty->need, &asker);
        dx_cpuset_unite(&duty->reserved, &cpus);
        duty->pinned = true;
    }
    return held;
}

static void reserve_all(struct duty *duty, struct dx_plan *plan)
{
    struct dx_few loose = DX_FEW(plan, NAMED);

    for (size_t i = 0; i < plan->n_demands; i++) {
        if (!reserve(duty, plan, plan->demands[i]) && dx_few_next(&loose)) {
            dx_buf_puts(&loose.text, dx_demand_name(plan->demands[i]));
        }
    }
    duty->loose = dx_few_end(plan, &loose);
}

/* ---- what is to be done ---- */

static void add_remedies(const struct duty *duty, struct dx_plan *plan)
{
    dx_cleanup(dx_buf_free) struct dx_buf mask = DX_BUF(&plan->ctx->mem);
    struct dx_need *need = duty->need;
    const char *value;

    dx_mask_format(&mask, &duty->workers, dx_mask_bits(&plan->machine.possible));
    value = dx_buf_keep(&mask, &plan->arena);
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_WRITE,
                                       .why = "move them now",
                                       .path = MASK,
                                       .value = value,
                                       .readback = DX_READBACK_MASK});
    dx_need_file(plan, need, "move them at each boot too", "/etc/tmpfiles.d/domxform-kworker.conf",
                 dx_plan_text(plan, "w " MASK " - - - - %s\n", value));
    dx_need_say(plan, &need->face.persistence,
                "systemd-tmpfiles writes it at each boot; from Linux 6.6 on workqueue.unbound_cpus=%s among the "
                "kernel's arguments does the same",
                dx_cpus_list(plan, &duty->workers));
    dx_need_say(plan, &need->face.verify, "cat " MASK);
}

static void add_note(const struct duty *duty, struct dx_plan *plan)
{
    static const char reach[] = "unbound workqueues only: the kernel's threads of each CPU and its interrupts stay, "
                                "which irqbalance, irqaffinity= or nohz_full= are for; a mask with a bit for a CPU "
                                "that the host lacks, as the guide's ff on fewer than 8, is refused";

    if (duty->loose) {
        dx_need_say(plan, &duty->need->face.note,
                    "%s; some vCPUs or iothreads of %s may run on any CPU, which no mask "
                    "can help",
                    reach, duty->loose);
    } else {
        dx_need_say(plan, &duty->need->face.note, "%s", reach);
    }
}

/* ---- what there is ---- */

/* A mask that is narrower than need be is as good: what is to be written is that one then. */
static void check(struct duty *duty, struct dx_plan *plan)
{
    struct dx_reading reading = dx_root_read(&plan->root, &plan->arena, MASK, DX_MOST_FACT);
    struct dx_str text = reading.state == DX_READ_OK ? dx_trim(reading.text) : DX_NONE;
    struct dx_cpuset there;

    if (reading.state == DX_READ_OK && (!dx_mask_parse(&there, text) || dx_cpuset_next(&there, 0) < 0)) {
        reading.state = DX_READ_ODD;
        reading.why = "it holds no mask of CPUs";
    }
    if (reading.state != DX_READ_OK) {
        dx_need_unread(plan, duty->need, &reading);
        return;
    }
    dx_cpuset_keep(&there, &plan->machine.possible);
    if (!dx_cpuset_overlap(&there, &duty->reserved)) {
        dx_need_found(plan, duty->need, DX_PLAN_OK, "the mask is %.*s: %s%s", DX_F(text), dx_cpus_text(plan, &there),
                      dx_cpuset_equal(&there, &duty->workers) ? "" : ", none of which is pinned to");
        duty->workers = there;
        return;
    }
    dx_cpuset_keep(&there, &duty->reserved);
    dx_need_found(plan, duty->need, DX_PLAN_MISSING, "the mask is %.*s, with %s among them", DX_F(text),
                  dx_cpus_text(plan, &there));
}

/* ---- where no mask can be made ---- */

/* Domains that have all CPUs among them: at least one is to be left. */
static void refuse_empty(const struct duty *duty, struct dx_plan *plan)
{
    const struct dx_requirement *face = &duty->need->face;
    struct dx_few takers = DX_FEW(plan, NAMED);
    const char *verb;

    for (size_t i = 0; i < face->n_askers; i++) {
        if (dx_few_next(&takers)) {
            dx_buf_puts(&takers.text, face->askers[i].domain ? face->askers[i].domain : face->askers[i].file);
        }
    }
    verb = takers.n == 1 ? "has" : "have";
    dx_need_found(plan, duty->need, DX_PLAN_MISSING, "no CPU is left for them: %s %s %s%s", dx_few_end(plan, &takers),
                  verb, dx_cpus_text(plan, &duty->reserved),
                  dx_cpuset_equal(&duty->reserved, &plan->machine.possible) ? "" : ", and the others are isolated");
    dx_need_remedy(plan, duty->need,
                   &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                       .why = "leave at least one CPU to the host itself",
                                       .value = "pin to fewer CPUs, with domxform --pass=vcpupin and "
                                                "--pass=iothreadpin: a kernel takes no mask without a CPU"});
}

static void ask_for_pins(const struct duty *duty, struct dx_plan *plan, const char *found)
{
    dx_need_found(plan, duty->need, DX_PLAN_UNKNOWN, "%s", found);
    dx_need_remedy(plan, duty->need,
                   &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                       .why = "where CPUs are to be kept free of the host's work, pin first",
                                       .value = "domxform --pass=vcpupin:spread=CPUS for each domain, then plan anew"});
}

static void derive(struct dx_plan *plan)
{
    const struct dx_machine *machine = &plan->machine;
    struct duty duty = {.pinned = false};

    duty.need = dx_need_add(plan, &dx_need_kind_kworker_mask, NULL,
                            "unbound kernel workers keep off the CPUs of vCPUs and iothreads");
    if (!duty.need) {
        return;
    }
    reserve_all(&duty, plan);
    if (!duty.pinned) {
        ask_for_pins(&duty, plan, "no vCPU or iothread is pinned, so that no CPU is theirs");
        return;
    }
    if (!machine->has_cpus) {
        dx_need_found(plan, duty.need, DX_PLAN_UNKNOWN, "the CPUs of the host are not known: %s",
                      machine->cpus_why ? machine->cpus_why : "give --host-cpus");
        return;
    }
    dx_cpuset_keep(&duty.reserved, &machine->possible);
    dx_cpus_for_workers(&duty.workers, plan);
    if (dx_cpuset_next(&duty.reserved, 0) < 0) {
        ask_for_pins(&duty, plan, "no CPU that the host has is for vCPUs or iothreads alone");
    } else if (dx_cpuset_next(&duty.workers, 0) < 0) {
        refuse_empty(&duty, plan);
    } else {
        dx_need_say(plan, &duty.need->face.title, "unbound kernel workers run on %s only",
                    dx_cpus_text(plan, &duty.workers));
        check(&duty, plan);
        add_remedies(&duty, plan);
        add_note(&duty, plan);
    }
}

const struct dx_need_kind dx_need_kind_kworker_mask = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "kworker-mask",
             .scope = DX_SCOPE_HOST,
             .summary = "unbound kernel workers keep off the CPUs of vCPUs and iothreads",
             .guide = "kworker isolation and binding",
             .why = "a kernel worker on a vCPU's CPU makes its guest wait"},
    .derive = derive,
};
