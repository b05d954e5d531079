/* What kind of domain it is: type, arch, machine (CONTRACT §4, semantics §11). */
#include "domain.h"

static const struct {
    const char *name;
    enum dx_domain_type type;
} types[] = {
    {"kvm", DX_TYPE_KVM},      {"qemu", DX_TYPE_QEMU},       {"hvf", DX_TYPE_HVF},      {"test", DX_TYPE_TEST},
    {"lxc", DX_TYPE_LXC},      {"xen", DX_TYPE_XEN},         {"kqemu", DX_TYPE_OTHER},  {"uml", DX_TYPE_OTHER},
    {"openvz", DX_TYPE_OTHER}, {"vmware", DX_TYPE_OTHER},    {"hyperv", DX_TYPE_OTHER}, {"vbox", DX_TYPE_OTHER},
    {"phyp", DX_TYPE_OTHER},   {"parallels", DX_TYPE_OTHER}, {"bhyve", DX_TYPE_OTHER},  {"vz", DX_TYPE_OTHER},
};

static const struct {
    const char *name;
    enum dx_arch arch;
} arches[] = {
    {"x86_64", DX_ARCH_X86},
    {"i686", DX_ARCH_X86},
    {"aarch64", DX_ARCH_AARCH64},
    {"armv7l", DX_ARCH_ARM},
    {"armv6l", DX_ARCH_ARM},
    {"ppc64", DX_ARCH_PPC64},
    {"ppc64le", DX_ARCH_PPC64},
    {"s390x", DX_ARCH_S390X},
    {"riscv64", DX_ARCH_RISCV},
    {"riscv32", DX_ARCH_RISCV},
    {"loongarch64", DX_ARCH_LOONGARCH},
};

/* Machines that only one architecture has. */
static const struct {
    const char *prefix, *arch;
} machines[] = {
    {"pc", "x86_64"},     {"q35", "x86_64"},     {"microvm", "x86_64"},
    {"pseries", "ppc64"}, {"s390-ccw", "s390x"}, {"virt", "aarch64"},
};

enum dx_arch dx_arch_of(struct dx_str name)
{
    for (size_t i = 0; i < sizeof arches / sizeof arches[0]; i++) {
        if (dx_str_is(name, arches[i].name)) {
            return arches[i].arch;
        }
    }
    return DX_ARCH_OTHER;
}

static enum dx_domain_type type_of(struct dx_str name)
{
    if (!name.ptr) {
        return DX_TYPE_NONE;
    }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (dx_str_is(name, types[i].name)) {
            return types[i].type;
        }
    }
    return DX_TYPE_UNKNOWN;
}

struct dx_target dx_domain_target(const struct dx_doc *doc, const char *assume_arch)
{
    const struct dx_node *type = dx_domain_find(doc->root, "os", "type");
    struct dx_target target = {.type_name = dx_node_attr(doc->root, "type")};

    target.type = type_of(target.type_name);
    if (type) {
        target.arch_name = dx_node_attr(type, "arch");
        target.machine = dx_node_attr(type, "machine");
    }
    for (size_t i = 0; !target.arch_name.ptr && i < sizeof machines / sizeof machines[0]; i++) {
        if (target.machine.ptr && dx_str_starts(target.machine, machines[i].prefix)) {
            target.arch_name = dx_str_of(machines[i].arch);
        }
    }
    if (!target.arch_name.ptr) {
        target.arch_name = dx_str_of(assume_arch ? assume_arch : "x86_64");
        target.arch_assumed = true;
    }
    target.arch = dx_arch_of(target.arch_name);
    return target;
}

bool dx_target_is_qemu(const struct dx_target *target)
{
    return target->type == DX_TYPE_KVM || target->type == DX_TYPE_QEMU || target->type == DX_TYPE_HVF;
}

bool dx_target_lacks_tpm(const struct dx_target *target)
{
    static const char *const boards[] = {"microvm", "isapc", NULL};
    bool arm = target->arch == DX_ARCH_AARCH64 || target->arch == DX_ARCH_ARM;

    return target->machine.ptr &&
           (dx_str_any(target->machine, boards) || (arm && !dx_str_starts(target->machine, "virt")));
}

/* A machine is known by its whole name, or (ending in '-' or a version) by its beginning: qemu_domain.c. */
static const struct {
    const char *name;
    bool whole;
    enum dx_arch arch;
    enum dx_board board;
} boards[] = {
    {"q35", true, DX_ARCH_X86, DX_BOARD_Q35},
    {"pc-q35", false, DX_ARCH_X86, DX_BOARD_Q35},
    {"pc", true, DX_ARCH_X86, DX_BOARD_I440FX},
    {"pc-0.", false, DX_ARCH_X86, DX_BOARD_I440FX},
    {"pc-1.", false, DX_ARCH_X86, DX_BOARD_I440FX},
    {"pc-i440", false, DX_ARCH_X86, DX_BOARD_I440FX},
    {"rhel", false, DX_ARCH_X86, DX_BOARD_I440FX},
    {"virt", true, DX_ARCH_AARCH64, DX_BOARD_ARM_VIRT},
    {"virt-", false, DX_ARCH_AARCH64, DX_BOARD_ARM_VIRT},
    {"virt", true, DX_ARCH_ARM, DX_BOARD_ARM_VIRT},
    {"virt-", false, DX_ARCH_ARM, DX_BOARD_ARM_VIRT},
    {"virt", true, DX_ARCH_RISCV, DX_BOARD_RISCV_VIRT},
    {"virt-", false, DX_ARCH_RISCV, DX_BOARD_RISCV_VIRT},
    {"virt", true, DX_ARCH_LOONGARCH, DX_BOARD_LOONGARCH_VIRT},
    {"pseries", true, DX_ARCH_PPC64, DX_BOARD_PSERIES},
    {"pseries-", false, DX_ARCH_PPC64, DX_BOARD_PSERIES},
    {"s390-ccw", false, DX_ARCH_S390X, DX_BOARD_S390_CCW},
};

enum dx_board dx_target_board(const struct dx_target *target)
{
    for (size_t i = 0; target->machine.ptr && i < sizeof boards / sizeof boards[0]; i++) {
        if (boards[i].arch == target->arch && (boards[i].whole ? dx_str_is(target->machine, boards[i].name)
                                                               : dx_str_starts(target->machine, boards[i].name))) {
            return boards[i].board;
        }
    }
    return DX_BOARD_OTHER;
}
