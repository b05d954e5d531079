/* What passes and rules know of libvirt domains: type and arch, canonical order, disks, controllers, ids, sizes. */
#ifndef DX_DOMAIN_H
#define DX_DOMAIN_H

#include "cpuset.h"
#include "scaled.h"
#include "tree.h"

/* ---- type, arch, machine (CONTRACT §4) ---- */

enum dx_domain_type {
    DX_TYPE_NONE, /* no type attribute */
    DX_TYPE_KVM,
    DX_TYPE_QEMU,
    DX_TYPE_HVF,
    DX_TYPE_TEST,
    DX_TYPE_LXC,
    DX_TYPE_XEN,
    DX_TYPE_OTHER /* another that libvirt knows */,
    DX_TYPE_UNKNOWN
};

enum dx_arch {
    DX_ARCH_X86, /* x86_64, i686 */
    DX_ARCH_AARCH64,
    DX_ARCH_ARM,
    DX_ARCH_PPC64,
    DX_ARCH_S390X,
    DX_ARCH_RISCV,
    DX_ARCH_LOONGARCH,
    DX_ARCH_OTHER
};

struct dx_target {
    enum dx_domain_type type;
    struct dx_str type_name;
    enum dx_arch arch;
    struct dx_str arch_name;
    struct dx_str machine; /* ptr == NULL when absent */
    bool arch_assumed;     /* neither arch nor machine says it */
};

/* Reads them; `assume_arch` (NULL: x86_64) is taken where the document says nothing. */
struct dx_target dx_domain_target(const struct dx_doc *doc, const char *assume_arch);

enum dx_arch dx_arch_of(struct dx_str name);

/* True when a machine of that kind has no place for a TPM (TPM-A03). */
bool dx_target_lacks_tpm(const struct dx_target *target);

/* True for the types whose QEMU rules (Q) hold: kvm, qemu, hvf. */
bool dx_target_is_qemu(const struct dx_target *target);

/* The machine types that libvirt tells apart by name; OTHER as well when the document names none. */
enum dx_board {
    DX_BOARD_OTHER,
    DX_BOARD_I440FX,
    DX_BOARD_Q35,
    DX_BOARD_ARM_VIRT,
    DX_BOARD_RISCV_VIRT,
    DX_BOARD_LOONGARCH_VIRT,
    DX_BOARD_PSERIES,
    DX_BOARD_S390_CCW
};
enum dx_board dx_target_board(const struct dx_target *target);

/* ---- walking ---- */

/* All elements NAME in all elements CONTAINER below the domain: libvirt merges containers that stand twice. */
struct dx_each {
    const struct dx_node *container;
    const char *container_name, *name;
};
struct dx_node *dx_each_first(struct dx_each *each, const struct dx_node *domain, const char *container,
                              const char *name);
struct dx_node *dx_each_next(const struct dx_each *each, const struct dx_node *node);

/* The first child element of any container of that name that has it. */
struct dx_node *dx_domain_find(const struct dx_node *domain, const char *container, const char *name);

/* The guest's NUMA cells: the <numa> of the first <cpu>, NULL when there is none, and how many it has. */
struct dx_node *dx_domain_numa(const struct dx_node *domain);
size_t dx_domain_cells(const struct dx_node *domain);

/* How many vCPUs it can have: <vcpu>, absent 1; 0 when that is no number above 0. */
uint64_t dx_domain_vcpus(const struct dx_node *domain);

/* True when the element is there and says state='on'. */
bool dx_state_on(const struct dx_node *node);

/* The mark of a running domain (DOC-P08): the element with its id, or the first alias that libvirt gave; else NULL. */
const struct dx_node *dx_domain_live(const struct dx_node *domain);

/* ---- canonical order (semantics §2) ---- */

/* Where a new child goes: behind `after` when that is set, else before `before`, else behind all others. */
struct dx_place {
    struct dx_node *after, *before;
};
struct dx_place dx_domain_place(const struct dx_node *parent, const char *name);

/* The last of the comments that stand behind a node on its line, and so belong to it; else the node. */
struct dx_node *dx_domain_tail(struct dx_node *node);

/* Rank of a child in its parent; -1 when either is not known. */
int dx_domain_rank(const struct dx_node *parent, struct dx_str child);

/* What libvirt knows in such a parent and a child that it does not know there is nearest to; NULL when it knows the
 * child, or nothing is near. */
const char *dx_domain_nearest(const struct dx_node *parent, const char *child);

/* The element of the domain that a child of that name belongs into; NULL when it is not known. */
const char *dx_domain_home(struct dx_str child);

/* The element CONTAINER that a new child ITEM goes into: the last that holds a sibling of rank <= its own, else the
 * first; NULL when there is none. They stand in all elements OUTER below the domain, or (NULL) below the domain. */
struct dx_node *dx_domain_container(const struct dx_node *domain, const char *outer, const char *container,
                                    const char *item);

/* ---- disks and controllers ---- */

enum dx_bus {
    DX_BUS_NONE,
    DX_BUS_IDE,
    DX_BUS_FDC,
    DX_BUS_SCSI,
    DX_BUS_VIRTIO,
    DX_BUS_XEN,
    DX_BUS_USB,
    DX_BUS_UML,
    DX_BUS_SATA,
    DX_BUS_SD,
    DX_BUS_NVME,
    DX_BUS_UNKNOWN
};

enum dx_device { DX_DEVICE_DISK, DX_DEVICE_CDROM, DX_DEVICE_FLOPPY, DX_DEVICE_LUN, DX_DEVICE_UNKNOWN };

struct dx_drive {
    unsigned controller, bus, target, unit;
};

struct dx_disk {
    struct dx_node *node;
    struct dx_node *driver, *source, *target, *address; /* the first of each; NULL when absent */
    struct dx_str type, dev;                            /* disk@type (absent: file), target@dev */
    enum dx_device device;
    enum dx_bus bus;    /* stated, or inferred from the target's name */
    struct dx_str path; /* of the source: dev, file or name; ptr == NULL when absent */
    bool has_drive;     /* the drive address is stated or implied */
    struct dx_drive drive;
};

/* Reads one disk; what libvirt would infer is inferred (semantics §5.1, §5.3). */
void dx_disk_read(struct dx_disk *disk, struct dx_node *node);

/* The targets of the first disks, one space between, for a message; returns how many. */
size_t dx_disk_names(struct dx_buf *buf, const struct dx_node *domain);

/* What libvirt calls them; "none" and "unknown" for the rest. */
const char *dx_bus_name(enum dx_bus bus);
const char *dx_device_name(enum dx_device device);

/* The index in a target name: sda 0, sdz 25, sdaa 26; -1 when it is none. */
int dx_target_index(struct dx_str dev);

/* "sd" + letters of an index; `name` takes up to 16 bytes. */
void dx_target_name(char name[16], const char *prefix, unsigned index);

/* The first name with that prefix that no disk has; false when all are taken. */
bool dx_target_free(char name[16], const char *prefix, const struct dx_node *domain);

bool dx_drive_parse(struct dx_drive *drive, const struct dx_node *address);

struct dx_controller {
    struct dx_node *node;
    struct dx_node *driver;
    struct dx_str type, model;
    unsigned index; /* as libvirt numbers it: stated, or the next free one of its type */
    bool index_stated;
    bool virtio_scsi; /* type scsi with an explicit virtio-scsi model */
};

/* All controllers of a type in document order with their indexes. *out is in `arena`; false when out of memory. */
bool dx_controllers(struct dx_controller **out, size_t *n, struct dx_arena *arena, const struct dx_node *domain,
                    const char *type);

/* How a <hostdev> hangs on a scsi controller: not at all, at a stated address, or where libvirt finds room. */
enum dx_hanging { DX_HANGS_NOT, DX_HANGS_STATED, DX_HANGS_IMPLIED };
enum dx_hanging dx_scsi_hostdev(struct dx_drive *drive, const struct dx_node *hostdev);

/*
 * A place for a disk on a virtio-scsi controller whose model is stated (semantics §5.3): the controller and the
 * lowest unit that no disk but `except` and no hostdev has, stated or implied. `wanted` is a controller's index, -1
 * for any. Where *controller comes back NULL, one of that index is to be made. DX_OK; DX_UNCHANGED when the wanted
 * controller is there and of another model (*controller is it); DX_ENOMEM.
 */
int dx_scsi_place(struct dx_controller **controller, struct dx_drive *drive, struct dx_arena *arena,
                  const struct dx_node *domain, const struct dx_node *except, int64_t wanted);

/* What a host path looks like that is no whole SCSI device (DSK-R03), such as "a partition"; NULL when it may be one.
 */
const char *dx_path_not_scsi(struct dx_str path);

/* ---- features of KVM (semantics §7) ---- */

/* The child of features/kvm that counts: the last of its name (DOC-P05); NULL when there is none. */
struct dx_node *dx_kvm_feature(const struct dx_node *domain, const char *name);

/* hint-dedicated, and what there is against it. */
struct dx_hint {
    const struct dx_node *on;       /* the element that says state='on'; NULL: none does */
    const struct dx_node *hidden;   /* takes the leaves away that it stands in (KVM-A02) */
    const struct dx_node *spinlock; /* is for the opposite goal (KVM-A03) */
    bool kvm;                       /* false: it has no effect (KVM-R02) */
    bool both_poll;                 /* host and guest (KVM-A04) */
};
void dx_hint_read(struct dx_hint *hint, const struct dx_node *domain, const struct dx_target *target);

/* The hint, where it is on and the guest sees it: then pins have to keep what it promises (KVM-A01). Else NULL. */
const struct dx_node *dx_hint_promise(const struct dx_node *domain, const struct dx_target *target);

/* The <pvspinlock> that counts, the last; NULL when there is none. Without a state it is on. */
struct dx_node *dx_spinlock(const struct dx_node *domain);

/* ---- the guest's kernel arguments (semantics §10.6) ---- */

/* The <kernel> that is booted directly, without a boot loader; NULL when there is none. */
const struct dx_node *dx_kernel_direct(const struct dx_node *domain);

/* Takes the next word off a command line; blanks in double quotes are part of it. False at the end. */
bool dx_kernel_word(struct dx_str *word, struct dx_str *rest);

/* True when a double quote is opened and not closed. */
bool dx_kernel_word_open(struct dx_str word);

/* The two sides of key=value; the value's ptr is NULL for a bare word. */
struct dx_str dx_kernel_key(struct dx_str word);
struct dx_str dx_kernel_value(struct dx_str word);

/* Linux takes '-' and '_' in a key for the same. */
bool dx_kernel_same_key(struct dx_str a, struct dx_str b);
bool dx_kernel_same_word(struct dx_str a, struct dx_str b);

/* The last argument of that key on a command line, which is the one that counts; ptr == NULL when there is none. */
struct dx_str dx_kernel_last(struct dx_str line, struct dx_str key);

/* True for a key that may stand more than once, such as console. */
bool dx_kernel_repeats(struct dx_str key);

/* True when the word says yes, as a switch of Linux: Y, 1, on, or no value at all. */
bool dx_kernel_on(struct dx_str word);

/* True when a pattern names the word: key=value that very word, a bare key each word of that key. */
bool dx_kernel_names(struct dx_str pattern, struct dx_str word);

/*
 * The line with a word among its arguments: as it is when the word stands there; else in the place of the last word of
 * its key, which is told in *replaced, or (a key that repeats, or is new) behind the last argument. What stands behind
 * "--" is for init and no argument. In `arena`, ptr == NULL when out of memory.
 */
struct dx_str dx_kernel_put(struct dx_str *replaced, struct dx_arena *arena, struct dx_str line, struct dx_str word);

/* ---- the guest agent (semantics §10.8) ---- */

/* The first channel to the agent in the guest, org.qemu.guest_agent.0; NULL when there is none. */
struct dx_node *dx_agent_channel(const struct dx_node *domain);

/* ---- pins (semantics §4) ---- */

/* True when vCPUs have not each a host CPU of their own, as hint-dedicated promises (KVM-A01): `words` say which. */
bool dx_pins_not_exclusive(struct dx_buf *words, const struct dx_node *domain);

/* The first vCPU that no vcpupin names while others have one; -1 when there is none such. */
int dx_pins_forgotten(const struct dx_node *domain);

/* The host CPUs that vcpupins name; false when none does. */
bool dx_pins_of_vcpus(struct dx_cpuset *cpus, const struct dx_node *domain);

/* True when the cpuset of a pin names some of these: `shared` is told which. */
bool dx_pin_shares(struct dx_buf *shared, const struct dx_node *pin, const struct dx_cpuset *cpus);

/* ---- huge pages (semantics §6) ---- */

enum dx_page_kind { DX_PAGE_HUGE, DX_PAGE_ORDINARY, DX_PAGE_UNKNOWN };

/* What a page of that size is there; huge where nothing is known of the architecture. */
enum dx_page_kind dx_page_kind(enum dx_arch arch, uint64_t bytes);

/* "2 MiB" */
struct dx_str dx_page_spell(struct dx_buf *buf, uint64_t bytes);

/* How many pages a memory takes that is not whole pages; 0 when it is, or is no size. The unit is an attribute of the
 * element that holds it. */
uint64_t dx_page_misfit(uint64_t *memory, const struct dx_node *holder, struct dx_str text, uint64_t page);

/* ---- iothreads (semantics §3.2) ---- */

enum { DX_MOST_IOTHREADS = 1024 };

/* The ids after libvirt's reconciliation of count and list, in its order. */
struct dx_iothreads {
    uint64_t *ids;
    size_t n;
    uint64_t count;          /* as <iothreads> says; 0 when absent */
    size_t listed;           /* how many <iothreadids> lists */
    struct dx_node *element; /* the first <iothreads>, NULL when absent */
    struct dx_node *list;    /* the first <iothreadids>, NULL when absent */
    bool valid;              /* false: a count or id that libvirt refuses, or more than the tool takes */
};
bool dx_iothreads_read(struct dx_iothreads *out, struct dx_arena *arena, const struct dx_node *domain);
bool dx_iothreads_has(const struct dx_iothreads *iothreads, uint64_t id);

#endif
