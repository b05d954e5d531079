/* The grammar of a SPEC: what its segments are, what its values mean, and what is said of one that cannot be meant. */
#include "support.h"

#include "ctx.h"
#include "opt.h"

/* ---- a table with an option of each type, and what is read from it ---- */

struct values {
    struct dx_str first, word, list;
    struct dx_strs strings;
    struct dx_int number;
    int flag, choice;
    struct dx_size size;
    struct dx_cpuset *cpus;
    struct dx_pairs pins, devices, names;
};

#define OFF(member) .off = offsetof(struct values, member)

static const struct dx_opt closed[] = {
    {.name = "first", .value = "NAME", .type = DX_OPT_STRING, .flags = DX_OPT_POSITIONAL, OFF(first)},
    {.name = "word", .value = "WORD", .type = DX_OPT_STRING, .help = "one word", OFF(word)},
    {.name = "list", .value = "LABEL", .type = DX_OPT_STRING, .flags = DX_OPT_LIST, OFF(list)},
    {.name = "strings", .value = "A,B", .type = DX_OPT_STRINGS, OFF(strings)},
    {.name = "number",
     .value = "N",
     .choices = "auto|all",
     .type = DX_OPT_INT,
     .help = "how many",
     .min = 1,
     .max = 1024,
     OFF(number)},
    {.name = "flag", .value = "yes|no", .type = DX_OPT_BOOL, OFF(flag)},
    {.name = "choice", .value = "MODE", .choices = "physical|virtual", .type = DX_OPT_ENUM, OFF(choice)},
    {.name = "size", .value = "SIZE", .choices = "default", .type = DX_OPT_SIZE, OFF(size)},
    {.name = "cpus", .value = "CPUSET", .type = DX_OPT_CPUSET, .help = "host cpus", OFF(cpus)},
    {.name = "ID", .value = "CPUSET", .type = DX_OPT_CPUSET, .help = "host cpus", .keys = DX_KEY_NUMBER, OFF(pins)},
    {.name = "TARGET",
     .value = "ID",
     .type = DX_OPT_INT,
     .help = "an iothread",
     .keys = DX_KEY_TARGET | DX_KEY_CONTROLLER,
     .min = 1,
     .max = 9,
     OFF(devices)},
    {.name = NULL},
};

static const struct dx_opt open_table[] = {
    {.name = "path", .value = "PATH=VALUE", .type = DX_OPT_STRING, .flags = DX_OPT_POSITIONAL, OFF(first)},
    {.name = "required", .value = "yes|no", .type = DX_OPT_BOOL, OFF(flag)},
    {.name = NULL},
};

static const struct dx_opt sheet[] = {
    {.name = "sheet",
     .value = "FILE",
     .type = DX_OPT_STRING,
     .flags = DX_OPT_POSITIONAL | DX_OPT_REQUIRED,
     .help = "the stylesheet",
     OFF(first)},
    {.name = "NAME", .value = "VALUE", .type = DX_OPT_STRING, .keys = DX_KEY_NCNAME, OFF(names)},
    {.name = NULL},
};

static const struct dx_opt keyed[] = {
    {.name = "word", .value = "WORD", .type = DX_OPT_STRING, .flags = DX_OPT_REQUIRED, .help = "one word", OFF(word)},
    {.name = NULL},
};

static const struct dx_opt bare[] = {{.name = NULL}};

static const struct dx_opt_target of_closed = {closed, sizeof(struct values), 0, "--pass"};
static const struct dx_opt_target of_open = {open_table, sizeof(struct values), DX_PASS_OPEN, "--pass"};
static const struct dx_opt_target of_sheet = {sheet, sizeof(struct values), 0, "--pass"};
static const struct dx_opt_target of_keyed = {keyed, sizeof(struct values), 0, "--pass"};
static const struct dx_opt_target of_bare = {bare, 0, 0, "--remove"};

struct parsed {
    struct dx_ctx *ctx;
    struct dx_arena arena;
    const struct values *values;
    int rc;
};

static struct parsed parse(const struct dx_opt_target *target, const char *spec)
{
    struct parsed parsed = {.ctx = t_ctx()};
    void *values;

    dx_arena_init(&parsed.arena, &dx_mem_default);
    parsed.rc = dx_opt_parse(&values, parsed.ctx, &parsed.arena, spec, target);
    parsed.values = values;
    return parsed;
}

static void done(struct parsed *parsed)
{
    dx_arena_free(&parsed->arena);
    dx_ctx_free(parsed->ctx);
}

static void check_str(struct dx_str got, const char *want)
{
    if (!want) {
        assert_null(got.ptr);
        return;
    }
    assert_non_null(got.ptr);
    t_assert_bytes(got.ptr, got.len, want, strlen(want));
}

static void check_size(const char *spec, uint64_t bytes)
{
    struct parsed parsed = parse(&of_closed, spec);

    assert_int_equal(parsed.rc, DX_OK);
    assert_true(parsed.values->size.given);
    assert_int_equal(parsed.values->size.bytes, bytes);
    done(&parsed);
}

static void check_cpus(const struct dx_cpuset *set, const char *want)
{
    char text[256];
    size_t n = 0;

    assert_non_null(set);
    text[0] = '\0';
    for (unsigned bit = 0; bit < 16384; bit++) {
        if (set->word[bit / 64] >> bit % 64 & 1) {
            n += (size_t)snprintf(text + n, sizeof text - n, n ? " %u" : "%u", bit);
        }
    }
    assert_string_equal(text, want);
}

/* The only diagnostic: a usage error at that column, whose message and hint have these words. */
static void check_usage(struct dx_ctx *ctx, const char *spec, size_t column, const char *message, const char *hint)
{
    const struct dx_diag *diag = dx_ctx_diag(ctx, 0);

    if (!diag || dx_ctx_diag_count(ctx) != 1) {
        fail_msg("%s: %zu diagnostics", spec, dx_ctx_diag_count(ctx));
        return;
    }
    if (diag->column != column || !strstr(diag->message, message) ||
        (hint && (!diag->hint || !strstr(diag->hint, hint)))) {
        fail_msg("%s: column %zu: %s\nhint: %s\nwanted column %zu: …%s…\nhint: …%s…", spec, diag->column, diag->message,
                 diag->hint ? diag->hint : "none", column, message, hint ? hint : "");
    }
    assert_int_equal(diag->level, DX_LEVEL_USAGE);
    assert_int_equal(diag->severity, DX_SEVERITY_ERROR);
    assert_null(diag->file);
    assert_string_equal(diag->source_line, spec);
}

static void refused(const struct dx_opt_target *target, const char *spec, size_t column, const char *message,
                    const char *hint)
{
    struct parsed parsed = parse(target, spec);

    if (parsed.rc != DX_EUSAGE) {
        fail_msg("%s: %d", spec, parsed.rc);
    }
    check_usage(parsed.ctx, spec, column, message, hint);
    done(&parsed);
}

/* ---- segments ---- */

TEST(no_body)
{
    struct parsed parsed = parse(&of_closed, "pass");

    assert_int_equal(parsed.rc, DX_OK);
    check_str(parsed.values->first, NULL);
    assert_false(parsed.values->number.given);
    assert_false(parsed.values->size.given);
    assert_int_equal(parsed.values->flag, 0);
    assert_int_equal(parsed.values->choice, 0);
    assert_null(parsed.values->cpus);
    assert_int_equal(parsed.values->pins.n, 0);
    done(&parsed);
    parsed = parse(&of_bare, "pass");
    assert_int_equal(parsed.rc, DX_OK);
    done(&parsed);
}

TEST(every_type)
{
    struct parsed parsed =
        parse(&of_closed, "pass:one,word=two,list=a:b:c1,c2,strings=x,y,z,number=12,flag=yes,choice=virtual,"
                          "size=2M,cpus=0-2,^1,5,1=3,4-5,vda=2,scsi0=9,7=1");
    const struct values *values = parsed.values;

    assert_int_equal(parsed.rc, DX_OK);
    check_str(values->first, "one");
    check_str(values->word, "two");
    check_str(values->list, "a:b:c1,c2");
    assert_int_equal(values->strings.n, 3);
    check_str(values->strings.items[0], "x");
    check_str(values->strings.items[2], "z");
    assert_int_equal(values->number.value, 12);
    assert_int_equal(values->number.choice, 0);
    assert_true(values->number.given);
    assert_int_equal(values->flag, DX_YES);
    assert_int_equal(values->choice, 2);
    assert_int_equal(values->size.bytes, 2 << 20);
    check_cpus(values->cpus, "0 2 5");
    assert_int_equal(values->pins.n, 2);
    check_str(values->pins.items[0].key, "1");
    check_cpus(values->pins.items[0].cpus, "3 4 5");
    check_str(values->pins.items[1].key, "7");
    check_cpus(values->pins.items[1].cpus, "1");
    assert_int_equal(values->devices.n, 2);
    check_str(values->devices.items[0].key, "vda");
    assert_int_equal(values->devices.items[0].number, 2);
    assert_int_equal(values->devices.items[0].column, 112);
    check_str(values->devices.items[1].key, "scsi0");
    assert_int_equal(values->devices.items[1].number, 9);
    done(&parsed);
}

TEST(choices_beside_numbers_and_sizes)
{
    struct parsed parsed = parse(&of_closed, "pass:number=all,size=default,flag=no,choice=physical");

    assert_int_equal(parsed.rc, DX_OK);
    assert_int_equal(parsed.values->number.choice, 2);
    assert_int_equal(parsed.values->size.choice, 1);
    assert_int_equal(parsed.values->flag, DX_NO);
    assert_int_equal(parsed.values->choice, 1);
    done(&parsed);
}

TEST(name_ends_at_the_first_colon)
{
    struct dx_str name = dx_opt_name("rdm:/dev/disk/by-path/pci-0000:00:1f.2-ata-1");
    struct parsed parsed = parse(&of_closed, "pass:/dev/disk/by-path/pci-0000:00:1f.2-ata-1,choice=virtual");

    check_str(name, "rdm");
    check_str(dx_opt_name("tpm"), "tpm");
    check_str(dx_opt_name(""), "");
    check_str(dx_opt_name(":x"), "");
    assert_int_equal(parsed.rc, DX_OK);
    check_str(parsed.values->first, "/dev/disk/by-path/pci-0000:00:1f.2-ata-1");
    assert_int_equal(parsed.values->choice, 2);
    done(&parsed);
}

TEST(nothing_is_trimmed)
{
    struct parsed parsed = parse(&of_closed, "pass: one ,word= two ");

    assert_int_equal(parsed.rc, DX_OK);
    check_str(parsed.values->first, " one ");
    check_str(parsed.values->word, " two ");
    done(&parsed);
    refused(&of_closed, "pass:one, word=two", 10, "no option", NULL); /* " word" is no identifier */
    refused(&of_closed, "pass:flag= yes", 11, "' yes'", "yes|no");
}

TEST(quotes_mean_nothing)
{
    struct parsed parsed = parse(&of_closed, "pass:'one',word=\"two\"");

    assert_int_equal(parsed.rc, DX_OK);
    check_str(parsed.values->first, "'one'");
    check_str(parsed.values->word, "\"two\"");
    done(&parsed);
    refused(&of_closed, "pass:'a,b'", 9, "'b''", NULL);
}

TEST(escapes)
{
    static const struct {
        const char *spec, *first, *word;
    } cases[] = {
        {"pass:a\\,b", "a,b", NULL},
        {"pass:word\\=b", "word=b", NULL},
        {"pass:a\\\\b", "a\\b", NULL},
        {"pass:a\\\\,word=b", "a\\", "b"},
        {"pass:a\\nb\\", "a\\nb\\", NULL},
        {"pass:\\:a", "\\:a", NULL},
        {"pass:x,word=a=b\\=c\\,d", "x", "a=b=c,d"},
        {"pass:\\,", ",", NULL},
        {"pass:wo\\rd=b", "wo\\rd=b", NULL},
        {"pass:a\\=b=c", "a=b=c", NULL},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct parsed parsed = parse(&of_closed, cases[i].spec);

        if (parsed.rc != DX_OK) {
            fail_msg("%s: %d", cases[i].spec, parsed.rc);
        }
        check_str(parsed.values->first, cases[i].first);
        check_str(parsed.values->word, cases[i].word);
        done(&parsed);
    }
}

TEST(a_list_goes_on)
{
    struct parsed parsed = parse(&of_closed, "pass:list=user:role:s0:c1,c2\\,c3,c=4 x,flag=no");

    assert_int_equal(parsed.rc, DX_EUSAGE); /* c=4: an identifier before '=' is an option, known or not */
    check_usage(parsed.ctx, "pass:list=user:role:s0:c1,c2\\,c3,c=4 x,flag=no", 34, "unknown option 'c'", NULL);
    done(&parsed);
    parsed = parse(&of_closed, "pass:list=user:role:s0:c1,c2\\,c3,c\\=4 x,flag=no");
    assert_int_equal(parsed.rc, DX_OK);
    check_str(parsed.values->list, "user:role:s0:c1,c2,c3,c=4 x");
    assert_int_equal(parsed.values->flag, DX_NO);
    done(&parsed);
    parsed = parse(&of_closed, "pass:cpus=0,2,word=x");
    assert_int_equal(parsed.rc, DX_OK);
    check_cpus(parsed.values->cpus, "0 2");
    done(&parsed);
}

TEST(what_goes_on_must_take_a_list)
{
    refused(&of_closed, "pass:one,two", 10, "'two' is no option", "\\,");
    refused(&of_sheet, "pass:a.xsl,to", 12, "'to' is no option", "=VALUE; \\, is a comma");
    refused(&of_closed, "pass:word=a,b", 13, "'b' is no option", "put the positional value first: pass:b,");
    refused(&of_closed, "pass:x,word=a,b", 15, "'b' is no option", "word takes one value");
    refused(&of_closed, "pass:x,choice=virtual,b", 23, "'b' is no option", "choice is one of physical|virtual");
    refused(&of_closed, "pass:vda=1,2", 12, "'2' is no option", "put the positional value first");
    refused(&of_keyed, "pass:word=a,b", 13, "'b' is no option", "word takes one value");
}

/* ---- dynamic keys ---- */

TEST(dynamic_keys)
{
    static const char *const keys[] = {"vda", "sdaa", "hdz", "xvda", "fda", "scsi0", "scsi12"};
    static const char *const unknown[] = {"vd", "vda1", "xda", "scsi", "scsix", "VDA", "nvme0n1"};

    for (size_t i = 0; i < COUNT(keys); i++) {
        char spec[64];
        struct parsed parsed;

        snprintf(spec, sizeof spec, "pass:x,%s=3", keys[i]);
        parsed = parse(&of_closed, spec);
        assert_int_equal(parsed.rc, DX_OK);
        assert_int_equal(parsed.values->devices.n, 1);
        check_str(parsed.values->devices.items[0].key, keys[i]);
        check_str(parsed.values->devices.items[0].text, "3");
        assert_int_equal(parsed.values->devices.items[0].number, 3);
        done(&parsed);
    }
    for (size_t i = 0; i < COUNT(unknown); i++) {
        char spec[64], message[64];

        snprintf(spec, sizeof spec, "pass:x,%s=3", unknown[i]);
        snprintf(message, sizeof message, "unknown option '%s'", unknown[i]);
        refused(&of_closed, spec, 8, message, "TARGET=ID");
    }
    refused(&of_closed, "pass:vda=x", 10, "'x' is no ID", "an iothread");
    refused(&of_closed, "pass:vda=10", 10, "goes from 1 to 9", "an iothread");
    refused(&of_closed, "pass:1=2,vda=1,1=3", 16, "'1' is given twice", "keep one");
    refused(&of_closed, "pass:vda=1,sda=1,vda=2", 18, "'vda' is given twice", "keep one");
    refused(&of_closed, "pass:3=5-1", 8, "'5-1' is no CPUSET: a range runs backwards", "host cpus");
}

TEST(any_name_is_a_key)
{
    struct parsed parsed = parse(&of_sheet, "xslt:a.xsl,x=1,_y-2.z=b=c,\xc3\xa9=\xc3\xa8");

    assert_int_equal(parsed.rc, DX_OK);
    check_str(parsed.values->first, "a.xsl");
    assert_int_equal(parsed.values->names.n, 3);
    check_str(parsed.values->names.items[1].key, "_y-2.z");
    check_str(parsed.values->names.items[1].text, "b=c");
    check_str(parsed.values->names.items[2].key, "\xc3\xa9");
    done(&parsed);
    refused(&of_sheet, "xslt:a.xsl,x=1,x=2", 16, "'x' is given twice", NULL);
    refused(&of_sheet, "xslt", 5, "xslt needs FILE", "the stylesheet");
    refused(&of_sheet, "xslt:x=1", 9, "xslt needs FILE", "the stylesheet");
}

/* ---- open passes ---- */

TEST(open_pass)
{
    static const struct {
        const char *spec, *path;
        int required;
    } cases[] = {
        {"set:./cpu/@mode=host-passthrough", "./cpu/@mode=host-passthrough", 0},
        {"set:./devices/disk[target/@dev='vda']/driver/@discard=unmap",
         "./devices/disk[target/@dev='vda']/driver/@discard=unmap", 0},
        {"set:vcpu=4", "vcpu=4", 0},
        {"set:required=yes", "required=yes", 0},
        {"set:a=1,b=2,required=yes", "a=1,b=2", DX_YES},
        {"set:title=a,b, c", "title=a,b, c", 0},
        {"set:title=a\\,required\\=no", "title=a,required=no", 0},
        {"set:7=8,9=10", "7=8,9=10", 0},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct parsed parsed = parse(&of_open, cases[i].spec);

        if (parsed.rc != DX_OK) {
            fail_msg("%s: %d", cases[i].spec, parsed.rc);
        }
        check_str(parsed.values->first, cases[i].path);
        assert_int_equal(parsed.values->flag, cases[i].required);
        done(&parsed);
    }
    refused(&of_open, "set:a=1,required=yes,b=2", 22, "'b=2' is no option", NULL);
    refused(&of_open, "set:a=1,required=maybe", 18, "'maybe'", "yes|no");
    refused(&of_open, "set:a=1,required=no,required=no", 21, "'required' is given twice", "keep one");
}

/* ---- usage errors ---- */

TEST(keys)
{
    refused(&of_closed, "pass:wrod=x", 6, "unknown option 'wrod' of --pass=pass", "did you mean 'word'?");
    refused(&of_closed, "pass:x,Word=x", 8, "unknown option 'Word'", "did you mean 'word'?");
    refused(&of_closed, "pass:x,qqqqqq=x", 8, "unknown option 'qqqqqq'", "pass takes: first, word=WORD");
    refused(&of_bare, "tpm:model=x", 5, "unknown option 'model' of --remove=tpm", "tpm takes no options here");
    refused(&of_closed, "pass:word=a,flag=no,word=b", 21, "'word' is given twice", "keep one");
    refused(&of_closed, "pass:x,first=y", 8, "'first' is given twice", "keep one");
    refused(&of_closed, "pass:word=", 6, "'word' has no value", "leave the option out");
    refused(&of_closed, "pass:=x=,y", 10, "'y' is no option", NULL);
    refused(&of_closed, "pass:x,flag", 8, "'flag' is no option", NULL); /* no bare flags */
    refused(&of_keyed, "pass", 5, "pass needs word=WORD", "one word");
}

TEST(positional_where_none_is_taken)
{
    refused(&of_keyed, "pass:value", 6, "--pass=pass takes no value 'value'", "word=WORD");
    refused(&of_bare, "tpm:value", 5, "--remove=tpm takes no value 'value'", "write its name alone");
}

TEST(empty_segments)
{
    refused(&of_closed, "pass:", 5, "nothing stands behind 'pass:'", "leave the ':' out");
    refused(&of_closed, "pass:,", 6, "nothing stands between two commas", "\\,");
    refused(&of_closed, "pass:,a", 6, "nothing stands between two commas", NULL);
    refused(&of_closed, "pass:a,,word=b", 8, "nothing stands between two commas", NULL);
    refused(&of_closed, "pass:a,", 8, "nothing stands between two commas", NULL);
    refused(&of_closed, "pass:cpus=1,", 13, "nothing stands between two commas", NULL);
}

TEST(values)
{
    refused(&of_closed, "pass:number=0", 13, "goes from 1 to 1024", "how many");
    refused(&of_closed, "pass:number=1025", 13, "goes from 1 to 1024", "how many");
    refused(&of_closed, "pass:number=99999999999999999999", 13, "goes from 1 to 1024", NULL);
    refused(&of_closed, "pass:number=-1", 13, "'-1' is no N", "auto|all, or a number from 1 to 1024");
    refused(&of_closed, "pass:number=+1", 13, "'+1' is no N", NULL);
    refused(&of_closed, "pass:number=auot", 13, "'auot' is no N", "did you mean 'auto'?");
    refused(&of_closed, "pass:flag=on", 11, "'on' is no yes|no", "yes|no");
    refused(&of_closed, "pass:flag=YES", 11, "'YES' is no yes|no", "did you mean 'yes'?");
    refused(&of_closed, "pass:choice=virtaul", 13, "'virtaul' is no MODE", "did you mean 'virtual'?");
    refused(&of_closed, "pass:choice=physical|virtual", 13, "is no MODE", "physical|virtual");
    refused(&of_closed, "pass:cpus=", 6, "'cpus' has no value", NULL);
    refused(&of_closed, "pass:cpus=^1", 11, "nothing is left in it", "host cpus");
    refused(&of_closed, "pass:cpus=1,^ 1", 11, "'^' is followed by one number", NULL);
    refused(&of_closed, "pass:cpus=16384", 11, "larger than 16383", NULL);
    refused(&of_closed, "pass:cpus=0x1", 11, "items are numbers", NULL);
    refused(&of_closed, "pass:cpus=all", 11, "a number is missing", NULL);
}

TEST(sizes)
{
    check_size("pass:size=1G", UINT64_C(1) << 30);
    check_size("pass:size=1GiB", UINT64_C(1) << 30);
    check_size("pass:size=1gib", UINT64_C(1) << 30);
    check_size("pass:size=2048KiB", UINT64_C(2) << 20);
    check_size("pass:size=16M", UINT64_C(16) << 20);
    check_size("pass:size=1k", 1024);
    refused(&of_closed, "pass:size=1", 11, "it has no unit", "a size such as 2M");
    refused(&of_closed, "pass:size=0G", 11, "it is zero", NULL);
    refused(&of_closed, "pass:size=2MB", 11, "counts in thousands", NULL);
    refused(&of_closed, "pass:size=2X", 11, "its unit is none of", NULL);
    refused(&of_closed, "pass:size=G", 11, "begins with no digit", NULL);
    refused(&of_closed, "pass:size=-1G", 11, "begins with no digit", NULL);
    refused(&of_closed, "pass:size=1.5G", 11, "it is no whole number", NULL);
    refused(&of_closed, "pass:size=99999999999E", 11, "it is too large", NULL);
    refused(&of_closed, "pass:size=deflaut", 11, "'deflaut' is no SIZE", "did you mean 'default'?");
}

TEST(columns_are_code_points)
{
    refused(&of_closed, "pass:\xc3\xa9\xc3\xa8,w\xc3\xb6rd", 9, "is no option", NULL);
    refused(&of_closed, "pass:\xe4\xb8\xad,\xf0\x9f\x98\x80=1,wrod=x", 8, "is no option", NULL);
    refused(&of_closed, "pass:\xf0\x9f\x98\x80,wrod=x", 8, "unknown option 'wrod'", "did you mean 'word'?");
    refused(&of_closed, "pass:\xc3\xa9,flag=j\xc3\xa4", 13, "is no yes|no", "yes|no");
    refused(&of_keyed, "p\xc3\xa4ss", 5, "needs word=WORD", NULL);
}

TEST(caret)
{
    struct parsed parsed = parse(&of_closed, "pass:\xc3\xa9\xc3\xa9,wrod=x");
    char *text;
    size_t len;

    assert_int_equal(dx_diag_render(&text, &len, parsed.ctx, dx_ctx_diag(parsed.ctx, 0), DX_FORMAT_TEXT, 0), DX_OK);
    assert_non_null(strstr(text, "\npass:\xc3\xa9\xc3\xa9,wrod=x\n        ^\n"));
    assert_non_null(strstr(text, "(column 9)"));
    dx_bytes_free(parsed.ctx, text);
    done(&parsed);
}

/* A long value and many pairs are read without copying them over and over. */
TEST(long_bodies)
{
    struct t_bytes spec = {0};
    struct parsed parsed;

    t_bytes_format(&spec, "pass:cpus=0");
    for (unsigned i = 2; i < 16384; i += 2) {
        t_bytes_format(&spec, ",%u", i);
    }
    for (unsigned i = 1; i <= 2000; i++) {
        t_bytes_format(&spec, ",%u=%u,%u", i, i, i + 1);
    }
    parsed = parse(&of_closed, spec.ptr);
    assert_int_equal(parsed.rc, DX_OK);
    assert_int_equal(parsed.values->pins.n, 2000);
    check_cpus(parsed.values->pins.items[1999].cpus, "2000 2001");
    assert_true(parsed.values->cpus->word[255] >> 62 & 1);
    done(&parsed);
    t_bytes_free(&spec);
}

/* ---- the built-in passes' own tables ---- */

static void check_spec(const char *spec, bool removing, size_t column, const char *message, const char *hint)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_pipeline *pipeline;
    int rc;

    assert_int_equal(dx_pipeline_new(&pipeline, ctx), DX_OK);
    rc = removing ? dx_pipeline_add_remove(pipeline, ctx, spec) : dx_pipeline_add(pipeline, ctx, spec);
    if (message) {
        if (rc != DX_EUSAGE) {
            fail_msg("%s: %d", spec, rc);
        }
        check_usage(ctx, spec, column, message, hint);
    } else if (rc != DX_OK) {
        fail_msg("%s: %d: %s", spec, rc, dx_ctx_diag_count(ctx) ? dx_ctx_diag(ctx, 0)->message : "");
    }
    assert_int_equal(dx_pipeline_count(pipeline), message ? 0 : 1);
    dx_pipeline_free(pipeline);
    dx_ctx_free(ctx);
}

TEST(specs_that_are_right)
{
    static const char *const specs[] = {
        "iothreadpin:1=1-3,5,7-12,2=1-3,5,7-12",
        "iothreadpin:1-3,5,7-12",
        "iothreadpin:spread=0-3",
        "rdm:/dev/disk/by-path/pci-0000:00:1f.2-ata-1,mode=virtual",
        "rdm:vda,mode=physical,source=/dev/sdc,target=sda,rawio=yes,controller=1",
        "seclabel:static,label=system_u:system_r:svirt_t:s0:c1,c2",
        "seclabel:label=system_u:system_r:svirt_t:s0:c1,c2,type=static",
        "seclabel",
        "seclabel:none,model=selinux,relabel=no",
        "seclabel:dynamic,model=apparmor,relabel=yes",
        "seclabel:model=selinux,baselabel=a:b:c:s0:c1,c2",
        "iothreads",
        "iothreads:auto",
        "iothreads:4,assign=round-robin,vdb=2,scsi0=3",
        "iothreads:per-disk,assign=none",
        "hugepages:1G",
        "hugepages:1GiB,nodeset=0-1,3",
        "hugepages:2048KiB",
        "hugepages:default",
        "hint-dedicated",
        "hint-dedicated:off",
        "tpm",
        "tpm:model=auto,version=2.0,backend=emulator,dialect=libvirt",
        "tpm:backend=passthrough,device=/dev/tpm1",
        "tpm:backend=external,source=/run/swtpm.sock",
    };
    static const char *const removals[] = {
        "hugepages",      "tpm", "iothreads", "iothreadpin",  "iothreadpin:1", "seclabel", "seclabel:model=dac",
        "hint-dedicated", "rdm", "rdm:vda",   "rdm:/dev/sdb",
    };

    for (size_t i = 0; i < COUNT(specs); i++) {
        check_spec(specs[i], false, 0, NULL, NULL);
    }
    for (size_t i = 0; i < COUNT(removals); i++) {
        check_spec(removals[i], true, 0, NULL, NULL);
    }
}

TEST(names)
{
    check_spec("hugepage:1G", false, 1, "there is no pass 'hugepage'", "did you mean 'hugepages'?");
    check_spec("Tpm", false, 1, "there is no pass 'Tpm'", "did you mean 'tpm'?");
    check_spec("hint_dedicated", false, 1, "there is no pass 'hint_dedicated'", "did you mean 'hint-dedicated'?");
    check_spec(" tpm", false, 1, "there is no pass ' tpm'", NULL);
    check_spec("tpm,model=tpm-crb", false, 1, "there is no pass", NULL);
    check_spec("", false, 1, "no pass is named", "domxform passes lists them");
    check_spec(":1G", false, 1, "no pass is named", NULL);
    check_spec("sec", true, 1, "--remove: there is no pass 'sec'", "domxform passes lists them");
}

TEST(hugepages)
{
    check_spec("hugepages", false, 10, "hugepages needs SIZE", NULL);
    check_spec("hugepages:", false, 10, "nothing stands behind 'hugepages:'", NULL);
    check_spec("hugepages:nodeset=0", false, 20, "hugepages needs SIZE", NULL);
    check_spec("hugepages:1", false, 11, "it has no unit", NULL);
    check_spec("hugepages:1G,2M", false, 14, "'2M' is no option", NULL);
    check_spec("hugepages:1G,nodes=0", false, 14, "unknown option 'nodes'", "did you mean 'nodeset'?");
    check_spec("hugepages:1G,nodeset=1-", false, 22, "a range has no end", NULL);
    check_spec("hugepages:default,nodeset=0", false, 1, "default takes no nodeset", "2M");
    check_spec("hugepages:1G", true, 11, "takes no value '1G'", "name alone");
}

TEST(hint_dedicated)
{
    check_spec("hint-dedicated:yes", false, 16, "'yes' is no on|off", "on|off");
    check_spec("hint-dedicated:on,off", false, 19, "'off' is no option", "on|off");
    check_spec("hint-dedicated:mode=on", false, 16, "unknown option 'mode'", "hint-dedicated takes: state");
    check_spec("hint-dedicated:on", true, 16, "takes no value 'on'", NULL);
}

TEST(tpm)
{
    check_spec("tpm:2.0", false, 5, "takes no value '2.0'", "version=2.0|1.2");
    check_spec("tpm:version=3.0", false, 13, "'3.0' is no 2.0|1.2", "2.0|1.2");
    check_spec("tpm:model=tpm-tsi", false, 11, "'tpm-tsi' is no MODEL", "did you mean 'tpm-tis'?");
    check_spec("tpm:backend=emulated", false, 13, "'emulated' is no BACKEND", "did you mean 'emulator'?");
    check_spec("tpm:device=/dev/tpm1", false, 1, "device is for the passthrough backend", "backend=passthrough");
    check_spec("tpm:source=/run/s", false, 1, "source is for the external backend", "backend=external");
    check_spec("tpm:backend=external", false, 1, "the external backend needs a source", "source=");
    check_spec("tpm:backend=passthrough,version=2.0", false, 1, "version is for the emulator", NULL);
    check_spec("tpm:model=tpm-crb", true, 5, "unknown option 'model' of --remove=tpm", "takes no options here");
}

TEST(seclabel)
{
    check_spec("seclabel:static", false, 1, "static needs a label", "label=");
    check_spec("seclabel:label=a:b", false, 1, "a label is for static only", "static,label=");
    check_spec("seclabel:none,label=a:b", false, 1, "a label is for static only", NULL);
    check_spec("seclabel:none,relabel=yes", false, 1, "none never relabels", NULL);
    check_spec("seclabel:dynamic,relabel=no", false, 1, "dynamic always relabels", NULL);
    check_spec("seclabel:relabel=no", false, 1, "dynamic always relabels", NULL);
    check_spec("seclabel:static,label=a,baselabel=b", false, 1, "a baselabel is for dynamic only", NULL);
    check_spec("seclabel:model=none", false, 1, "'none' is no security model", "seclabel:none");
    check_spec("seclabel:relabel=on", false, 18, "'on' is no yes|no", "yes|no");
    check_spec("seclabel:dynamc", false, 10, "'dynamc' is no TYPE", "did you mean 'dynamic'?");
    check_spec("seclabel:label=x,static", false, 1, "label is for static", NULL);
    check_spec("seclabel:dac", true, 10, "takes no value 'dac'", "model=MODEL");
    check_spec("seclabel:modle=dac", true, 10, "unknown option 'modle'", "did you mean 'model'?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_body),
        cmocka_unit_test(every_type),
        cmocka_unit_test(choices_beside_numbers_and_sizes),
        cmocka_unit_test(name_ends_at_the_first_colon),
        cmocka_unit_test(nothing_is_trimmed),
        cmocka_unit_test(quotes_mean_nothing),
        cmocka_unit_test(escapes),
        cmocka_unit_test(a_list_goes_on),
        cmocka_unit_test(what_goes_on_must_take_a_list),
        cmocka_unit_test(dynamic_keys),
        cmocka_unit_test(any_name_is_a_key),
        cmocka_unit_test(open_pass),
        cmocka_unit_test(keys),
        cmocka_unit_test(positional_where_none_is_taken),
        cmocka_unit_test(empty_segments),
        cmocka_unit_test(values),
        cmocka_unit_test(sizes),
        cmocka_unit_test(columns_are_code_points),
        cmocka_unit_test(caret),
        cmocka_unit_test(long_bodies),
        cmocka_unit_test(specs_that_are_right),
        cmocka_unit_test(names),
        cmocka_unit_test(hugepages),
        cmocka_unit_test(hint_dedicated),
        cmocka_unit_test(tpm),
        cmocka_unit_test(seclabel),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
