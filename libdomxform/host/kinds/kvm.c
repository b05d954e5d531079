/* Hardware virtualization: /dev/kvm, the module behind it, and a processor of the guests' architecture. */
#include "../claims.h"

#define MODULES "/sys/module"
#define HPAGE "/sys/module/kvm/parameters/hpage"

enum { ASSUMED = 1, HUGE_PAGES = 2 }; /* what a claim's number says: no architecture is named; <hugepages> are asked */

/* The modules that bring KVM, by architecture and what /proc/cpuinfo says. AArch64 has it in the kernel itself. */
static const struct {
    enum dx_arch arch;
    const char *flag; /* of an x86 processor */
    const char *module;
} modules[] = {
    {DX_ARCH_X86, "vmx", "kvm_intel"}, {DX_ARCH_X86, "svm", "kvm_amd"}, {DX_ARCH_PPC64, NULL, "kvm_hv"},
    {DX_ARCH_S390X, NULL, "kvm"},      {DX_ARCH_RISCV, NULL, "kvm"},    {DX_ARCH_LOONGARCH, NULL, "kvm"},
};

static void collect(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    if (demand->target.type == DX_TYPE_KVM) {
        bool huge = dx_domain_find(domain, "memoryBacking", "hugepages") != NULL;

        dx_demand_claim(plan, demand, &dx_need_kind_kvm, dx_asker_of(plan, demand, domain, "type", "is of type kvm"),
                        (demand->target.arch_assumed ? (uint64_t)ASSUMED : 0) | (huge ? (uint64_t)HUGE_PAGES : 0),
                        demand->target.arch_name);
    }
}

/* A guest that names no architecture has that of the host (semantics §11). */
static struct dx_str arch_of(const struct dx_plan *plan, const struct dx_claim *claim)
{
    return (claim->number & ASSUMED) && plan->machine.arch_name.ptr ? plan->machine.arch_name : dx_str_of(claim->text);
}

/* ---- what the host is like ---- */

struct look {
    struct dx_reading device, cpuinfo;
    bool is_device;               /* nothing but a device stands there */
    const char *module;           /* that brings KVM, where one is loaded */
    bool modules_read, has_flags; /* the loaded modules and the processor's flags are known */
    const char *flag;             /* "vmx"; NULL: it has neither */
    bool guest;                   /* the host is a virtual machine itself */
    struct dx_buf problems, doubts;
};

static void read_device(struct look *look, struct dx_plan *plan)
{
    struct stat st;

    look->device = dx_root_stat(&st, &plan->root, &plan->arena, "/dev/kvm");
    look->is_device =
        look->device.state == DX_READ_OK && (plan->root.real ? S_ISCHR(st.st_mode) : !S_ISDIR(st.st_mode));
}

/* On x86 and POWER it is not kvm that drives the processor, but one of its own kind: kvm_intel, kvm_amd, kvm_hv. */
static void read_modules(struct look *look, struct dx_plan *plan)
{
    bool driven = plan->machine.arch == DX_ARCH_X86 || plan->machine.arch == DX_ARCH_PPC64;
    struct dx_str *names;
    size_t n;

    look->modules_read = dx_root_list(&names, &n, &plan->root, &plan->arena, MODULES).state == DX_READ_OK;
    for (size_t i = 0; i < n && !look->module; i++) {
        if (names[i].ptr && (driven ? dx_str_starts(names[i], "kvm_") : dx_str_is(names[i], "kvm"))) {
            look->module = names[i].ptr;
        }
    }
}

static void read_flags(struct look *look, struct dx_plan *plan)
{
    struct dx_str rest, line, word;

    look->cpuinfo = dx_root_read(&plan->root, &plan->arena, "/proc/cpuinfo", DX_MOST_CONFIG);
    rest = look->cpuinfo.text;
    while (!look->has_flags && dx_next_line(&line, &rest)) {
        look->has_flags = dx_str_starts(line, "flags");
    }
    while (look->has_flags && dx_next_word(&word, &line)) {
        look->guest = look->guest || dx_str_is(word, "hypervisor");
        for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++) {
            if (modules[i].flag && dx_str_is(word, modules[i].flag)) {
                look->flag = modules[i].flag;
            }
        }
    }
}

/* ---- what to do ---- */

static void tell(struct dx_plan *plan, struct dx_need *need, const char *why, const char *value)
{
    dx_need_remedy(plan, need, &(struct dx_remedy){.kind = DX_REMEDY_MANUAL, .why = why, .value = value});
}

static void load(struct dx_plan *plan, struct dx_need *need, const char *module)
{
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_COMMAND,
                                       .why = "load the module that drives the processor",
                                       .value = dx_plan_text(plan, "modprobe %s", module),
                                       .other = dx_plan_text(plan, "test -d " MODULES "/%s", module)});
    dx_need_file(plan, need, "and at each boot, where udev does not do so by the processor's features",
                 "/etc/modules-load.d/domxform-kvm.conf", dx_plan_text(plan, "%s\n", module));
}

static void add_x86_remedies(struct dx_plan *plan, struct dx_need *need, const struct look *look)
{
    if (look->has_flags && !look->flag) {
        tell(plan, need, "let the processor virtualize",
             look->guest ? "the host is a virtual machine itself: switch nested virtualization on for it on the "
                           "machine that runs it, with a CPU mode that passes vmx or svm on"
                         : "switch virtualization (Intel VT-x, AMD SVM) on in the firmware's settings, and switch the "
                           "machine off and on again");
        return;
    }
    for (size_t i = 0; look->flag && i < sizeof modules / sizeof modules[0]; i++) {
        if (modules[i].flag && strcmp(modules[i].flag, look->flag) == 0) {
            load(plan, need, modules[i].module);
            return;
        }
    }
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_COMMAND,
                                       .why = "load the module that drives the processor",
                                       .value = "modprobe kvm_intel || modprobe kvm_amd",
                                       .other = "test -d " MODULES "/kvm_intel || test -d " MODULES "/kvm_amd"});
}

static void add_remedies(struct dx_plan *plan, struct dx_need *need, const struct look *look)
{
    enum dx_arch arch = plan->machine.arch;

    dx_need_say(plan, &need->face.persistence,
                "udev loads the module at boot by the processor's features; where it does not, a file in "
                "/etc/modules-load.d names it");
    if (arch == DX_ARCH_X86) {
        add_x86_remedies(plan, need, look);
        return;
    }
    for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++) {
        if (modules[i].arch == arch) {
            load(plan, need, modules[i].module);
            return;
        }
    }
    tell(plan, need, "have a kernel with KVM, on a processor that virtualizes",
         arch == DX_ARCH_AARCH64
             ? "KVM is part of the kernel and is there when the firmware starts that at EL2: see dmesg | grep -i kvm"
             : "see which module of KVM the kernel has for its processor, and load it with modprobe");
}

/* ---- what is found ---- */

static struct dx_buf *begin(struct dx_buf *words)
{
    dx_buf_puts(words, words->len ? "; " : "");
    return words;
}

/* KVM runs the host's own architecture; which others, such as 32-bit ones, libvirt says. */
static bool check_arch(struct look *look, const struct dx_plan *plan, struct dx_str arch)
{
    const struct dx_machine *machine = &plan->machine;
    enum dx_arch kind = dx_arch_of(arch);

    if (!arch.ptr || !machine->arch_name.ptr || dx_str_equal(machine->arch_name, arch) ||
        (kind == machine->arch && kind != DX_ARCH_OTHER)) {
        return true;
    }
    if (machine->arch == DX_ARCH_AARCH64 && kind == DX_ARCH_ARM) {
        if (plan->caps.n_guests == 0) {
            dx_buf_puts(begin(&look->doubts), "only some AArch64 processors run 32-bit guests");
        }
        return true;
    }
    dx_buf_format(begin(&look->problems), "the host is %.*s, and KVM runs its own architecture only",
                  DX_F(machine->arch_name));
    return false;
}

static void check_caps(struct look *look, const struct dx_plan *plan, struct dx_str arch)
{
    const struct dx_caps *caps = &plan->caps;
    bool runs = false;

    for (size_t i = 0; i < caps->n_guests; i++) {
        runs = runs || (caps->guests[i].kvm && (!arch.ptr || dx_str_equal(caps->guests[i].arch, arch)));
    }
    if (caps->n_guests > 0 && !runs) {
        dx_buf_format(begin(&look->problems), "%s has no domain of type kvm", caps->host_file);
        if (arch.ptr) {
            dx_buf_format(&look->problems, " for %.*s", DX_F(arch));
        }
    }
}

static void check_host(struct look *look, const struct dx_plan *plan)
{
    if (look->device.state == DX_READ_ABSENT) {
        dx_reading_tell(begin(&look->problems), &look->device);
    } else if (look->device.state != DX_READ_OK) {
        dx_reading_tell(begin(&look->doubts), &look->device);
    } else if (!look->is_device) {
        dx_buf_puts(begin(&look->problems), "/dev/kvm is no device");
    }
    if (look->modules_read && !look->module) {
        dx_buf_puts(begin(&look->problems), "no module of KVM is loaded");
    }
    if (look->problems.len && plan->machine.arch == DX_ARCH_X86 && look->has_flags && !look->flag) {
        dx_buf_puts(begin(&look->problems), "the processor shows neither vmx nor svm");
    }
}

static void conclude(struct dx_plan *plan, struct dx_need *need, struct look *look)
{
    if (look->problems.len) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "%.*s", DX_F(dx_buf_view(&look->problems)));
    } else if (look->device.state == DX_READ_NO_HOST && plan->caps.kvm == DX_ANSWER_YES) {
        dx_need_found(plan, need, DX_PLAN_OK, "%s has domains of type kvm",
                      plan->caps.n_guests ? plan->caps.host_file : plan->caps.domain_file);
    } else if (look->doubts.len) {
        dx_need_found(plan, need, DX_PLAN_UNKNOWN, "%.*s", DX_F(dx_buf_view(&look->doubts)));
    } else if (look->module) {
        dx_need_found(plan, need, DX_PLAN_OK, "/dev/kvm is there, and the module %s is loaded", look->module);
    } else {
        dx_need_found(plan, need, DX_PLAN_OK, "/dev/kvm is there");
    }
    plan->arena.failed = plan->arena.failed || look->problems.failed || look->doubts.failed;
}

static void free_words(struct look *look)
{
    dx_buf_free(&look->problems);
    dx_buf_free(&look->doubts);
}

/* ---- the requirements ---- */

static struct dx_need *ask(struct dx_plan *plan, struct dx_str arch)
{
    const char *name = dx_plan_keep(plan, arch);
    struct dx_need *need = dx_need_add(plan, &dx_need_kind_kvm, name, "KVM runs %s",
                                       name ? dx_plan_text(plan, "%s guests", name) : "guests");

    for (size_t i = 0; need && i < plan->n_demands; i++) {
        const struct dx_claim *claim = dx_claim_of(plan->demands[i], &dx_need_kind_kvm);

        if (claim && dx_str_equal(arch_of(plan, claim), arch)) {
            dx_need_asked(plan, need, &claim->asker);
        }
    }
    if (need) {
        dx_need_say(plan, &need->face.verify, "virt-host-validate qemu");
    }
    return need;
}

/* KVM for guests of one architecture; ptr == NULL: of any. */
static void add_arch(struct dx_plan *plan, struct dx_str arch)
{
    dx_cleanup(free_words) struct look look = {.problems = DX_BUF(&plan->ctx->mem), .doubts = DX_BUF(&plan->ctx->mem)};
    struct dx_need *need = ask(plan, arch);

    if (!need) {
        return;
    }
    if (check_arch(&look, plan, arch)) {
        read_device(&look, plan);
        read_modules(&look, plan);
        read_flags(&look, plan);
        check_host(&look, plan);
        check_caps(&look, plan, arch);
        add_remedies(plan, need, &look);
    } else {
        dx_need_say(plan, &need->face.why, "a guest of type kvm runs on a host of its own architecture only");
        tell(plan, need, "run it on such a processor, or without KVM",
             dx_plan_text(plan,
                          "move the domain to a host of %.*s, or have QEMU emulate the processor, which is many times "
                          "slower: domxform -i --pass=set:./@type=qemu FILE",
                          DX_F(arch)));
    }
    conclude(plan, need, &look);
}

/* On s390x KVM takes huge pages where the module is told to, and gives up nesting for it; the modules of other hosts
 * know nothing of that. */
static void add_hpage(struct dx_plan *plan)
{
    struct dx_need *need = NULL;
    struct dx_reading reading;
    uint64_t hpage = 0;

    if (plan->machine.arch_name.ptr && !dx_str_is(plan->machine.arch_name, "s390x")) {
        return;
    }
    for (size_t i = 0; i < plan->n_demands; i++) {
        const struct dx_claim *claim = dx_claim_of(plan->demands[i], &dx_need_kind_kvm);

        if (claim && (claim->number & HUGE_PAGES) && dx_str_is(arch_of(plan, claim), "s390x")) {
            need = need ? need : dx_need_add(plan, &dx_need_kind_kvm, "s390x/hpage", "KVM on s390x takes huge pages");
            dx_need_asked(plan, need, &claim->asker);
        }
    }
    if (!need) {
        return;
    }
    need->face.why = "otherwise KVM on s390x refuses guests with huge pages";
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_FILE,
                                       .flags = DX_REMEDY_PERSISTS | DX_REMEDY_REBOOT,
                                       .why = "have the module take them whenever it is loaded",
                                       .path = "/etc/modprobe.d/domxform-kvm-hpage.conf",
                                       .mode = 0644,
                                       .value = "options kvm hpage=1\n"});
    dx_need_say(plan, &need->face.persistence,
                "the options of the module; where kvm is built in, kvm.hpage=1 among the kernel's arguments");
    dx_need_say(plan, &need->face.verify, "cat %s", HPAGE);
    dx_need_say(plan, &need->face.note, "it needs Linux 4.19, and cannot be had together with kvm.nested=1");
    reading = dx_root_number(&hpage, &plan->root, &plan->arena, HPAGE);
    if (reading.state == DX_READ_OK) {
        dx_need_found(plan, need, hpage ? DX_PLAN_OK : DX_PLAN_MISSING, "kvm.hpage is %llu", (unsigned long long)hpage);
    } else {
        dx_need_unread(plan, need, &reading);
    }
}

/* True when a domain before the i-th asks for the same architecture. */
static bool is_repeated(const struct dx_plan *plan, size_t i, struct dx_str arch)
{
    for (size_t k = 0; k < i; k++) {
        const struct dx_claim *claim = dx_claim_of(plan->demands[k], &dx_need_kind_kvm);

        if (claim && dx_str_equal(arch_of(plan, claim), arch)) {
            return true;
        }
    }
    return false;
}

static void derive(struct dx_plan *plan)
{
    if (dx_plan_is_bare(plan)) {
        add_arch(plan, plan->machine.arch_name);
    }
    for (size_t i = 0; i < plan->n_demands && !plan->arena.failed; i++) {
        const struct dx_claim *claim = dx_claim_of(plan->demands[i], &dx_need_kind_kvm);

        if (claim && !is_repeated(plan, i, arch_of(plan, claim))) {
            add_arch(plan, arch_of(plan, claim));
        }
    }
    add_hpage(plan);
}

const struct dx_need_kind dx_need_kind_kvm = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "kvm",
             .scope = DX_SCOPE_HOST,
             .summary = "hardware virtualization",
             .why = "without /dev/kvm a guest of type kvm does not start",
             .always = 1},
    .collect = collect,
    .derive = derive,
};
