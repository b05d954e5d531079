#include "agent.h"

/* A command, the QEMU that brought it (its schema of qemu-ga says so), and what speaks against refusing it. */
static const struct command {
    const char *name;
    unsigned since;
    const char *needed;
} commands[] = {
    {"guest-sync-delimited", DX_QEMU(1, 1), "who talks to the agent begins with it"},
    {"guest-sync", DX_QEMU(0, 15), "libvirt asks it before each other command"},
    {"guest-ping", DX_QEMU(0, 15), NULL},
    {"guest-info", DX_QEMU(0, 15), NULL},
    {"guest-get-time", DX_QEMU(1, 5), NULL},
    {"guest-set-time", DX_QEMU(1, 5), NULL},
    {"guest-shutdown", DX_QEMU(0, 15), NULL},
    {"guest-file-open", DX_QEMU(0, 15), NULL},
    {"guest-file-close", DX_QEMU(0, 15), NULL},
    {"guest-file-read", DX_QEMU(0, 15), NULL},
    {"guest-file-write", DX_QEMU(0, 15), NULL},
    {"guest-file-seek", DX_QEMU(0, 15), NULL},
    {"guest-file-flush", DX_QEMU(0, 15), NULL},
    {"guest-fsfreeze-status", DX_QEMU(0, 15), NULL},
    {"guest-fsfreeze-freeze", DX_QEMU(0, 15), NULL},
    {"guest-fsfreeze-freeze-list", DX_QEMU(2, 2), NULL},
    {"guest-fsfreeze-thaw", DX_QEMU(0, 15), NULL},
    {"guest-fstrim", DX_QEMU(1, 2), NULL},
    {"guest-suspend-disk", DX_QEMU(1, 1), NULL},
    {"guest-suspend-ram", DX_QEMU(1, 1), NULL},
    {"guest-suspend-hybrid", DX_QEMU(1, 1), NULL},
    {"guest-network-get-interfaces", DX_QEMU(1, 1), NULL},
    {"guest-network-get-route", DX_QEMU(9, 1), NULL},
    {"guest-get-vcpus", DX_QEMU(1, 5), NULL},
    {"guest-set-vcpus", DX_QEMU(1, 5), NULL},
    {"guest-get-disks", DX_QEMU(5, 2), NULL},
    {"guest-get-fsinfo", DX_QEMU(2, 2), NULL},
    {"guest-set-user-password", DX_QEMU(2, 3), NULL},
    {"guest-get-memory-blocks", DX_QEMU(2, 3), NULL},
    {"guest-set-memory-blocks", DX_QEMU(2, 3), NULL},
    {"guest-get-memory-block-info", DX_QEMU(2, 3), NULL},
    {"guest-exec", DX_QEMU(2, 5), NULL},
    {"guest-exec-status", DX_QEMU(2, 5), NULL},
    {"guest-get-host-name", DX_QEMU(2, 10), NULL},
    {"guest-get-users", DX_QEMU(2, 10), NULL},
    {"guest-get-timezone", DX_QEMU(2, 10), NULL},
    {"guest-get-osinfo", DX_QEMU(2, 10), NULL},
    {"guest-get-devices", DX_QEMU(5, 2), NULL},
    {"guest-ssh-get-authorized-keys", DX_QEMU(5, 2), NULL},
    {"guest-ssh-add-authorized-keys", DX_QEMU(5, 2), NULL},
    {"guest-ssh-remove-authorized-keys", DX_QEMU(5, 2), NULL},
    {"guest-get-diskstats", DX_QEMU(7, 1), NULL},
    {"guest-get-cpustats", DX_QEMU(7, 1), NULL},
    {"guest-get-load", DX_QEMU(10, 0), NULL},
};

enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

/* ---- versions ---- */

/* The short option is the same in all of them. From 7.2 to 9.0 the old key, if it is there, makes the new one count for
 * nothing; 9.1 does not know it any more. */
static const struct dx_agent_spelling spellings[] = {
    {DX_QEMU(9, 1), "--block-rpcs=", {"block-rpcs", NULL}, false},
    {DX_QEMU(7, 2), "--block-rpcs=", {"block-rpcs", NULL}, true},
    {DX_QEMU(0, 1), "--blacklist=", {"blacklist", NULL}, false},
    {0, "-b ", {"block-rpcs", "blacklist"}, false},
};

const struct dx_agent_spelling *dx_agent_spelling_of(unsigned version)
{
    const struct dx_agent_spelling *spelling = spellings;

    while (spelling->from > version) {
        spelling++;
    }
    return spelling;
}

bool dx_agent_version_parse(unsigned *version, struct dx_str text)
{
    uint64_t parts[3] = {0, 0, 0};
    size_t n = 0;

    while (n < 3) {
        const char *dot = memchr(text.ptr, '.', text.len);
        struct dx_str part = {text.ptr, dot ? (size_t)(dot - text.ptr) : text.len};

        if (!dx_parse_uint(part, 999, &parts[n++])) {
            return false;
        }
        if (!dot) {
            *version = DX_QEMU(parts[0], parts[1]);
            return n >= 2 && *version > 0;
        }
        text = (struct dx_str){dot + 1, text.len - part.len - 1};
    }
    return false;
}

/* ---- the list ---- */

static const struct command *command_of(struct dx_str name)
{
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (dx_str_is(name, commands[i].name)) {
            return &commands[i];
        }
    }
    return NULL;
}

unsigned dx_agent_command_since(struct dx_str name)
{
    const struct command *command = command_of(name);

    return command ? command->since : 0;
}

/* A list that grows: no name stands in it twice. */
struct list {
    struct dx_plan *plan;
    struct dx_buf *names;
};

static bool holds(const struct dx_buf *names, struct dx_str name)
{
    struct dx_str rest = dx_buf_view(names);

    while (rest.len > 0) {
        const char *comma = memchr(rest.ptr, ',', rest.len);
        size_t len = comma ? (size_t)(comma - rest.ptr) : rest.len;

        if (dx_str_equal((struct dx_str){rest.ptr, len}, name)) {
            return true;
        }
        rest = (struct dx_str){rest.ptr + len + (comma != NULL), rest.len - len - (comma != NULL)};
    }
    return false;
}

static void add(struct list *list, struct dx_str name)
{
    if (!holds(list->names, name)) {
        dx_buf_format(list->names, "%s%.*s", list->names->len ? "," : "", DX_F(name));
    }
}

static int refuse(struct dx_plan *plan, const char *hint, struct dx_str name, const char *why)
{
    int rc = dx_ctx_report(plan->ctx, DX_LEVEL_USAGE, DX_SEVERITY_ERROR, NULL, hint, "the agent's command '%.*s': %s",
                           DX_F(name), why);

    return rc < 0 ? rc : DX_EUSAGE;
}

/* The known command that a word is nearest to, by what stands behind "guest-"; NULL when none is near. */
static const char *nearest(struct dx_plan *plan, struct dx_str name)
{
    static const size_t prefix = sizeof "guest-" - 1;
    const char *names[N_COMMANDS + 1] = {NULL}, *word = dx_plan_keep(plan, name), *found;

    for (size_t i = 0; i < N_COMMANDS; i++) {
        names[i] = commands[i].name + prefix;
    }
    found = word ? dx_nearest(dx_str_starts(name, "guest-") ? word + prefix : word, names) : NULL;
    return found ? found - prefix : NULL;
}

/* The agent takes any word and says nothing: a slip would leave open what was to be closed. */
static int take_unknown(struct list *list, struct dx_str name)
{
    const char *near = nearest(list->plan, name);
    const char *hint = near ? dx_plan_text(list->plan, "did you mean '%s'?", near) : "qemu-ga -b help lists them";
    int rc;

    if (near || !dx_str_starts(name, "guest-") || name.len == strlen("guest-")) {
        return refuse(list->plan, hint, name, "there is none of that name");
    }
    for (size_t i = 0; i < name.len; i++) {
        if (!(name.ptr[i] >= 'a' && name.ptr[i] <= 'z') && !(name.ptr[i] >= '0' && name.ptr[i] <= '9') &&
            name.ptr[i] != '-') {
            return refuse(list->plan, "they are of small letters, digits and '-'", name, "that is no name of one");
        }
    }
    rc = dx_ctx_report(list->plan->ctx, DX_LEVEL_USAGE, DX_SEVERITY_WARNING, NULL, hint,
                       "the agent's command '%.*s' is not known here, and taken as it stands", DX_F(name));
    add(list, name);
    return rc;
}

/* guest-ssh-* is all that begin so, but those without which nobody can talk to the agent. */
static int take_wildcard(struct list *list, struct dx_str name)
{
    struct dx_str prefix = {name.ptr, name.len - 1};
    bool any = false;

    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strncmp(commands[i].name, prefix.ptr, prefix.len) == 0 && !commands[i].needed) {
            add(list, dx_str_of(commands[i].name));
            any = true;
        }
    }
    return any ? DX_OK
               : refuse(list->plan, "write guest-file-*, guest-exec*, guest-ssh-* or a name", name,
                        "no command begins so");
}

static int take_name(struct list *list, struct dx_str name)
{
    const struct command *command = command_of(name);

    if (name.len == 0) {
        return refuse(list->plan, "write names with one comma between, as guest-exec,guest-file-open", name,
                      "there is no name");
    }
    for (size_t i = 0; i < name.len; i++) {
        if (dx_is_space(name.ptr[i])) {
            return refuse(list->plan,
                          "write commas without blanks: of a list with blanks, as the guide has it, the "
                          "agent blocks the first command only",
                          name, "there is a blank in it");
        }
    }
    if (command && command->needed) {
        return refuse(list->plan, "leave it out", name, command->needed);
    }
    if (command) {
        add(list, name);
        return DX_OK;
    }
    return name.ptr[name.len - 1] == '*' ? take_wildcard(list, name) : take_unknown(list, name);
}

static int take_list(struct list *list, struct dx_str text)
{
    for (;;) {
        const char *comma = memchr(text.ptr, ',', text.len);
        size_t len = comma ? (size_t)(comma - text.ptr) : text.len;
        int rc = take_name(list, (struct dx_str){text.ptr, len});

        if (rc < 0 || !comma) {
            return rc;
        }
        text = (struct dx_str){comma + 1, text.len - len - 1};
    }
}

int dx_agent_take_options(struct dx_plan *plan)
{
    dx_cleanup(dx_buf_free) struct dx_buf names = DX_BUF(&plan->ctx->mem);
    struct list list = {plan, &names};
    unsigned version;
    int rc = DX_OK;

    if (plan->opts.qemu_version && !dx_agent_version_parse(&version, dx_str_of(plan->opts.qemu_version))) {
        rc = dx_ctx_report(plan->ctx, DX_LEVEL_USAGE, DX_SEVERITY_ERROR, NULL,
                           "write it as 8.2 or 8.2.1: qemu-ga --version in the guest tells it",
                           "the version of QEMU '%s': that is none", plan->opts.qemu_version);
        return rc < 0 ? rc : DX_EUSAGE;
    }
    if (plan->opts.block_rpcs) {
        rc = take_list(&list, dx_str_of(plan->opts.block_rpcs));
        plan->opts.block_rpcs = rc < 0 ? NULL : dx_buf_keep(&names, &plan->arena);
    }
    return rc < 0 ? rc : plan->arena.failed ? dx_ctx_no_memory(plan->ctx) : DX_OK;
}
