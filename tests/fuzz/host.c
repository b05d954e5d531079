/*
 * The files of a host, a capabilities file and a domain: "==" and a letter or digit begin a file of the table below,
 * "==@" a domain, "==#" what virsh capabilities says, "==!" the RPCs to block and "==?" the version of QEMU. A file
 * that begins with "->" is a link, and of "/" alone a folder. Whatever they hold, a plan is made that has something to
 * say of each requirement, and its map can be drawn or is refused with a reason.
 */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* In the order of `letters`. */
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
    /* A to Z */
    "dev/sdc",
    "dev/kvm",
    "dev/disk/by-id/wwn-0x6001405aaaa",
    "dev/disk/by-id/scsi-2",
    "sys/class/block/sdc/device/type",
    "sys/class/block/sdc/dev",
    "sys/class/block/sdc/holders/dm-1",
    "sys/class/block/sdc/sdc1/partition",
    "sys/class/block/sdc1",
    "sys/class/block/dm-1/dm/uuid",
    "sys/class/block/dm-1/dm/name",
    "proc/self/mountinfo",
    "proc/swaps",
    "sys/kernel/security/apparmor/profiles",
    "sys/module/apparmor/parameters/enabled",
    "etc/apparmor.d/usr.sbin.libvirtd",
    "usr/share/qemu/firmware/60-edk2-x86_64.json",
    "etc/qemu/firmware/60-edk2-x86_64.json",
    "etc/systemd/system/libvirtd-tcp.socket",
    "etc/systemd/system/sockets.target.wants/libvirtd-tcp.socket",
    "lib/systemd/system/libvirtd.service",
    "usr/sbin/libvirtd",
    "etc/sysconfig/libvirtd",
    "etc/default/libvirtd",
    "etc/libvirt/passwd.db",
    "etc/group",
    /* 0 to 9 */
    "var/lib/swtpm-localca/signkey.pem",
    "etc/swtpm_setup.conf",
    "usr/bin/swtpm",
    "usr/bin/qemu-system-x86_64",
    "sys/devices/system/cpu/cpu0/topology/thread_siblings_list",
    "sys/devices/system/cpu/smt/control",
    "sys/fs/cgroup/cpuset.cpus.isolated",
    "sys/kernel/mm/transparent_hugepage/shmem_enabled",
    "sys/kernel/mm/transparent_hugepage/hugepages-2048kB/enabled",
    "etc/pki/libvirt/private/serverkey.pem",
};
static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
_Static_assert(COUNT(paths) == COUNT(letters) - 1, "a letter for each path");

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

/* What stands there, and all below it where that is a folder; a few levels, which the table has. */
static void remove_all(const char *path)
{
    DIR *dir = unlink(path) != 0 ? opendir(path) : NULL;
    const struct dirent *entry;
    char below[512];

    while (dir && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
            remove_all(below);
        }
    }
    if (dir) {
        closedir(dir);
        rmdir(path);
    }
}

static void remove_root(void)
{
    remove_all(root);
}

/* Begins with nothing in it. */
static void make_root(void)
{
    static int made;

    if (!made) {
        PROMISE(mkdtemp(root), "a folder can be made");
        atexit(remove_root);
        made = 1;
        return;
    }
    remove_all(root);
    PROMISE(mkdir(root, 0700) == 0, "a folder can be made again");
}

static void put_link(const char *path, const char *bytes, size_t len)
{
    char target[256];

    snprintf(target, sizeof(target), "%.*s", len < sizeof(target) ? (int)len : (int)sizeof(target) - 1, bytes);
    remove_all(path);
    if (symlink(target, path) != 0) {
        unlink(path); /* of no name: there is nothing then */
    }
}

/* A file; where another piece made a folder of it, or no folder of what it is in, it is left out. */
static void put_file(size_t i, const char *bytes, size_t len)
{
    char path[256];
    int fd;

    make_folders(paths[i]);
    snprintf(path, sizeof(path), "%s/%s", root, paths[i]);
    if (len >= 2 && memcmp(bytes, "->", 2) == 0) {
        put_link(path, bytes + 2, len - 2);
    } else if (len == 1 && *bytes == '/') {
        remove_all(path);
        mkdir(path, 0700);
    } else if ((fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0644)) >= 0) {
        PROMISE(write(fd, bytes, len) == (ssize_t)len, "a file can be written");
        close(fd);
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
        } else if (at[2] && strchr(letters, at[2])) {
            put_file((size_t)(strchr(letters, at[2]) - letters), begin, n);
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

/* The text of an option, of a piece that begins with "==" and a sign; NULL when there is none. */
static const char *option(char text[256], char sign, const char *bytes, size_t len)
{
    const char mark[] = {'=', '=', sign};
    const char *at = len ? memmem(bytes, len, mark, sizeof(mark)) : NULL, *end;
    size_t n;

    if (!at) {
        return NULL;
    }
    at += sizeof(mark);
    end = memmem(at, (size_t)(bytes + len - at), "==", 2);
    n = (size_t)((end ? end : bytes + len) - at);
    snprintf(text, 256, "%.*s", n < 256 ? (int)n : 255, at);
    return text;
}

/* A plan with the options that are told, else with none where they are refused, aloud. */
static struct dx_plan *new_plan(struct dx_ctx *ctx, const char *bytes, size_t len)
{
    char rpcs[256], version[256];
    struct dx_plan_options opts = {.size = sizeof(opts), .root = root};
    struct dx_plan *plan;
    int rc;

    opts.block_rpcs = option(rpcs, '!', bytes, len);
    opts.qemu_version = option(version, '?', bytes, len);
    rc = dx_plan_new(&plan, ctx, &opts);
    if (rc == DX_EUSAGE) {
        PROMISE(dx_ctx_diag_count(ctx) > 0, "options are refused aloud");
        dx_ctx_clear_diags(ctx);
        opts.block_rpcs = opts.qemu_version = NULL;
        rc = dx_plan_new(&plan, ctx, &opts);
    }
    PROMISE(rc == DX_OK, "a plan can be begun");
    return plan;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dx_plan *plan;
    struct dx_ctx *ctx;

    make_root();
    PROMISE(dx_ctx_new(&ctx, NULL) == DX_OK, "a context can be made");
    plan = new_plan(ctx, (const char *)data, size);
    if (!take_pieces(ctx, plan, (const char *)data, size)) {
        add_domain(ctx, plan, domain, sizeof(domain) - 1);
    }
    check(ctx, plan);
    dx_plan_free(plan);
    dx_ctx_free(ctx);
    return 0;
}
