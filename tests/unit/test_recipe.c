/* Recipes: what their lines mean, where their errors are, and what becomes of lines that may be left out. */
#include "support.h"

#include <unistd.h>

static char *folder;

static int enter(void **state __attribute__((unused)))
{
    folder = t_scratch();
    return folder && chdir(folder) == 0 ? 0 : -1;
}

static int leave(void **state __attribute__((unused)))
{
    int rc = chdir("/");

    t_scratch_remove(folder);
    return rc;
}

static void write_file(const char *name, const char *text)
{
    assert_true(t_write(name, text, strlen(text)));
}

/* The lines of a recipe, a SPEC each, as a test wants to see them. */
static struct t_bytes lines_of(const struct dx_recipe *recipe)
{
    const struct dx_recipe_line *line;
    struct t_bytes text = {0};

    for (size_t i = 0; (line = dx_recipe_line_at(recipe, i)) != NULL; i++) {
        t_bytes_format(&text, "%zu:%zu %s%s%s", line->line, line->column, line->optional ? "try " : "",
                       line->remove ? "remove " : "", line->spec);
        t_bytes_format(&text, line->why ? " (%s)\n" : "\n", line->why);
    }
    return text;
}

static struct dx_recipe *load(struct dx_ctx *ctx, const char *name, const char *value)
{
    struct dx_recipe *recipe;
    int rc = dx_recipe_load(&recipe, ctx, name, &value, value ? 1 : 0);

    if (rc != DX_OK) {
        struct t_bytes diags = t_diags(ctx);

        fail_msg("%s gives %d: %s", name, rc, diags.ptr);
    }
    return recipe;
}

static void check_lines(const char *name, const char *value, const char *want)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_recipe *recipe = load(ctx, name, value);
    struct t_bytes lines = lines_of(recipe);

    assert_string_equal(lines.ptr ? lines.ptr : "", want);
    t_bytes_free(&lines);
    dx_recipe_free(recipe);
    dx_ctx_free(ctx);
}

TEST(lines_mean_passes)
{
    write_file("a.recipe", "\xef\xbb\xbf# Summary\n"
                           "# and more\n"
                           "\n"
                           "# what it is for\n"
                           "hugepages:1G  \t\r\n"
                           "\n"
                           "# not above a pass\n"
                           "\n"
                           "\tremove \t tpm\n"
                           "try seclabel:static,label=a b # c\n"
                           "  # why\n"
                           "  #\n"
                           "#not\n"
                           "try  remove rdm:vda");
    check_lines("./a.recipe", NULL,
                "5:1 hugepages:1G (what it is for)\n"
                "9:11 remove tpm\n"
                "10:5 try seclabel:static,label=a b # c\n"
                "14:13 try remove rdm:vda (why  not)\n");
}

TEST(the_first_comment_describes)
{
    static const struct {
        const char *text, *summary, *description;
    } cases[] = {
        {"# One\n#\n# Two\n\n# Three\n\nhugepages:1G\n", "One", "One\n\nTwo"},
        {"\n\n# One\n", "One", "One"},
        {"# One\nhugepages:1G\n", "One", "One"},
        {"hugepages:1G\n# One\n\n", "", ""},
        {"", "", ""},
        {"\n", "", ""},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_recipe *recipe;

        write_file("a.recipe", cases[i].text);
        recipe = load(ctx, "a.recipe", NULL);
        assert_string_equal(dx_recipe_name(recipe), "a.recipe");
        assert_string_equal(dx_recipe_summary(recipe), cases[i].summary);
        assert_string_equal(dx_recipe_description(recipe), cases[i].description);
        dx_recipe_free(recipe);
        dx_ctx_free(ctx);
    }
}

TEST(parameters_are_put_in)
{
    write_file("p.recipe", "param size=1G\n"
                           "# of the host\n"
                           "param cpus=1-3,5\n"
                           "param both=${size},nodeset=0\n"
                           "hugepages:${size}\n"
                           "iothreadpin:1=${cpus},2=${cpus}\n"
                           "hugepages:${both}\n"
                           "seclabel:static,label=$${size}$5\n");
    check_lines("p.recipe", NULL,
                "5:1 hugepages:1G\n"
                "6:1 iothreadpin:1=1-3,5,2=1-3,5\n"
                "7:1 hugepages:1G,nodeset=0\n"
                "8:1 seclabel:static,label=${size}$5\n");
    check_lines("p.recipe", "size=${cpus}",
                "5:1 hugepages:${cpus}\n"
                "6:1 iothreadpin:1=1-3,5,2=1-3,5\n"
                "7:1 hugepages:${cpus},nodeset=0\n"
                "8:1 seclabel:static,label=${size}$5\n");
}

TEST(parameters_can_be_listed)
{
    static const char *const values[] = {"cpus=1", "cpus=4,5"};
    struct dx_ctx *ctx = t_ctx();
    const struct dx_recipe_param *param;
    struct dx_recipe *recipe;

    assert_int_equal(dx_recipe_load(&recipe, ctx, DX_SOURCE_DIR "/tests/recipes/host.recipe", values, 2), DX_OK);
    param = dx_recipe_param_at(recipe, 0);
    assert_string_equal(param->name, "cpus");
    assert_string_equal(param->preset, "2-3");
    assert_string_equal(param->value, "4,5");
    assert_string_equal(param->help, "host CPUs for the iothreads");
    param = dx_recipe_param_at(recipe, 1);
    assert_string_equal(param->name, "size");
    assert_string_equal(param->value, "2M");
    assert_null(param->help);
    assert_null(dx_recipe_param_at(recipe, 2));
    dx_recipe_free(recipe);
    dx_ctx_free(ctx);
}

/* What an includer declares before goes before the included recipe's own. */
TEST(a_recipe_includes_others)
{
    static const char *const value[] = {"size=4M"};
    struct dx_ctx *ctx = t_ctx();
    struct dx_recipe *recipe;
    struct t_bytes lines;

    check_lines(DX_SOURCE_DIR "/tests/recipes/host.recipe", NULL,
                "9:1 hugepages:2M (fewer misses in the TLB)\n"
                "11:1 iothreads:1 (disks that do not wait for a vCPU)\n"
                "12:5 try iothreadpin:2-3\n"
                "13:12 try remove tpm\n");
    assert_int_equal(dx_recipe_load(&recipe, ctx, DX_SOURCE_DIR "/tests/recipes/memory.recipe", value, 1), DX_OK);
    lines = lines_of(recipe);
    assert_string_equal(lines.ptr, "9:1 hugepages:4M (fewer misses in the TLB)\n");
    assert_string_equal(dx_recipe_summary(recipe), "Memory for a database");
    t_bytes_free(&lines);
    dx_recipe_free(recipe);
    dx_ctx_free(ctx);
    write_file("twice.recipe", "include ./once.recipe\ninclude once.recipe\n");
    write_file("once.recipe", "tpm\n");
    check_lines("./twice.recipe", NULL, "1:1 tpm\n1:1 tpm\n");
}

/* What is wrong, and where it is said to be. */
static const struct {
    const char *text, *value;
    int rc;
    const char *says, *hint;
} wrong[] = {
    {"hugepages:${sise}\n", NULL, DX_EUSAGE, "a.recipe:1:11: error: no parameter is named 'sise'",
     "param NAME=DEFAULT"},
    {"param size=1G\nhugepages:${sise}\n", NULL, DX_EUSAGE,
     "a.recipe:2:11: ", "did you mean '${size}'? its parameters"},
    {"param size=1G\n  hugepages:${size\n", NULL, DX_EUSAGE, "a.recipe:2:13: error: '${' is never closed", "$${"},
    {"param size\n", NULL, DX_EUSAGE, "a.recipe:1:7: error: the parameter 'size' has no default", "NAME=DEFAULT"},
    {"param 1=2\n", NULL, DX_EUSAGE, "a.recipe:1:7: error: '1' is no name for a parameter", "letters"},
    {"param =2\n", NULL, DX_EUSAGE, "a.recipe:1:7: error: '' is no name for a parameter", "letters"},
    {"param a=1\nparam a=2\n", NULL, DX_EUSAGE, "a.recipe:2:7: error: the parameter 'a' is declared twice", "keep one"},
    {"param a=${b}\n", NULL, DX_EUSAGE, "a.recipe:1:9: error: no parameter is named 'b'", "declare it above"},
    {"param\n", NULL, DX_EUSAGE, "a.recipe:1:6: error: nothing stands behind 'param'", "param NAME=DEFAULT"},
    {" include \n", NULL, DX_EUSAGE, "a.recipe:1:9: error: nothing stands behind 'include'", "include FILE"},
    {"try remove\n", NULL, DX_EUSAGE, "a.recipe:1:11: error: nothing stands behind 'remove'", "remove SPEC"},
    {"try\n", NULL, DX_EUSAGE, "a.recipe:1:4: error: nothing stands behind 'try'", "try SPEC"},
    {"<domain type='kvm'>\n", NULL, DX_EUSAGE, "a.recipe:1:1: error: this is XML, and no recipe",
     "name the domain behind it"},
    {"\n--pass=tpm\n", NULL, DX_EUSAGE, "a.recipe:2:1: error: a line of a recipe is no option", "--pass="},
    {"include no-such\n", NULL, DX_EUSAGE, "a.recipe:1:9: error: there is no recipe 'no-such'", "./NAME"},
    {"include ${x}.recipe\n", NULL, DX_EUSAGE, "a.recipe:1:9: error: include takes no parameters", "itself"},
    {"tpm\ninclude ./gone.recipe\n", NULL, DX_EIO, "./gone.recipe: error: cannot open: no such", "a.recipe:2:9: note"},
    {"include a.recipe\n", NULL, DX_EUSAGE, "a.recipe:1:9: error: a.recipe includes itself", "take one"},
    {"t\xff\n", NULL, DX_EUSAGE, "a.recipe:1:2: error: this byte is no text", "UTF-8"},
    {"# a\x1b[31m\n", NULL, DX_EUSAGE, "a.recipe:1:4: error: this byte is no text", "UTF-8"},
    {"# a\rtpm\n", NULL, DX_EUSAGE, "a.recipe:1:4: error: a carriage return within a line", "LF"},
    {"tpm\n", "size=1G", DX_EUSAGE, "domxform: error: a.recipe: it has no parameter 'size'", "it has no parameters"},
    {"param size=1\ntpm\n", "sizes=1G", DX_EUSAGE, "it has no parameter 'sizes'", "did you mean 'size'?"},
    {"tpm\n", "size", DX_EUSAGE, "a parameter is given by NAME=VALUE, and not by 'size'", "NAME=VALUE"},
    {"param a=1\n", "a=1\n2", DX_EUSAGE, "the value goes over a line end, that of the parameter 'a'", "one line"},
};

static void check_wrong(size_t i)
{
    struct dx_ctx *ctx = t_ctx();
    const char *value = wrong[i].value;
    struct dx_recipe *recipe;
    struct t_bytes diags;
    int rc;

    write_file("a.recipe", wrong[i].text);
    rc = dx_recipe_load(&recipe, ctx, "a.recipe", &value, value ? 1 : 0);
    assert_null(recipe);
    diags = t_diags(ctx);
    if (rc != wrong[i].rc || !strstr(diags.ptr, wrong[i].says) || !strstr(diags.ptr, wrong[i].hint)) {
        fail_msg("%s gives %d: %s", wrong[i].text, rc, diags.ptr);
    }
    t_bytes_free(&diags);
    dx_ctx_free(ctx);
}

TEST(what_is_wrong_is_shown_in_its_place)
{
    for (size_t i = 0; i < COUNT(wrong); i++) {
        check_wrong(i);
    }
}

TEST(a_circle_is_found_whatever_the_names)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_recipe *recipe;
    char text[256];

    write_file("a.recipe", "include ./b.recipe\n");
    snprintf(text, sizeof text, "\n include ../%s/a.recipe\n", strrchr(folder, '/') + 1);
    write_file("b.recipe", text);
    assert_int_equal(dx_recipe_load(&recipe, ctx, "a.recipe", NULL, 0), DX_EUSAGE);
    assert_string_equal(dx_ctx_diag(ctx, 0)->file, "./b.recipe");
    assert_int_equal(dx_ctx_diag(ctx, 0)->line, 2);
    assert_int_equal(dx_ctx_diag(ctx, 0)->column, 10);
    assert_non_null(strstr(dx_ctx_diag(ctx, 0)->message, "a.recipe includes itself"));
    dx_ctx_free(ctx);
}

TEST(sixteen_files_may_include_one_another)
{
    for (int most = 15; most <= 16; most++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_recipe *recipe;

        for (int i = 0; i <= most; i++) {
            char name[32], text[64];

            snprintf(name, sizeof name, "%d.recipe", i);
            snprintf(text, sizeof text, i < most ? "include %d.recipe\n" : "tpm\n", i + 1);
            write_file(name, text);
        }
        assert_int_equal(dx_recipe_load(&recipe, ctx, "0.recipe", NULL, 0), most == 15 ? DX_OK : DX_EUSAGE);
        if (most == 16) {
            assert_string_equal(dx_ctx_diag(ctx, 0)->file, "15.recipe");
        }
        dx_recipe_free(recipe);
        dx_ctx_free(ctx);
    }
}

/* Two of the one before in each: what would be millions is refused. */
TEST(doubling_has_an_end)
{
    struct t_bytes params = {0};
    struct dx_ctx *ctx = t_ctx();
    struct dx_recipe *recipe;

    t_bytes_format(&params, "param p0=x\n");
    for (int i = 0; i < 15; i++) {
        char name[32], text[64];

        snprintf(name, sizeof name, "%d.recipe", i);
        snprintf(text, sizeof text, i < 14 ? "include %d.recipe\ninclude %d.recipe\n" : "", i + 1, i + 1);
        write_file(name, text);
    }
    for (int i = 1; i < 60; i++) {
        t_bytes_format(&params, "param p%d=${p%d}${p%d}\n", i, i - 1, i - 1);
    }
    assert_int_equal(dx_recipe_load(&recipe, ctx, "0.recipe", NULL, 0), DX_EUSAGE);
    assert_non_null(strstr(dx_ctx_diag(ctx, 0)->message, "more than 256 files are included"));
    write_file("a.recipe", params.ptr);
    assert_int_equal(dx_recipe_load(&recipe, ctx, "a.recipe", NULL, 0), DX_EUSAGE);
    assert_non_null(strstr(dx_ctx_diag(ctx, 1)->message, "longer than 64 KiB"));
    t_bytes_free(&params);
    dx_ctx_free(ctx);
}

/* ---- into a pipeline ---- */

/* SPECs that cannot be meant, with the place in the recipe that the error has. */
static const struct {
    const char *text, *value, *says;
} specs[] = {
    {"\n  hugepage:1G\n", NULL,
     "a.recipe:2:3: error: there is no pass 'hugepage'\n  hugepage:1G\n  ^\nhint: did you mean"},
    {"try hugepages:1G,nodset=0\n", NULL, "a.recipe:1:18: error: "},
    {"# \xc3\xa4\ntry seclabel:\xc3\xa4\xc3\xb6,typ=1\n", NULL, "a.recipe:2:"},
    {"remove hint-dedicated:on\n", NULL, "a.recipe:1:23: error: "},
    {"param size=3X\nhugepages:${size},nodeset=0\n", NULL, "a.recipe:2:11: error: "},
    {"param size=1G\nhugepages:${size},nodeset=x\n", NULL, "a.recipe:2:27: error: "},
    {"param size=1G\nhugepages:${size},nodeset=x\n", "size=2048KiB", "a.recipe:2:27: error: "},
    {"param size=1G\nhugepages:${size}\n", "size=1G,nodset=0", "a.recipe:2:11: error: "},
    {"param size=1G\nhugepages:${size}\n", "size=", "a.recipe:2:10: error: nothing stands behind 'hugepages:'"},
    {"tpm\niothreadpin\n", NULL, "a.recipe:2:1: error: iothreadpin needs a set of CPUs\niothreadpin\n^\n"},
};

TEST(a_broken_spec_is_shown_in_the_recipe)
{
    for (size_t i = 0; i < COUNT(specs); i++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_pipeline *pipeline;
        struct dx_recipe *recipe;
        struct t_bytes diags;

        write_file("a.recipe", specs[i].text);
        recipe = load(ctx, "a.recipe", specs[i].value);
        assert_int_equal(dx_pipeline_new(&pipeline, ctx), DX_OK);
        assert_int_equal(dx_pipeline_add(pipeline, ctx, "tpm"), DX_OK);
        assert_int_equal(dx_pipeline_add_recipe(pipeline, ctx, recipe), DX_EUSAGE);
        assert_int_equal(dx_pipeline_count(pipeline), 1);
        diags = t_diags(ctx);
        if (!strstr(diags.ptr, specs[i].says) || strstr(diags.ptr, "(column")) {
            fail_msg("%s: %s", specs[i].text, diags.ptr);
        }
        t_bytes_free(&diags);
        dx_recipe_free(recipe);
        dx_pipeline_free(pipeline);
        dx_ctx_free(ctx);
    }
}

/* Runs a recipe that stands in a.recipe; gives what is written, or NULL. */
static struct t_bytes run(struct dx_ctx *ctx, const char *text, const char *document, int want)
{
    struct dx_doc *doc = t_parse_text(ctx, document);
    struct dx_pipeline *pipeline;
    struct dx_recipe *recipe;
    struct t_bytes out = {0};
    char *bytes;
    size_t len;

    write_file("a.recipe", text);
    recipe = load(ctx, "a.recipe", NULL);
    assert_int_equal(dx_pipeline_new(&pipeline, ctx), DX_OK);
    assert_int_equal(dx_pipeline_add_recipe(pipeline, ctx, recipe), DX_OK);
    dx_recipe_free(recipe);
    assert_int_equal(dx_pipeline_run(pipeline, ctx, doc, NULL), want);
    if (want >= 0) {
        assert_int_equal(dx_doc_write(&bytes, &len, doc), DX_OK);
        out = t_bytes_copy(bytes, len);
        dx_bytes_free(ctx, bytes);
    }
    dx_pipeline_free(pipeline);
    dx_doc_free(doc);
    return out;
}

/* The same, with what must and must not be in the result, and what is said; a second run changes nothing. */
static void check_run(const char *text, const char *has, const char *has_not, const char *says)
{
    struct dx_ctx *ctx = t_ctx();
    struct t_bytes out = run(ctx, text, t_small_vm, DX_OK), diags = t_diags(ctx), again;

    assert_non_null(strstr(out.ptr, has));
    assert_null(strstr(out.ptr, has_not));
    if (!strstr(diags.ptr ? diags.ptr : "", says)) {
        fail_msg("%s", diags.ptr);
    }
    again = run(ctx, text, out.ptr, DX_UNCHANGED);
    t_assert_bytes(again.ptr, again.len, out.ptr, out.len);
    t_bytes_free(&out);
    t_bytes_free(&again);
    t_bytes_free(&diags);
    dx_ctx_free(ctx);
}

TEST(a_refused_line_fails_and_an_optional_one_is_left_out)
{
    struct dx_ctx *ctx = t_ctx();

    run(ctx, "hugepages:1G\ntpm:model=tpm-crb\nseclabel\n", t_small_vm, DX_EREFUSED);
    dx_ctx_free(ctx);
    check_run("hugepages:1G\ntry tpm:model=tpm-crb\nseclabel\n", "<seclabel", "tpm-crb",
              "test.xml:14:5: note: left out: tpm:model=tpm-crb: ");
    check_run("try rdm:vda\nhugepages:1G\n", "bus='virtio'", "controller", "left out: rdm:vda: ");
    check_run("try remove tpm\nhugepages:1G\n", "<page", "<tpm", "");
}

/* Nothing of a line that fails half-way stays behind: pins are written one by one. */
TEST(what_is_left_out_leaves_nothing_behind)
{
    check_run("iothreads:2\ntry iothreadpin:1=1,2=2,7=3\n", "<iothreads>2</iothreads>", "iothreadpin",
              "left out: iothreadpin:1=1,2=2,7=3: ");
}

/* A line whose turn comes too early is tried again: a second run would find it possible. */
TEST(what_a_later_line_makes_possible_is_done)
{
    struct dx_ctx *ctx = t_ctx();
    struct t_bytes out = run(ctx, "try iothreadpin:3\niothreads:1\n", t_small_vm, DX_OK);

    assert_non_null(strstr(out.ptr, "<iothreadpin iothread='1' cpuset='3'/>"));
    assert_int_equal(dx_ctx_diag_count(ctx), 0);
    t_bytes_free(&out);
    dx_ctx_free(ctx);
    check_run("try iothreadpin:3\niothreads:1\n", "iothreadpin", "left out", "");
    /* And what stands behind it comes again, as in a second run. */
    check_run("try iothreadpin:3\niothreads:2\ntry iothreadpin:2=5\n", "iothread='2' cpuset='5'", "'2' cpuset='3'", "");
    check_run("try iothreadpin:3\niothreads:2\nremove iothreadpin\n", "<iothreads>2", "iothreadpin", "");
}

TEST(what_is_left_out_everywhere_is_unchanged)
{
    struct dx_ctx *ctx = t_ctx();
    struct t_bytes out = run(ctx, "try rdm:sdz\n", t_small_vm, DX_UNCHANGED);

    t_assert_bytes(out.ptr, out.len, t_small_vm, strlen(t_small_vm));
    assert_int_equal(dx_ctx_diag_count(ctx), 1);
    t_bytes_free(&out);
    dx_ctx_clear_diags(ctx);
    out = run(ctx, "try hugepages:1G\n", "<domain type='lxc'><name>c</name></domain>\n", DX_UNCHANGED);
    assert_int_equal(dx_ctx_diag(ctx, dx_ctx_diag_count(ctx) - 1)->line, 1);
    t_bytes_free(&out);
    dx_ctx_free(ctx);
}

/* What the library carries is right in itself. */
TEST(every_built_in_recipe_compiles)
{
    for (size_t i = 0; dx_recipe_at(i); i++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_recipe *recipe = load(ctx, dx_recipe_at(i), NULL);
        struct dx_pipeline *pipeline;

        assert_int_equal(dx_pipeline_new(&pipeline, ctx), DX_OK);
        if (dx_pipeline_add_recipe(pipeline, ctx, recipe) != DX_OK) {
            struct t_bytes diags = t_diags(ctx);

            fail_msg("%s: %s", dx_recipe_at(i), diags.ptr);
        }
        assert_true(*dx_recipe_summary(recipe));
        for (size_t k = 0; dx_recipe_line_at(recipe, k); k++) {
            assert_non_null(dx_recipe_line_at(recipe, k)->why);
        }
        for (size_t k = 0; dx_recipe_param_at(recipe, k); k++) {
            assert_non_null(dx_recipe_param_at(recipe, k)->help);
        }
        dx_recipe_free(recipe);
        dx_pipeline_free(pipeline);
        dx_ctx_free(ctx);
    }
}

/* Every allocation fails once: nothing is lost, and nothing worse than DX_ENOMEM comes of it. */
TEST(memory_may_run_out)
{
    static const char *const value[] = {"size=4M"};
    struct t_memory memory = {0};
    size_t n = 0;

    do {
        struct dx_allocator allocator = t_allocator(&memory);
        struct dx_ctx_options opts = {.size = sizeof opts, .allocator = &allocator};
        struct dx_pipeline *pipeline = NULL;
        struct dx_recipe *recipe = NULL;
        struct dx_doc *doc = NULL;
        struct dx_ctx *ctx = NULL;
        int rc;

        memory = (struct t_memory){.fail_at = ++n};
        rc = dx_ctx_new(&ctx, &opts);
        rc = rc < 0 ? rc : dx_recipe_load(&recipe, ctx, DX_SOURCE_DIR "/tests/recipes/host.recipe", value, 1);
        rc = rc < 0 ? rc : dx_pipeline_new(&pipeline, ctx);
        rc = rc < 0 ? rc : dx_pipeline_add_recipe(pipeline, ctx, recipe);
        rc = rc < 0 ? rc : dx_doc_parse(&doc, ctx, "vm.xml", t_small_vm, strlen(t_small_vm), 0);
        rc = rc < 0 ? rc : dx_pipeline_run(pipeline, ctx, doc, NULL);
        assert_true(rc == DX_OK || (rc == DX_ENOMEM && memory.failed));
        dx_doc_free(doc);
        dx_pipeline_free(pipeline);
        dx_recipe_free(recipe);
        dx_ctx_free(ctx);
        assert_int_equal(memory.live, 0);
    } while (memory.failed);
    assert_true(n > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_mean_passes),
        cmocka_unit_test(the_first_comment_describes),
        cmocka_unit_test(parameters_are_put_in),
        cmocka_unit_test(parameters_can_be_listed),
        cmocka_unit_test(a_recipe_includes_others),
        cmocka_unit_test(what_is_wrong_is_shown_in_its_place),
        cmocka_unit_test(a_circle_is_found_whatever_the_names),
        cmocka_unit_test(sixteen_files_may_include_one_another),
        cmocka_unit_test(doubling_has_an_end),
        cmocka_unit_test(a_broken_spec_is_shown_in_the_recipe),
        cmocka_unit_test(a_refused_line_fails_and_an_optional_one_is_left_out),
        cmocka_unit_test(what_is_left_out_leaves_nothing_behind),
        cmocka_unit_test(what_a_later_line_makes_possible_is_done),
        cmocka_unit_test(what_is_left_out_everywhere_is_unchanged),
        cmocka_unit_test(every_built_in_recipe_compiles),
        cmocka_unit_test(memory_may_run_out),
    };

    return cmocka_run_group_tests(tests, enter, leave);
}
