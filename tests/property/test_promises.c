/* The promises P1 to P7, for every pass over the golden inputs and every real document that it accepts. */
#include "support.h"

#include <unistd.h>

struct document {
    char *path;
    struct t_bytes bytes;
    char *block, *file; /* target names of the first block and the first file disk */
};

static struct document *documents;
static size_t n_documents;

/* {block} and {file} stand for the targets of such disks; a document without one is passed over. */
static const struct {
    const char *pass, *spec;
} specs[] = {
    {"iothreads", "iothreads"},
    {"iothreads", "iothreads:4"},
    {"iothreads", "iothreads:per-disk"},
    {"iothreads", "iothreads:2,assign=pool"},
    {"iothreads", "iothreads:3,assign=none"},
    {"iothreads", "iothreads:2,{file}=2"},
    {"iothreadpin", "iothreadpin:0-3"},
    {"iothreadpin", "iothreadpin:spread=0-7"},
    {"iothreadpin", "iothreadpin:1=0-3,^2"},
    {"vcpupin", "vcpupin:0-3"},
    {"vcpupin", "vcpupin:spread=8-15"},
    {"vcpupin", "vcpupin:0=2-3"},
    {"emulatorpin", "emulatorpin:0-1"},
    {"rdm", "rdm:{block}"},
    {"rdm", "rdm:{block},mode=virtual"},
    {"rdm", "rdm:{block},target=sdq"},
    {"rdm", "rdm:{file},source=/dev/disk/by-id/scsi-1"},
    {"rdm", "rdm:/dev/disk/by-id/scsi-no-disk-has-it"},
    {"hugepages", "hugepages:1G"},
    {"hugepages", "hugepages:default"},
    {"hugepages", "hugepages:2M,nodeset=0"},
    {"numatune", "numatune:0"},
    {"numatune", "numatune:0-1,mode=preferred"},
    {"numatune", "numatune:mode=restrictive"},
    {"cpu", "cpu:host-passthrough"},
    {"cpu", "cpu:host-model,require=vmx,disable=hle,check=partial"},
    {"cpu", "cpu:model=EPYC,require=x2apic"},
    {"cpu", "cpu:topology=1x4x1"},
    {"cpu", "cpu:maximum,topology=2x1x1,migratable=off"},
    {"hint-dedicated", "hint-dedicated"},
    {"hint-dedicated", "hint-dedicated:off"},
    {"haltpoll", "haltpoll"},
    {"pv-qspinlock", "pv-qspinlock"},
    {"pv-qspinlock", "pv-qspinlock:off"},
    {"kernel-args", "kernel-args:quiet"},
    {"kernel-args", "kernel-args:rd.setenv=\"a b\" printk.time=0"},
    {"kernel-args", "kernel-args:init=/sbin/one console=ttyS9,115200"},
    {"tpm", "tpm"},
    {"tpm", "tpm:model=tpm-crb"},
    {"tpm", "tpm:backend=passthrough,device=/dev/tpm0"},
    {"tpm", "tpm:version=1.2"},
    {"disk", "disk:cache=none,io=native"},
    {"disk", "disk:discard=unmap,detect_zeroes=unmap,queues=4"},
    {"disk", "disk:{file},cache=writeback"},
    {"disk", "disk:{block},cache=directsync,io=native,discard=unmap"},
    {"memballoon", "memballoon"},
    {"memballoon", "memballoon:none"},
    {"memballoon", "memballoon:autodeflate=yes,reporting=yes,period=10"},
    {"guest-agent", "guest-agent"},
    {"guest-agent", "guest-agent:path=/run/agents/vm.sock"},
    {"seclabel", "seclabel"},
    {"seclabel", "seclabel:none"},
    {"seclabel", "seclabel:static,label=system_u:system_r:svirt_t:s0:c1,c2"},
    {"seclabel", "seclabel:dynamic,model=dac,relabel=yes"},
    {"set", "set:./cpu/@mode=host-passthrough"},
    {"set", "set:./devices/disk/driver/@discard=unmap"},
    {"set", "set:./devices/disk[target/@dev='{file}']/driver/@discard=unmap"},
    {"set", "set:./qemu:commandline/qemu:arg/@value=-s"},
    {"set", "set://source/@startupPolicy | //description/text()=optional"},
    {"delete", "delete:./devices/disk[target/@dev='{file}']"},
    {"delete", "delete://comment() | ./devices/*/address | ./devices/*/@model"},
    {"delete", "delete:./metadata/* | //text()[. = 'hvm']"},
    {"insert", "insert:.,xml=<qemu:commandline><qemu:arg value='-s'/></qemu:commandline>"},
    {"insert", "insert:./devices,xml=<!-- a --><sound model='ich9'/><!-- b -->"},
    {"insert", "insert:./devices/disk[target/@dev='{file}'],where=after,xml=<!-- c -->"},
};

static char *target_of(struct dx_doc *doc, const char *type)
{
    struct dx_node *root = dx_doc_root(doc);

    for (struct dx_node *devices = dx_node_child(root, "devices"); devices;
         devices = dx_node_next_named(devices, "devices")) {
        for (struct dx_node *disk = dx_node_child(devices, "disk"); disk; disk = dx_node_next_named(disk, "disk")) {
            struct dx_node *target = dx_node_child(disk, "target");
            struct dx_str is = dx_node_attr(disk, "type"), dev = target ? dx_node_attr(target, "dev") : is;

            if (target && dev.len && is.len == strlen(type) && memcmp(is.ptr, type, is.len) == 0) {
                return t_bytes_copy(dev.ptr, dev.len).ptr;
            }
        }
    }
    return NULL;
}

static void add_document(const char *folder, const char *name)
{
    struct document *grown = realloc(documents, (n_documents + 1) * sizeof *grown), *d;
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = NULL;

    assert_non_null(grown);
    documents = grown;
    d = &documents[n_documents];
    *d = (struct document){.path = t_path(folder, name)};
    d->bytes = t_read(d->path);
    if (d->bytes.ptr && dx_doc_parse(&doc, ctx, d->path, d->bytes.ptr, d->bytes.len, 0) == DX_OK) {
        d->block = target_of(doc, "block");
        d->file = target_of(doc, "file");
        n_documents++;
    } else {
        free(d->path);
        t_bytes_free(&d->bytes);
    }
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

static void add_folder(const char *base, const char *name)
{
    char *folder = t_path(base, name);
    struct t_names names = t_list(folder, ".xml");

    for (size_t i = 0; i < names.n; i++) {
        add_document(folder, names.items[i]);
    }
    t_names_free(&names);
    free(folder);
}

static void add_golden(void)
{
    static const char golden[] = DX_SOURCE_DIR "/tests/golden";
    struct t_names passes = t_list(golden, NULL);

    for (size_t i = 0; i < passes.n; i++) {
        char *pass = t_path(golden, passes.items[i]);
        struct t_names cases = t_list(pass, NULL);

        for (size_t k = 0; k < cases.n; k++) {
            char *folder = t_path(pass, cases.items[k]);

            add_document(folder, "in.xml");
            free(folder);
        }
        t_names_free(&cases);
        free(pass);
    }
    t_names_free(&passes);
}

static int load(void **state __attribute__((unused)))
{
    add_golden();
    if (t_corpus()) {
        add_folder(t_corpus(), "domains");
        add_folder(t_corpus(), "refused");
    }
    return n_documents == 0;
}

static int unload(void **state __attribute__((unused)))
{
    for (size_t i = 0; i < n_documents; i++) {
        free(documents[i].path);
        free(documents[i].block);
        free(documents[i].file);
        t_bytes_free(&documents[i].bytes);
    }
    free(documents);
    return 0;
}

TEST(p1_identity)
{
    for (size_t i = 0; i < n_documents; i++) {
        const struct document *d = &documents[i];
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *doc = t_parse(ctx, d->bytes.ptr, d->bytes.len);
        struct t_args none = {0};
        struct dx_pipeline *pipeline;

        assert_int_equal(t_compile(&pipeline, ctx, &none), DX_OK);
        assert_int_equal(t_run(doc, pipeline, &none), DX_UNCHANGED);
        t_assert_written(doc, d->bytes.ptr, d->bytes.len);
        assert_int_equal(dx_doc_changed(doc), 0);
        dx_pipeline_free(pipeline);
        dx_doc_free(doc);
        dx_ctx_free(ctx);
    }
    print_message("P1: %zu documents\n", n_documents);
}

/* ---- one pass on one document ---- */

struct counts {
    size_t refused, unchanged, changed, inverted, broken;
};

/* Makes the SPEC for a document; false when that lacks the disk. */
static bool spec_for(char *out, size_t room, const char *pattern, const struct document *d)
{
    static const char *const names[] = {"{block}", "{file}"};
    const char *const values[] = {d->block, d->file};

    snprintf(out, room, "%s", pattern);
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *hit = strstr(pattern, names[i]);

        if (hit) {
            snprintf(out, room, "%.*s%s%s", (int)(hit - pattern), pattern, values[i] ? values[i] : "",
                     hit + strlen(names[i]));
            return values[i] && values[i][strspn(values[i], "abcdefghijklmnopqrstuvwxyz")] == '\0';
        }
    }
    return true;
}

/* Elements that passes create around what they make: one that stands there empty is not taken away again (P7). */
static bool has_empty_container(struct dx_doc *doc)
{
    static const char *const containers[] = {"memoryBacking", "hugepages", "features",  "kvm",     "cputune",
                                             "iothreadids",   "driver",    "iothreads", "devices", "domain",
                                             "numatune",      "cpu",       "cmdline"};

    for (struct dx_node *node = dx_doc_root(doc); node; node = t_next(node, dx_doc_root(doc))) {
        struct dx_str text = dx_node_text(node);
        bool root = node == dx_doc_root(doc);
        bool empty = dx_node_kind(node) == DX_KIND_ELEMENT && (root || dx_node_attr_count(node) == 0);

        for (const struct dx_node *child = dx_node_first(node); empty && child; child = dx_node_next(child)) {
            empty = dx_node_kind(child) == DX_KIND_TEXT || dx_node_kind(child) == DX_KIND_CDATA;
        }
        for (size_t i = 0; empty && i < text.len; i++) {
            empty = strchr(" \t\r\n", text.ptr[i]) != NULL;
        }
        for (size_t i = 0; empty && i < COUNT(containers); i++) {
            if (dx_node_is(node, containers[i])) {
                return true;
            }
        }
    }
    return false;
}

/* A text in pieces, such as CDATA or with a comment between them: a new value makes one of them (CONTRACT, 4). */
static bool has_text_in_pieces(struct dx_doc *doc)
{
    for (struct dx_node *node = dx_doc_root(doc); node; node = t_next(node, dx_doc_root(doc))) {
        for (const struct dx_node *child = dx_node_first(node); child && dx_node_is(node, "cmdline");
             child = dx_node_next(child)) {
            if (dx_node_kind(child) == DX_KIND_CDATA || dx_node_next(child)) {
                return true;
            }
        }
    }
    return false;
}

/* What takes away what a SPEC made: its NAME, or, where a removal has to say of what, the same SPEC. */
static const char *removal_spec(const struct dx_pass *pass, const char *spec)
{
    for (const struct dx_opt *opt = pass->remove_opts; opt && opt->name; opt++) {
        if (opt->flags & DX_OPT_REQUIRED) {
            return spec;
        }
    }
    return pass->name;
}

static struct t_args removal_of(const char *pass)
{
    struct t_args args = {0};

    args.steps[0] = (struct t_step){t_bytes_copy(pass, strlen(pass)).ptr, true};
    args.n = 1;
    return args;
}

/* Removes what a pass makes: the result, and the bytes after it. */
static int remove_from(struct t_bytes *out, const char *in, size_t len, const char *pass, bool *exempt)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse(ctx, in, len);
    struct t_args args = removal_of(pass);
    struct dx_pipeline *pipeline;
    char *text;
    size_t n;
    int rc;

    *exempt = has_empty_container(doc) || has_text_in_pieces(doc);
    assert_int_equal(t_compile(&pipeline, ctx, &args), DX_OK);
    rc = t_run(doc, pipeline, &args);
    if (rc >= 0) {
        assert_int_equal(dx_doc_write(&text, &n, doc), DX_OK);
        t_bytes_add(out, text, n);
        dx_bytes_free(ctx, text);
    }
    dx_pipeline_free(pipeline);
    t_args_free(&args);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
    return rc;
}

static const char *check_inverse(const struct document *d, struct dx_doc *doc, const char *name, size_t *inverted)
{
    struct t_bytes without = {0}, back = {0};
    const char *wrong = NULL;
    bool exempt, ignored;
    char *out;
    size_t len;

    if (remove_from(&without, d->bytes.ptr, d->bytes.len, name, &exempt) == DX_UNCHANGED && !exempt) {
        int rc;

        assert_int_equal(dx_doc_write(&out, &len, doc), DX_OK);
        rc = remove_from(&back, out, len, name, &ignored);
        if (rc != DX_OK) {
            wrong = "P7: what the pass made cannot be removed";
        } else if (back.len != d->bytes.len || memcmp(back.ptr, d->bytes.ptr, back.len) != 0) {
            wrong = "P7: the removal does not give back the original";
        }
        dx_bytes_free(dx_doc_ctx(doc), out);
        ++*inverted;
    }
    t_bytes_free(&without);
    t_bytes_free(&back);
    return wrong;
}

/* How often each rule finds an error of level define; `found` has one count for each rule of the catalogue. */
static void count_findings(struct dx_doc *doc, size_t *found)
{
    struct dx_ctx *ctx = dx_doc_ctx(doc);
    size_t errors;

    dx_ctx_clear_diags(ctx);
    assert_int_equal(dx_doc_validate(&errors, doc, NULL), DX_OK);
    for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
        const struct dx_diag *diag = dx_ctx_diag(ctx, i);

        for (size_t k = 0; diag->severity == DX_SEVERITY_ERROR && diag->rule && dx_rule_at(k); k++) {
            found[k] += strcmp(dx_rule_at(k)->id, diag->rule) == 0 && diag->level == DX_LEVEL_DEFINE;
        }
    }
}

enum { MOST_RULES = 1000 };

static const char *check_guarded(const struct document *d, struct dx_doc *doc)
{
    static char text[120];
    static size_t before[MOST_RULES], after[MOST_RULES];
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *in = t_parse(ctx, d->bytes.ptr, d->bytes.len), *out;
    const char *wrong = NULL;
    char *bytes;
    size_t len;

    memset(before, 0, sizeof before);
    memset(after, 0, sizeof after);
    assert_int_equal(dx_doc_write(&bytes, &len, doc), DX_OK);
    out = t_parse(ctx, bytes, len);
    count_findings(in, before);
    count_findings(out, after);
    for (size_t k = 0; dx_rule_at(k) && !wrong; k++) {
        assert_true(k < MOST_RULES);
        if (after[k] > before[k]) {
            snprintf(text, sizeof text, "P6: the output has more errors of %s than the input", dx_rule_at(k)->id);
            wrong = text;
        }
    }
    dx_bytes_free(dx_doc_ctx(doc), bytes);
    dx_doc_free(in);
    dx_doc_free(out);
    dx_ctx_free(ctx);
    return wrong;
}

static void check_one(const struct document *d, const struct dx_pass *pass, const char *spec, bool remove,
                      struct counts *counts)
{
    struct t_args args = {.steps = {{.remove = remove}}, .n = 1};
    struct dx_ctx *ctx = t_ctx();
    struct dx_pipeline *pipeline;
    struct dx_doc *doc = t_parse(ctx, d->bytes.ptr, d->bytes.len);
    const char *wrong;
    int rc;

    args.steps[0].spec = t_bytes_copy(spec, strlen(spec)).ptr;
    if (t_compile(&pipeline, ctx, &args) != DX_OK) {
        struct t_bytes said = t_diags(ctx);

        fail_msg("%s is no SPEC:\n%s", spec, said.ptr);
    }
    rc = t_run(doc, pipeline, &args);
    counts->refused += rc < 0;
    counts->unchanged += rc == DX_UNCHANGED;
    counts->changed += rc == DX_OK;
    wrong = rc < 0 && rc != DX_EREFUSED && rc != DX_ELIMIT
                ? "a result that is no refusal"
                : t_promise_broken(doc, rc, d->bytes.ptr, d->bytes.len, pipeline, &args);
    if (!wrong && rc == DX_OK) {
        wrong = check_guarded(d, doc);
    }
    if (!wrong && rc == DX_OK && !remove && (pass->flags & DX_PASS_INVERSE)) {
        wrong = check_inverse(d, doc, removal_spec(pass, spec), &counts->inverted);
    }
    if (wrong) {
        print_error("%s: %s=%s: %s\n", d->path, remove ? "--remove" : "--pass", spec, wrong);
        counts->broken++;
    }
    dx_pipeline_free(pipeline);
    t_args_free(&args);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

static size_t check_all(const struct dx_pass *pass, const char *pattern, bool remove)
{
    struct counts counts = {0};
    char spec[200];

    for (size_t i = 0; i < n_documents; i++) {
        if (spec_for(spec, sizeof spec, pattern, &documents[i])) {
            check_one(&documents[i], pass, spec, remove, &counts);
        }
    }
    print_message("%-9s%-62s %5zu changed %5zu unchanged %5zu refused", remove ? "--remove" : "--pass", pattern,
                  counts.changed, counts.unchanged, counts.refused);
    if (counts.inverted) {
        print_message(" %5zu taken back", counts.inverted);
    }
    print_message("\n");
    if (counts.changed == 0 && t_corpus()) {
        print_error("%s: no document at all was changed: nothing was tested\n", pattern);
        counts.broken++;
    }
    return counts.broken;
}

TEST(p2_to_p7_of_every_pass)
{
    const struct dx_pass *pass;
    size_t broken = 0;

    for (size_t i = 0; (pass = dx_pass_at(i)) != NULL; i++) {
        bool listed = false;

        for (size_t k = 0; k < COUNT(specs); k++) {
            if (strcmp(specs[k].pass, pass->name) == 0) {
                broken += check_all(pass, specs[k].spec, false);
                listed = listed || strcmp(specs[k].spec, pass->example) == 0;
            }
        }
        if (!listed) {
            broken += check_all(pass, pass->example, false);
        }
        if (pass->remove) {
            broken += check_all(pass, removal_spec(pass, pass->example), true);
        }
    }
    assert_int_equal(broken, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(p1_identity),
        cmocka_unit_test(p2_to_p7_of_every_pass),
    };

    /* The examples that name a file mean one of the project's. */
    if (chdir(DX_SOURCE_DIR) != 0) {
        return 1;
    }
    return cmocka_run_group_tests(tests, load, unload);
}
