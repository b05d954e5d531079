/* How much memory a domain takes, in which pages and on which nodes of the host: semantics §6.2 and §6.3. */
#include "support.h"

#include "host/plan.h"

#define DOMAIN(arch, inside) "<domain type='kvm'><os><type arch='" arch "'>hvm</type></os>" inside "</domain>"
#define X86(inside) DOMAIN("x86_64", inside)
#define MEMORY(kib) "<memory>" kib "</memory>"
#define HUGE(pages) "<memoryBacking><hugepages>" pages "</hugepages></memoryBacking>"
#define M2 "<page size='2' unit='M'/>"
#define G1 "<page size='1' unit='G'/>"
#define CELLS(cells) "<cpu><numa>" cells "</numa></cpu>"
#define DEVICE(model, source, target)                                                                                  \
    "<devices><memory model='" model "'>" source "<target>" target "</target></memory></devices>"
#define KIB (UINT64_C(1) << 10)
#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

struct fixture {
    struct dx_ctx *ctx;
    struct dx_doc *doc;
    struct dx_plan *plan;
    const struct dx_demand *demand;
};

static struct fixture read_domain(const char *text)
{
    struct dx_plan_options opts = {.size = sizeof opts, .flags = DX_PLAN_ELSEWHERE};
    struct fixture f = {.ctx = t_ctx()};

    f.doc = t_parse_text(f.ctx, text);
    assert_int_equal(dx_plan_new(&f.plan, f.ctx, &opts), DX_OK);
    assert_int_equal(dx_plan_add_domain(f.plan, f.doc), DX_OK);
    assert_int_equal(dx_plan_make(f.plan), DX_OK);
    f.demand = f.plan->demands[0];
    return f;
}

static void done(struct fixture *f)
{
    dx_plan_free(f->plan);
    dx_doc_free(f->doc);
    dx_ctx_free(f->ctx);
}

/* "4 GiB @1 GiB strict:0 | ..." of all pieces. */
static struct t_bytes tell(const struct dx_demand *demand)
{
    static const char *const spreads[] = {"", " strict:", " preferred:", " interleave:", " restrictive:"};
    struct t_bytes told = {0};

    for (size_t i = 0; i < demand->n_memories; i++) {
        const struct dx_memory *memory = &demand->memories[i];
        dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(&dx_mem_default);

        dx_buf_puts(&buf, i ? " | " : "");
        if (memory->device) {
            dx_buf_puts(&buf, "device ");
        }
        if (memory->cell >= 0) {
            dx_buf_format(&buf, "cell %d ", memory->cell);
        }
        dx_page_spell(&buf, memory->bytes);
        if (memory->backing == DX_BACKING_HUGE) {
            dx_buf_puts(&buf, " @");
            dx_page_spell(&buf, memory->page);
        } else if (memory->backing == DX_BACKING_HUGE_DEFAULT) {
            dx_buf_puts(&buf, " @default");
        }
        dx_buf_puts(&buf, spreads[memory->spread]);
        if (memory->spread != DX_SPREAD_ANY) {
            dx_cpuset_format(&buf, &memory->nodes);
        }
        t_bytes_add(&told, buf.ptr, buf.len);
    }
    t_bytes_add(&told, "", 0);
    return told;
}

static void check(const char *text, const char *want)
{
    struct fixture f = read_domain(text);
    struct t_bytes told = tell(f.demand);

    assert_string_equal(told.ptr ? told.ptr : "", want);
    t_bytes_free(&told);
    done(&f);
}

/* The pages that all pieces take together. */
static void check_pages(const char *text, uint64_t page, uint64_t want)
{
    struct fixture f = read_domain(text);
    uint64_t n = 0;

    for (size_t i = 0; i < f.demand->n_memories; i++) {
        n += dx_memory_pages(&f.demand->memories[i], page);
    }
    assert_int_equal(n, want);
    done(&f);
}

TEST(sizes_are_rounded_as_libvirt_does)
{
    struct fixture f = read_domain(X86(MEMORY("65537")));

    assert_int_equal(f.demand->memories[0].bytes / KIB, 66560);
    done(&f);
    check(X86(MEMORY("65536")), "64 MiB");
    check(X86("<memory unit='b'>1</memory>"), "1 MiB");
    check(X86("<memory unit='GB'>1</memory>"), "954 MiB");
    check(DOMAIN("ppc64le", MEMORY("65537")), "256 MiB");
    check(DOMAIN("ppc64", "<memory unit='M'>257</memory>"), "512 MiB");
}

TEST(pages_are_counted_per_piece)
{
    check_pages(X86(CELLS("<cell memory='33' unit='M'/><cell memory='33' unit='M'/>") HUGE(M2)), 2 * MIB, 34);
    check_pages(X86("<memory unit='M'>65</memory>" HUGE(M2)), 2 * MIB, 33);
    check_pages(X86("<memory unit='M'>1536</memory>" HUGE(G1)), GIB, 2);
    check_pages(X86("<memory unit='G'>4</memory>" HUGE(G1)), GIB, 4);
    check_pages(X86("<memory unit='M'>512</memory>" HUGE(G1)), GIB, 1);
}

TEST(cells_count_and_not_what_is_declared)
{
    check(X86("<memory unit='M'>64</memory>" CELLS("<cell id='0' memory='32' unit='M'/>") HUGE(M2)),
          "cell 0 32 MiB @2 MiB");
    check(X86("<memory unit='M'>64</memory>" CELLS("<cell id='1' memory='1025'/><cell id='0' memory='1'/>")),
          "cell 1 2 MiB | cell 0 1 MiB");
}

TEST(pages_are_chosen_by_cell)
{
#define TWO CELLS("<cell memory='1048576'/><cell memory='1048576'/>")
    check(X86(TWO HUGE("<page size='2' unit='M' nodeset='1'/><page size='1' unit='G'/>")),
          "cell 0 1 GiB @1 GiB | cell 1 1 GiB @2 MiB");
    check(X86(TWO HUGE("<page size='2' unit='M' nodeset='1'/>")), "cell 0 1 GiB | cell 1 1 GiB @2 MiB");
    check(X86(TWO HUGE("<page size='2048' nodeset='0-1'/>")), "cell 0 1 GiB @2 MiB | cell 1 1 GiB @2 MiB");
    check(X86(TWO HUGE("")), "cell 0 1 GiB @default | cell 1 1 GiB @default");
    check(X86(TWO HUGE("") HUGE(G1)), "cell 0 1 GiB @1 GiB | cell 1 1 GiB @1 GiB");
    check(X86(MEMORY("1048576") HUGE("<page size='2048' nodeset='0'/>")), "1 GiB @2 MiB");
    check(X86(MEMORY("1048576") HUGE("<page size='2' unit='MB'/>")), "1 GiB @1954 KiB");
    check("<domain type='lxc'>" MEMORY("1048576") HUGE(G1) "</domain>", "1 GiB");
}

TEST(pages_of_the_ordinary_size_are_no_huge_ones)
{
    check(X86(MEMORY("1048576") HUGE("<page size='4'/>")), "1 GiB");
    check(DOMAIN("aarch64", MEMORY("1048576") HUGE("<page size='64'/>")), "1 GiB @64 KiB");
}

TEST(devices_take_pages_of_their_own)
{
#define SIZE(mib, node) "<size unit='M'>" mib "</size><node>" node "</node>"
#define ONE CELLS("<cell memory='1048576'/>")
    check(X86(ONE DEVICE("dimm", "", SIZE("511", "0")) HUGE(M2)), "cell 0 1 GiB @2 MiB | device cell 0 511 MiB @2 MiB");
    check(X86(ONE DEVICE("dimm", "<source><pagesize unit='G'>1</pagesize><nodemask>1-3</nodemask></source>",
                         SIZE("1024", "0"))),
          "cell 0 1 GiB | device cell 0 1 GiB @1 GiB strict:1-3");
    check(X86(ONE DEVICE("virtio-mem", "<source><pagesize>2048</pagesize></source>",
                         SIZE("2048", "0") "<requested>0</requested>")),
          "cell 0 1 GiB | device cell 0 2 GiB @2 MiB");
    check(X86(ONE DEVICE("nvdimm", "<source><path>/a</path></source>", SIZE("2048", "0")) HUGE(M2)),
          "cell 0 1 GiB @2 MiB");
    check(X86(ONE DEVICE("sgx-epc", "", SIZE("2048", "0")) HUGE(M2)), "cell 0 1 GiB @2 MiB");
}

TEST(without_cells_the_whole_counts_the_devices)
{
    check(DOMAIN("ppc64le", "<memory unit='M'>2048</memory>" DEVICE("dimm", "", "<size unit='M'>512</size>")),
          "1536 MiB | device 512 MiB");
    check(X86("<memory unit='M'>512</memory>" DEVICE("nvdimm", "", "<size unit='G'>512</size>")), "");
}

TEST(nodes_are_those_of_numatune)
{
#define TUNE(inside) "<numatune>" inside "</numatune>"
#define WHOLE "<memory unit='G'>1</memory>"
    check(X86(WHOLE TUNE("<memory nodeset='1'/>")), "1 GiB strict:1");
    check(X86(WHOLE TUNE("<memory mode='interleave' nodeset='0-1'/>")), "1 GiB interleave:0-1");
    check(X86(WHOLE TUNE("<memory mode='preferred' nodeset='0'/>")), "1 GiB preferred:0");
    check(X86(TWO TUNE("<memory mode='strict' nodeset='0'/><memnode cellid='1' nodeset='2'/>")),
          "cell 0 1 GiB strict:0 | cell 1 1 GiB strict:2");
    check(X86(TWO TUNE("<memnode cellid='1' mode='restrictive' nodeset='2'/><memnode cellid='9' nodeset='1'/>")),
          "cell 0 1 GiB | cell 1 1 GiB restrictive:2");
    check(X86(ONE TUNE("<memory mode='interleave' nodeset='0'/>")
                  DEVICE("dimm", "<source><nodemask>1</nodemask></source>", SIZE("1", "0"))),
          "cell 0 1 GiB interleave:0 | device cell 0 1 MiB interleave:1");
}

TEST(what_numad_chooses_is_not_known)
{
    check(X86(WHOLE TUNE("<memory mode='strict' placement='auto'/>")), "1 GiB");
    check(X86(WHOLE TUNE("<memory placement='auto' nodeset='1'/>")), "1 GiB");
    check(X86(WHOLE "<vcpu placement='auto'>2</vcpu>" TUNE("<memory mode='strict'/>")), "1 GiB");
    check(X86(WHOLE "<vcpu placement='auto'>2</vcpu>" TUNE("<memory nodeset='1'/>")), "1 GiB strict:1");
}

TEST(numbers_that_no_libvirt_takes_ask_for_nothing)
{
    static const char *const sizes[] = {"18446744073709551615", "9223372036854775808", "-1", "0", "", "1 2", "1e9"};

    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct t_bytes text = {0};

        t_bytes_format(&text, "<domain type='kvm'><memory unit='b'>%s</memory>" HUGE(M2) "</domain>", sizes[i]);
        check(text.ptr, "");
        t_bytes_free(&text);
    }
    check(X86("<memory unit='b'>9223372036854775807</memory>" HUGE(M2)), "8 EiB @2 MiB");
    check(X86(WHOLE HUGE("<page size='18446744073709551615' unit='E'/>")), "1 GiB");
    check(X86(WHOLE HUGE("<page size='0'/>")), "1 GiB");
    check(X86(WHOLE TUNE("<memory nodeset='99999'/>")), "1 GiB");
    check(X86(CELLS("<cell id='99999999999' memory='1048576'/>") HUGE("<page size='2048' nodeset='0-16383'/>")),
          "cell 0 1 GiB @2 MiB");
}

TEST(what_runs_elsewhere_is_still_to_come)
{
    struct fixture f = read_domain("<domain type='kvm' id='7'><name>web</name></domain>");

    assert_false(f.demand->running);
    done(&f);
}

TEST(an_asker_is_what_asks_for_the_pages)
{
    struct fixture f = read_domain("<domain type='kvm'>\n<memory unit='G'>3</memory>\n"
                                   "<numatune>\n<memory nodeset='1'/>\n</numatune>\n"
                                   "<memoryBacking>\n<hugepages>\n<page size='2' unit='M'/>\n</hugepages>"
                                   "</memoryBacking></domain>");
    const struct dx_memory *memory = &f.demand->memories[0];

    assert_int_equal(f.demand->n_memories, 1);
    assert_int_equal(memory->asker.line, 8);
    assert_string_equal(memory->asker.what, "3 GiB in pages of 2 MiB");
    assert_int_equal(memory->binding.line, 4);
    assert_string_equal(memory->binding.what, "strict on node 1");
    done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_rounded_as_libvirt_does),
        cmocka_unit_test(pages_are_counted_per_piece),
        cmocka_unit_test(cells_count_and_not_what_is_declared),
        cmocka_unit_test(pages_are_chosen_by_cell),
        cmocka_unit_test(pages_of_the_ordinary_size_are_no_huge_ones),
        cmocka_unit_test(devices_take_pages_of_their_own),
        cmocka_unit_test(without_cells_the_whole_counts_the_devices),
        cmocka_unit_test(nodes_are_those_of_numatune),
        cmocka_unit_test(what_numad_chooses_is_not_known),
        cmocka_unit_test(numbers_that_no_libvirt_takes_ask_for_nothing),
        cmocka_unit_test(what_runs_elsewhere_is_still_to_come),
        cmocka_unit_test(an_asker_is_what_asks_for_the_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
