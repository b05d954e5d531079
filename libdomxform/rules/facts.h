/* What one walk over a domain gathers for the rules, and what the checks share. */
#ifndef DX_RULES_FACTS_H
#define DX_RULES_FACTS_H

#include "../domain.h"
#include "../rules.h"

enum dx_fact {
    /* children of <domain> */
    DX_FACT_VCPU,
    DX_FACT_IOTHREADS,
    DX_FACT_IOTHREADIDS,
    DX_FACT_DEFAULTIOTHREAD,
    DX_FACT_CPU,
    DX_FACT_SECLABEL,
    DX_FACT_BOOTLOADER,
    DX_FACT_UUID,
    DX_FACT_SYSINFO,
    DX_FACT_NUMATUNE,
    DX_FACT_MEMORY,
    DX_FACT_MAX_MEMORY,
    DX_FACT_LIFECYCLE,
    DX_FACT_CLOCK,
    DX_FACT_PM,
    /* of <os> */
    DX_FACT_OS_TYPE,
    DX_FACT_KERNEL,
    DX_FACT_CMDLINE,
    DX_FACT_OS_SWITCH,
    /* of <cputune> */
    DX_FACT_BANDWIDTH,
    DX_FACT_VCPUPIN,
    DX_FACT_EMULATORPIN,
    DX_FACT_IOTHREADPIN,
    DX_FACT_EMULATORSCHED,
    DX_FACT_VCPUSCHED,
    DX_FACT_IOTHREADSCHED,
    /* of <memoryBacking> and <memtune> */
    DX_FACT_HUGEPAGES,
    DX_FACT_BACKING,
    DX_FACT_LOCKED,
    DX_FACT_MIN_GUARANTEE,
    DX_FACT_HARD_LIMIT,
    /* of <features> */
    DX_FACT_KVM,
    DX_FACT_PVSPINLOCK,
    DX_FACT_HYPERV,
    DX_FACT_FEATURE_SWITCH,
    DX_FACT_ACPI,
    DX_FACT_FEATURE, /* others of one kind of machine */
    /* of <devices> */
    DX_FACT_DISK,
    DX_FACT_CONTROLLER,
    DX_FACT_HOSTDEV,
    DX_FACT_TPM,
    DX_FACT_CHARDEV,
    DX_FACT_DEVICE_SWITCH,
    DX_FACT_FILESYSTEM,
    DX_FACT_HUB,
    DX_FACT_INPUT,
    DX_FACT_GRAPHICS,
    DX_FACT_VIDEO,
    DX_FACT_SOUND,
    DX_FACT_AUDIO,
    DX_FACT_WATCHDOG,
    DX_FACT_PANIC,
    DX_FACT_SHMEM,
    DX_FACT_IOMMU,
    DX_FACT_VSOCK,
    DX_FACT_MEMORY_DEVICE,
    DX_FACT_BALLOON,
    /* the first of its kind in any device */
    DX_FACT_ADDRESS,
    DX_FACT_BOOT,
    DX_FACT_ALIAS,
    DX_FACT_COUNT
};

struct dx_fact_list {
    const struct dx_node **items;
    size_t n, room;
};

/* Where a disk hangs: what must not be the same as that of another. */
struct dx_disk_spot {
    const struct dx_node *node, *target, *address;
    struct dx_str dev;
    struct dx_drive drive;
    uint8_t bus; /* enum dx_bus */
    bool has_drive;
};

/* The models of PCI controllers. */
enum dx_pci {
    DX_PCI_ABSENT, /* no controller of that index is stated */
    DX_PCI_ROOT,
    DX_PCI_PCIE_ROOT,
    DX_PCI_BRIDGE,
    DX_PCI_EXPANDER,
    DX_PCI_PCIE_EXPANDER,
    DX_PCI_DMI,
    DX_PCI_PCIE_TO_PCI,
    DX_PCI_ROOT_PORT,
    DX_PCI_UPSTREAM,
    DX_PCI_DOWNSTREAM,
    DX_PCI_UNKNOWN
};
#define DX_PCI_BIT(name) (1u << DX_PCI_##name) /* for sets of them */
enum dx_pci dx_pci_model(struct dx_str name);
const char *dx_pci_name(enum dx_pci model);

enum { DX_PCI_BUSES = 256 };

struct dx_facts {
    struct dx_findings *out;
    struct dx_arena *arena;
    const struct dx_node *domain;
    const struct dx_rule_scope *scope;
    const struct dx_target *target;
    enum dx_board board;
    bool qemu;
    struct dx_fact_list lists[DX_FACT_COUNT];
    /* The iothreads after libvirt's reconciliation: those listed, and all ids up to `filled`. */
    uint64_t *listed;
    size_t n_listed;
    uint64_t filled;
    bool iothreads_known;       /* false: the count is no number */
    uint64_t vcpus;             /* 0: not known */
    size_t cells;               /* of the guest's NUMA */
    struct dx_disk_spot *spots; /* of the disks that have a target, then of scsi hostdevs */
    size_t n_spots;
    uint8_t pci[DX_PCI_BUSES]; /* enum dx_pci of the controllers by index; that of index 0 is implied by the board */
    bool disk_labels;          /* a disk may have a seclabel of its own, in its source or a backing store */
};

/* False when the libvirt that is to take the document is older. */
static inline bool dx_facts_may_be(const struct dx_facts *facts, unsigned libvirt)
{
    return facts->scope->libvirt == 0 || facts->scope->libvirt >= libvirt;
}

/* Keeps a finding whose rule is in scope. */
void dx_facts_raise(struct dx_facts *facts, const struct dx_finding *finding);

/*
 * The same at an attribute of an element (NULL, or one that is absent: at the element), with the words that its text
 * has places for. The value is the attribute's, without one it is `a`.
 */
void dx_facts_point(struct dx_facts *facts, enum dx_rule_id rule, const struct dx_node *node, const char *attr,
                    struct dx_str a, struct dx_str b);

/* What a device is called: vda, scsi0, a MAC address, else the name of its element. */
struct dx_str dx_facts_name(struct dx_facts *facts, const struct dx_node *device);

/* The first element of a kind, where libvirt takes the first; NULL when there is none. */
static inline const struct dx_node *dx_facts_first(const struct dx_facts *facts, enum dx_fact fact)
{
    return facts->lists[fact].n ? facts->lists[fact].items[0] : NULL;
}

bool dx_facts_has_iothread(const struct dx_facts *facts, uint64_t id);

/* A word in the findings' arena: "scsi0", "17", and the like. */
struct dx_str dx_facts_word(struct dx_facts *facts, const char *format, ...) DX_FORMAT(2, 3);

/* What a buffer holds, in the findings' arena. */
struct dx_str dx_facts_keep(struct dx_facts *facts, const struct dx_buf *buf);

/* An attribute of an element that may be absent. */
static inline struct dx_str dx_facts_attr(const struct dx_node *node, const char *name)
{
    return node ? dx_node_attr(node, name) : DX_NONE;
}

/* The values of several attributes at one go; names end with NULL, absent ones have ptr == NULL. */
void dx_facts_attrs(struct dx_str *values, const struct dx_node *node, const char *const *names);

/* The attribute as a number: 1 good, 0 absent, -1 not a number up to `max`. */
int dx_facts_number(uint64_t *value, struct dx_str text, uint64_t max);

/* The same for what libvirt reads in the base that it is spelled in: 0x1f, 31, 037. */
int dx_facts_any_base(uint64_t *value, struct dx_str text, uint64_t max);

enum { DX_UUID_BYTES = 16 };

/* Reads a uuid as virUUIDParse does: dashes and spaces may part its bytes anywhere. False when it is none. */
bool dx_facts_uuid(unsigned char uuid[DX_UUID_BYTES], struct dx_str text);

/* An open hash over the items of an array, for finding those that are equal. */
struct dx_twins {
    struct dx_twin {
        uint32_t index; /* 1 + index of the item; 0: free */
        uint32_t tag;   /* of its hash, so that others are told apart without a look at them */
    } * slots;
    size_t mask;
};

/* Room for n items; false when out of memory. */
bool dx_twins_init(struct dx_twins *twins, struct dx_arena *arena, size_t n);

/* Puts item i in; gives the index of an equal one put in before, or i. */
size_t dx_twins_put(struct dx_twins *twins, const void *items, size_t i, uint64_t hash,
                    bool (*same)(const void *items, size_t a, size_t b));

/* The index of one that is equal to item i, which need not be in; i when there is none. */
size_t dx_twins_find(const struct dx_twins *twins, const void *items, size_t i, uint64_t hash,
                     bool (*same)(const void *items, size_t a, size_t b));

/* For an array of strings. */
bool dx_facts_same_str(const void *items, size_t a, size_t b);

/* ---- the checks, one file an area ---- */

void dx_check_document(struct dx_facts *facts);
void dx_check_versions(struct dx_facts *facts);
void dx_check_switches(struct dx_facts *facts);
/* The value of an attribute that is on or off; absent is fine. */
void dx_check_on_off(struct dx_facts *facts, const struct dx_node *node, const char *name, struct dx_str value);
void dx_check_iothreads(struct dx_facts *facts);
/* The <iothreads> map in the driver of a disk or controller, called `device`. */
void dx_check_iothread_map(struct dx_facts *facts, const struct dx_node *driver, struct dx_str queues,
                           struct dx_str device);
void dx_check_cputune(struct dx_facts *facts);
void dx_check_disks(struct dx_facts *facts);
void dx_check_addresses(struct dx_facts *facts);
void dx_check_controllers(struct dx_facts *facts);
void dx_check_memory(struct dx_facts *facts);
void dx_check_kvm(struct dx_facts *facts);
void dx_check_tpm(struct dx_facts *facts);
void dx_check_seclabel(struct dx_facts *facts);
void dx_check_pci(struct dx_facts *facts);
/* The places on the PCI buses, for domains of QEMU. */
void dx_check_slots(struct dx_facts *facts);
void dx_check_usb(struct dx_facts *facts);
/* The places on all other buses. */
void dx_check_buses(struct dx_facts *facts);
void dx_check_boot_order(struct dx_facts *facts);
void dx_check_aliases(struct dx_facts *facts);
void dx_check_cells(struct dx_facts *facts);
void dx_check_numatune(struct dx_facts *facts);
void dx_check_memory_devices(struct dx_facts *facts);
void dx_check_cpu(struct dx_facts *facts);
void dx_check_hostdevs(struct dx_facts *facts);
void dx_check_firmware(struct dx_facts *facts);
void dx_check_sysinfo(struct dx_facts *facts);
/* One disk that has a target, beyond what its frontend asks for. */
void dx_check_storage(struct dx_facts *facts, const struct dx_disk *read);
void dx_check_chardevs(struct dx_facts *facts);
void dx_check_display(struct dx_facts *facts);
void dx_check_devices(struct dx_facts *facts);
void dx_check_machine(struct dx_facts *facts);
void dx_check_basics(struct dx_facts *facts);

/* ---- those of which none is an error: silent drops, the start, advice ---- */

void dx_check_places(struct dx_facts *facts);
void dx_check_commandline(struct dx_facts *facts);
void dx_check_boot(struct dx_facts *facts);
void dx_check_pins(struct dx_facts *facts);
void dx_check_mappings(struct dx_facts *facts);
void dx_check_shared_iothreads(struct dx_facts *facts);
void dx_check_pages(struct dx_facts *facts);
void dx_check_hint(struct dx_facts *facts);
void dx_check_measuring(struct dx_facts *facts);
void dx_check_confinement(struct dx_facts *facts);

#endif
