/* What libvirt refuses: of its own hundred refusals most are found, and nothing is said of what it takes. */
#include "corpus.h"

#include "domain.h"
#include "rules.h"

enum { AT_LEAST = 70, MOST_FINDINGS = 8 };

/* Of corpus/refused those that only host, emulator or firmware show, and why. */
static const struct {
    const char *file, *why;
} beyond[] = {
    {"11.3__chardev-reconnect-generated-path.xml", "the folder of generated sockets is a setting of the host"},
    {"9.0__chardev-reconnect-generated-path.xml", "the folder of generated sockets is a setting of the host"},
    {"11.3__firmware-auto-efi-loader-path-nonstandard.x86_64-latest.xml", "the host's firmware descriptors"},
    {"11.3__firmware-auto-efi-nvram-template-nonstandard.x86_64-latest.xml", "the host's firmware descriptors"},
    {"11.3__machine-i8042-off.xml", "an emulator that cannot switch ps2 off"},
    {"11.3__numatune-memnode-restrictive-mode-err-mixed.xml", "9.0 takes it: a warning"},
    {"11.3__numatune-memnode-unavailable-restrictive.x86_64-latest.xml", "the host's NUMA nodes"},
    {"9.0__numatune-memnode-unavailable-restrictive.xml", "the host's NUMA nodes"},
    {"11.3__pseries-cpu-compat-power10.ppc64-latest.xml", "the host's CPU"},
    {"11.3__pseries-cpu-compat-power9.ppc64-latest.xml", "the host's CPU"},
    {"11.3__s390x-ccw-acpi.s390x-latest.xml", "a result that lacks the <acpi/> it was refused for"},
    {"11.3__tpm-emulator-tpm2.x86_64-latest.xml", "the host's swtpm"},
    {"11.3__usb-controller-default-unavailable-g3beige.ppc64-latest.xml", "an emulator without that controller"},
    {"11.3__usb-controller-default-unavailable-pseries.ppc64-latest.xml", "an emulator without that controller"},
    {"11.3__usb-controller-default-unavailable-versatilepb-armv7l.armv7l-latest.xml",
     "an emulator without that controller"},
    {"9.0__usb-controller-default-unavailable-q35.xml", "an emulator without that controller"},
    {"11.3__usb-controller-nec-xhci-unavailable.x86_64-latest.xml", "an emulator without that controller"},
    {"11.3__vhost-user-fs-ccw-bootindex.xml", "9.0 takes it, its start fails: a warning"},
    {"9.0__default-video-type-x86_64-caps-test-0.xml", "an emulator without any video device"},
    {"9.0__hostdev-subsys-mdev-vfio-ccw.xml", "an emulator without vfio-ccw"},
    {"9.0__hostdev-vfio-zpci-autogenerate-fids.xml", "an emulator without zpci"},
    {"9.0__hostdev-vfio-zpci.xml", "an emulator without zpci"},
    {"9.0__hugepages-default-5M.xml", "the host's huge pages"},
    {"9.0__hvf-x86_64-q35-headless.xml", "the host's operating system"},
    {"9.0__misc-enable-s4.xml", "an emulator that cannot suspend to disk"},
    {"9.0__pc-i440fx-acpi-root-hotplug-disable.xml", "an emulator that cannot switch hotplug off"},
    {"9.0__pseries-features-cfpc.xml", "an emulator without the feature"},
    {"9.0__pseries-features-htm.xml", "an emulator without the feature"},
    {"9.0__pseries-features-nested-hv.xml", "an emulator without the feature"},
    {"9.0__virtio-iommu-x86_64.xml", "an emulator without the device"},
};

/* The documents of corpus/refused, by their bytes: some stand among the domains as well. */
static struct t_bytes *refused;
static struct t_names names;

static int load(void **state __attribute__((unused)))
{
    const char *corpus = t_corpus();
    char *folder;

    if (!corpus) {
        return 0;
    }
    folder = t_path(corpus, "refused");
    names = t_list(folder, ".xml");
    refused = calloc(names.n + 1, sizeof *refused);
    for (size_t i = 0; refused && i < names.n; i++) {
        refused[i] = t_corpus_read("refused", names.items[i]);
    }
    free(folder);
    return refused ? 0 : -1;
}

static int unload(void **state __attribute__((unused)))
{
    for (size_t i = 0; i < names.n; i++) {
        t_bytes_free(&refused[i]);
    }
    free(refused);
    t_names_free(&names);
    return 0;
}

static bool is_refused(struct t_bytes bytes)
{
    for (size_t i = 0; i < names.n; i++) {
        if (refused[i].len == bytes.len && memcmp(refused[i].ptr, bytes.ptr, bytes.len) == 0) {
            return true;
        }
    }
    return false;
}

/* The ids of rules that are broken, each once; gives how many there are. */
static size_t judge(const char *ids[MOST_FINDINGS], struct t_bytes bytes)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse(ctx, bytes.ptr, bytes.len);
    struct dx_target target = dx_domain_target(doc, NULL);
    struct dx_findings findings;
    size_t n = 0;

    assert_int_equal(dx_rules_run(&findings, doc, &(struct dx_rule_scope){&target, DX_LEVEL_DEFINE, 0, true}), DX_OK);
    for (size_t i = 0; i < findings.n; i++) {
        const struct dx_rule *rule = &dx_rule_row(findings.items[i].rule)->rule;
        bool known = rule->severity != DX_SEVERITY_ERROR;

        for (size_t k = 0; k < n; k++) {
            known |= strcmp(ids[k], rule->id) == 0;
        }
        if (!known && n < MOST_FINDINGS) {
            ids[n++] = rule->id;
        }
    }
    dx_findings_free(&findings);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
    return n;
}

static bool is_beyond(const char *file)
{
    for (size_t i = 0; i < COUNT(beyond); i++) {
        if (strcmp(beyond[i].file, file) == 0) {
            return true;
        }
    }
    return false;
}

TEST(most_refusals_are_found)
{
    const char *ids[MOST_FINDINGS];
    size_t found = 0, wrong = 0;

    if (!t_corpus()) {
        skip();
    }
    for (size_t i = 0; i < names.n; i++) {
        bool here = judge(ids, refused[i]) > 0;

        found += here;
        if (here == is_beyond(names.items[i])) {
            print_error("%s is %s\n", names.items[i], here ? "found: it can leave the list" : "not found");
            wrong++;
        }
    }
    print_message("refused: %zu of %zu found\n", found, names.n);
    assert_int_equal(wrong, 0);
    assert_true(found >= AT_LEAST);
}

/* Gives how many findings no excuse explains. */
static size_t check_table(const char *name, size_t verdict, const char *folder, size_t *judged)
{
    const char *ids[MOST_FINDINGS];
    struct t_table table;
    size_t wrong = 0;

    t_table_open(&table, name);
    while (t_table_next(&table)) {
        bool valid = strcmp(table.columns[verdict], "valid") == 0;
        struct t_bytes bytes = valid ? t_corpus_read(folder, table.columns[0]) : (struct t_bytes){0};

        if (bytes.ptr && !is_refused(bytes)) {
            size_t n = judge(ids, bytes);

            ++*judged;
            for (size_t i = 0; i < n; i++) {
                if (!t_is_excused(table.columns[0], ids[i])) {
                    print_error("%s: %s\n", table.columns[0], ids[i]);
                    wrong++;
                }
            }
        }
        t_bytes_free(&bytes);
    }
    t_table_close(&table);
    return wrong;
}

TEST(what_is_taken_is_let_be)
{
    size_t wrong, judged = 0;

    if (!t_corpus()) {
        skip();
    }
    wrong = check_table("validity.tsv", 1, "domains", &judged);
    wrong += check_table("mutants.tsv", 3, "mutants", &judged);
    wrong += t_excuses_left();
    print_message("taken: %zu documents\n", judged);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(most_refusals_are_found),
        cmocka_unit_test(what_is_taken_is_let_be),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
