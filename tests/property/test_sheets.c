/*
 * The stylesheets in xslt/ do what the passes of their names do: on every document that the pass takes, the results are
 * the same but for text of white space alone, and a second run of the sheet changes nothing. The name of a sheet as the
 * argument, or in DX_SHEET, tries that one alone.
 */
#include "sheets.h"

#include "domain.h"

#define T_LABEL "system_u:system_r:svirt_t:s0:c1,c2"

/* A row is a sheet, the SPEC of a pass, and what the sheet is to be told for it: names and values in turn. */
static const struct row {
    const char *sheet, *spec;
    const char *params[13];
} rows[] = {
    {"hugepages", "hugepages:1G", {"size", "1G"}},
    {"hugepages", "hugepages:2048KiB", {"size", "2048KiB"}},
    {"hugepages", "hugepages:1536k", {"size", "1536k"}},
    {"hugepages", "hugepages:default", {"size", "default"}},
    {"hugepages", "hugepages:2M,nodeset=0", {"size", "2M", "nodeset", "0"}},
    {"hugepages", "hugepages:1G,nodeset=0-1", {"size", "1G", "nodeset", "0-1"}},
    {"hugepages", "hugepages:2M,nodeset=1,0", {"size", "2M", "nodeset", "1,0"}},
    {"iothreads", "iothreads", {NULL}},
    {"iothreads", "iothreads:2", {"count", "2"}},
    {"iothreads", "iothreads:per-disk", {"count", "per-disk"}},
    {"iothreads", "iothreads:7,assign=none", {"count", "7", "assign", "none"}},
    {"iothreads", "iothreads:vda=1", {"assign-to", "vda=1"}},
    {"iothreads", "iothreads:2,vda=1,vdb=1", {"count", "2", "assign-to", "vda=1 vdb=1"}},
    {"iothreads", "iothreads:scsi0=1,assign=none", {"assign-to", "scsi0=1", "assign", "none"}},
    {"iothreadpin", "iothreadpin:1-3,5", {"cpus", "1-3,5"}},
    {"iothreadpin", "iothreadpin:0-7,^4,^0", {"cpus", "0-7,^4,^0"}},
    {"iothreadpin", "iothreadpin:spread=3,5-6", {"spread", "3,5-6"}},
    {"iothreadpin", "iothreadpin:1=3,1,2", {"pins", "1=3,1,2"}},
    {"iothreadpin", "iothreadpin:2=4,1=1-3,5", {"pins", "2=4;1=1-3,5"}},
    {"rdm", "rdm:vda", {"disk", "vda"}},
    {"rdm", "rdm:sda", {"disk", "sda"}},
    {"rdm", "rdm:sda,mode=virtual", {"disk", "sda", "mode", "virtual"}},
    {"rdm", "rdm:vda,source=/dev/sdx", {"disk", "vda", "source", "/dev/sdx"}},
    {"rdm", "rdm:hda,source=/dev/sdx,rawio=no", {"disk", "hda", "source", "/dev/sdx", "rawio", "no"}},
    {"rdm",
     "rdm:sda,source=/dev/sdx,mode=virtual,target=sdm",
     {"disk", "sda", "source", "/dev/sdx", "mode", "virtual", "target", "sdm"}},
    {"rdm",
     "rdm:vda,source=/dev/sdx,rawio=yes,controller=1",
     {"disk", "vda", "source", "/dev/sdx", "rawio", "yes", "controller", "1"}},
    {"rdm", "rdm:/dev/sdx", {"disk", "/dev/sdx"}},
    {"rdm", "rdm:/dev/sdx,target=sdaa,controller=3", {"disk", "/dev/sdx", "target", "sdaa", "controller", "3"}},
    {"rdm", "rdm:/dev/vg/lv,mode=virtual", {"disk", "/dev/vg/lv", "mode", "virtual"}},
    {"hint-dedicated", "hint-dedicated", {NULL}},
    {"hint-dedicated", "hint-dedicated:on", {"state", "on"}},
    {"hint-dedicated", "hint-dedicated:off", {"state", "off"}},
    {"tpm", "tpm", {NULL}},
    {"tpm", "tpm:model=auto,backend=emulator", {"model", "auto", "backend", "emulator"}},
    {"tpm", "tpm:model=tpm-tis", {"model", "tpm-tis"}},
    {"tpm", "tpm:model=tpm-crb,version=2.0", {"model", "tpm-crb", "version", "2.0"}},
    {"tpm", "tpm:model=tpm-spapr", {"model", "tpm-spapr"}},
    {"tpm", "tpm:model=tpm-tis-device", {"model", "tpm-tis-device"}},
    {"tpm", "tpm:version=1.2", {"version", "1.2"}},
    {"tpm", "tpm:backend=passthrough", {"backend", "passthrough"}},
    {"tpm", "tpm:backend=passthrough,device=/dev/tpm1", {"backend", "passthrough", "device", "/dev/tpm1"}},
    {"tpm", "tpm:backend=external,source=/run/swtpm.sock", {"backend", "external", "source", "/run/swtpm.sock"}},
    {"tpm", "tpm:dialect=openeuler", {"dialect", "openeuler"}},
    {"tpm", "tpm:model=tpm-tis,dialect=openeuler", {"model", "tpm-tis", "dialect", "openeuler"}},
    {"seclabel", "seclabel", {NULL}},
    {"seclabel", "seclabel:dynamic,relabel=yes", {"type", "dynamic", "relabel", "yes"}},
    {"seclabel", "seclabel:model=apparmor", {"model", "apparmor"}},
    {"seclabel", "seclabel:model=dac", {"model", "dac"}},
    {"seclabel", "seclabel:baselabel=" T_LABEL, {"baselabel", T_LABEL}},
    {"seclabel", "seclabel:static,label=" T_LABEL, {"type", "static", "label", T_LABEL}},
    {"seclabel",
     "seclabel:static,label=+0:+0,model=dac,relabel=no",
     {"type", "static", "label", "+0:+0", "model", "dac", "relabel", "no"}},
    {"seclabel",
     "seclabel:static,label=" T_LABEL ",relabel=yes",
     {"type", "static", "label", T_LABEL, "relabel", "yes"}},
    {"seclabel", "seclabel:none", {"type", "none"}},
    {"seclabel", "seclabel:none,model=dac", {"type", "none", "model", "dac"}},
};

/* What a pass takes as keys that the domain gives (vda=2), a sheet takes as one string. */
static const struct {
    const char *sheet, *param, *option;
} strings[] = {
    {"iothreads", "assign-to", "TARGET"},
    {"iothreadpin", "pins", "ID"},
};

enum { MOST_SHOWN = 5 };

/* A row at work, and what came of it. */
struct trial {
    const struct row *row;
    struct t_sheet *sheet;
    struct dx_pipeline *pipeline;
    struct t_args args;
    size_t compared, equal, changed;
    size_t refused, refused_by_both;
};

static struct trial trials[COUNT(rows)];
static struct dx_ctx *compiled_in;
static bool alone; /* one sheet, and no other */

/* ---- one document ---- */

struct document {
    const char *path;
    struct t_bytes bytes;
    struct _xmlDoc *dom;   /* what the sheets are given */
    struct _xmlDoc *plain; /* the same without text that is white space alone */
};

/* Takes the bytes over; false when they are no document, or (ptr == NULL) could not be read. */
static bool document_open(struct document *d, const char *path, struct t_bytes bytes)
{
    *d = (struct document){.path = path, .bytes = bytes};
    d->dom = d->bytes.ptr ? t_dom_parse(d->bytes.ptr, d->bytes.len) : NULL;
    if (d->dom) {
        d->plain = t_dom_parse(d->bytes.ptr, d->bytes.len);
        assert_non_null(d->plain);
        t_dom_drop_blank(d->plain);
    }
    return d->dom != NULL;
}

static void document_close(struct document *d)
{
    t_bytes_free(&d->bytes);
    t_dom_free(d->dom);
    t_dom_free(d->plain);
}

/* The sheet makes what is expected, and of its own result the same again. */
static const char *compare(const struct trial *trial, const struct document *d, struct _xmlDoc *expected)
{
    struct _xmlDoc *made = t_sheet_apply(trial->sheet, d->dom, trial->row->params);
    const char *wrong = "everything: the sheet made no document";

    if (made) {
        struct _xmlDoc *again = t_sheet_apply(trial->sheet, made, trial->row->params);

        wrong = again ? t_dom_same(made, again) : "a second run of the sheet, which makes no document";
        t_dom_drop_blank(made);
        wrong = wrong ? wrong : t_dom_same(expected, made);
        t_dom_free(again);
    }
    t_dom_free(made);
    return wrong;
}

/* What the pass refuses for reasons that a sheet can see is better not done by the sheet either: it is only counted. */
static bool sheet_refuses(const struct trial *trial, const struct document *d)
{
    struct _xmlDoc *made = t_sheet_apply(trial->sheet, d->dom, trial->row->params);
    bool refuses = !made;

    t_dom_free(made);
    return refuses;
}

static void try_document(struct trial *trial, const struct document *d)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc;
    struct _xmlDoc *result = NULL;
    const char *wrong;
    char *out;
    size_t len;
    int rc = dx_doc_parse(&doc, ctx, d->path, d->bytes.ptr, d->bytes.len, 0);

    rc = rc < 0 ? rc : t_run(doc, trial->pipeline, &trial->args);
    if (rc < 0) {
        trial->refused++;
        trial->refused_by_both += sheet_refuses(trial, d);
    } else {
        if (rc == DX_OK) {
            assert_int_equal(dx_doc_write(&out, &len, doc), DX_OK);
            result = t_dom_parse(out, len);
            assert_non_null(result);
            t_dom_drop_blank(result);
            dx_bytes_free(ctx, out);
        }
        wrong = compare(trial, d, result ? result : d->plain);
        trial->compared++;
        trial->changed += rc == DX_OK;
        trial->equal += !wrong;
        if (wrong && trial->compared - trial->equal <= MOST_SHOWN) {
            print_error("%s: xslt/%s.xsl and --pass=%s differ in %s\n%s", d->path, trial->row->sheet, trial->row->spec,
                        wrong, t_sheet_said());
        }
    }
    t_dom_free(result);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

/* ---- all documents ---- */

/*
 * How many rows share a document, so that the whole takes half a minute: each sheet still sees each domain, by every
 * second of its rows; mutants, which are domains but for one edit, and what other passes were made for are seen by
 * every fourth. A sheet that is tried alone sees all with all rows.
 */
static size_t shared_by(size_t rows_sharing)
{
    return alone ? 1 : rows_sharing;
}

static void try_path(const char *path, size_t from, size_t step)
{
    struct document d;

    if (document_open(&d, path, t_read(path))) {
        for (size_t i = from % step; i < COUNT(rows); i += step) {
            if (trials[i].sheet) {
                try_document(&trials[i], &d);
            }
        }
    }
    document_close(&d);
}

/* valgrind takes forty times as long: a part of the documents has to do for it. */
static size_t stride(void)
{
    const char *valgrind = getenv("DX_VALGRIND");

    return valgrind && *valgrind ? 16 : 1;
}

static void try_folder(const char *base, const char *name, const char *suffix, const char *inner, size_t step)
{
    char *folder = t_path(base, name);
    struct t_names names = t_list(folder, suffix);

    for (size_t i = 0; i < names.n; i += stride()) {
        char *path = t_path(folder, names.items[i]), *whole = inner ? t_path(path, inner) : path;

        try_path(whole, i / stride(), step);
        if (inner) {
            free(whole);
        }
        free(path);
    }
    t_names_free(&names);
    free(folder);
}

static bool is_sheet(const char *name)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (strcmp(rows[i].sheet, name) == 0) {
            return true;
        }
    }
    return false;
}

static void try_golden(void)
{
    static const char golden[] = DX_SOURCE_DIR "/tests/golden";
    struct t_names passes = t_list(golden, NULL);

    for (size_t i = 0; i < passes.n; i++) {
        try_folder(golden, passes.items[i], NULL, "in.xml", shared_by(is_sheet(passes.items[i]) ? 1 : 4));
    }
    t_names_free(&passes);
}

/*
 * A domain with the elements of a path ("/domain/features/kvm"), the innermost holding `word`. The element at a level
 * (domain's is 0, which stands once) stands twice, the first time without it.
 */
static struct t_bytes domain_with(const char *path, const char *word, size_t twice)
{
    char *names[8], *copy = t_bytes_copy(path, strlen(path)).ptr;
    struct t_bytes text = {0};
    size_t n = 0;

    for (char *at = copy; at && n < COUNT(names); at = strchr(at, '/')) {
        *at++ = '\0';
        names[n++] = at;
    }
    t_bytes_format(&text, "<domain type='kvm'>\n");
    for (size_t i = 1; i < n; i++) {
        if (i == twice) {
            for (size_t k = i; k < n; k++) {
                t_bytes_format(&text, "<%s>\n", names[k]);
            }
            for (size_t k = n; k-- > i;) {
                t_bytes_format(&text, "</%s>\n", names[k]);
            }
        }
        t_bytes_format(&text, "<%s>\n", names[i]);
    }
    t_bytes_format(&text, "<%s/> <!-- of %s -->\n", word, word);
    for (size_t i = n; i-- > 0;) {
        t_bytes_format(&text, "</%s>\n", names[i]);
    }
    free(copy);
    return text;
}

/* Every name of the sheet's lists, alone in its parent, and in the second of two. */
static void try_lists(struct trial *trial)
{
    const char *list, *match;
    char name[40];

    for (size_t i = 0; (list = t_sheet_order(trial->sheet, i, &match)) != NULL; i++) {
        for (const char *word = list + strspn(list, " '"); *word; word += strspn(word, " '")) {
            size_t len = strcspn(word, " '");

            snprintf(name, sizeof name, "%.*s", (int)len, word);
            word += len;
            for (size_t twice = 0; twice < 3; twice++) {
                struct document d;

                assert_true(document_open(&d, name, domain_with(match, name, twice)));
                try_document(trial, &d);
                document_close(&d);
            }
        }
    }
}

static char *sheet_path(const char *name)
{
    struct t_bytes path = {0};

    t_bytes_format(&path, DX_SOURCE_DIR "/xslt/%s.xsl", name);
    return path.ptr;
}

static int try_all(void **state __attribute__((unused)))
{
    compiled_in = t_ctx();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trial *trial = &trials[i];

        if (trial->row) {
            char *path = sheet_path(rows[i].sheet);

            trial->args.steps[0].spec = t_bytes_copy(rows[i].spec, strlen(rows[i].spec)).ptr;
            trial->args.n = 1;
            assert_int_equal(t_compile(&trial->pipeline, compiled_in, &trial->args), DX_OK);
            trial->sheet = t_sheet_read(path);
            free(path);
        }
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (trials[i].sheet) {
            try_lists(&trials[i]);
        }
    }
    try_golden();
    if (t_corpus()) {
        try_folder(t_corpus(), "domains", ".xml", NULL, shared_by(2));
        try_folder(t_corpus(), "mutants", ".xml", NULL, shared_by(4));
    }
    return 0;
}

static int clean_up(void **state __attribute__((unused)))
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        t_sheet_free(trials[i].sheet);
        dx_pipeline_free(trials[i].pipeline);
        t_args_free(&trials[i].args);
    }
    dx_ctx_free(compiled_in);
    return 0;
}

/* ---- the tests ---- */

static const struct dx_pass *pass_of(const char *sheet)
{
    const struct dx_pass *pass = NULL;

    for (size_t i = 0; (pass = dx_pass_at(i)) != NULL && strcmp(pass->name, sheet) != 0; i++) {
    }
    return pass;
}

static const char *option_of(const char *sheet, const char *param)
{
    for (size_t i = 0; i < COUNT(strings); i++) {
        if (strcmp(strings[i].sheet, sheet) == 0 && strcmp(strings[i].param, param) == 0) {
            return strings[i].option;
        }
    }
    return param;
}

/* A parameter that the sheet does not have would be passed over by libxslt; and all have the names of options. */
static void check_params(const struct t_sheet *sheet, const struct row *row)
{
    const struct dx_pass *pass = pass_of(row->sheet);
    const char *name;

    assert_non_null(pass);
    for (size_t i = 0; row->params[i]; i += 2) {
        if (!t_sheet_takes(sheet, row->params[i])) {
            fail_msg("xslt/%s.xsl has no parameter %s", row->sheet, row->params[i]);
        }
    }
    for (size_t i = 0; (name = t_sheet_param(sheet, i)) != NULL; i++) {
        const struct dx_opt *opt = pass->opts;

        while (opt->name && strcmp(opt->name, option_of(row->sheet, name)) != 0) {
            opt++;
        }
        if (!opt->name) {
            fail_msg("xslt/%s.xsl: the pass has no option %s", row->sheet, name);
        }
    }
}

/* A list of names that a sheet has in libvirt's order for the children of what a template matches, in quotes. */
static void check_order(const char *sheet, const char *match, const char *list)
{
    const char *parent = strrchr(match, '/') ? strrchr(match, '/') + 1 : match;
    struct dx_ctx *ctx = t_ctx();
    struct t_bytes text = {0};
    struct dx_doc *doc;
    int rank = 0;

    t_bytes_format(&text, "<domain><%s/></domain>", parent);
    doc = t_parse(ctx, text.ptr, text.len);
    for (const char *word = list + strspn(list, " '"); *word; rank++) {
        size_t len = strcspn(word, " '");
        const struct dx_node *node = strcmp(parent, "domain") == 0 ? dx_doc_root(doc) : t_find(doc, parent);

        if (dx_domain_rank(node, (struct dx_str){word, len}) != rank) {
            fail_msg("xslt/%s.xsl: %.*s is not child %d of %s in libvirt's order", sheet, (int)len, word, rank, parent);
        }
        word += len;
        word += strspn(word, " '");
    }
    assert_true(rank > 0);
    t_bytes_free(&text);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

static void check_orders(const struct t_sheet *sheet, const char *name)
{
    const char *list, *match = "";

    for (size_t i = 0; (list = t_sheet_order(sheet, i, &match)) != NULL; i++) {
        check_order(name, match, list);
    }
}

/* What the sheets have in common stands in each, since none may import another: from that line on they are the same. */
static void check_common(const char *name)
{
    static const char line[] = "\n  <!-- Copies an element.";
    static const char first[] = DX_SOURCE_DIR "/xslt/hugepages.xsl";
    char *path = sheet_path(name);
    struct t_bytes bytes = t_read(path), model = t_read(first);
    const char *common, *wanted;

    assert_non_null(bytes.ptr);
    assert_non_null(model.ptr);
    common = strstr(bytes.ptr, line);
    wanted = strstr(model.ptr, line);
    assert_non_null(wanted);
    if (common && strcmp(common, wanted) != 0) {
        fail_msg("xslt/%s.xsl and %s differ in what they have in common, from \"Copies an element\" on", name, first);
    }
    t_bytes_free(&bytes);
    t_bytes_free(&model);
    free(path);
}

/* What ties a sheet to a processor or a place, and what Terraform would take for a template of its own. */
static void check_text(const char *name)
{
    static const char *const banned[] = {"${",          "%{",        "document(",   "xsl:import",
                                         "xsl:include", "exslt.org", "xmlsoft.org", "extension-element-prefixes"};
    char *path = sheet_path(name);
    struct t_bytes bytes = t_read(path);

    assert_non_null(bytes.ptr);
    for (size_t i = 0; i < COUNT(banned); i++) {
        if (strstr(bytes.ptr, banned[i])) {
            fail_msg("xslt/%s.xsl: %s has no place in a sheet that is to be used anywhere", name, banned[i]);
        }
    }
    t_bytes_free(&bytes);
    free(path);
}

static void sheet_does_what_the_pass_does(void **state)
{
    const struct trial *trial = *state;
    const struct row *row = trial->row;

    if (!trial->sheet) {
        fail_msg("xslt/%s.xsl cannot be used", row->sheet);
    }
    print_message(
        "%-66s %5zu compared (%4zu changed), %4zu equal; %4zu refused by the pass, %4zu of them by the sheet\n",
        row->spec, trial->compared, trial->changed, trial->equal, trial->refused, trial->refused_by_both);
    check_params(trial->sheet, row);
    check_text(row->sheet);
    check_common(row->sheet);
    check_orders(trial->sheet, row->sheet);
    assert_int_equal(trial->equal, trial->compared);
    if (trial->compared == 0) {
        fail_msg("--pass=%s takes no document at all: nothing was compared", row->spec);
    }
}

int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : getenv("DX_SHEET");
    struct CMUnitTest tests[COUNT(rows)];
    size_t n = 0;

    alone = only && *only;
    if (!t_sheets_can_run()) {
        fprintf(stderr, "libxslt.so.1 is not installed: the stylesheets are not tried\n");
        return T_SKIPPED;
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (!only || strcmp(only, rows[i].sheet) == 0) {
            trials[i].row = &rows[i];
            tests[n++] = (struct CMUnitTest){
                .name = rows[i].spec, .test_func = sheet_does_what_the_pass_does, .initial_state = &trials[i]};
        }
    }
    if (n == 0) {
        fprintf(stderr, "no row is about a sheet '%s'\n", only ? only : "");
        return 2;
    }
    return _cmocka_run_group_tests("sheets", tests, n, try_all, clean_up);
}
