/* Raw devices, KVM and iothreads: what is found of them on hosts of all kinds. */
#include "support.h"

#include "host/plan.h"

#define HOSTS DX_SOURCE_DIR "/tests/host/hosts/"
#define GROW DX_SOURCE_DIR "/tests/host/grow.sh"

/* Hosts that were grown, by the name of their tree. */
struct host {
    const char *tree;
    char *folder;
};
static struct host hosts[16];

static const char *grow(const char *tree)
{
    size_t i = 0;
    char command[4096];

    while (hosts[i].tree && strcmp(hosts[i].tree, tree) != 0) {
        assert_true(++i < COUNT(hosts));
    }
    if (!hosts[i].tree) {
        hosts[i] = (struct host){tree, t_scratch()};
        snprintf(command, sizeof command, "sh '%s' '%s%s.tree' '%s'", GROW, HOSTS, tree, hosts[i].folder);
        assert_int_equal(system(command), 0);
    }
    return hosts[i].folder;
}

static int fell(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(hosts) && hosts[i].tree; i++) {
        char command[4096];

        snprintf(command, sizeof command, "chmod -R u+rwx '%s' && rm -rf '%s'", hosts[i].folder, hosts[i].folder);
        assert_int_equal(system(command), 0);
        free(hosts[i].folder);
    }
    return 0;
}

/* A plan for domains (NULL behind the last) on a grown host, or elsewhere where `tree` is NULL. */
struct fixture {
    struct dx_ctx *ctx;
    struct dx_plan *plan;
};

static struct fixture plan_for(const char *tree, const char *caps, const char *const *domains)
{
    const struct dx_plan_options opts = {
        .size = sizeof opts, .flags = tree ? 0 : DX_PLAN_ELSEWHERE, .root = tree ? grow(tree) : NULL};
    struct fixture f = {.ctx = t_ctx()};

    assert_int_equal(dx_plan_new(&f.plan, f.ctx, &opts), DX_OK);
    if (caps) {
        char *path = t_path(DX_SOURCE_DIR "/tests/host/caps", caps);
        struct t_bytes bytes = t_read(path);

        assert_non_null(bytes.ptr);
        assert_int_equal(dx_plan_add_capabilities(f.plan, caps, bytes.ptr, bytes.len), DX_OK);
        t_bytes_free(&bytes);
        free(path);
    }
    for (size_t i = 0; domains[i]; i++) {
        const char *end = strstr(domains[i], "</name>");
        struct t_bytes text = {0};
        char name[32];
        struct dx_doc *doc;

        /* Each that has a name has one of its own. */
        if (end) {
            t_bytes_format(&text, "%.*s%zu%s", (int)(end - domains[i]), domains[i], i + 1, end);
        } else {
            t_bytes_format(&text, "%s", domains[i]);
        }
        snprintf(name, sizeof name, "vm%zu.xml", i + 1);
        assert_int_equal(dx_doc_parse(&doc, f.ctx, name, text.ptr, text.len, 0), DX_OK);
        t_bytes_free(&text);
        assert_int_equal(dx_plan_add_domain(f.plan, doc), DX_OK);
        dx_doc_free(doc);
    }
    assert_int_equal(dx_plan_make(f.plan), DX_OK);
    return f;
}

static void drop(struct fixture *f)
{
    dx_plan_free(f->plan);
    dx_ctx_free(f->ctx);
}

/* "ok ID: FOUND" of each requirement of a kind, a line each. */
static struct t_bytes tell(const struct fixture *f, const char *kind)
{
    static const char *const states[] = {
        [DX_PLAN_OK] = "ok", [DX_PLAN_MISSING] = "missing", [DX_PLAN_UNKNOWN] = "unknown"};
    struct t_bytes text = {0};

    t_bytes_add(&text, "", 0);
    for (size_t i = 0; dx_plan_at(f->plan, i); i++) {
        const struct dx_requirement *face = dx_plan_at(f->plan, i);

        if (strcmp(face->kind->name, kind) == 0) {
            t_bytes_format(&text, "%s %s: %s\n", states[face->state], face->id, face->found);
        }
    }
    return text;
}

static void check(const char *kind, const char *tree, const char *caps, const char *const *domains, const char *want)
{
    struct fixture f = plan_for(tree, caps, domains);
    struct t_bytes text = tell(&f, kind);

    assert_string_equal(text.ptr ? text.ptr : "", want);
    t_bytes_free(&text);
    drop(&f);
}

/* The remedies of the first requirement of a kind, a line each. */
static struct t_bytes remedies(const struct fixture *f, const char *kind)
{
    struct t_bytes text = {0};

    t_bytes_add(&text, "", 0);
    for (size_t i = 0; dx_plan_at(f->plan, i); i++) {
        const struct dx_requirement *face = dx_plan_at(f->plan, i);

        if (strcmp(face->kind->name, kind) == 0) {
            for (size_t k = 0; k < face->n_remedies; k++) {
                t_bytes_format(&text, "%s\n", face->remedies[k].value);
            }
            break;
        }
    }
    return text;
}

static void assert_remedy(const struct fixture *f, const char *kind, const char *line)
{
    struct t_bytes text = remedies(f, kind);

    if (!text.ptr || !strstr(text.ptr, line)) {
        print_error("no '%s' in:\n%s", line, text.ptr ? text.ptr : "");
        fail();
    }
    t_bytes_free(&text);
}

/* ---- raw devices ---- */

#define VM(devices) "<domain type='kvm'><vcpu>1</vcpu><devices>" devices "</devices></domain>"
#define LUN(path) VM("<disk type='block' device='lun'><source dev='" path "'/><target dev='sda' bus='scsi'/></disk>")
#define VIRTUAL(path) VM("<disk type='block'><source dev='" path "'/><target dev='sdb' bus='scsi'/></disk>")

#define PASSED(host, target, unit)                                                                                     \
    VM("<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host" host "'/>"                             \
       "<address bus='0' target='" target "' unit='" unit "'/></source></hostdev>")

static const struct {
    const char *domain, *want;
} devices[] = {
    {LUN("/dev/disk/by-id/wwn-0x6001405aaaa"), "ok rdm-device//dev/disk/by-id/wwn-0x6001405aaaa: sdb is a whole SCSI "
                                               "disk that nothing on the host uses\n"},
    {LUN("/dev/disk/by-path/pci-0000:05:00.0-scsi-0:0:1:0"),
     "ok rdm-device//dev/disk/by-path/pci-0000:05:00.0-scsi-0:0:1:0: sdb is a whole SCSI disk that nothing on the "
     "host uses\n"},
    {LUN("/dev/sdb"), "missing rdm-device//dev/sdb: after a boot /dev/sdb may be another device, "
                      "/dev/disk/by-id/wwn-0x6001405aaaa stays this one\n"},
    {VIRTUAL("/dev/sdb"), "missing rdm-device//dev/sdb: after a boot /dev/sdb may be another device, "
                          "/dev/disk/by-id/wwn-0x6001405aaaa stays this one\n"},
    {LUN("/dev/disk/by-id/ata-DISK_1"),
     "missing rdm-device//dev/disk/by-id/ata-DISK_1: sda1 is mounted on /boot and 1 more; sda2 is part of the logical "
     "volume vg-root; sda3 is in use as swap\n"},
    {LUN("/dev/sda1"), "missing rdm-device//dev/sda1: it is a partition of sda, which takes no SCSI commands; sda1 is "
                       "mounted on /boot and 1 more\n"},
    {VIRTUAL("/dev/sda3"), "missing rdm-device//dev/sda3: sda3 is in use as swap\n"},
    {VIRTUAL("/dev/mapper/vg-root"), "missing rdm-device//dev/mapper/vg-root: dm-0 is mounted on /\n"},
    {LUN("/dev/mapper/vg-root"), "missing rdm-device//dev/mapper/vg-root: it is a logical volume, which takes no SCSI "
                                 "commands; dm-0 is mounted on /\n"},
    {LUN("/dev/sdc"), "missing rdm-device//dev/sdc: the host can only read it\n"},
    {VM("<disk type='block' device='lun'><source dev='/dev/sdc'/><target dev='sda' bus='scsi'/><readonly/></disk>"),
     "ok rdm-device//dev/sdc: sdc is a whole SCSI disk that nothing on the host uses\n"},
    {LUN("/dev/sdd"), "missing rdm-device//dev/sdd: sdd is one path of the multipath device mpatha\n"},
    {LUN("/dev/mapper/mpatha"), "ok rdm-device//dev/mapper/mpatha: dm-1 is a whole SCSI disk with several paths that "
                                "nothing on the host uses\n"},
    {LUN("/dev/dm-1"), "missing rdm-device//dev/dm-1: after a boot /dev/dm-1 may be another device, "
                       "/dev/disk/by-id/dm-uuid-mpath-36001405bbbb stays this one\n"},
    {LUN("/dev/sdf"), "missing rdm-device//dev/sdf: sdf is mounted on /srv/a\\040b; sdf is part of md0\n"},
    {LUN("/dev/md0"), "missing rdm-device//dev/md0: it is a software RAID, which takes no SCSI commands\n"},
    {LUN("/dev/nvme0n1"), "missing rdm-device//dev/nvme0n1: it is an NVMe device, which takes no SCSI commands\n"},
    {VIRTUAL("/dev/nvme0n1"), "ok rdm-device//dev/nvme0n1: nvme0n1 is an NVMe device that nothing on the host uses\n"},
    {LUN("/dev/sr0"), "missing rdm-device//dev/sr0: it is a CD drive, which takes no SCSI commands\n"},
    {LUN("/dev/sdy"), "missing rdm-device//dev/sdy: there is no /dev/sdy\n"},
    {LUN("/dev/sdz"), "unknown rdm-device//dev/sdz: there is no /sys/class/block/sdz that tells what it is\n"},
    {LUN("/dev/disk"), "missing rdm-device//dev/disk: it is a folder\n"},
    {LUN("sdb"), "missing rdm-device/sdb: its path is not absolute\n"},
    {LUN("/dev/disk/by-id/scsi-loop"),
     "unknown rdm-device//dev/disk/by-id/scsi-loop: cannot read /dev/disk/by-id/scsi-loop: too many levels of symbolic "
     "links\n"},
    {VM("<disk type='volume' device='lun'><source pool='p q' volume='v'/><target dev='sda' bus='scsi'/></disk>"),
     "unknown rdm-device/p q/v: libvirt alone knows the device of a volume\n"},
    {VM("<disk type='block' device='lun'><source dev='/dev/sdc'><reservations managed='yes'/></source>"
        "<target dev='sda' bus='scsi'/><readonly/></disk>"),
     "missing rdm-device//dev/sdc: there is no qemu-pr-helper, which <reservations managed='yes'> needs\n"},
    {PASSED("2", "0", "5"), "ok rdm-device/2:0:0:5: 2:0:0:5 is there, and no disk of the host\n"},
    {PASSED("0", "0", "0"), "missing rdm-device/0:0:0:0: sda1 is mounted on /boot and 1 more; sda2 is part of the "
                            "logical volume vg-root; sda3 is in use as swap\n"},
    {PASSED("7", "1", "2"), "missing rdm-device/7:0:1:2: there is no SCSI device 7:0:1:2\n"},
    {VM("<hostdev mode='subsystem' type='pci'><source><address bus='0'/></source></hostdev>"
        "<hostdev mode='subsystem' type='scsi'><source protocol='iscsi' name='a/1'/></hostdev>"
        "<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_hostx'/><address/></source></hostdev>"
        "<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host1'/><address unit='a'/></source>"
        "</hostdev><hostdev/>"),
     ""},
    /* What is no raw device mapping. */
    {VM("<disk type='block'><source dev='/dev/sda'/><target dev='vda'/></disk>"
        "<disk type='block'><driver type='qcow2'/><source dev='/dev/sda'/><target dev='sda'/></disk>"
        "<disk type='block' device='cdrom'><source dev='/dev/sr0'/><target dev='sdc' bus='scsi'/></disk>"
        "<disk type='file' device='disk'><source file='/dev/sda'/><target dev='sdd' bus='scsi'/></disk>"
        "<disk type='network' device='lun'><source protocol='iscsi' name='a'/><target dev='sde' bus='scsi'/></disk>"
        "<disk type='block' device='lun'><target dev='sdf' bus='scsi'/></disk>"
        "<disk type='block' device='lun'><source dev=''/><target dev='sdg' bus='scsi'/></disk>"),
     ""},
};

TEST(a_device_is_told_what_it_is_and_what_uses_it)
{
    for (size_t i = 0; i < COUNT(devices); i++) {
        const char *const domains[] = {devices[i].domain, NULL};

        check("rdm-device", "disks", NULL, domains, devices[i].want);
    }
}

TEST(a_device_of_two_domains_is_to_be_shareable)
{
#define SHARED(path)                                                                                                   \
    VM("<disk type='block' device='lun'><source dev='" path "'/><target dev='sda' bus='scsi'/><shareable/></disk>")
    static const char *const both[] = {SHARED("/dev/disk/by-id/wwn-0x6001405aaaa"),
                                       SHARED("/dev/disk/by-id/scsi-36001405aaaa"), NULL};
    static const char *const one[] = {SHARED("/dev/disk/by-id/wwn-0x6001405aaaa"),
                                      LUN("/dev/disk/by-id/scsi-36001405aaaa"), NULL};

    check("rdm-device", "disks", NULL, both,
          "ok rdm-device//dev/disk/by-id/wwn-0x6001405aaaa: sdb is a whole SCSI disk that nothing on the host uses\n");
    check("rdm-device", "disks", NULL, one,
          "missing rdm-device//dev/disk/by-id/wwn-0x6001405aaaa: 2 disks map it, and not all of them have "
          "<shareable/>\n");
}

TEST(what_two_domains_promise_shows_without_a_host)
{
    static const char *const domains[] = {LUN("/dev/sdb"), LUN("/dev/sdb"), LUN("/dev/sdc"), NULL};

    check("rdm-device", NULL, NULL, domains,
          "missing rdm-device//dev/sdb: 2 disks map it, and not all of them have <shareable/>\n"
          "unknown rdm-device//dev/sdc: no host is read\n");
}

TEST(an_emulator_without_luns_is_told)
{
    static const char *const domains[] = {LUN("/dev/sdb"), NULL};

    check("rdm-device", NULL, "emulator-old.xml", domains,
          "missing rdm-device//dev/sdb: emulator-old.xml knows no device='lun'\n");
}

TEST(a_host_without_proc_leaves_it_open)
{
    static const char *const domains[] = {LUN("/dev/sdb"), NULL};

    check("rdm-device", "disks-bare", NULL, domains, "unknown rdm-device//dev/sdb: there is no /proc/mounts\n");
}

TEST(remedies_are_commands_that_the_tool_takes)
{
    static const char *const renamed[] = {LUN("/dev/sdb"), VIRTUAL("/dev/sdb"), NULL};
    static const char *const path[] = {LUN("/dev/sdd"), NULL};
    static const char *const odd[] = {LUN("/dev/a,b=c\\d&apos;e"), NULL};
    static const char *const whole[] = {LUN("/dev/nvme0n1"), NULL};
    struct fixture f = plan_for("disks", NULL, renamed);

    assert_remedy(&f, "rdm-device",
                  "domxform -i --pass=rdm:/dev/sdb,source=/dev/disk/by-id/wwn-0x6001405aaaa vm1.xml\n");
    assert_remedy(&f, "rdm-device",
                  "domxform -i --pass=rdm:/dev/sdb,source=/dev/disk/by-id/wwn-0x6001405aaaa,mode=virtual vm2.xml\n");
    drop(&f);
    f = plan_for("disks", NULL, path);
    assert_remedy(&f, "rdm-device",
                  "domxform -i --pass=rdm:/dev/sdd,source=/dev/disk/by-id/dm-uuid-mpath-36001405bbbb vm1.xml\n");
    drop(&f);
    f = plan_for("disks", NULL, whole);
    assert_remedy(&f, "rdm-device", "domxform -i --pass=rdm:/dev/nvme0n1,mode=virtual vm1.xml\n");
    drop(&f);
    f = plan_for("disks-odd", NULL, odd);
    assert_remedy(&f, "rdm-device", "domxform -i --pass='rdm:/dev/a\\,b\\=c\\\\d'\\''e,mode=virtual' vm1.xml\n");
    drop(&f);
}

/* ---- KVM ---- */

#define GUEST(arch) "<domain type='kvm'><os><type arch='" arch "'>hvm</type></os></domain>"

static const struct {
    const char *tree, *caps, *domain, *want; /* domain NULL: the plan has none */
} kvms[] = {
    {"x86-2node", NULL, NULL, "ok kvm/x86_64: /dev/kvm is there, and the module kvm_intel is loaded\n"},
    {"x86-2node", NULL, GUEST("i686"), "ok kvm/i686: /dev/kvm is there, and the module kvm_intel is loaded\n"},
    {"x86-2node", NULL, "<domain type='kvm'/>",
     "ok kvm/x86_64: /dev/kvm is there, and the module kvm_intel is "
     "loaded\n"},
    {"small", NULL, NULL, "ok kvm/x86_64: /dev/kvm is there, and the module kvm_amd is loaded\n"},
    {"arm64-64k", NULL, "<domain type='kvm'/>", "ok kvm/aarch64: /dev/kvm is there, and the module kvm is loaded\n"},
    {"arm64-64k", NULL, GUEST("x86_64"),
     "missing kvm/x86_64: the host is aarch64, and KVM runs its own architecture "
     "only\n"},
    {"arm64-64k", NULL, GUEST("armv7l"), "unknown kvm/armv7l: only some AArch64 processors run 32-bit guests\n"},
    {"s390x", NULL, GUEST("s390x"), "ok kvm/s390x: /dev/kvm is there, and the module kvm is loaded\n"},
    {"s390x", NULL,
     "<domain type='kvm'><memoryBacking><hugepages/></memoryBacking><os><type arch='s390x'>hvm</type></os></domain>",
     "ok kvm/s390x: /dev/kvm is there, and the module kvm is loaded\nmissing kvm/s390x/hpage: kvm.hpage is 0\n"},
    {"no-kvm", NULL, NULL,
     "missing kvm/x86_64: there is no /dev/kvm; no module of KVM is loaded; the processor shows "
     "neither vmx nor svm\n"},
    {"kvm-static", NULL, NULL, "missing kvm/x86_64: no module of KVM is loaded\n"},
    {"disks-bare", NULL, NULL, "missing kvm: there is no /dev/kvm\n"},
    {"x86-2node", "emulation-only.xml", NULL,
     "missing kvm/x86_64: emulation-only.xml has no domain of type kvm for "
     "x86_64\n"},
    {"no-kvm", NULL, "<domain type='qemu'/>", ""},
    {NULL, NULL, NULL, "unknown kvm: no host is read\n"},
    {NULL, "emulator.xml", GUEST("x86_64"), "ok kvm/x86_64: emulator.xml has domains of type kvm\n"},
    {NULL, "two-cells.xml", GUEST("i686"), "ok kvm/i686: two-cells.xml has domains of type kvm\n"},
    {NULL, "two-cells.xml", GUEST("aarch64"),
     "missing kvm/aarch64: the host is x86_64, and KVM runs its own architecture only\n"},
};

TEST(kvm_is_told_by_device_module_processor_and_libvirt)
{
    for (size_t i = 0; i < COUNT(kvms); i++) {
        const char *const domains[] = {kvms[i].domain, NULL};

        check("kvm", kvms[i].tree, kvms[i].caps, domains, kvms[i].want);
    }
}

TEST(kvm_is_brought_by_the_module_of_the_processor)
{
    static const struct {
        const char *tree, *line;
    } rows[] = {
        {"x86-2node", "modprobe kvm_intel\n"},
        {"small", "modprobe kvm_amd\n"},
        {"small", "\nkvm_amd\n"},
        {"s390x", "modprobe kvm\n"},
        {"no-kvm", "in the firmware's settings"},
        {"kvm-nested", "switch nested virtualization on"},
        {"arm64-64k", "dmesg | grep -i kvm"},
    };
    static const char *const none[] = {NULL};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fixture f = plan_for(rows[i].tree, NULL, none);

        assert_remedy(&f, "kvm", rows[i].line);
        drop(&f);
    }
}

/* ---- iothreads ---- */

#define THREADS(os, devices) "<domain type='kvm'><iothreads>2</iothreads>" os "<devices>" devices "</devices></domain>"
#define EMULATOR(path) THREADS("", "<emulator>" path "</emulator>")

static const struct {
    const char *tree, *caps, *domain, *want;
} threads[] = {
    {"x86-2node", NULL, THREADS("", ""),
     "unknown iothread-capability: no QEMU is found, and no file of virsh domcapabilities is given\n"},
    {NULL, NULL, THREADS("", ""),
     "unknown iothread-capability: no host is read, and no file of virsh domcapabilities is given\n"},
    {"kvm-nested", NULL, THREADS("", ""),
     "ok iothread-capability: /usr/libexec/qemu-kvm is there; QEMU has iothreads "
     "for virtio disks since 2.1, for virtio-scsi since 2.4\n"},
    {"kvm-nested", NULL, THREADS("<os><type arch='armv7l'>hvm</type></os>", ""),
     "ok iothread-capability/armv7l: /usr/bin/qemu-system-arm is there; QEMU has iothreads for virtio disks since "
     "2.1, for virtio-scsi since 2.4\n"},
    {"kvm-nested", NULL, EMULATOR("/opt/qemu/bin/qemu"),
     "missing iothread-capability//opt/qemu/bin/qemu: there is no /opt/qemu/bin/qemu\n"},
    {"kvm-nested", NULL, EMULATOR("/opt/qemu"), "missing iothread-capability//opt/qemu: /opt/qemu is no program\n"},
    {"kvm-nested", "emulator.xml", EMULATOR("/usr/libexec/qemu-kvm"),
     "ok iothread-capability//usr/libexec/qemu-kvm: emulator.xml says that /usr/libexec/qemu-kvm has iothreads\n"},
    {NULL, "emulator.xml", EMULATOR("/opt/qemu"), "unknown iothread-capability//opt/qemu: no host is read\n"},
    {NULL, "emulator.xml", THREADS("", ""),
     "ok iothread-capability: emulator.xml says that /usr/libexec/qemu-kvm has iothreads\n"},
    {NULL, "emulator-old.xml", THREADS("", ""),
     "missing iothread-capability: emulator-old.xml says that /usr/bin/qemu-system-ppc has no iothreads\n"},
    {NULL, "emulator-old.xml", THREADS("<os><type arch='s390x'>hvm</type></os>", ""),
     "unknown iothread-capability/s390x: no host is read, and no file of virsh domcapabilities is given\n"},
    {NULL, NULL, "<domain type='kvm'/>", ""},
    {NULL, NULL, "<domain type='lxc'><iothreads>1</iothreads></domain>", ""},
    {NULL, NULL, "<domain type='kvm'><iothreads>0</iothreads></domain>", ""},
};

TEST(iothreads_are_told_by_libvirt_or_by_the_emulator)
{
    for (size_t i = 0; i < COUNT(threads); i++) {
        const char *const domains[] = {threads[i].domain, NULL};

        check("iothread-capability", threads[i].tree, threads[i].caps, domains, threads[i].want);
    }
}

TEST(an_emulator_is_asked_about_once)
{
    static const char *const domains[] = {EMULATOR("/a"), THREADS("", ""), EMULATOR("/a"), THREADS("", ""), NULL};
    struct fixture f = plan_for(NULL, NULL, domains);
    size_t n = 0;

    for (size_t i = 0; dx_plan_at(f.plan, i); i++) {
        const struct dx_requirement *face = dx_plan_at(f.plan, i);

        if (strcmp(face->kind->name, "iothread-capability") == 0) {
            assert_int_equal(face->n_askers, 2);
            assert_string_equal(face->askers[0].path, "domain/iothreads");
            n++;
        }
    }
    assert_int_equal(n, 2);
    drop(&f);
}

/* ---- whatever happens ---- */

static int make_plan(struct t_memory *memory, const char *const *domains)
{
    struct dx_allocator allocator = t_allocator(memory);
    const struct dx_ctx_options ctx_opts = {.size = sizeof ctx_opts, .allocator = &allocator};
    const struct dx_plan_options opts = {.size = sizeof opts, .root = grow("disks")};
    struct dx_ctx *ctx = NULL;
    struct dx_plan *plan = NULL;
    int rc = dx_ctx_new(&ctx, &ctx_opts);

    rc = rc < 0 ? rc : dx_plan_new(&plan, ctx, &opts);
    for (size_t i = 0; rc == DX_OK && domains[i]; i++) {
        struct dx_doc *doc = NULL;

        rc = dx_doc_parse(&doc, ctx, "vm.xml", domains[i], strlen(domains[i]), DX_PARSE_BORROW);
        rc = rc < 0 ? rc : dx_plan_add_domain(plan, doc);
        dx_doc_free(doc);
    }
    rc = rc < 0 ? rc : dx_plan_make(plan);
    dx_plan_free(plan);
    dx_ctx_free(ctx);
    return rc;
}

TEST(memory_may_run_out_at_any_time)
{
    static const char *const domains[] = {LUN("/dev/sdb"), LUN("/dev/sdd"), VIRTUAL("/dev/sda"), THREADS("", ""), NULL};
    bool done = false;

    for (size_t n = 1; !done; n++) {
        struct t_memory memory = {.fail_at = n};
        int rc = make_plan(&memory, domains);

        done = !memory.failed;
        assert_int_equal(rc, done ? DX_OK : DX_ENOMEM);
        assert_int_equal(memory.live, 0);
    }
}

TEST(odd_hosts_are_survived)
{
    static const char *const domains[] = {LUN("/dev/sdb"),      LUN("/dev/sdc"), LUN("/dev/sdd"),
                                          VIRTUAL("/dev/dm-9"), THREADS("", ""), NULL};
    struct fixture f = plan_for("disks-hostile", NULL, domains);
    struct t_bytes text = tell(&f, "rdm-device");

    assert_string_equal(text.ptr,
                        "unknown rdm-device//dev/dm-9: cannot read /proc/mounts: it is no regular file\n"
                        "unknown rdm-device//dev/sdb: there is no /sys/class/block/sdb that tells what it is\n"
                        "missing rdm-device//dev/sdc: it is no SCSI device, which takes no SCSI commands\n"
                        "missing rdm-device//dev/sdd: it is a folder\n");
    t_bytes_free(&text);
    text = tell(&f, "kvm");
    assert_string_equal(text.ptr, "missing kvm/x86_64: /dev/kvm is no device\n");
    t_bytes_free(&text);
    drop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kvm_is_told_by_device_module_processor_and_libvirt),
        cmocka_unit_test(kvm_is_brought_by_the_module_of_the_processor),
        cmocka_unit_test(iothreads_are_told_by_libvirt_or_by_the_emulator),
        cmocka_unit_test(an_emulator_is_asked_about_once),
        cmocka_unit_test(memory_may_run_out_at_any_time),
        cmocka_unit_test(odd_hosts_are_survived),
        cmocka_unit_test(a_device_is_told_what_it_is_and_what_uses_it),
        cmocka_unit_test(a_device_of_two_domains_is_to_be_shareable),
        cmocka_unit_test(what_two_domains_promise_shows_without_a_host),
        cmocka_unit_test(an_emulator_without_luns_is_told),
        cmocka_unit_test(a_host_without_proc_leaves_it_open),
        cmocka_unit_test(remedies_are_commands_that_the_tool_takes),
    };

    return cmocka_run_group_tests(tests, NULL, fell);
}
