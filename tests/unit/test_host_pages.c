/* What domains ask of pools of huge pages, beside what a host has of them: semantics §6.3 and §10.3. */
#include "hosts.h"

#include "host/pages.h"

#define POOL "/sys/kernel/mm/hugepages/hugepages-1048576kB/"
#define NODE(n) "/sys/devices/system/node/node" n "/hugepages/hugepages-1048576kB/"
#define COUNTS(folder, nr, free, surplus)                                                                              \
    folder "nr_hugepages = " nr "\n" folder "free_hugepages = " free "\n" folder "surplus_hugepages = " surplus "\n"
#define TOTAL(nr, free, reserved, surplus) COUNTS(POOL, nr, free, surplus) POOL "resv_hugepages = " reserved "\n"
#define NODES                                                                                                          \
    "/sys/devices/system/node/node0/cpulist = 0-7\n/sys/devices/system/node/node1/cpulist = 8-15\n"                    \
    "/proc/cpuinfo\n|vendor_id\t: GenuineIntel\n"
#define GIB "<memoryBacking><hugepages><page size='1' unit='GiB'/></hugepages></memoryBacking>"
#define DOMAIN(name, gib, inside)                                                                                      \
    "<domain type='kvm'><name>" name "</name><memory unit='GiB'>" gib "</memory>" GIB inside "</domain>"
#define ON(mode, nodes) "<numatune><memory mode='" mode "' nodeset='" nodes "'/></numatune>"

struct fixture {
    struct dx_ctx *ctx;
    char *folder;
    struct dx_plan *plan;
    struct dx_pages pages;
};

/* A host of those files, and the domains that it is to run; NULL ends them. */
static struct fixture read_host(const char *tree, const char *const *domains)
{
    struct fixture f = {.ctx = t_ctx(), .folder = t_scratch()};
    struct t_bytes command = {0};
    struct dx_plan_options opts = {.size = sizeof opts};
    char *path = t_path(f.folder, "host.tree"), *root = t_path(f.folder, "root");

    assert_true(t_write(path, tree, strlen(tree)));
    t_bytes_format(&command, "sh '%s/tests/host/grow.sh' '%s' '%s'", DX_SOURCE_DIR, path, root);
    assert_int_equal(system(command.ptr), 0);
    opts.root = root;
    assert_int_equal(dx_plan_new(&f.plan, f.ctx, &opts), DX_OK);
    for (size_t i = 0; domains[i]; i++) {
        struct dx_doc *doc = t_parse_text(f.ctx, domains[i]);

        assert_int_equal(dx_plan_add_domain(f.plan, doc), DX_OK);
        dx_doc_free(doc);
    }
    assert_int_equal(dx_plan_make(f.plan), DX_OK);
    dx_pages_read(&f.pages, f.plan);
    t_bytes_free(&command);
    free(path);
    free(root);
    return f;
}

static void done(struct fixture *f)
{
    struct t_bytes command = {0};

    dx_plan_free(f->plan);
    dx_ctx_free(f->ctx);
    t_bytes_format(&command, "rm -rf '%s'", f->folder);
    assert_int_equal(system(command.ptr), 0);
    t_bytes_free(&command);
    free(f->folder);
}

static const struct dx_requirement *find(const struct fixture *f, const char *id)
{
    const struct dx_requirement *item;

    for (size_t i = 0; (item = dx_plan_at(f->plan, i)) != NULL; i++) {
        if (strcmp(item->id, id) == 0) {
            return item;
        }
    }
    return NULL;
}

static void check_write(const struct fixture *f, const char *id, enum dx_plan_state state, const char *value)
{
    const struct dx_requirement *item = find(f, id);

    assert_non_null(item);
    assert_int_equal(item->state, state);
    assert_true(item->n_remedies > 0);
    assert_int_equal(item->remedies[0].kind, DX_REMEDY_WRITE);
    assert_int_equal(item->remedies[0].readback, DX_READBACK_AT_LEAST);
    assert_string_equal(item->remedies[0].value, value);
}

#define HOST(tree, ...) read_host(tree, (const char *const[]){__VA_ARGS__, NULL})
#define WHOLE "hugepage-pool/1048576k"

TEST(what_is_in_use_stays_in_use)
{
    struct fixture f = HOST(NODES TOTAL("10", "3", "1", "0"), DOMAIN("a", "4", ""));

    /* 7 are in use and 1 is promised, 2 can be had: 2 are missing, and 12 are to be. */
    check_write(&f, WHOLE, DX_PLAN_MISSING, "12");
    done(&f);
    f = HOST(NODES TOTAL("10", "5", "1", "0"), DOMAIN("a", "4", ""));
    check_write(&f, WHOLE, DX_PLAN_OK, "10");
    done(&f);
    f = HOST(NODES TOTAL("10", "9", "0", "0"), DOMAIN("a", "1", ""));
    check_write(&f, WHOLE, DX_PLAN_OK, "10");
    done(&f);
}

TEST(surplus_that_is_in_use_becomes_part_of_the_pool)
{
    struct fixture f = HOST(NODES TOTAL("6", "0", "0", "2"), DOMAIN("a", "1", ""));

    check_write(&f, WHOLE, DX_PLAN_MISSING, "7");
    done(&f);
}

TEST(domains_are_added_up_and_those_that_run_are_not)
{
    struct fixture f = HOST(NODES TOTAL("4", "0", "0", "0") "/run/libvirt/qemu/b.xml\n|<domstatus/>\n",
                            DOMAIN("a", "4", ""), DOMAIN("b", "4", ""), DOMAIN("c", "2", ""));

    assert_string_equal(find(&f, WHOLE)->title, "10 huge pages of 1 GiB");
    check_write(&f, WHOLE, DX_PLAN_MISSING, "10");
    assert_int_equal(find(&f, WHOLE)->n_askers, 3);
    done(&f);
    f = HOST(NODES TOTAL("4", "0", "0", "0") "/run/libvirt/qemu/b.xml\n|<domstatus/>\n", DOMAIN("b", "4", ""));
    check_write(&f, WHOLE, DX_PLAN_OK, "4");
    done(&f);
}

TEST(nodes_share_what_is_bound_to_them)
{
    struct fixture f =
        HOST(NODES TOTAL("0", "0", "0", "0") COUNTS(NODE("0"), "0", "0", "0") COUNTS(NODE("1"), "0", "0", "0"),
             DOMAIN("a", "4", ON("strict", "1")), DOMAIN("b", "5", ON("interleave", "0-1")),
             DOMAIN("c", "2", ON("preferred", "0")));

    check_write(&f, WHOLE "/node0", DX_PLAN_MISSING, "3");
    check_write(&f, WHOLE "/node1", DX_PLAN_MISSING, "7");
    check_write(&f, WHOLE, DX_PLAN_MISSING, "12");
    assert_string_equal(find(&f, WHOLE)->title, "12 huge pages of 1 GiB in all, 2 of them on any node");
    /* Those of c are spread over both. */
    assert_string_equal(dx_pages_boot(&f.pages), "hugepagesz=1G hugepages=0:4,1:8");
    done(&f);
}

TEST(all_sizes_are_in_the_arguments_of_the_kernel)
{
    struct fixture f = HOST(NODES, DOMAIN("a", "4", ""),
                            "<domain type='kvm'><memory unit='MiB'>65</memory><memoryBacking><hugepages>"
                            "<page size='2' unit='MiB'/></hugepages></memoryBacking></domain>");

    assert_string_equal(dx_pages_boot(&f.pages), "hugepagesz=2M hugepages=33 hugepagesz=1G hugepages=4");
    done(&f);
}

TEST(figures_beyond_all_memory_do_not_wrap)
{
#define VAST "<domain type='kvm'><memory unit='EiB'>7</memory>" GIB "</domain>"
    struct fixture f =
        HOST(NODES "/proc/meminfo\n|MemTotal: 1048576 kB\n" TOTAL("0", "0", "0", "0"), VAST, VAST, VAST, VAST);

    assert_string_equal(find(&f, WHOLE)->title, "30064771072 huge pages of 1 GiB");
    assert_int_equal(find(&f, WHOLE)->state, DX_PLAN_MISSING);
    assert_int_equal(find(&f, WHOLE)->n_remedies, 1);
    assert_int_equal(find(&f, WHOLE)->remedies[0].kind, DX_REMEDY_MANUAL);
    assert_non_null(strstr(find(&f, WHOLE)->found, "1 GiB of memory in all"));
    done(&f);
}

TEST(the_default_size_is_that_of_the_kernel)
{
#define DEFAULT "<domain type='kvm'><memory unit='MiB'>64</memory><memoryBacking><hugepages/></memoryBacking></domain>"
    struct fixture f = HOST("/proc/meminfo\n|Hugepagesize:    2048 kB\n", DEFAULT);

    assert_int_equal(f.pages.preset, 2 << 20);
    assert_non_null(find(&f, "hugepage-pool/2048k"));
    done(&f);
    f = HOST("/proc/cmdline = default_hugepagesz=1G quiet\n", DEFAULT);
    assert_int_equal(f.pages.preset, 1 << 30);
    done(&f);
    f = HOST("/proc/cmdline = default_hugepagesz=\n", DEFAULT);
    assert_int_equal(f.pages.preset, 0);
    assert_int_equal(find(&f, "hugepage-pool/default")->state, DX_PLAN_UNKNOWN);
    done(&f);
}

static void check_mount(const char *mounts, const char *folder, enum dx_plan_state state)
{
    struct t_bytes tree = {0};
    struct fixture f;
    const char *where;

    t_bytes_format(&tree, "/proc/meminfo\n|Hugepagesize: 2048 kB\n/proc/mounts\n|%s\n", mounts);
    f = HOST(tree.ptr, DOMAIN("a", "1", ""));
    dx_pool_mount(&where, f.plan, UINT64_C(1) << 30);
    assert_true(where ? folder && strcmp(where, folder) == 0 : !folder);
    assert_int_equal(find(&f, WHOLE "/mount")->state, state);
    done(&f);
    t_bytes_free(&tree);
}

TEST(mounts_are_told_by_their_size)
{
    check_mount("none /huge hugetlbfs rw,pagesize=1024M,mode=1770 0 0", "/huge", DX_PLAN_OK);
    check_mount("none /huge hugetlbfs rw,relatime,pagesize=1G 0 0", "/huge", DX_PLAN_OK);
    check_mount("none /huge hugetlbfs rw,pagesize=1073741824 0 0", "/huge", DX_PLAN_OK);
    check_mount("none /huge hugetlbfs rw,pagesize=2M 0 0", NULL, DX_PLAN_MISSING);
    check_mount("none /huge hugetlbfs rw 0 0", NULL, DX_PLAN_MISSING);
    check_mount("none /huge tmpfs rw,pagesize=1024M 0 0", NULL, DX_PLAN_MISSING);
    check_mount("hugetlbfs", NULL, DX_PLAN_MISSING);
}

TEST(a_memfd_needs_no_mount)
{
    struct fixture f = HOST("/proc/mounts = none\n",
                            "<domain type='kvm'><memory unit='GiB'>1</memory><memoryBacking><hugepages><page size='1' "
                            "unit='GiB'/></hugepages><source type='memfd'/></memoryBacking></domain>");

    assert_non_null(find(&f, WHOLE));
    assert_null(find(&f, WHOLE "/mount"));
    done(&f);
}

/* Whatever fails first, a plan ends with that or with nothing amiss. */
TEST(memory_may_run_out_anywhere)
{
    static const char *const texts[] = {DOMAIN("a", "4", ON("interleave", "0-1")), DOMAIN("b", "2", ""),
                                        "<domain type='kvm'><memory unit='GiB'>1</memory></domain>"};
    struct fixture f = HOST(NODES TOTAL("1", "0", "0", "0") COUNTS(NODE("0"), "1", "0", "0"), texts[0]);
    char *root = t_path(f.folder, "root");
    bool failed = true;

    for (size_t at = 1; failed; at++) {
        struct t_memory memory = {.fail_at = at};
        struct dx_allocator allocator = t_allocator(&memory);
        struct dx_ctx_options ctx_opts = {.size = sizeof ctx_opts, .allocator = &allocator};
        struct dx_plan_options opts = {.size = sizeof opts, .root = root};
        struct dx_plan *plan = NULL;
        struct dx_ctx *ctx = NULL;
        int rc = dx_ctx_new(&ctx, &ctx_opts);

        rc = rc == DX_OK ? dx_plan_new(&plan, ctx, &opts) : rc;
        for (size_t i = 0; rc == DX_OK && i < COUNT(texts); i++) {
            struct dx_doc *doc = NULL;

            rc = dx_doc_parse(&doc, ctx, "vm.xml", texts[i], strlen(texts[i]), 0);
            rc = rc == DX_OK ? dx_plan_add_domain(plan, doc) : rc;
            dx_doc_free(doc);
        }
        rc = rc == DX_OK ? dx_plan_make(plan) : rc;
        failed = memory.failed;
        assert_true(rc == DX_OK || (rc == DX_ENOMEM && failed));
        assert_true(rc != DX_OK || !t_plan_wrong(plan, 0));
        dx_plan_free(plan);
        dx_ctx_free(ctx);
        assert_int_equal(memory.live, 0);
    }
    free(root);
    done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_in_use_stays_in_use),
        cmocka_unit_test(surplus_that_is_in_use_becomes_part_of_the_pool),
        cmocka_unit_test(domains_are_added_up_and_those_that_run_are_not),
        cmocka_unit_test(nodes_share_what_is_bound_to_them),
        cmocka_unit_test(all_sizes_are_in_the_arguments_of_the_kernel),
        cmocka_unit_test(figures_beyond_all_memory_do_not_wrap),
        cmocka_unit_test(the_default_size_is_that_of_the_kernel),
        cmocka_unit_test(mounts_are_told_by_their_size),
        cmocka_unit_test(a_memfd_needs_no_mount),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
