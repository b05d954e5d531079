/* No false alarms: a real document that the schema takes, and that libvirt's tests do not refuse, has no error. */
#include "support.h"

/* Errors that are right: what the document does wrong, though the schema takes it. */
static const struct {
    const char *file, *rule;
} expected[] = {
    /* The 2018 tests of libvirt refuse these too; the newer ones, which the list of refusals names, have no such test.
     */
    {"libvirt2018__qemuxml2argvdata__disk-ide-incompatible-address.xml", "DSK-G08"},
    {"libvirt2018__qemuxml2argvdata__disk-sata-incompatible-address.xml", "DSK-G08"},
    {"libvirt2018__qemuxml2argvdata__hostdevs-drive-address-conflict.xml", "DSK-G10"},
    {"libvirt2018__qemuxml2argvdata__pci-bridge-duplicate-index.xml", "DSK-G16"},
    /* Taken in 2018, refused since: kernels have no unfiltered SG_IO, and a lun is raw. */
    {"libvirt2018__qemuxml2argvdata__disk-scsi-lun-passthrough-sgio.xml", "DSK-G02"},
    {"libvirt2018__qemuxml2xmloutdata__disk-scsi-lun-passthrough-sgio.xml", "DSK-G02"},
    {"libvirt2018__qemuxml2argvdata__virtio-lun.xml", "DSK-G04"},
    /* Fragments that the schema takes, but no libvirt: an os type is needed. */
    {"oVirt-vdsm__tests__virt__vmutils_test.py-emb0.xml", "DOC-P10"},
    /* Samples of versions that had no check for it yet, or of another tool's tests; test_refused.c says what each does.
     */
    {"datto-libvirt__tests__qemuhotplugtestdomains__qemuhotplug-base-ccw-live-with-2-ccw-virtio+ccw-virtio-1-reverse."
     "xml",
     "MCH-Q04"},
    {"datto-libvirt__tests__qemuxml2argvdata__qemuxml2argv-pseries-phb-wrong-target-index.xml", "PCI-G04"},
    {"libvirt11.3__qemuxmlconfdata__usb-bus-missing.xml", "USB-Q04"},
    {"libvirt2018__genericxml2xmlindata__chardev-reconnect-missing-timeout.xml", "CHR-P01"},
    {"libvirt2018__genericxml2xmlindata__chardev-tcp-missing-host.xml", "CHR-G02"},
    {"libvirt2018__genericxml2xmlindata__chardev-tcp-missing-service.xml", "CHR-G02"},
    {"libvirt2018__genericxml2xmlindata__chardev-unix-smartcard-missing-path.xml", "CHR-G02"},
    {"libvirt2018__qemuargv2xmldata__mem-scale-maxmemory.xml", "MEM-Q01"},
    {"libvirt2018__qemuhotplugtestdomains__qemuhotplug-console-compat-2-live+console-virtio.xml", "CHR-G03"},
    {"libvirt2018__qemuxml2argvdata__aarch64-gic-not-arm.xml", "MCH-Q01"},
    {"libvirt2018__qemuxml2argvdata__pcie-expander-bus-bad-bus.xml", "PCI-Q11"},
    {"libvirt2018__qemuxml2argvdata__pseries-default-phb-numa-node.xml", "PCI-G05"},
    {"libvirt2018__qemuxml2argvdata__serial-tcp-tlsx509-chardev-notls.xml", "CHR-G03"},
    {"libvirt2018__qemuxml2argvdata__usb-bus-missing.xml", "USB-Q04"},
    {"libvirt2018__qemuxml2argvdata__usb-none-hub.xml", "USB-P03"},
    {"libvirt2018__qemuxml2argvdata__usb-none-usbtablet.xml", "USB-P03"},
    {"libvirt2018__qemuxml2xmloutdata__serial-tcp-tlsx509-chardev.xml", "CHR-G03"},
    {"libvirt9.0__bhyvexml2argvdata__bhyvexml2argv-cputopology-nvcpu-mismatch.xml", "CPU-P02"},
    {"libvirt9.0__genericxml2xmlindata__chardev-reconnect-invalid-mode.xml", "CHR-G01"},
    {"libvirt9.0__genericxml2xmlindata__chardev-udp-missing-connect-service.xml", "CHR-G02"},
    {"libvirt9.0__genericxml2xmlindata__chardev-unix-redirdev-missing-path.xml", "CHR-G02"},
    {"openstack-nova__nova__tests__unit__virt__libvirt__test_config.py-emb7.xml", "FW-Q02"},
    {"openstack-nova__nova__tests__unit__virt__libvirt__test_config.py-emb8.xml", "FW-Q02"},
    {"vmm2026__tests__data__xmlparse__change-redirdev-in.xml", "CHR-G02"},
};

struct tally {
    char rule[16];
    enum dx_severity severity;
    size_t findings;
};

static struct tally tallies[512];
static size_t n_tallies, n_documents, n_targeted, n_errors, n_excused;

/* The fields of one line of a table; the line is cut up. */
static size_t split(char *line, char *fields[], size_t most)
{
    size_t n = 0;

    while (n < most && line) {
        fields[n++] = line;
        line = strchr(line, '\t');
        if (line) {
            *line++ = '\0';
        }
    }
    return n;
}

/* The list calls a document by version and name: "9.0__a.xml" is "libvirt9.0__qemuxml2argvdata__a.xml". One that was
 * found right in one version's tests is no use where another's refuse it. */
static bool is_refused(const struct t_bytes *refused, const char *file)
{
    const char *name = file, *next;
    char line[512];

    while ((next = strstr(name, "__")) != NULL) {
        name = next + 2;
    }
    snprintf(line, sizeof line, "__%s\t", name);
    return strncmp(file, "libvirt", 7) == 0 && strstr(refused->ptr, line) != NULL;
}

static void count(const struct dx_diag *diag)
{
    size_t i = 0;

    while (i < n_tallies && (strcmp(tallies[i].rule, diag->rule) != 0 || tallies[i].severity != diag->severity)) {
        i++;
    }
    assert_true(i < COUNT(tallies));
    if (i == n_tallies) {
        snprintf(tallies[i].rule, sizeof tallies[i].rule, "%s", diag->rule);
        tallies[i].severity = diag->severity;
        n_tallies++;
    }
    tallies[i].findings++;
}

/* Which libvirt's own tests a document comes from: that version takes it. */
static unsigned version_of(const char *file)
{
    static const struct {
        const char *prefix;
        unsigned version;
    } sets[] = {{"libvirt9.0__", DX_LIBVIRT(9, 0)}, {"libvirt11.3__", DX_LIBVIRT(11, 3)}};

    for (size_t i = 0; i < COUNT(sets); i++) {
        if (strncmp(file, sets[i].prefix, strlen(sets[i].prefix)) == 0) {
            return sets[i].version;
        }
    }
    return 0;
}

static bool is_expected(const char *file, const char *rule)
{
    for (size_t i = 0; i < COUNT(expected); i++) {
        if (strcmp(expected[i].file, file) == 0 && strcmp(expected[i].rule, rule) == 0) {
            return true;
        }
    }
    return false;
}

static void judge(const char *folder, const char *file, unsigned target)
{
    struct dx_validate_options advice = {.size = sizeof advice, .level = DX_LEVEL_ADVICE, .target = target};
    char *path = t_path(folder, file);
    struct t_bytes bytes = t_read(path);
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = NULL;
    size_t errors;

    assert_non_null(bytes.ptr);
    if (dx_doc_parse(&doc, ctx, file, bytes.ptr, bytes.len, DX_PARSE_BORROW) == DX_OK) {
        n_documents += !target;
        n_targeted += target != 0;
        assert_int_equal(dx_doc_validate(&errors, doc, &advice), DX_OK);
    }
    for (size_t i = 0; doc && i < dx_ctx_diag_count(ctx); i++) {
        const struct dx_diag *diag = dx_ctx_diag(ctx, i);

        if (!target) {
            count(diag);
        }
        if (diag->severity == DX_SEVERITY_ERROR) {
            if (is_expected(file, diag->rule)) {
                n_excused++;
            } else {
                n_errors++;
                print_error("%s:%zu:%zu: %s: %s\n", file, diag->line, diag->column, diag->rule, diag->message);
            }
        }
    }
    dx_doc_free(doc);
    dx_ctx_free(ctx);
    t_bytes_free(&bytes);
    free(path);
}

TEST(no_error_on_what_is_right)
{
    const char *corpus = t_corpus();
    char *folder, *table, *other, *next, *line;
    struct t_bytes validity, refused;

    if (!corpus) {
        skip();
    }
    folder = t_path(corpus, "domains");
    table = t_path(corpus, "validity.tsv");
    other = t_path(corpus, "refused.tsv");
    validity = t_read(table);
    refused = t_read(other);
    assert_non_null(validity.ptr);
    assert_non_null(refused.ptr);
    for (line = validity.ptr; line; line = next) {
        char *fields[4];

        next = strchr(line, '\n');
        if (next) {
            *next++ = '\0';
        }
        if (split(line, fields, COUNT(fields)) >= 2 && strcmp(fields[1], "valid") == 0 &&
            !is_refused(&refused, fields[0])) {
            judge(folder, fields[0], 0);
            if (version_of(fields[0])) {
                judge(folder, fields[0], version_of(fields[0]));
            }
        }
    }
    print_message("%zu documents, %zu of them also for the libvirt they come from; %zu errors, %zu of them excused\n",
                  n_documents, n_targeted, n_errors + n_excused, n_excused);
    for (size_t i = 0; i < n_tallies; i++) {
        print_message("  %-8s %s %6zu\n", tallies[i].rule,
                      tallies[i].severity == DX_SEVERITY_ERROR ? "error  " : "warning", tallies[i].findings);
    }
    assert_int_equal(n_errors, 0);
    t_bytes_free(&validity);
    t_bytes_free(&refused);
    free(folder);
    free(table);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_error_on_what_is_right),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
