/* What is asked of guests: kernel arguments, locks, and the list of what their agent refuses. */
#include "support.h"

/* A plan of no host at all, and of these documents. */
struct fixture {
    struct dx_ctx *ctx;
    struct dx_plan *plan;
};

static int begin(struct fixture *f, const char *block, const char *version)
{
    struct dx_plan_options opts = {
        .size = sizeof opts, .flags = DX_PLAN_ELSEWHERE, .block_rpcs = block, .qemu_version = version};

    *f = (struct fixture){.ctx = t_ctx()};
    return dx_plan_new(&f->plan, f->ctx, &opts);
}

static void add(const struct fixture *f, const char *name, const char *type, const char *arch, const char *rest)
{
    struct t_bytes text = {0};
    struct dx_doc *doc;

    t_bytes_format(&text, "<domain type='%s'>\n<name>%s</name>\n<os><type arch='%s'>hvm</type>%s\n</domain>\n", type,
                   name, arch, rest);
    assert_int_equal(dx_doc_parse(&doc, f->ctx, "vm.xml", text.ptr, text.len, 0), DX_OK);
    assert_int_equal(dx_plan_add_domain(f->plan, doc), DX_OK);
    dx_doc_free(doc);
    t_bytes_free(&text);
}

static void end(struct fixture *f)
{
    dx_plan_free(f->plan);
    dx_ctx_free(f->ctx);
}

static const struct dx_requirement *find(const struct fixture *f, const char *id)
{
    const struct dx_requirement *need;

    for (size_t i = 0; (need = dx_plan_at(f->plan, i)) != NULL; i++) {
        if (strcmp(need->id, id) == 0) {
            return need;
        }
    }
    return NULL;
}

/* The i-th step of a kind; NULL when there are fewer. */
static const struct dx_remedy *step(const struct dx_requirement *need, enum dx_remedy_kind kind, size_t i)
{
    for (size_t k = 0; k < need->n_remedies; k++) {
        if (need->remedies[k].kind == kind && i-- == 0) {
            return &need->remedies[k];
        }
    }
    return NULL;
}

/* The state of KIND/vm for one domain, and what was found. */
static void expect(const char *type, const char *arch, const char *rest, const char *id, enum dx_plan_state state,
                   const char *found)
{
    const struct dx_requirement *need;
    struct fixture f;

    assert_int_equal(begin(&f, NULL, NULL), DX_OK);
    add(&f, "vm", type, arch, rest);
    assert_int_equal(dx_plan_make(f.plan), DX_OK);
    need = find(&f, id);
    assert_non_null(need);
    assert_int_equal(need->state, state);
    assert_string_equal(need->found, found);
    assert_int_equal(need->kind->scope, DX_SCOPE_GUEST);
    assert_true(need->n_askers > 0);
    end(&f);
}

#define HINT "<kvm><hint-dedicated state='on'/></kvm>"
#define INSIDE "it is inside the guest"
#define LOST "<cmdline> stands without <kernel>, and goes nowhere"
#define UNSEEN "<hidden state='on'/> takes away what a guest sees of KVM"

TEST(test_haltpoll_of_a_domain)
{
    static const struct {
        const char *type, *arch, *rest;
        enum dx_plan_state state;
        const char *found;
    } rows[] = {
        {"kvm", "x86_64", "</os><features>" HINT "</features>", DX_PLAN_UNKNOWN, INSIDE},
        {"qemu", "x86_64", "</os><features>" HINT "</features>", DX_PLAN_MISSING,
         "the domain is of type qemu: haltpoll is for guests of KVM"},
        {"kvm", "x86_64", "</os><features>" HINT "<kvm><hidden state='on'/></kvm></features>", DX_PLAN_MISSING, UNSEEN},
        {"kvm", "x86_64", "<kernel>/k</kernel></os><features>" HINT "</features>", DX_PLAN_OK,
         "hint-dedicated is on, and no argument of its kernel speaks against it"},
        {"kvm", "x86_64", "<kernel>/k</kernel><cmdline>idle=poll</cmdline></os><features>" HINT "</features>",
         DX_PLAN_MISSING, "idle=poll among the arguments of its kernel keeps haltpoll out"},
        {"kvm", "x86_64", "<cmdline>idle=poll</cmdline></os><features>" HINT "</features>", DX_PLAN_UNKNOWN, INSIDE},
        {"kvm", "x86_64", "<kernel>/k</kernel><cmdline>a cpuidle-haltpoll.force=1</cmdline></os>", DX_PLAN_OK,
         "the arguments of its kernel ask for it"},
        {"kvm", "x86_64", "<cmdline>cpuidle_haltpoll.force=Y</cmdline></os>", DX_PLAN_MISSING, LOST},
        {"kvm", "aarch64", "<kernel>/k</kernel><cmdline>cpuidle_haltpoll.force=Y</cmdline></os>", DX_PLAN_MISSING,
         "haltpoll.enable=Y is not among the arguments of its kernel"},
        {"kvm", "aarch64", "<kernel>/k</kernel><cmdline>cpuidle_haltpoll.force=Y haltpoll.enable=Y</cmdline></os>",
         DX_PLAN_OK, "the arguments of its kernel ask for it"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        expect(rows[i].type, rows[i].arch, rows[i].rest, "guest-haltpoll/vm", rows[i].state, rows[i].found);
    }
}

TEST(test_nothing_is_asked_of_other_guests)
{
    static const char *const rests[] = {
        "</os>",
        "<kernel>/k</kernel><cmdline>cpuidle_haltpoll.force=N console=ttyS0 -- cpuidle_haltpoll.force=Y</cmdline></os>",
        "</os><features><kvm><hint-dedicated state='off'/></kvm><pvspinlock state='off'/></features>",
        "</os><devices><channel type='unix'><target type='virtio' name='org.example.0'/></channel></devices>",
    };
    const struct dx_requirement *need;
    struct fixture f;

    assert_int_equal(begin(&f, NULL, NULL), DX_OK);
    for (size_t i = 0; i < COUNT(rests); i++) {
        char name[] = {'v', 'm', (char)('0' + i), '\0'};

        add(&f, name, "kvm", "x86_64", rests[i]);
    }
    add(&f, "vm", "kvm", "aarch64", "</os><features>" HINT "</features>");
    assert_int_equal(dx_plan_make(f.plan), DX_OK);
    for (size_t i = 0; (need = dx_plan_at(f.plan, i)) != NULL; i++) {
        assert_int_equal(need->kind->scope, DX_SCOPE_HOST);
    }
    end(&f);
}

TEST(test_spinlocks_of_a_domain)
{
    static const struct {
        const char *type, *arch, *rest;
        enum dx_plan_state state;
        const char *found;
    } rows[] = {
        {"kvm", "x86_64", "</os><features><pvspinlock/></features>", DX_PLAN_UNKNOWN, INSIDE},
        {"kvm", "x86_64", "<kernel>/k</kernel></os><features><pvspinlock state='on'/></features>", DX_PLAN_OK,
         "nothing among the arguments of its kernel turns them off"},
        {"kvm", "x86_64",
         "<kernel>/k</kernel><cmdline>nopvspin</cmdline></os><features><pvspinlock state='on'/></features>",
         DX_PLAN_MISSING, "nopvspin is among the arguments of its kernel"},
        {"kvm", "x86_64", "</os><features><pvspinlock state='on'/>" HINT "</features>", DX_PLAN_MISSING,
         "hint-dedicated is on: the guest's Linux leaves these locks out"},
        {"kvm", "x86_64", "</os><features><pvspinlock/><kvm><hidden state='on'/></kvm></features>", DX_PLAN_MISSING,
         UNSEEN},
        {"qemu", "x86_64", "</os><features><pvspinlock/></features>", DX_PLAN_MISSING,
         "the domain is of type qemu: these locks are KVM's"},
        {"kvm", "aarch64", "<kernel>/k</kernel><cmdline>arm_pvspin</cmdline></os>", DX_PLAN_OK,
         "arm_pvspin is among the arguments of its kernel"},
        {"kvm", "aarch64", "<cmdline>arm_pvspin</cmdline></os>", DX_PLAN_MISSING, LOST},
        {"kvm", "aarch64", "</os><features><pvspinlock/></features>", DX_PLAN_MISSING,
         "libvirt refuses <pvspinlock> on AArch64, where an argument of the kernel asks for them"},
        {"kvm", "s390x", "</os><features><pvspinlock/></features>", DX_PLAN_MISSING,
         "libvirt refuses <pvspinlock> on s390x"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        expect(rows[i].type, rows[i].arch, rows[i].rest, "pv-qspinlock/vm", rows[i].state, rows[i].found);
    }
}

#define CHANNEL                                                                                                        \
    "</os><devices><channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel></devices>"

TEST(test_the_list_is_spelled_for_the_version)
{
    static const struct {
        const char *version, *key, *other, *option;
        bool cleans;
    } rows[] = {
        {NULL, "block-rpcs", "blacklist", " -b guest-exec\n", false},
        {"4.1.0", "blacklist", NULL, " --blacklist=guest-exec\n", false},
        {"7.1", "blacklist", NULL, " --blacklist=guest-exec\n", false},
        {"7.2", "block-rpcs", NULL, " --block-rpcs=guest-exec\n", true},
        {"9.0.4", "block-rpcs", NULL, " --block-rpcs=guest-exec\n", true},
        {"9.1", "block-rpcs", NULL, " --block-rpcs=guest-exec\n", false},
        {"10.0", "block-rpcs", NULL, " --block-rpcs=guest-exec\n", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct dx_requirement *need;
        const struct dx_remedy *setting, *other, *file;
        struct fixture f;

        assert_int_equal(begin(&f, "guest-exec", rows[i].version), DX_OK);
        add(&f, "vm", "kvm", "x86_64", CHANNEL);
        assert_int_equal(dx_plan_make(f.plan), DX_OK);
        need = find(&f, "qemu-ga/vm");
        assert_non_null(need);
        setting = step(need, DX_REMEDY_SETTING, 1);
        other = step(need, DX_REMEDY_SETTING, 2);
        file = step(need, DX_REMEDY_FILE, 0);
        assert_string_equal(step(need, DX_REMEDY_SETTING, 0)->key, "[general]");
        assert_string_equal(setting->path, "/etc/qemu/qemu-ga.conf");
        assert_string_equal(setting->key, rows[i].key);
        assert_string_equal(setting->value, "guest-exec");
        assert_int_equal(other != NULL, rows[i].other != NULL);
        assert_true(!other || strcmp(other->key, rows[i].other) == 0);
        assert_non_null(strstr(file->value, "[Service]\nExecStart=\nExecStart="));
        assert_non_null(strstr(file->value, rows[i].option));
        assert_int_equal(step(need, DX_REMEDY_COMMAND, 0) != NULL, rows[i].cleans);
        end(&f);
    }
}

TEST(test_the_list_is_put_in_order)
{
    static const struct {
        const char *given, *list;
    } rows[] = {
        {"guest-exec,guest-info,guest-exec", "guest-exec,guest-info"},
        {"guest-exec*", "guest-exec,guest-exec-status"},
        {"guest-exec-status,guest-exec*", "guest-exec-status,guest-exec"},
        {"guest-file-*",
         "guest-file-open,guest-file-close,guest-file-read,guest-file-write,guest-file-seek,guest-file-flush"},
        {"guest-ssh-*", "guest-ssh-get-authorized-keys,guest-ssh-add-authorized-keys,guest-ssh-remove-authorized-keys"},
        {"guest-xyzzy-quux", "guest-xyzzy-quux"}, /* of a QEMU to come; with a warning */
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fixture f;

        assert_int_equal(begin(&f, rows[i].given, NULL), DX_OK);
        assert_int_equal(dx_ctx_diag_count(f.ctx), strstr(rows[i].given, "xyzzy") ? 1 : 0);
        assert_int_equal(dx_plan_make(f.plan), DX_OK);
        assert_string_equal(step(find(&f, "qemu-ga"), DX_REMEDY_SETTING, 1)->value, rows[i].list);
        end(&f);
    }
}

/* Nobody could talk to the agent without them. */
TEST(test_all_leaves_what_libvirt_needs)
{
    const char *list;
    struct fixture f;

    assert_int_equal(begin(&f, "guest-*", NULL), DX_OK);
    assert_int_equal(dx_plan_make(f.plan), DX_OK);
    list = step(find(&f, "qemu-ga"), DX_REMEDY_SETTING, 1)->value;
    assert_null(strstr(list, "guest-sync"));
    assert_non_null(strstr(list, "guest-get-load"));
    end(&f);
}

TEST(test_what_cannot_be_meant)
{
    static const struct {
        const char *list, *version, *message, *hint;
    } rows[] = {
        {"", NULL, "there is no name", "one comma"},
        {"guest-exec,", NULL, "there is no name", "one comma"},
        {"guest-file-open guest-file-close", NULL, "there is a blank in it", "commas without blanks"},
        {"guest-exec, guest-info", NULL, "there is a blank in it", "commas without blanks"},
        {"guest-exce", NULL, "there is none of that name", "did you mean 'guest-exec'?"},
        {"exec", NULL, "there is none of that name", "did you mean 'guest-exec'?"},
        {"guest-", NULL, "there is none of that name", "qemu-ga -b help"},
        {"guest-XYZZY!", NULL, "that is no name of one", "small letters"},
        {"guest-xyzzy*", NULL, "no command begins so", "guest-file-*"},
        {"guest-sync", NULL, "libvirt asks it before each other command", "leave it out"},
        {NULL, "", "that is none", "8.2"},
        {NULL, "8", "that is none", "8.2"},
        {NULL, "8.", "that is none", "8.2"},
        {NULL, "8.2.1.1", "that is none", "8.2"},
        {NULL, "8.2-1.oe", "that is none", "8.2"},
        {NULL, "99999999999999999999.1", "that is none", "8.2"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fixture f;

        assert_int_equal(begin(&f, rows[i].list, rows[i].version), DX_EUSAGE);
        assert_null(f.plan);
        assert_int_equal(dx_ctx_diag_count(f.ctx), 1);
        assert_non_null(strstr(dx_ctx_diag(f.ctx, 0)->message, rows[i].message));
        assert_non_null(strstr(dx_ctx_diag(f.ctx, 0)->hint, rows[i].hint));
        end(&f);
    }
}

TEST(test_a_list_for_nobody)
{
    struct fixture f;

    assert_int_equal(begin(&f, "guest-exec", NULL), DX_OK);
    add(&f, "vm", "kvm", "x86_64", "</os>");
    assert_int_equal(dx_plan_make(f.plan), DX_OK);
    assert_null(find(&f, "qemu-ga/vm"));
    assert_int_equal(dx_ctx_diag_count(f.ctx), 1);
    assert_non_null(strstr(dx_ctx_diag(f.ctx, 0)->message, "no domain has the agent's channel"));
    end(&f);
}

/* Guests of every shape, their memory running out at each place: nothing leaks, and nothing is lost without a word. */
TEST(test_memory_runs_out)
{
    static const struct {
        const char *name, *arch, *rest;
    } rows[] = {
        {"one", "x86_64", "</os><features><pvspinlock/>" HINT "<kvm><hidden state='on'/></kvm></features>"},
        {"two", "aarch64",
         "<kernel>/k</kernel><cmdline>cpuidle_haltpoll.force=Y "
         "arm_pvspin</cmdline></os><features><pvspinlock/></features>"},
        {"it's", "x86_64", CHANNEL},
    };
    struct t_memory memory = {0};
    size_t n = 0;

    do {
        struct dx_allocator allocator = t_allocator(&memory);
        struct dx_ctx_options options = {.size = sizeof options, .allocator = &allocator};
        struct dx_plan_options opts = {.size = sizeof opts,
                                       .flags = DX_PLAN_ELSEWHERE,
                                       .block_rpcs = "guest-ssh-*,guest-get-load,guest-xyzzy-quux",
                                       .qemu_version = "8.2"};
        struct dx_plan *plan = NULL;
        struct dx_ctx *ctx = NULL;
        int rc;

        memory = (struct t_memory){.fail_at = ++n};
        rc = dx_ctx_new(&ctx, &options);
        rc = rc < 0 ? rc : dx_plan_new(&plan, ctx, &opts);
        for (size_t i = 0; i < COUNT(rows) && rc == DX_OK; i++) {
            struct t_bytes text = {0};
            struct dx_doc *doc = NULL;

            t_bytes_format(&text, "<domain type='kvm'><name>%s</name><os><type arch='%s'>hvm</type>%s</domain>",
                           rows[i].name, rows[i].arch, rows[i].rest);
            rc = dx_doc_parse(&doc, ctx, "it's.xml", text.ptr, text.len, 0);
            rc = rc < 0 ? rc : dx_plan_add_domain(plan, doc);
            dx_doc_free(doc);
            t_bytes_free(&text);
        }
        rc = rc < 0 ? rc : dx_plan_make(plan);
        assert_true(rc == DX_OK ? !memory.failed : rc == DX_ENOMEM && memory.failed);
        dx_plan_free(plan);
        dx_ctx_free(ctx);
        assert_int_equal(memory.live, 0);
    } while (memory.failed);
    assert_true(n > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_haltpoll_of_a_domain),     cmocka_unit_test(test_nothing_is_asked_of_other_guests),
        cmocka_unit_test(test_spinlocks_of_a_domain),    cmocka_unit_test(test_the_list_is_spelled_for_the_version),
        cmocka_unit_test(test_the_list_is_put_in_order), cmocka_unit_test(test_all_leaves_what_libvirt_needs),
        cmocka_unit_test(test_what_cannot_be_meant),     cmocka_unit_test(test_a_list_for_nobody),
        cmocka_unit_test(test_memory_runs_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
