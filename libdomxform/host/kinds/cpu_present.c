/* The host has the CPUs that are pinned to: one that it lacks, in any place of a list, and the guest does not start
 * (semantics §1.3, PIN-R01). */
#include "../party.h"

#define CPU_FOLDER "/sys/devices/system/cpu/"

enum { MOST_ASKERS = 16 };

/* All CPUs that a domain's threads are pinned to; false for none. */
static bool cpus_of(struct dx_cpuset *cpus, const struct dx_demand *demand)
{
    struct dx_party party;
    bool any = false;

    memset(cpus, 0, sizeof *cpus);
    for (size_t at = 0; dx_party_next(&party, demand, &at); any = true) {
        dx_cpuset_unite(cpus, &party.first->cpus);
    }
    return any;
}

/* The pins that name some of these CPUs, each once. */
static void ask(struct dx_plan *plan, struct dx_need *need, const struct dx_demand *demand,
                const struct dx_cpuset *cpus, size_t most)
{
    struct dx_party party;
    bool shared = false;

    for (size_t at = 0; most > 0 && dx_party_next(&party, demand, &at);) {
        if (dx_cpuset_overlap(&party.first->cpus, cpus) && (party.first->own || !shared)) {
            dx_need_asked(plan, need, &party.first->asker);
            shared = shared || !party.first->own;
            most--;
        }
    }
}

/* ---- CPUs that the host lacks ---- */

static void add_absent(struct dx_plan *plan, const struct dx_demand *demand, const struct dx_cpuset *absent)
{
    const struct dx_machine *machine = &plan->machine;
    const char *name = dx_demand_name(demand), *cpus = dx_cpus_text(plan, absent);
    struct dx_need *need =
        dx_need_add(plan, &dx_need_kind_cpu_present, name, "the host has %s, which %s is pinned to", cpus, name);

    if (!need) {
        return;
    }
    ask(plan, need, demand, absent, MOST_ASKERS);
    dx_need_found(plan, need, DX_PLAN_MISSING, "it has %s (%s)", dx_cpus_text(plan, &machine->present),
                  machine->cpus_from ? machine->cpus_from : "what it says itself");
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                       .why = "pin to CPUs that the host has",
                                       .value = "domxform --pass=vcpupin:spread=CPUS for vCPUs, --pass=iothreadpin and "
                                                "--pass=emulatorpin for the others, --pass=set:./vcpu/@cpuset=CPUS "
                                                "for what has no pin of its own"});
    dx_need_say(plan, &need->face.verify, "cat " CPU_FOLDER "present");
}

/* ---- CPUs that are there, and may be offline ---- */

/* Threads of cores that are switched off as a whole stay so until that is taken back. */
static bool are_threads_off(struct dx_plan *plan)
{
    struct dx_reading reading = dx_root_read(&plan->root, &plan->arena, CPU_FOLDER "smt/control", DX_MOST_FACT);

    return reading.state == DX_READ_OK && dx_str_starts(dx_trim(reading.text), "o") &&
           !dx_str_is(dx_trim(reading.text), "on");
}

static void switch_on(struct dx_plan *plan, struct dx_need *need, const struct dx_cpuset *offline)
{
    dx_cleanup(dx_buf_free) struct dx_buf lines = DX_BUF(&plan->ctx->mem);

    for (int cpu = dx_cpuset_next(offline, 0); cpu >= 0; cpu = dx_cpuset_next(offline, (unsigned)cpu + 1)) {
        const char *path = dx_plan_text(plan, CPU_FOLDER "cpu%d/online", cpu);

        dx_buf_format(&lines, "w " CPU_FOLDER "cpu%d/online - - - - 1\n", cpu);
        dx_need_remedy(
            plan, need,
            &(struct dx_remedy){.kind = DX_REMEDY_WRITE, .why = "bring it online", .path = path, .value = "1"});
    }
    dx_need_file(plan, need, "bring them online at each boot too", "/etc/tmpfiles.d/domxform-cpus.conf",
                 dx_buf_keep(&lines, &plan->arena));
    dx_need_say(plan, &need->face.persistence,
                "systemd-tmpfiles writes it at each boot; maxcpus= or nosmt among the kernel's arguments may be why "
                "they are offline");
}

static void check_online(struct dx_plan *plan, struct dx_need *need, const struct dx_cpuset *cpus)
{
    struct dx_cpuset offline = *cpus;

    dx_cpuset_drop(&offline, &plan->machine.online);
    if (dx_cpuset_next(&offline, 0) < 0) {
        dx_need_found(plan, need, DX_PLAN_OK, "online are %s", dx_cpus_text(plan, &plan->machine.online));
        return;
    }
    dx_need_found(plan, need, DX_PLAN_MISSING, "%s %s offline", dx_cpus_text(plan, &offline),
                  dx_cpuset_count(&offline) == 1 ? "is" : "are");
    if (are_threads_off(plan)) {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                           .why = "the second threads of all cores are switched off",
                                           .value = "write on to " CPU_FOLDER "smt/control where that was not meant, "
                                                    "or pin to CPUs that are online"});
    } else {
        switch_on(plan, need, &offline);
    }
}

/* What of all that is pinned to is there; one requirement for all domains, however many there are. */
struct rest {
    struct dx_cpuset cpus;
    size_t domains;
    const char *name; /* of the first */
};

static void add_rest(struct dx_plan *plan, const struct rest *rest)
{
    const struct dx_machine *machine = &plan->machine;
    struct dx_cpuset asked; /* those that are offline, where some are */
    const char *cpus =
        dx_plan_text(plan, "%s %s", dx_cpus_text(plan, &rest->cpus), dx_cpuset_count(&rest->cpus) == 1 ? "is" : "are");
    struct dx_need *need =
        rest->domains == 1
            ? dx_need_add(plan, &dx_need_kind_cpu_present, NULL, "%s online, which %s is pinned to", cpus, rest->name)
            : dx_need_add(plan, &dx_need_kind_cpu_present, NULL, "%s online, which %zu domains are pinned to", cpus,
                          rest->domains);

    if (!need) {
        return;
    }
    asked = rest->cpus;
    dx_cpuset_drop(&asked, &machine->online);
    asked = machine->has_cpus && dx_cpuset_next(&asked, 0) >= 0 ? asked : rest->cpus;
    for (size_t i = 0; i < plan->n_demands; i++) {
        ask(plan, need, plan->demands[i], &asked, 1);
    }
    dx_need_say(plan, &need->face.verify, "cat " CPU_FOLDER "online");
    if (machine->has_cpus) {
        check_online(plan, need, &rest->cpus);
    } else {
        dx_need_found(plan, need, DX_PLAN_UNKNOWN, "the CPUs of the host are not known: %s",
                      machine->cpus_why ? machine->cpus_why : "give --host-cpus");
    }
}

static void derive(struct dx_plan *plan)
{
    const struct dx_machine *machine = &plan->machine;
    struct rest rest = {.name = NULL};

    for (size_t i = 0; i < plan->n_demands; i++) {
        const struct dx_demand *demand = plan->demands[i];
        struct dx_cpuset cpus, absent;

        if (!cpus_of(&cpus, demand)) {
            continue;
        }
        absent = cpus;
        dx_cpuset_drop(&absent, &machine->present);
        if (machine->has_cpus && dx_cpuset_next(&absent, 0) >= 0) {
            add_absent(plan, demand, &absent);
            dx_cpuset_keep(&cpus, &machine->present);
        }
        if (dx_cpuset_next(&cpus, 0) >= 0) {
            dx_cpuset_unite(&rest.cpus, &cpus);
            rest.name = rest.name ? rest.name : dx_demand_name(demand);
            rest.domains++;
        }
    }
    if (rest.domains > 0) {
        add_rest(plan, &rest);
    }
}

const struct dx_need_kind dx_need_kind_cpu_present = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "cpu-present",
             .scope = DX_SCOPE_HOST,
             .summary = "the host has the CPUs that are pinned to",
             .why = "a guest that is pinned to a CPU that is absent or offline does not start ('Invalid argument' or "
                    "'Numerical result out of range')"},
    .derive = derive,
};
