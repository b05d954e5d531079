/*
 * The files of a host, a capabilities file and a domain: "==" and a letter begin a file of the table below, "==@" the
 * domain, "==#" what virsh capabilities says. Whatever they hold, a plan is made that has something to say of each
 * requirement, and its map can be drawn or is refused with a reason.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* By letter, from 'a' on. */
static const char *const paths[] = {
    "sys/devices/system/cpu/possible",
    "sys/devices/system/cpu/online",
    "sys/devices/system/cpu/isolated",
    "sys/devices/system/node/node0/cpulist",
    "sys/devices/system/node/node1/cpulist",
    "sys/devices/system/node/node0/meminfo",
    "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages",
    "sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages",
    "sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages",
    "sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages",
    "sys/kernel/mm/transparent_hugepage/enabled",
    "sys/kernel/mm/transparent_hugepage/hpage_pmd_size",
    "sys/devices/virtual/workqueue/cpumask",
    "sys/module/kvm/parameters/halt_poll_ns",
    "sys/fs/selinux/enforce",
    "sys/class/block/sdc/size",
    "proc/cpuinfo",
    "proc/cmdline",
    "proc/meminfo",
    "proc/mounts",
    "etc/selinux/config",
    "etc/libvirt/qemu.conf",
    "etc/libvirt/libvirtd.conf",
    "etc/sasl2/libvirt.conf",
    "etc/passwd",
    "etc/swtpm-localca.conf",
};

/* Asks for something of every kind. */
static const char domain[] =
    "<domain type='kvm'><name>f</name><memory unit='GiB'>4</memory><memoryBacking><hugepages><page size='1' "
    "unit='GiB'/></hugepages></memoryBacking><vcpu>2</vcpu><iothreads>1</iothreads><cputune><vcpupin vcpu='0' "
    "cpuset='0'/><vcpupin vcpu='1' cpuset='1,70'/><iothreadpin iothread='1' cpuset='1'/><emulatorpin "
    "cpuset='0-3'/></cputune><numatune><memory mode='strict' nodeset='0'/></numatune><os firmware='efi'><type "
    "arch='x86_64' machine='q35'>hvm</type></os><features><kvm><hint-dedicated "
    "state='on'/></kvm><pvspinlock state='on'/></features><devices><disk type='block' device='lun'><source "
    "dev='/dev/sdc'/><target dev='sda' bus='scsi'/></disk><tpm model='tpm-crb'><backend type='emulator' "
    "version='2.0'/></tpm><channel type='unix'><target type='virtio' "
    "name='org.qemu.guest_agent.0'/></channel></devices>"
    "<seclabel type='dynamic' model='selinux'/></domain>";

static char root[] = "/tmp/domxform-fuzz-XXXXXX";

static void make_folders(const char *path)
{
    char folder[256];

    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(folder, sizeof(folder), "%s/%.*s", root, (int)(slash - path), path);
        mkdir(folder, 0700);
    }
}

static void remove_root(void)
{
    char command[256];

    snprintf(command, sizeof(command), "rm -rf '%s'", root);
    if (system(command) != 0) {
        fprintf(stderr, "%s is left\n", root);
    }
}

static void make_root(void)
{
    static int made;

    if (made) {
        return;
    }
    made = 1;
    PROMISE(mkdtemp(root), "a folder can be made");
    atexit(remove_root);
    for (size_t i = 0; i < COUNT(paths); i++) {
        make_folders(paths[i]);
    }
}

static void put_file(size_t i, const char *bytes, size_t len)
{
    char path[256];
    int fd;

    snprintf(path, sizeof(path), "%s/%s", root, paths[i]);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    PROMISE(fd >= 0 && write(fd, bytes, len) == (ssize_t)len, "a file can be written");
    close(fd);
}

static void clear_files(void)
{
    char path[256];

    for (size_t i = 0; i < COUNT(paths); i++) {
        snprintf(path, sizeof(path), "%s/%s", root, paths[i]);
        unlink(path);
    }
}

static void add_domain(struct dx_ctx *ctx, struct dx_plan *plan, const char *bytes, size_t len)
{
    struct dx_doc *doc;

    if (dx_doc_parse(&doc, ctx, "vm.xml", bytes, len, 0) == DX_OK) {
        PROMISE(dx_plan_add_domain(plan, doc) == DX_OK, "a domain is taken");
        dx_doc_free(doc);
    }
    dx_ctx_clear_diags(ctx);
}

static void add_capabilities(struct dx_ctx *ctx, struct dx_plan *plan, const char *bytes, size_t len)
{
    int rc = dx_plan_add_capabilities(plan, "caps.xml", bytes, len);

    PROMISE(rc == DX_OK || (rc == DX_EINPUT && dx_ctx_diag_count(ctx) > 0), "capabilities are taken, or refused aloud");
    dx_ctx_clear_diags(ctx);
}

/* The pieces of the input, each where it belongs; 1 when a domain was among them. */
static int take_pieces(struct dx_ctx *ctx, struct dx_plan *plan, const char *bytes, size_t len)
{
    const char *at = len ? memmem(bytes, len, "==", 2) : NULL;
    int domains = 0;

    while (at && at + 3 <= bytes + len) {
        const char *begin = at + 3, *end = memmem(begin, (size_t)(bytes + len - begin), "==", 2);
        size_t n = (size_t)((end ? end : bytes + len) - begin);

        if (at[2] == '@') {
            add_domain(ctx, plan, begin, n);
            domains = 1;
        } else if (at[2] == '#') {
            add_capabilities(ctx, plan, begin, n);
        } else if (at[2] >= 'a' && (size_t)(at[2] - 'a') < COUNT(paths)) {
            put_file((size_t)(at[2] - 'a'), begin, n);
        }
        at = end;
    }
    return domains;
}

static void check(struct dx_ctx *ctx, struct dx_plan *plan)
{
    const struct dx_requirement *item;
    char *map;
    size_t len;
    int rc;

    PROMISE(dx_plan_make(plan) == DX_OK, "a plan is made");
    for (size_t i = 0; (item = dx_plan_at(plan, i)) != NULL; i++) {
        PROMISE(item->id && item->title && item->why && item->found, "a requirement says what it is");
        PROMISE(item->state != DX_PLAN_MISSING || item->n_remedies > 0, "what is missing can be mended");
    }
    rc = dx_plan_map(&map, &len, plan);
    PROMISE(rc == DX_OK || (rc == DX_EREFUSED && dx_ctx_diag_count(ctx) > 0), "a map is drawn, or refused aloud");
    dx_bytes_free(ctx, map);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dx_plan_options opts = {.size = sizeof(opts), .root = root};
    struct dx_plan *plan;
    struct dx_ctx *ctx;

    make_root();
    clear_files();
    PROMISE(dx_ctx_new(&ctx, NULL) == DX_OK, "a context can be made");
    PROMISE(dx_plan_new(&plan, ctx, &opts) == DX_OK, "a plan can be begun");
    if (!take_pieces(ctx, plan, (const char *)data, size)) {
        add_domain(ctx, plan, domain, sizeof(domain) - 1);
    }
    check(ctx, plan);
    dx_plan_free(plan);
    dx_ctx_free(ctx);
    return 0;
}
