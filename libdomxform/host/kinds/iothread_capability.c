/* The guide's IOThreads: the emulator of the domains has them (semantics §3; virsh domcapabilities says so). */
#include "../claims.h"
#include "../shell.h"

/* Where distributions put the emulator of the host's own architecture, which <emulator> need not name. */
static const char *const native[] = {"/usr/libexec/qemu-kvm", "/usr/bin/qemu-kvm", "/usr/bin/kvm"};

/* What QEMU calls an architecture, where that is not libvirt's name. */
static const char *const names[][2] = {{"i686", "i386"}, {"armv7l", "arm"}, {"armv6l", "arm"}, {"ppc64le", "ppc64"}};

enum { NAMED, ARCH_ASSUMED }; /* a claim's number: whether the domain names what its text says */

/* The claim is for the <emulator>, else for whichever runs the architecture. */
static void collect(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    const struct dx_node *emulator = dx_domain_find(domain, "devices", "emulator");
    const struct dx_node *node = dx_node_child(domain, "iothreads");
    struct dx_str path = emulator ? dx_trim(dx_node_text(emulator)) : DX_NONE;
    bool named = dx_str_starts(path, "/");

    node = node ? node : dx_node_child(domain, "iothreadids");
    if (node && demand->iothreads && demand->iothreads->n > 0 && dx_target_is_qemu(&demand->target)) {
        dx_demand_claim(plan, demand, &dx_need_kind_iothread_capability,
                        dx_asker_of(plan, demand, node, NULL, "has %zu iothread%s", demand->iothreads->n,
                                    demand->iothreads->n == 1 ? "" : "s"),
                        named || !demand->target.arch_assumed ? NAMED : ARCH_ASSUMED,
                        named ? path : demand->target.arch_name);
    }
}

/* What is asked of one emulator. */
struct subject {
    struct dx_str name; /* a path, or an architecture */
    bool is_path, arch_assumed;
};

/* A file of domcapabilities is about one emulator. */
static bool is_told(const struct dx_caps *caps, const struct subject *subject)
{
    if (caps->iothreads == DX_ANSWER_NONE) {
        return false;
    }
    if (subject->is_path) {
        return !caps->emulator.ptr || dx_str_equal(caps->emulator, subject->name);
    }
    return subject->arch_assumed || !caps->emulator_arch.ptr || dx_str_equal(caps->emulator_arch, subject->name);
}

/* In 2.0 the property of virtio-blk was still experimental, and called x-iothread (QEMU's commit 8698e110f8aa); that of
 * virtio-scsi: semantics, section 3.1. */
static bool is_there(struct dx_plan *plan, struct dx_need *need, const char *path)
{
    struct stat st;

    if (!path || dx_root_stat(&st, &plan->root, &plan->arena, path).state != DX_READ_OK || !S_ISREG(st.st_mode)) {
        return false;
    }
    dx_need_found(plan, need, DX_PLAN_OK,
                  "%s is there; QEMU has iothreads for virtio disks since 2.1, for virtio-scsi since 2.4", path);
    return true;
}

static const char *path_of(struct dx_plan *plan, struct dx_str arch)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (dx_str_is(arch, names[i][0])) {
            arch = dx_str_of(names[i][1]);
        }
    }
    return dx_plan_text(plan, "/usr/bin/qemu-system-%.*s", DX_F(arch));
}

/* An emulator that no domain names: where libvirt says it is, else where it usually is. */
static void look_for(struct dx_plan *plan, struct dx_need *need, const struct subject *subject)
{
    const struct dx_machine *machine = &plan->machine;
    struct dx_str arch = subject->arch_assumed && machine->arch_name.ptr ? machine->arch_name : subject->name;
    bool own = !machine->arch_name.ptr || dx_arch_of(arch) == machine->arch;

    for (size_t i = 0; i < plan->caps.n_guests; i++) {
        if (dx_str_equal(plan->caps.guests[i].arch, arch) && is_there(plan, need, plan->caps.guests[i].emulator.ptr)) {
            return;
        }
    }
    for (size_t i = 0; own && i < sizeof native / sizeof native[0]; i++) {
        if (is_there(plan, need, native[i])) {
            return;
        }
    }
    if (!is_there(plan, need, path_of(plan, arch))) {
        dx_need_found(plan, need, DX_PLAN_UNKNOWN, "%s",
                      plan->root.fd < 0 ? "no host is read, and no file of virsh domcapabilities is given"
                                        : "no QEMU is found, and no file of virsh domcapabilities is given");
    }
}

static void check(struct dx_plan *plan, struct dx_need *need, const struct subject *subject)
{
    struct dx_reading reading;
    struct stat st;

    if (is_told(&plan->caps, subject)) {
        bool yes = plan->caps.iothreads == DX_ANSWER_YES;

        dx_need_found(plan, need, yes ? DX_PLAN_OK : DX_PLAN_MISSING, "%s says that %.*s has %s",
                      plan->caps.domain_file, DX_F(plan->caps.emulator.ptr ? plan->caps.emulator : DX_S("QEMU")),
                      yes ? "iothreads" : "no iothreads");
    } else if (!subject->is_path) {
        look_for(plan, need, subject);
    } else if (!is_there(plan, need, subject->name.ptr)) {
        reading = dx_root_stat(&st, &plan->root, &plan->arena, subject->name.ptr);
        if (reading.state == DX_READ_ABSENT) {
            dx_need_found(plan, need, DX_PLAN_MISSING, "there is no %s", subject->name.ptr);
        } else if (reading.state == DX_READ_OK) {
            dx_need_found(plan, need, DX_PLAN_MISSING, "%s is no program", subject->name.ptr);
        } else {
            dx_need_unread(plan, need, &reading);
        }
    }
}

static void add_remedies(struct dx_plan *plan, struct dx_need *need, const struct subject *subject)
{
    const char *word = dx_shell_word(plan, subject->name.ptr);
    const char *which = subject->is_path        ? dx_plan_text(plan, " --emulatorbin %s", word)
                        : subject->arch_assumed ? ""
                                                : dx_plan_text(plan, " --arch %s", word);

    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                       .why = "have libvirt tell what the emulator can",
                                       .value = dx_plan_text(plan,
                                                             "virsh domcapabilities%s > FILE, and check again with "
                                                             "--capabilities=FILE",
                                                             which)});
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                       .why = "where it has none",
                                       .value = "install QEMU 2.4 or newer, or take them out of the domain with: "
                                                "domxform -i --remove=iothreads FILE"});
    dx_need_say(plan, &need->face.verify, "virsh domcapabilities%s | grep '<iothreads'", which);
}

static void add_emulator(struct dx_plan *plan, const struct dx_claim *claim)
{
    struct subject subject = {dx_str_of(claim->text), claim->text[0] == '/', claim->number == ARCH_ASSUMED};
    const char *name = subject.is_path        ? claim->text
                       : subject.arch_assumed ? "QEMU"
                                              : dx_plan_text(plan, "QEMU for %s guests", claim->text);
    struct dx_need *need = dx_need_add(plan, &dx_need_kind_iothread_capability,
                                       subject.arch_assumed ? NULL : claim->text, "%s has iothreads", name);

    if (need) {
        dx_claims_ask(plan, need, &dx_need_kind_iothread_capability, claim->number, claim->text);
        add_remedies(plan, need, &subject);
        check(plan, need, &subject);
    }
}

/* One requirement an emulator. */
static void derive(struct dx_plan *plan)
{
    struct dx_claims claims = {.plan = plan, .kind = &dx_need_kind_iothread_capability};
    const struct dx_claim *claim;

    while (!plan->arena.failed && (claim = dx_claims_next(&claims)) != NULL) {
        if (dx_claims_is_first(plan, claim)) {
            add_emulator(plan, claim);
        }
    }
}

const struct dx_need_kind dx_need_kind_iothread_capability = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "iothread-capability",
             .scope = DX_SCOPE_HOST,
             .summary = "the host's QEMU has iothreads",
             .guide = "I/O threads",
             .why = "a disk that names an iothread does not start without"},
    .collect = collect,
    .derive = derive,
};
