/* What host plan and host check print of requirements of any shape, with what a document or host may put into them. */
#include "host.h"
#include "stage.h"

#include <string.h>

static const struct dx_host_kind kind = {.size = sizeof kind,
                                         .name = "thing",
                                         .scope = DX_SCOPE_HOST,
                                         .summary = "a thing",
                                         .why = "why",
                                         .guide = "Things"};
static const struct dx_host_kind guest_kind = {
    .size = sizeof kind, .name = "guest-thing", .scope = DX_SCOPE_GUEST, .summary = "a thing", .why = "why"};

static const struct dx_asker askers[] = {
    {.size = sizeof *askers, .file = "a.xml", .line = 1, .column = 2, .what = "wants it", .path = "domain/a"},
    {.size = sizeof *askers, .file = "b\x1b[2J.xml", .line = 3, .column = 4, .what = "wants it too"},
    {.size = sizeof *askers, .file = "c.xml", .line = 5, .column = 6},
    {.size = sizeof *askers, .file = "d.xml", .line = 7, .column = 8},
    {.size = sizeof *askers, .file = "e.xml", .line = 9, .column = 10},
};

enum { ALL = sizeof askers / sizeof askers[0] };

static const struct dx_remedy remedies[] = {
    {.kind = DX_REMEDY_WRITE, .why = "write it", .path = "/sys/a b", .value = "1 2"},
    {.kind = DX_REMEDY_KERNEL_ARGS,
     .flags = DX_REMEDY_PERSISTS | DX_REMEDY_REBOOT,
     .why = "and keep it",
     .value = "hugepagesz=1G hugepages=16"},
    {.kind = DX_REMEDY_SETTING, .path = "/etc/a.conf", .key = "mech_list", .separator = ": ", .value = "gssapi"},
    {.kind = DX_REMEDY_FILE,
     .flags = DX_REMEDY_PERSISTS,
     .path = "/etc/b.conf",
     .mode = 0640,
     .owner = "root:tss",
     .value = "one = 1\n\ntwo = 2\n"},
    {.kind = DX_REMEDY_OWNER, .why = "its owner", .path = "/var/a", .owner = "tss:tss", .mode = 0750},
    {.kind = DX_REMEDY_OWNER, .why = "and below", .path = "/var/b/", .owner = "tss:tss", .mode = 0640},
    {.kind = DX_REMEDY_PACKAGE, .why = "install", .value = "swtpm swtpm-tools", .other = "swtpm"},
    {.kind = DX_REMEDY_SERVICE,
     .flags = DX_REMEDY_AFTER_CHANGE,
     .why = "read it",
     .key = "restarted",
     .value = "libvirtd.service"},
    {.kind = DX_REMEDY_COMMAND,
     .why = "a line that is long",
     .value =
         "grep -q 0123456789012345678901234567890123456789 /a || echo 0123456789012345678901234567890123456789 > /a",
     .other = "test -e /a"},
    {.kind = DX_REMEDY_MANUAL, .flags = DX_REMEDY_CHOICE, .why = "or else", .value = "decide"},
};

static const struct dx_requirement full = {
    .size = sizeof full,
    .kind = &kind,
    .id = "thing/1",
    .title = "a thing whose title is longer than a line has room for, so that it goes on in the next one",
    .why = "nothing works without it",
    .askers = askers,
    .n_askers = ALL,
    .state = DX_PLAN_MISSING,
    .found = "there is a \x1b[31mred\nherring",
    .remedies = remedies,
    .n_remedies = sizeof remedies / sizeof remedies[0],
    .persistence = "it stays",
    .verify = "cat /a",
    .note = "take care",
};

/* Of state and scope alone. */
static struct dx_requirement bare(const struct dx_host_kind *of, enum dx_plan_state state, const char *title)
{
    return (struct dx_requirement){
        .size = sizeof full, .kind = of, .id = title, .title = title, .state = state, .found = "so it is"};
}

static struct text printed;

static const char *print(void (*render)(struct text *text, const struct host_report *report),
                         struct host_report *report, const struct dx_requirement *one, const struct dx_requirement *two)
{
    const struct dx_requirement *needs[] = {one, two};

    text_free(&printed);
    printed = (struct text){.io = &io_system};
    report->needs = needs;
    report->n_needs = two ? 2 : 1;
    memset(report->of, 0, sizeof report->of);
    for (size_t i = 0; i < report->n_needs; i++) {
        report->of[needs[i]->state]++;
    }
    render(&printed, report);
    text_byte(&printed, '\0');
    assert_false(printed.failed);
    return printed.ptr;
}

static void a_plan_tells_every_remedy(void **state)
{
    struct host_report report = {.files = 2};

    (void)state;
    assert_string_equal(print(host_text, &report, &full, NULL),
                        "2 domains, 1 requirement: 1 missing\n"
                        "\n"
                        "The host\n"
                        "\n"
                        "missing      thing: a thing whose title is longer than a line has room for, so\n"
                        "             that it goes on in the next one\n"
                        "  found:   there is a \\x1b[31mred\\x0aherring\n"
                        "  asked:   a.xml:1:2: wants it, in domain/a\n"
                        "           b\\x1b[2J.xml:3:4: wants it too\n"
                        "           c.xml:5:6\n"
                        "           and 2 more\n"
                        "  why:     nothing works without it\n"
                        "  do:      write it:\n"
                        "             echo '1 2' > '/sys/a b'\n"
                        "  keep:    and keep it; from the next boot on:\n"
                        "             grubby --update-kernel=ALL --args='hugepagesz=1G hugepages=16'\n"
                        "           or in GRUB_CMDLINE_LINUX of /etc/default/grub, then update-grub\n"
                        "  do:      the line in /etc/a.conf:\n"
                        "             mech_list: gssapi\n"
                        "  keep:    all of /etc/b.conf (mode 0640, root:tss):\n"
                        "             one = 1\n"
                        "\n"
                        "             two = 2\n"
                        "  do:      its owner:\n"
                        "             chown tss:tss /var/a\n"
                        "             chmod 0750 /var/a\n"
                        "  do:      and below:\n"
                        "             chown -R tss:tss /var/b/\n"
                        "             chmod -R u=rwX,g=rX,o= /var/b/\n"
                        "  do:      install:\n"
                        "             dnf install swtpm swtpm-tools    # or, with Debian's packages:\n"
                        "             apt install swtpm\n"
                        "  do:      if something was changed, read it:\n"
                        "             systemctl try-restart libvirtd.service\n"
                        "  do:      a line that is long:\n"
                        "             grep -q 0123456789012345678901234567890123456789 /a || echo "
                        "0123456789012345678901234567890123456789 > /a\n"
                        "             # done already where this succeeds: test -e /a\n"
                        "  option:  or else: decide\n"
                        "  reboot:  it stays\n"
                        "  verify:  cat /a\n"
                        "  note:    take care\n"
                        "  guide:   Things\n"
                        "\n"
                        "--format=sh makes a script of it, --format=ansible a file of tasks.\n");
}

static void what_is_so_takes_two_lines(void **state)
{
    struct dx_requirement ok = full, guest = bare(&guest_kind, DX_PLAN_UNKNOWN, "a guest's thing");
    struct host_report report = {.files = 1};

    (void)state;
    ok.state = DX_PLAN_OK;
    ok.title = "a thing";
    ok.found = "all of it";
    assert_string_equal(print(host_text, &report, &ok, &guest),
                        "1 domain, 2 requirements: 1 ok, 1 needed\n"
                        "\n"
                        "The host\n"
                        "\n"
                        "ok           thing: a thing\n"
                        "  found:   all of it\n"
                        "\n"
                        "The guests\n"
                        "\n"
                        "needed       guest-thing: a guest's thing\n"
                        "\n"
                        "--format=sh makes a script of it, --format=ansible a file of tasks.\n");
    report.quiet = true;
    assert_string_equal(print(host_text, &report, &ok, &guest),
                        "The guests\n\nneeded       guest-thing: a guest's thing\n");
    assert_string_equal(print(host_text, &report, &ok, NULL), "");
    report = (struct host_report){.files = 0};
    assert_has(print(host_text, &report, &ok, NULL), "  why:     nothing works without it\n");
    report = (struct host_report){.verbose = true};
    assert_has(print(host_text, &report, &ok, NULL), "           e.xml:9:10\n");
    assert_has(printed.ptr, "  id:      thing/1\n");
}

/* Where no host is read, nothing is said to be found. */
static void another_host_needs_what_cannot_be_told(void **state)
{
    struct dx_requirement unknown = bare(&kind, DX_PLAN_UNKNOWN, "a thing");
    struct host_report report = {.elsewhere = true};

    (void)state;
    assert_has(print(host_text, &report, &unknown, NULL), "\n\nneeded       thing: a thing\n  guide:   Things\n");
    report.elsewhere = false;
    assert_has(print(host_text, &report, &unknown, NULL), "\n\ncannot tell  thing: a thing\n  found:   so it is\n");
}

static void the_same_advice_is_told_once(void **state)
{
    struct dx_requirement one = full, two = full;
    struct host_report report = {0};
    const char *out;

    (void)state;
    one.title = "the first";
    two.title = "the second";
    out = print(host_text, &report, &one, &two);
    assert_has(out, "and 2 more\nmissing      thing: the second\n");
    assert_non_null(strstr(out, "  note:    take care\n"));
    assert_null(strstr(strstr(out, "  note:    take care\n") + 1, "  note:    take care\n"));
    two.note = "take more care";
    out = print(host_text, &report, &one, &two);
    assert_has(out, "  note:    take care\n  guide:   Things\n\nmissing      thing: the second\n");
    assert_has(out, "  note:    take more care\n");
}

static void a_check_is_a_list(void **state)
{
    struct dx_requirement ok = bare(&kind, DX_PLAN_OK, "another");
    struct host_report report = {.check = true};

    (void)state;
    assert_string_equal(print(host_check_text, &report, &full, &ok),
                        "missing      thing: a thing whose title is longer than a line has room for, so\n"
                        "             that it goes on in the next one\n"
                        "             found: there is a \\x1b[31mred\\x0aherring\n"
                        "             asked: a.xml:1:2: wants it\n"
                        "                    b\\x1b[2J.xml:3:4: wants it too\n"
                        "                    c.xml:5:6\n"
                        "                    and 2 more\n"
                        "ok           thing: another\n"
                        "\n"
                        "2 requirements: 1 ok, 1 missing\n"
                        "domxform host plan says what to do.\n");
    report.quiet = true;
    assert_has_not(print(host_check_text, &report, &full, &ok), "another");
    assert_has_not(printed.ptr, "2 requirements");
    report = (struct host_report){.check = true, .verbose = true};
    assert_has(print(host_check_text, &report, &ok, NULL), "found: so it is");
}

/* They take no room: lines are broken where they are without. */
static void colours_move_nothing(void **state)
{
    struct host_report report = {.color = true};
    struct text plain = {.io = &io_system};

    (void)state;
    for (const char *p = print(host_text, &report, &full, NULL); *p; p++) {
        if (*p == '\x1b') {
            p += strcspn(p, "m");
        } else {
            text_byte(&plain, *p);
        }
    }
    text_byte(&plain, '\0');
    report.color = false;
    assert_string_equal(plain.ptr, print(host_text, &report, &full, NULL));
    text_free(&plain);
}

static void json_is_escaped_and_whole(void **state)
{
    struct host_report report = {.root = "/mnt/\"x\"", .code = 1, .check = true};
    const char *out = print(host_json, &report, &full, NULL);

    (void)state;
    assert_has(out, "{\"version\":1,\"command\":\"host check\",\"host\":{\"root\":\"/mnt/\\\"x\\\"\",\"cpus\":null},");
    assert_has(out, "\"found\":\"there is a \\u001b[31mred\\u000aherring\"");
    assert_has(out,
               "{\"domain\":null,\"what\":\"wants it\",\"file\":\"a.xml\",\"line\":1,\"column\":2,\"endLine\":null,"
               "\"endColumn\":null,\"path\":\"domain/a\"}");
    assert_has(out, "{\"kind\":\"kernelArgs\",\"why\":\"and keep it\",\"path\":null,\"key\":null,\"separator\":null,"
                    "\"value\":\"hugepagesz=1G hugepages=16\",\"other\":null,\"owner\":null,\"mode\":null,"
                    "\"readback\":null,\"persists\":true,\"reboot\":true,\"afterChange\":false,\"choice\":false}");
    assert_has(out, "\"owner\":\"root:tss\",\"mode\":\"0640\"");
    assert_has(out, "\"summary\":{\"files\":0,\"skipped\":0,\"failed\":0,\"ok\":0,\"missing\":1,\"unknown\":0,"
                    "\"exitCode\":1}}\n");
}

static void junit_has_a_case_a_requirement(void **state)
{
    struct dx_requirement unknown = bare(&guest_kind, DX_PLAN_UNKNOWN, "a <guest's> \"thing\"");
    struct host_report report = {.check = true};
    const char *out = print(host_junit, &report, &full, &unknown);

    (void)state;
    assert_has(out, "tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\"");
    assert_has(out, "<failure message=\"there is a \xef\xbf\xbd[31mred&#10;herring\" type=\"thing\">");
    assert_has(out, "<testcase classname=\"domxform.host.guest-thing\" "
                    "name=\"a &lt;guest's&gt; &#34;thing&#34;\">\n      <skipped message=\"so it is\"/>\n");
}

static int free_printed(void **state)
{
    (void)state;
    text_free(&printed);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_tells_every_remedy),
        cmocka_unit_test(what_is_so_takes_two_lines),
        cmocka_unit_test(another_host_needs_what_cannot_be_told),
        cmocka_unit_test(the_same_advice_is_told_once),
        cmocka_unit_test(a_check_is_a_list),
        cmocka_unit_test(colours_move_nothing),
        cmocka_unit_test(json_is_escaped_and_whole),
        cmocka_unit_test(junit_has_a_case_a_requirement),
    };

    return cmocka_run_group_tests(tests, NULL, free_printed);
}
