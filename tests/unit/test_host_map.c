/* The map of a host as data: who is told where, by the same measure as what is required, and however much is asked. */
#include "support.h"

#include "host/cpus.h"

struct drawing {
    struct dx_ctx *ctx;
    struct dx_plan *plan;
    const struct dx_map *map;
};

/* A domain of `vcpus` vCPUs with what `more` says of it. */
static void add(struct drawing *d, const char *name, unsigned vcpus, const char *more)
{
    struct t_bytes text = {0};
    struct dx_doc *doc;

    t_bytes_format(&text,
                   "<domain type='kvm'><name>%s</name><memory>1048576</memory><vcpu>%u</vcpu>%s"
                   "<os><type arch='x86_64' machine='q35'>hvm</type></os></domain>",
                   name, vcpus, more);
    doc = t_parse(d->ctx, text.ptr, text.len);
    assert_int_equal(dx_plan_add_domain(d->plan, doc), DX_OK);
    dx_doc_free(doc);
    t_bytes_free(&text);
}

static struct drawing begin(const char *cpus)
{
    const struct dx_plan_options opts = {.size = sizeof opts, .flags = DX_PLAN_ELSEWHERE, .host_cpus = cpus};
    struct drawing d = {.ctx = t_ctx()};

    assert_int_equal(dx_plan_new(&d.plan, d.ctx, &opts), DX_OK);
    return d;
}

static void draw(struct drawing *d)
{
    assert_int_equal(dx_plan_make(d->plan), DX_OK);
    assert_int_equal(dx_plan_map_data(&d->map, d->plan), DX_OK);
}

static void end(struct drawing *d)
{
    dx_plan_free(d->plan);
    dx_ctx_free(d->ctx);
}

#define PIN(vcpu, cpus) "<vcpupin vcpu='" #vcpu "' cpuset='" cpus "'/>"
#define TUNE(pins) "<cputune>" pins "</cputune>"
#define DEDICATED "<features><kvm><hint-dedicated state='on'/></kvm></features><cpu mode='host-passthrough'/>"

static const struct dx_map_cpu *cpu_at(const struct drawing *d, unsigned id)
{
    for (size_t i = 0; i < d->map->n_cpus; i++) {
        if (d->map->cpus[i].first <= id && id <= d->map->cpus[i].last) {
            return &d->map->cpus[i];
        }
    }
    fail_msg("CPU %u is not on the map", id);
    return NULL;
}

TEST(threads_of_one_set_are_one_group)
{
    struct drawing d = begin("0-7");
    const struct dx_map_threads *threads;

    add(&d, "web", 6, TUNE(PIN(0, "2-3") PIN(1, "2,3") PIN(2, "4") PIN(3, "3,2") PIN(4, "5")));
    draw(&d);
    assert_int_equal(d.map->n_threads, 3);
    threads = &d.map->threads[0];
    assert_int_equal(threads->role, DX_MAP_VCPU);
    assert_string_equal(threads->ids, "0-1,3");
    assert_string_equal(threads->cpus, "2-3");
    assert_int_equal(threads->count, 3);
    assert_false(threads->alone);
    assert_true(d.map->threads[1].alone);
    assert_string_equal(d.map->threads[1].cpus, "4");
    assert_ptr_equal(cpu_at(&d, 3)->threads[0], threads);
    assert_int_equal(cpu_at(&d, 3)->n_threads, 1);
    assert_int_equal(cpu_at(&d, 7)->n_threads, 0);
    end(&d);
}

TEST(what_no_pin_holds_floats)
{
    struct drawing d = begin("0-7");
    const struct dx_map_part *parts;

    add(&d, "web", 4, "<iothreads>2</iothreads>" TUNE(PIN(1, "5") "<iothreadpin iothread='2' cpuset='0-1'/>"));
    add(&d, "db", 2, "");
    draw(&d);
    parts = d.map->domains[0].parts;
    assert_string_equal(parts[DX_MAP_VCPU - 1].ids, "1");
    assert_string_equal(parts[DX_MAP_VCPU - 1].cpus, "5");
    assert_string_equal(parts[DX_MAP_VCPU - 1].floating, "0,2-3");
    assert_null(parts[DX_MAP_EMULATOR - 1].cpus);
    assert_string_equal(parts[DX_MAP_EMULATOR - 1].floating, "");
    assert_string_equal(parts[DX_MAP_IOTHREAD - 1].ids, "2");
    assert_string_equal(parts[DX_MAP_IOTHREAD - 1].floating, "1");
    parts = d.map->domains[1].parts;
    assert_null(parts[DX_MAP_VCPU - 1].ids);
    assert_string_equal(parts[DX_MAP_VCPU - 1].floating, "0-1");
    assert_null(parts[DX_MAP_IOTHREAD - 1].floating);
    end(&d);
}

TEST(a_cpu_that_is_pinned_to_and_not_there_is_told)
{
    struct drawing d = begin("0-3");

    add(&d, "web", 2, TUNE(PIN(0, "2,100-163") PIN(1, "3")));
    draw(&d);
    assert_int_equal(d.map->n_cpus, 5);
    assert_int_equal(cpu_at(&d, 120)->first, 100);
    assert_int_equal(cpu_at(&d, 120)->last, 163);
    assert_int_equal(cpu_at(&d, 120)->state, DX_CPU_ABSENT);
    assert_int_equal(cpu_at(&d, 2)->state, DX_CPU_ONLINE);
    end(&d);
}

TEST(signs_go_on_behind_the_alphabet)
{
    struct drawing d = begin("0-3");
    char name[16];

    for (int i = 0; i < 30; i++) {
        snprintf(name, sizeof name, "vm%d", i);
        add(&d, name, 1, "");
    }
    draw(&d);
    assert_int_equal(d.map->n_domains, 30);
    assert_string_equal(d.map->domains[0].sign, "A");
    assert_string_equal(d.map->domains[25].sign, "Z");
    assert_string_equal(d.map->domains[26].sign, "AA");
    assert_string_equal(d.map->domains[29].sign, "AD");
    end(&d);
}

/* ---- by the same measure as the requirements ---- */

static const struct {
    const char *web, *db; /* NULL: there is no such domain */
    const char *collisions;
} promises[] = {
    {TUNE(PIN(0, "2") PIN(1, "3")), TUNE(PIN(0, "4") PIN(1, "5")), ""},
    {TUNE(PIN(0, "2") PIN(1, "3")), TUNE(PIN(0, "3") PIN(1, "4")), "3"},
    {TUNE(PIN(0, "2") PIN(1, "2")), NULL, "2"},
    {TUNE(PIN(0, "2-3") PIN(1, "2-3")), TUNE(PIN(0, "2-3") PIN(1, "2-3")), ""},
    {TUNE(PIN(0, "2") PIN(1, "3")), TUNE(PIN(0, "2-5") PIN(1, "2-5")), "2-3"},
    /* A pin to all CPUs holds nothing back, and promises nothing. */
    {TUNE(PIN(0, "2") PIN(1, "3")), TUNE(PIN(0, "0-7") PIN(1, "0-7")), ""},
    {DEDICATED TUNE(PIN(0, "2") PIN(1, "3") "<emulatorpin cpuset='0-1'/>"), NULL, ""},
    {DEDICATED TUNE(PIN(0, "2") PIN(1, "3") "<emulatorpin cpuset='1-2'/>"), NULL, "2"},
    {TUNE(PIN(0, "2") PIN(1, "3") "<emulatorpin cpuset='1-2'/>"), NULL, ""},
    {"<iothreads>1</iothreads>" DEDICATED TUNE(PIN(0, "2") PIN(1, "3") "<iothreadpin iothread='1' cpuset='3-4'/>"),
     NULL, "3"},
    {DEDICATED TUNE(PIN(0, "2-3") PIN(1, "2-3")), NULL, "2-3"},
    {DEDICATED TUNE(PIN(0, "2") PIN(1, "3")), TUNE("<emulatorpin cpuset='3-5'/>"), "3"},
};

static struct dx_cpuset collisions_of(const struct drawing *d)
{
    struct dx_cpuset cpus = {{0}};

    for (size_t i = 0; i < d->map->n_cpus; i++) {
        if (d->map->cpus[i].collision) {
            dx_cpuset_add(&cpus, d->map->cpus[i].first);
        }
    }
    return cpus;
}

/* True when a requirement of the kind is missing for CPUs that are promised twice: an id of its own is the host's. */
static bool is_required(const struct drawing *d)
{
    const struct dx_requirement *need;

    for (size_t i = 0; (need = dx_plan_at(d->plan, i)) != NULL; i++) {
        if (strcmp(need->kind->name, "cpu-exclusive") == 0 && need->state == DX_PLAN_MISSING) {
            return true;
        }
    }
    return false;
}

TEST(collisions_are_those_that_requirements_tell_of)
{
    for (size_t i = 0; i < COUNT(promises); i++) {
        struct drawing d = begin("0-7");
        struct dx_cpuset want = {{0}}, got;

        dx_cpuset_parse(&want, STR(promises[i].collisions));
        add(&d, "web", 2, promises[i].web);
        if (promises[i].db) {
            add(&d, "db", 2, promises[i].db);
        }
        draw(&d);
        got = collisions_of(&d);
        if (!dx_cpuset_equal(&got, &want) || is_required(&d) != (dx_cpuset_end(&want) > 0)) {
            fail_msg("row %zu: the collisions are not %s, or the requirements say something else", i,
                     promises[i].collisions);
        }
        end(&d);
    }
}

TEST(kernel_workers_have_what_the_mask_says)
{
    struct drawing d = begin("0-7");
    const struct dx_requirement *need;
    char title[128];
    bool found = false;

    add(&d, "web", 2, TUNE(PIN(0, "2") PIN(1, "3") "<emulatorpin cpuset='1'/>"));
    add(&d, "any", 1, TUNE(PIN(0, "0-7")));
    draw(&d);
    assert_string_equal(d.map->kworkers, "0-1,4-7");
    snprintf(title, sizeof title, "CPUs %s only", d.map->kworkers);
    for (size_t i = 0; (need = dx_plan_at(d.plan, i)) != NULL; i++) {
        found = found || (strcmp(need->kind->name, "kworker-mask") == 0 && strstr(need->title, title));
    }
    assert_true(found);
    assert_true(cpu_at(&d, 1)->kworkers);
    assert_false(cpu_at(&d, 2)->kworkers);
    end(&d);
}

/* ---- limits ---- */

TEST(thousands_of_vcpus_on_thousands_of_cpus_are_told_in_little)
{
    struct drawing d = begin("0-16383");
    struct t_bytes pins = {0};
    char *xml;
    size_t len;

    t_bytes_format(&pins, "<cputune>");
    for (int i = 0; i < 16384; i++) {
        t_bytes_format(&pins, "<vcpupin vcpu='%d' cpuset='0-16383'/>", i);
    }
    t_bytes_format(&pins, "</cputune>");
    add(&d, "all", 16384, pins.ptr);
    draw(&d);
    assert_int_equal(d.map->n_threads, 1);
    assert_string_equal(d.map->threads[0].ids, "0-16383");
    assert_int_equal(dx_plan_map(&xml, &len, d.plan), DX_OK);
    assert_true(len < 3 * 1024 * 1024);
    dx_bytes_free(d.ctx, xml);
    t_bytes_free(&pins);
    end(&d);
}

TEST(of_many_sets_on_one_cpu_the_first_are_told_and_the_others_counted)
{
    struct drawing d = begin("0-2047");
    struct t_bytes pins = {0};

    t_bytes_format(&pins, "<cputune>");
    for (int i = 0; i < 500; i++) {
        t_bytes_format(&pins, "<vcpupin vcpu='%d' cpuset='0,%d'/>", i, i + 1);
    }
    t_bytes_format(&pins, "</cputune>");
    add(&d, "all", 500, pins.ptr);
    draw(&d);
    assert_int_equal(cpu_at(&d, 0)->n_threads, 32);
    assert_int_equal(cpu_at(&d, 0)->n_more, 468);
    assert_int_equal(cpu_at(&d, 5)->n_threads, 1);
    t_bytes_free(&pins);
    end(&d);
}

TEST(a_map_wants_a_plan_that_is_made_and_cpus_that_are_known)
{
    struct drawing d = begin("0-3");
    char *out;
    size_t len;

    assert_int_equal(dx_plan_map_data(&d.map, d.plan), DX_EUSAGE);
    assert_null(d.map);
    assert_int_equal(dx_plan_map_svg(&out, &len, d.plan), DX_EUSAGE);
    assert_null(out);
    end(&d);
    d = begin(NULL);
    assert_int_equal(dx_plan_make(d.plan), DX_OK);
    assert_int_equal(dx_plan_map(&out, &len, d.plan), DX_EREFUSED);
    assert_int_equal(t_count(d.ctx, DX_SEVERITY_ERROR), 1);
    end(&d);
}

/* Each allocation fails once, and each time that is said. */
TEST(memory_that_runs_out_is_told)
{
    bool all = false;

    for (size_t n = 1; !all; n++) {
        struct t_memory memory = {.fail_at = 0};
        struct dx_allocator allocator = t_allocator(&memory);
        const struct dx_ctx_options how = {.size = sizeof how, .allocator = &allocator};
        const struct dx_plan_options opts = {.size = sizeof opts, .flags = DX_PLAN_ELSEWHERE, .host_cpus = "0-7"};
        struct drawing d = {.ctx = NULL};
        char *out;
        size_t len;
        int rc;

        assert_int_equal(dx_ctx_new(&d.ctx, &how), DX_OK);
        assert_int_equal(dx_plan_new(&d.plan, d.ctx, &opts), DX_OK);
        add(&d, "web", 2, TUNE(PIN(0, "2") PIN(1, "2")));
        assert_int_equal(dx_plan_make(d.plan), DX_OK);
        memory.fail_at = memory.calls + n;
        rc = dx_plan_map_svg(&out, &len, d.plan);
        all = !memory.failed;
        if (rc == DX_ELIMIT) {
            dx_plan_free(d.plan);
            dx_ctx_free(d.ctx);
            skip(); /* no libxslt here */
        }
        assert_int_equal(rc, all ? DX_OK : DX_ENOMEM);
        assert_true((out != NULL) == all);
        dx_bytes_free(d.ctx, out);
        end(&d);
        assert_int_equal(memory.live, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_of_one_set_are_one_group),
        cmocka_unit_test(what_no_pin_holds_floats),
        cmocka_unit_test(a_cpu_that_is_pinned_to_and_not_there_is_told),
        cmocka_unit_test(signs_go_on_behind_the_alphabet),
        cmocka_unit_test(collisions_are_those_that_requirements_tell_of),
        cmocka_unit_test(kernel_workers_have_what_the_mask_says),
        cmocka_unit_test(thousands_of_vcpus_on_thousands_of_cpus_are_told_in_little),
        cmocka_unit_test(of_many_sets_on_one_cpu_the_first_are_told_and_the_others_counted),
        cmocka_unit_test(a_map_wants_a_plan_that_is_made_and_cpus_that_are_known),
        cmocka_unit_test(memory_that_runs_out_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
