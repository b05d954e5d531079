/*
 * Real libvirt: what virsh -c test:///default define takes, it takes after each pass too.
 *
 * The test driver knows domains of type test only, and one name once: inputs get that type, a name of their own and no
 * uuid. Two runs of virsh do it, one for all inputs and one for all outputs; where a document makes virsh crash (some
 * of libvirt's own test documents do, in 9.0), another run goes on behind it.
 */
#include "support.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONGEST_RUN = 60, MOST_RUNS = 60 }; /* seconds that one virsh may take, and how often it is started */

static const char *const specs[] = {
    "iothreads",
    "iothreads:4",
    "iothreads:2,assign=pool",
    "iothreadpin:0-3",
    "vcpupin:0-3",
    "emulatorpin:0-1",
    "rdm:/dev/disk/by-id/scsi-36001405",
    "rdm:{block},mode=virtual",
    "rdm:{disk},source=/dev/disk/by-id/scsi-1",
    "hugepages:1G",
    "hugepages:2M,nodeset=0",
    "numatune:0",
    "cpu:model=EPYC,require=x2apic",
    "hint-dedicated",
    "haltpoll",
    "pv-qspinlock",
    "kernel-args:console=ttyS0,115200 dyndbg=\"file a.c +p\"",
    "tpm",
    "tpm:model=tpm-crb",
    "seclabel",
    "seclabel:none",
    "seclabel:static,label=system_u:system_r:svirt_t:s0:c1,c2",
    "seclabel:dynamic,model=dac",
    "disk:cache=none,io=native,discard=unmap,queues=4",
    "memballoon:none",
    "memballoon:autodeflate=yes,reporting=yes,period=10",
    "guest-agent",
    "guest-agent:path=/run/agents/vm.sock",
};

struct input {
    char *path; /* where it came from */
    struct t_bytes bytes;
    char block[32], disk[32]; /* target names */
    bool accepted;
};

static struct input *inputs;
static size_t n_inputs;
static char *scratch;

static void find_targets(struct input *input, struct dx_doc *doc)
{
    for (struct dx_node *node = dx_doc_root(doc); node; node = t_next(node, dx_doc_root(doc))) {
        struct dx_node *target = dx_node_is(node, "disk") ? dx_node_child(node, "target") : NULL;
        struct dx_str type = dx_node_attr(node, "type"), dev = target ? dx_node_attr(target, "dev") : type;
        bool block = type.len == 5 && memcmp(type.ptr, "block", 5) == 0;

        if (target && dev.len > 2 && dev.len < sizeof input->disk &&
            strspn(dev.ptr, "abcdefghijklmnopqrstuvwxyz") >= dev.len) {
            if (block && !input->block[0]) {
                memcpy(input->block, dev.ptr, dev.len);
            }
            if (!block && !input->disk[0]) {
                memcpy(input->disk, dev.ptr, dev.len);
            }
        }
    }
}

/* A domain of type test with the n-th name and no uuid. */
static bool prepare(struct input *input, struct dx_doc *doc, size_t n)
{
    struct dx_node *root = dx_doc_root(doc), *name = dx_node_child(root, "name"), *uuid;
    struct dx_str type = dx_node_attr(root, "type");
    char text[32], *out;
    size_t len;

    if (!name || !type.ptr || (type.len == 3 && memcmp(type.ptr, "lxc", 3) == 0)) {
        return false;
    }
    snprintf(text, sizeof text, "d%zu", n);
    assert_true(dx_edit_set_attr(root, "type", STR("test")) >= 0);
    assert_true(dx_edit_set_text(name, STR(text)) >= 0);
    while ((uuid = dx_node_child(root, "uuid")) != NULL) {
        assert_int_equal(dx_edit_remove(uuid), DX_OK);
    }
    find_targets(input, doc);
    assert_int_equal(dx_doc_write(&out, &len, doc), DX_OK);
    input->bytes = t_bytes_copy(out, len);
    dx_bytes_free(dx_doc_ctx(doc), out);
    return true;
}

static void add_input(const char *folder, const char *name)
{
    struct input *grown = realloc(inputs, (n_inputs + 1) * sizeof *grown), *input;
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = NULL;
    struct t_bytes bytes;

    assert_non_null(grown);
    inputs = grown;
    input = &inputs[n_inputs];
    *input = (struct input){.path = t_path(folder, name)};
    bytes = t_read(input->path);
    if (bytes.ptr && dx_doc_parse(&doc, ctx, input->path, bytes.ptr, bytes.len, 0) == DX_OK &&
        prepare(input, doc, n_inputs)) {
        n_inputs++;
    } else {
        free(input->path);
    }
    t_bytes_free(&bytes);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

/* One document to be defined. */
struct item {
    char *path;
    size_t input, spec;
    bool defined;
};

static struct item *items;
static size_t n_items;

static char *add_item(size_t input, size_t spec)
{
    struct item *grown = realloc(items, (n_items + 1) * sizeof *grown);
    char name[64];

    assert_non_null(grown);
    items = grown;
    snprintf(name, sizeof name, "%zu-%zu.xml", input, spec);
    items[n_items] = (struct item){.path = t_path(scratch, name), .input = input, .spec = spec};
    return items[n_items++].path;
}

static void forget_items(void)
{
    for (size_t i = 0; i < n_items; i++) {
        free(items[i].path);
    }
    free(items);
    items = NULL;
    n_items = 0;
}

/* virsh with commands from one file and its words into two others; false when it crashed. */
static bool run_virsh(const char *commands, const char *said, const char *complained)
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        char *const args[] = {strdup("virsh"), strdup("-c"), strdup("test:///default"), NULL};
        int in = open(commands, O_RDONLY), out = open(said, O_WRONLY | O_CREAT | O_TRUNC, 0600),
            err = open(complained, O_WRONLY | O_CREAT | O_TRUNC, 0600);

        if (in >= 0 && out >= 0 && err >= 0 && dup2(in, 0) == 0 && dup2(out, 1) == 1 && dup2(err, 2) == 2) {
            setenv("LC_ALL", "C", 1);
            alarm(LONGEST_RUN);
            execvp(args[0], args);
        }
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status);
}

/* What virsh says to a list of commands; *complaints is what it puts on stderr. */
static bool ask(const struct t_bytes *commands, struct t_bytes *said, struct t_bytes *complaints)
{
    char *in = t_path(scratch, "commands"), *out = t_path(scratch, "said"), *err = t_path(scratch, "complained");
    bool good;

    assert_true(t_write(in, commands->ptr ? commands->ptr : "", commands->len));
    good = run_virsh(in, out, err);
    *said = t_read(out);
    *complaints = t_read(err);
    assert_non_null(said->ptr);
    free(in);
    free(out);
    free(err);
    return good;
}

static void add_define(struct t_bytes *commands, const struct item *item)
{
    t_bytes_format(commands, "define %s\n", item->path);
    t_bytes_format(commands, "undefine d%zu\n", item->input);
}

/* Asks from the `first` item on: the item behind the last one that virsh came to. */
static size_t define_from(size_t first)
{
    struct t_bytes commands = {0}, said, complaints, line = {0};
    size_t behind = first;
    bool good;

    for (size_t i = first; i < n_items; i++) {
        add_define(&commands, &items[i]);
    }
    good = ask(&commands, &said, &complaints);
    for (size_t i = first; i < n_items; i++) {
        line.len = 0;
        t_bytes_format(&line, "defined from %s\n", items[i].path);
        items[i].defined = strstr(said.ptr, line.ptr) != NULL;
        line.len = 0;
        t_bytes_format(&line, "define %s", items[i].path);
        behind = good || strstr(said.ptr, line.ptr) ? i + 1 : behind;
    }
    t_bytes_free(&commands);
    t_bytes_free(&said);
    t_bytes_free(&complaints);
    t_bytes_free(&line);
    return behind;
}

static size_t define_all(void)
{
    size_t at = 0, runs = 0, defined = 0;

    while (at < n_items) {
        at = define_from(at);
        assert_true(at > 0 && ++runs < MOST_RUNS);
    }
    for (size_t i = 0; i < n_items; i++) {
        defined += items[i].defined;
    }
    if (runs > 1) {
        print_message("virsh crashed %zu times\n", runs - 1);
    }
    return defined;
}

static bool fill(char *out, size_t room, const char *spec, const struct input *input)
{
    static const char *const names[] = {"{block}", "{disk}"};
    const char *const values[] = {input->block, input->disk};

    snprintf(out, room, "%s", spec);
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *hit = strstr(spec, names[i]);

        if (hit) {
            snprintf(out, room, "%.*s%s%s", (int)(hit - spec), spec, values[i], hit + strlen(names[i]));
            return values[i][0] != '\0';
        }
    }
    return true;
}

/* The result of one pass becomes an item, unless the pass refuses or changes nothing. */
static void transform(size_t i, size_t k)
{
    const struct input *input = &inputs[i];
    struct t_args args = {.n = 1};
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse(ctx, input->bytes.ptr, input->bytes.len);
    struct dx_pipeline *pipeline;
    char filled[200];
    char *out;
    size_t len;

    if (fill(filled, sizeof filled, specs[k], input)) {
        args.steps[0].spec = t_bytes_copy(filled, strlen(filled)).ptr;
        assert_int_equal(t_compile(&pipeline, ctx, &args), DX_OK);
        if (t_run(doc, pipeline, &args) == DX_OK) {
            assert_int_equal(dx_doc_write(&out, &len, doc), DX_OK);
            assert_true(t_write(add_item(i, k), out, len));
            dx_bytes_free(ctx, out);
        }
        dx_pipeline_free(pipeline);
        t_args_free(&args);
    }
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

static void explain(const struct item *item)
{
    struct t_bytes commands = {0}, said, complaints;

    add_define(&commands, item);
    ask(&commands, &said, &complaints);
    print_error("%s: --pass=%s: libvirt refuses the output:\n%s\n", inputs[item->input].path, specs[item->spec],
                complaints.ptr ? complaints.ptr : "");
    t_bytes_free(&commands);
    t_bytes_free(&said);
    t_bytes_free(&complaints);
}

TEST(what_libvirt_takes_it_takes_after_each_pass)
{
    size_t accepted, outputs, refused = 0;

    for (size_t i = 0; i < n_inputs; i++) {
        assert_true(t_write(add_item(i, COUNT(specs)), inputs[i].bytes.ptr, inputs[i].bytes.len));
    }
    accepted = define_all();
    for (size_t i = 0; i < n_items; i++) {
        inputs[items[i].input].accepted = items[i].defined;
    }
    forget_items();
    for (size_t i = 0; i < n_inputs; i++) {
        for (size_t k = 0; inputs[i].accepted && k < COUNT(specs); k++) {
            transform(i, k);
        }
    }
    outputs = n_items;
    define_all();
    for (size_t i = 0; i < n_items; i++) {
        if (!items[i].defined && refused++ < 20) {
            explain(&items[i]);
        }
    }
    print_message("%zu documents, %zu taken by libvirt, %zu outputs, %zu of them refused\n", n_inputs, accepted,
                  outputs, refused);
    forget_items();
    assert_true(outputs > 0);
    assert_int_equal(refused, 0);
}

static int load(void **state __attribute__((unused)))
{
    static const char golden[] = DX_SOURCE_DIR "/tests/golden";
    struct t_names passes = t_list(golden, NULL);

    add_input(DX_SOURCE_DIR "/tests/demo", "vm.xml");
    for (size_t i = 0; i < passes.n; i++) {
        char *pass = t_path(golden, passes.items[i]);
        struct t_names cases = t_list(pass, NULL);

        for (size_t k = 0; k < cases.n; k++) {
            char *folder = t_path(pass, cases.items[k]);

            add_input(folder, "in.xml");
            free(folder);
        }
        t_names_free(&cases);
        free(pass);
    }
    t_names_free(&passes);
    if (t_corpus()) {
        char *folder = t_path(t_corpus(), "domains");
        struct t_names names = t_list(folder, ".xml");

        for (size_t i = 0; i < names.n; i++) {
            add_input(folder, names.items[i]);
        }
        t_names_free(&names);
        free(folder);
    }
    return n_inputs == 0;
}

static int unload(void **state __attribute__((unused)))
{
    for (size_t i = 0; i < n_inputs; i++) {
        free(inputs[i].path);
        t_bytes_free(&inputs[i].bytes);
    }
    free(inputs);
    return 0;
}

/* False where there is no virsh, or one without its test driver. */
static bool has_virsh(void)
{
    struct t_bytes commands = {0}, said, complaints;
    bool good;

    t_bytes_format(&commands, "dominfo test\n");
    good = ask(&commands, &said, &complaints) && strstr(said.ptr, "running") != NULL;
    t_bytes_free(&commands);
    t_bytes_free(&said);
    t_bytes_free(&complaints);
    return good;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_libvirt_takes_it_takes_after_each_pass),
    };
    int rc = T_SKIPPED;

    scratch = t_scratch();
    if (has_virsh()) {
        rc = cmocka_run_group_tests(tests, load, unload);
    } else {
        fprintf(stderr, "virsh -c test:///default does not run here: install libvirt-clients (and its test driver)\n");
    }
    t_scratch_remove(scratch);
    return rc;
}
