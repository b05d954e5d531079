/* A host whose files are not what they should be, each in turn: a plan is made in time, and what it says is whole. */
#include "hosts.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

/* Asks for something of every kind. */
static const char domain[] =
    "<domain type='kvm'><name>f</name><memory unit='GiB'>4</memory><memoryBacking><hugepages><page size='1' "
    "unit='GiB'/></hugepages></memoryBacking><vcpu>2</vcpu><iothreads>1</iothreads><cputune><vcpupin vcpu='0' "
    "cpuset='0'/><vcpupin vcpu='1' cpuset='1,70'/><iothreadpin iothread='1' cpuset='1'/><emulatorpin "
    "cpuset='0-3'/></cputune><numatune><memory mode='strict' nodeset='0'/></numatune><os firmware='efi'><type "
    "arch='x86_64' machine='q35'>hvm</type></os><features><kvm><hint-dedicated state='on'/></kvm><pvspinlock "
    "state='on'/></features><devices><disk type='block' device='lun'><source dev='/dev/sdc'/><target dev='sda' "
    "bus='scsi'/></disk><disk type='block' device='lun'><source dev='/dev/disk/by-id/wwn-0x6001405bbbb'/><target "
    "dev='sdb' bus='scsi'/></disk><tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm><channel "
    "type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel></devices><seclabel type='dynamic' "
    "model='selinux'/></domain>";

static const char *const names[] = {"x86-2node", "disks", "uefi", "auth-guide", "apparmor", "swtpm-leaky", "threads"};

enum { LONGEST_PLAN = 60 /* seconds; valgrind is slow */, PIECE = 4096, MOST_PATHS = 4096 };

static struct t_hosts hosts;
static char *huge, *noise;
static char *paths[MOST_PATHS];
static size_t n_paths;

static void put_bytes(const char *path, size_t len, bool random)
{
    FILE *file = fopen(path, "wb");
    unsigned seed = 1;

    assert_non_null(file);
    for (size_t i = 0; i < len; i++) {
        seed = seed * 1103515245 + 12345;
        putc(random ? (int)(seed >> 16 & 0xff) : 'A', file);
    }
    assert_int_equal(fclose(file), 0);
}

static int grow(void **state __attribute__((unused)))
{
    t_hosts_grow(&hosts);
    huge = t_path(hosts.folder, "huge");
    noise = t_path(hosts.folder, "noise");
    put_bytes(huge, 5U << 20, false);
    put_bytes(noise, PIECE, true);
    return 0;
}

static int cut(void **state __attribute__((unused)))
{
    t_hosts_remove(&hosts);
    free(huge);
    free(noise);
    return 0;
}

/* ---- what stands in a file's place ---- */

static int put_empty(const char *path)
{
    put_bytes(path, 0, false);
    return 0;
}

static int put_nul(const char *path)
{
    return put_empty(path) == 0 ? truncate(path, 1) : -1;
}

static int put_huge(const char *path)
{
    return link(huge, path);
}

static int put_noise(const char *path)
{
    return link(noise, path);
}

static int put_folder(const char *path)
{
    return mkdir(path, 0700);
}

static int put_fifo(const char *path)
{
    return mkfifo(path, 0600);
}

static int put_loop(const char *path)
{
    return symlink(strrchr(path, '/') + 1, path);
}

static int put_way_out(const char *path)
{
    return symlink("../../../../../../../../../../../../../../../../etc/passwd", path);
}

static const struct {
    const char *name;
    int (*put)(const char *path);
} things[] = {
    {"an empty file", put_empty},
    {"one NUL", put_nul},
    {"5 MiB", put_huge},
    {"random bytes", put_noise},
    {"a folder", put_folder},
    {"a fifo", put_fifo},
    {"a link to itself", put_loop},
    {"a link that leads out", put_way_out},
};

/* ---- plans ---- */

static void plan(const char *root, const char *what, const char *path)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan_options opts = {.size = sizeof opts, .root = root};
    struct dx_doc *doc = t_parse_text(ctx, domain);
    struct dx_plan *made;
    const char *wrong;
    char *map = NULL;
    size_t len;
    int rc;

    alarm(LONGEST_PLAN);
    assert_int_equal(dx_plan_new(&made, ctx, &opts), DX_OK);
    assert_int_equal(dx_plan_add_domain(made, doc), DX_OK);
    assert_int_equal(dx_plan_make(made), DX_OK);
    wrong = t_plan_wrong(made, sizeof domain - 1);
    if (wrong) {
        fail_msg("%s as %s: %s", path, what, wrong);
    }
    rc = dx_plan_map(&map, &len, made);
    assert_true(rc == DX_OK || rc == DX_EREFUSED);
    alarm(0);
    dx_bytes_free(ctx, map);
    dx_plan_free(made);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

static int note(const char *path, const struct stat *st __attribute__((unused)), int type,
                struct FTW *at __attribute__((unused)))
{
    if (type == FTW_F || type == FTW_SL) {
        assert_true(n_paths < MOST_PATHS);
        paths[n_paths++] = strdup(path);
    }
    return 0;
}

/* The file is moved aside, and back again. */
static size_t replace(const char *root, const char *path)
{
    char *aside = t_path(hosts.folder, "aside");
    size_t plans = 0;

    assert_int_equal(rename(path, aside), 0);
    for (size_t i = 0; i < COUNT(things); i++) {
        assert_int_equal(things[i].put(path), 0);
        plan(root, things[i].name, path);
        assert_int_equal(remove(path), 0);
        plans++;
    }
    assert_int_equal(rename(aside, path), 0);
    free(aside);
    return plans;
}

TEST(a_plan_is_made_whatever_stands_in_place_of_a_file)
{
    const char *valgrind = getenv("DX_VALGRIND");
    size_t plans = 0, stride = valgrind && *valgrind ? 16 : 1;

    for (size_t h = 0; h < COUNT(names); h++) {
        char *root = t_path(hosts.folder, names[h]);

        n_paths = 0;
        assert_int_equal(nftw(root, note, 16, FTW_PHYS), 0);
        assert_true(n_paths > 0);
        for (size_t i = 0; i < n_paths; i++) {
            plans += i % stride == 0 ? replace(root, paths[i]) : 0;
            free(paths[i]);
        }
        free(root);
    }
    print_message("%zu plans\n", plans);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_is_made_whatever_stands_in_place_of_a_file),
    };

    return cmocka_run_group_tests(tests, grow, cut);
}
