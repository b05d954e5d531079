#include "plan.h"

#include <unistd.h>

#define CPU_FOLDER "/sys/devices/system/cpu/"
#define NODE_FOLDER "/sys/devices/system/node"

/* A list of CPUs as the kernel writes it, "0-3,8"; an empty one is a set too. */
static struct dx_reading read_cpus(struct dx_cpuset *set, struct dx_plan *plan, const char *path)
{
    struct dx_reading reading = dx_root_read(&plan->root, &plan->arena, path, DX_MOST_FACT);

    if (reading.state == DX_READ_OK && !dx_cpuset_parse(set, dx_trim(reading.text)) && dx_trim(reading.text).len) {
        reading.state = DX_READ_ODD;
        reading.why = "it holds no list of CPUs";
    }
    return reading;
}

/* A list that names some CPU at least, as that of the CPUs of a machine does. */
static struct dx_reading read_some_cpus(struct dx_cpuset *set, struct dx_plan *plan, const char *path)
{
    struct dx_reading reading = read_cpus(set, plan, path);

    if (reading.state == DX_READ_OK && dx_cpuset_next(set, 0) < 0) {
        reading.state = DX_READ_ODD;
        reading.why = "it names no CPU";
    }
    return reading;
}

/* ---- CPUs ---- */

/* By the arguments of the kernel, and by cpusets while it runs. */
static void find_isolated(struct dx_machine *machine, struct dx_plan *plan)
{
    struct dx_cpuset more = {{0}};

    read_cpus(&machine->isolated, plan, CPU_FOLDER "isolated");
    if (read_cpus(&more, plan, "/sys/fs/cgroup/cpuset.cpus.isolated").state == DX_READ_OK) {
        dx_cpuset_unite(&machine->isolated, &more);
    }
}

bool dx_machine_siblings(struct dx_cpuset *siblings, struct dx_plan *plan, unsigned cpu)
{
    const char *path = dx_plan_text(plan, CPU_FOLDER "cpu%u/topology/thread_siblings_list", cpu);

    memset(siblings, 0, sizeof *siblings);
    return path && read_cpus(siblings, plan, path).state == DX_READ_OK;
}

/* What the options say beats what is read, and that beats what libvirt said. */
static void find_cpus(struct dx_machine *machine, struct dx_plan *plan)
{
    struct dx_reading reading;

    if (plan->opts.host_cpus) {
        machine->has_cpus = dx_cpuset_parse(&machine->possible, dx_str_of(plan->opts.host_cpus));
        machine->present = machine->online = machine->possible;
        machine->cpus_from = "--host-cpus";
        return;
    }
    reading = read_some_cpus(&machine->possible, plan, CPU_FOLDER "possible");
    if (reading.state == DX_READ_OK) {
        machine->has_cpus = true;
        machine->cpus_from = reading.path;
        if (read_some_cpus(&machine->present, plan, CPU_FOLDER "present").state != DX_READ_OK) {
            machine->present = machine->possible;
        }
        if (read_some_cpus(&machine->online, plan, CPU_FOLDER "online").state != DX_READ_OK) {
            machine->online = machine->present;
        }
        find_isolated(machine, plan);
        return;
    }
    for (size_t i = 0; i < plan->caps.n_nodes; i++) {
        dx_cpuset_unite(&machine->possible, &plan->caps.nodes[i].cpus);
    }
    machine->present = machine->online = machine->possible;
    machine->has_cpus = dx_cpuset_count(&machine->possible) > 0;
    machine->cpus_from = plan->caps.host_file;
    machine->cpus_why = machine->has_cpus                  ? NULL
                        : reading.state == DX_READ_NO_HOST ? "no host is read, and --host-cpus is not given"
                                                           : dx_reading_text(&plan->arena, &reading);
}

/* ---- NUMA nodes ---- */

static void add_node(struct dx_machine *machine, struct dx_plan *plan, size_t *room, unsigned id,
                     const struct dx_cpuset *cpus)
{
    struct dx_numa_node *nodes =
        dx_arena_more(&plan->arena, machine->nodes, machine->n_nodes, room, sizeof *machine->nodes);

    if (nodes) {
        machine->nodes = nodes;
        nodes[machine->n_nodes++] = (struct dx_numa_node){id, *cpus};
    }
}

static void find_nodes(struct dx_machine *machine, struct dx_plan *plan)
{
    struct dx_str *names;
    size_t n, room = 0;
    bool read;

    dx_root_list(&names, &n, &plan->root, &plan->arena, NODE_FOLDER);
    for (size_t i = 0; i < n; i++) {
        struct dx_cpuset cpus = {{0}};
        uint64_t id;
        const char *path;

        if (!dx_str_starts(names[i], "node") ||
            !dx_parse_uint((struct dx_str){names[i].ptr + 4, names[i].len - 4}, DX_CPUS - 1, &id)) {
            continue;
        }
        path = dx_plan_text(plan, NODE_FOLDER "/node%u/cpulist", (unsigned)id);
        if (path && read_cpus(&cpus, plan, path).state == DX_READ_OK) {
            add_node(machine, plan, &room, (unsigned)id, &cpus);
        }
    }
    read = machine->n_nodes > 0;
    for (size_t i = 0; !read && i < plan->caps.n_nodes; i++) {
        add_node(machine, plan, &room, plan->caps.nodes[i].id, &plan->caps.nodes[i].cpus);
    }
}

const struct dx_numa_node *dx_machine_node_of(const struct dx_machine *machine, unsigned cpu)
{
    for (size_t i = 0; i < machine->n_nodes; i++) {
        if (dx_cpuset_has(&machine->nodes[i].cpus, cpu)) {
            return &machine->nodes[i];
        }
    }
    return NULL;
}

/* ---- architecture and page size ---- */

/* What /proc/cpuinfo of one architecture alone says. */
static const struct {
    const char *line, *arch;
} signs[] = {
    {"vendor_id\t: IBM/S390", "s390x"},
    {"vendor_id       : IBM/S390", "s390x"},
    {"vendor_id\t:", "x86_64"},
    {"CPU implementer\t:", "aarch64"},
    {"cpu\t\t: POWER", "ppc64"},
    {"isa\t\t: rv", "riscv64"},
    {"CPU Family\t\t: Loongson", "loongarch64"},
};

/* The size of a huge page in the middle of the page tables tells that of an ordinary one, on every architecture. */
static const struct {
    uint64_t pmd, base;
} page_tables[] = {
    {UINT64_C(2) << 20, UINT64_C(4) << 10},
    {UINT64_C(32) << 20, UINT64_C(16) << 10},
    {UINT64_C(512) << 20, UINT64_C(64) << 10},
};

static struct dx_str arch_of_cpuinfo(struct dx_plan *plan)
{
    struct dx_reading reading = dx_root_read(&plan->root, &plan->arena, "/proc/cpuinfo", DX_MOST_CONFIG);
    struct dx_str rest = reading.text, line;

    while (dx_next_line(&line, &rest)) {
        for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
            if (dx_str_starts(line, signs[i].line)) {
                return dx_str_of(signs[i].arch);
            }
        }
    }
    return DX_NONE;
}

/* The architecture that all domains of KVM agree on, which is that of their host. */
static struct dx_str arch_of_domains(const struct dx_plan *plan)
{
    struct dx_str found = DX_NONE;

    for (size_t i = 0; i < plan->n_demands; i++) {
        const struct dx_target *target = &plan->demands[i]->target;

        if (target->type != DX_TYPE_KVM || target->arch_assumed) {
            continue;
        }
        if (found.ptr && dx_arch_of(found) != target->arch) {
            return DX_NONE;
        }
        found = target->arch_name;
    }
    return found;
}

static void find_arch(struct dx_machine *machine, struct dx_plan *plan)
{
    struct dx_str read = arch_of_cpuinfo(plan);

    machine->arch_name = read.ptr ? read : plan->caps.arch.ptr ? plan->caps.arch : arch_of_domains(plan);
    machine->arch = machine->arch_name.ptr ? dx_arch_of(machine->arch_name) : DX_ARCH_OTHER;
}

static void find_base_page(struct dx_machine *machine, struct dx_plan *plan)
{
    uint64_t pmd;
    struct dx_reading reading =
        dx_root_number(&pmd, &plan->root, &plan->arena, "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size");

    for (size_t i = 0; reading.state == DX_READ_OK && i < sizeof page_tables / sizeof page_tables[0]; i++) {
        if (page_tables[i].pmd == pmd && machine->arch != DX_ARCH_PPC64) {
            machine->base_page = page_tables[i].base;
        }
    }
    if (!machine->base_page && plan->caps.n_page_sizes > 0) {
        machine->base_page = plan->caps.page_sizes[0];
    }
    if (!machine->base_page && (machine->arch == DX_ARCH_X86 || machine->arch == DX_ARCH_S390X)) {
        machine->base_page = 4096;
    }
    if (!machine->base_page && plan->root.real) {
        machine->base_page = (uint64_t)sysconf(_SC_PAGESIZE);
    }
}

/* ---- all of it ---- */

void dx_machine_read(struct dx_machine *machine, struct dx_plan *plan)
{
    *machine = (struct dx_machine){0};
    find_cpus(machine, plan);
    find_nodes(machine, plan);
    find_arch(machine, plan);
    find_base_page(machine, plan);
    machine->cmdline = dx_root_read(&plan->root, &plan->arena, "/proc/cmdline", DX_MOST_FACT);
}

struct dx_str dx_machine_argument(const struct dx_machine *machine, const char *key)
{
    struct dx_str rest = machine->cmdline.text, word, found = DX_NONE;

    while (dx_kernel_word(&word, &rest)) {
        if (dx_kernel_same_key(dx_kernel_key(word), dx_str_of(key))) {
            found = word;
        }
    }
    return found;
}
