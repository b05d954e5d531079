/* Host CPUs that vCPUs, iothreads and the emulator are pinned to (semantics §4). */
#include "domain.h"

struct pins {
    uint64_t vcpus;
    struct dx_cpuset pinned; /* the vCPUs that a vcpupin names */
    struct dx_cpuset cpus;   /* the host CPUs they have */
    int shared, cpu;         /* a vCPU with a host CPU that one before it has too; -1 */
    bool any;
};

/* False where the number of vCPUs cannot be told. */
static bool read_pins(struct pins *pins, const struct dx_node *domain)
{
    struct dx_each each;

    *pins = (struct pins){.vcpus = dx_domain_vcpus(domain), .shared = -1};
    if (pins->vcpus == 0 || pins->vcpus > DX_CPUS) {
        return false;
    }
    for (const struct dx_node *pin = dx_each_first(&each, domain, "cputune", "vcpupin"); pin;
         pin = dx_each_next(&each, pin)) {
        struct dx_cpuset cpus;
        uint64_t n;

        if (!dx_parse_uint(dx_node_attr(pin, "vcpu"), DX_CPUS - 1, &n) || n >= pins->vcpus ||
            dx_cpuset_has(&pins->pinned, (unsigned)n) || !dx_cpuset_parse(&cpus, dx_node_attr(pin, "cpuset"))) {
            continue;
        }
        for (int cpu = dx_cpuset_next(&cpus, 0); cpu >= 0; cpu = dx_cpuset_next(&cpus, (unsigned)cpu + 1)) {
            if (pins->shared < 0 && dx_cpuset_has(&pins->cpus, (unsigned)cpu)) {
                pins->shared = (int)n;
                pins->cpu = cpu;
            }
            dx_cpuset_add(&pins->cpus, (unsigned)cpu);
        }
        dx_cpuset_add(&pins->pinned, (unsigned)n);
        pins->any = true;
    }
    return true;
}

/* The first vCPU that no vcpupin names; the number of vCPUs when all are. */
static unsigned first_free(const struct pins *pins)
{
    unsigned first = 0;

    while (first < pins->vcpus && dx_cpuset_has(&pins->pinned, first)) {
        first++;
    }
    return first;
}

bool dx_pins_not_exclusive(struct dx_buf *words, const struct dx_node *domain)
{
    const struct dx_node *emulator = dx_domain_find(domain, "cputune", "emulatorpin");
    struct pins pins;
    unsigned first;

    if (!read_pins(&pins, domain)) {
        return false;
    }
    first = first_free(&pins);
    if (first < pins.vcpus) {
        dx_buf_format(words, "vcpu %u is not pinned", first);
    } else if (pins.shared >= 0) {
        dx_buf_format(words, "vcpu %d shares host cpu %d with another vcpu", pins.shared, pins.cpu);
    } else {
        size_t len = words->len;

        dx_buf_puts(words, "the emulator shares host cpus ");
        if (!emulator || !dx_pin_shares(words, emulator, &pins.cpus)) {
            words->len = len;
            return false;
        }
    }
    return true;
}

int dx_pins_forgotten(const struct dx_node *domain)
{
    struct pins pins;
    unsigned first;

    if (!read_pins(&pins, domain) || !pins.any) {
        return -1;
    }
    first = first_free(&pins);
    return first < pins.vcpus ? (int)first : -1;
}

bool dx_pins_of_vcpus(struct dx_cpuset *cpus, const struct dx_node *domain)
{
    struct dx_each each;
    bool any = false;

    memset(cpus, 0, sizeof *cpus);
    for (const struct dx_node *pin = dx_each_first(&each, domain, "cputune", "vcpupin"); pin;
         pin = dx_each_next(&each, pin)) {
        struct dx_cpuset set;

        if (dx_cpuset_parse(&set, dx_node_attr(pin, "cpuset"))) {
            dx_cpuset_unite(cpus, &set);
            any = true;
        }
    }
    return any;
}

bool dx_pin_shares(struct dx_buf *shared, const struct dx_node *pin, const struct dx_cpuset *cpus)
{
    struct dx_cpuset set;

    if (!dx_cpuset_parse(&set, dx_node_attr(pin, "cpuset")) || !dx_cpuset_overlap(&set, cpus)) {
        return false;
    }
    for (size_t i = 0; i < DX_CPUS / 64; i++) {
        set.word[i] &= cpus->word[i];
    }
    dx_cpuset_format(shared, &set);
    return true;
}
