/* The machine under a host: CPUs, NUMA nodes, page sizes, architecture, and the arguments of its kernel. */
#ifndef DX_HOST_MACHINE_H
#define DX_HOST_MACHINE_H

#include "../domain.h"
#include "root.h"

struct dx_numa_node {
    unsigned id;
    struct dx_cpuset cpus;
};

/* Where what is known of the machine comes from, for a message. */
struct dx_machine {
    bool has_cpus;             /* the CPUs are known */
    struct dx_cpuset possible; /* the kernel's masks have a bit for each of these */
    struct dx_cpuset present;  /* the others are slots for CPUs to come */
    struct dx_cpuset online;
    struct dx_cpuset isolated;  /* isolcpus and isolated cpusets: no unbound work runs there */
    const char *cpus_from;      /* "/sys/devices/system/cpu/possible", "--host-cpus", a file of capabilities */
    const char *cpus_why;       /* where they are not known: why */
    struct dx_numa_node *nodes; /* by id; where none is known, n_nodes is 0 */
    size_t n_nodes;
    struct dx_str arch_name;   /* ptr == NULL: not known */
    enum dx_arch arch;         /* OTHER as well where it is not known */
    uint64_t base_page;        /* bytes of an ordinary page; 0: not known */
    struct dx_reading cmdline; /* /proc/cmdline */
};

struct dx_plan;

/* Reads them. Out of memory shows in the plan's arena. */
void dx_machine_read(struct dx_machine *machine, struct dx_plan *plan);

/* The node that a CPU is of; NULL when it is not known. */
const struct dx_numa_node *dx_machine_node_of(const struct dx_machine *machine, unsigned cpu);

/* The threads of the core that a CPU is one of, itself among them; false where they cannot be told. */
bool dx_machine_siblings(struct dx_cpuset *siblings, struct dx_plan *plan, unsigned cpu);

/* The last word of that key (as dx_kernel_same_key()) among the kernel's arguments; ptr == NULL when there is none. */
struct dx_str dx_machine_argument(const struct dx_machine *machine, const char *key);

#endif
