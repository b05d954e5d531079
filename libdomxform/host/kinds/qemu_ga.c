/* The guide's qemu-ga: the agent in the guest, and what it is to refuse (semantics §10.8). */
#include "../agent.h"
#include "../guest.h"

#define CONFIG "/etc/qemu/qemu-ga.conf"
#define DROP_IN "/etc/systemd/system/qemu-guest-agent.service.d/domxform.conf"

static void collect(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    const struct dx_node *channel = dx_agent_channel(domain);

    if (channel) {
        dx_demand_claim(plan, demand, &dx_need_kind_qemu_ga,
                        dx_asker_of(plan, demand, channel, NULL, "gives the host a way to the guest's agent"), 0,
                        DX_NONE);
    }
}

static unsigned version_of(const struct dx_plan *plan)
{
    unsigned version = 0;

    return plan->opts.qemu_version && dx_agent_version_parse(&version, dx_str_of(plan->opts.qemu_version)) ? version
                                                                                                           : 0;
}

static void add_agent(struct dx_plan *plan, struct dx_need *need)
{
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_PACKAGE,
                                       .flags = DX_REMEDY_PERSISTS,
                                       .why = "in the guest",
                                       .value = "qemu-guest-agent",
                                       .other = "qemu-guest-agent"});
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_SERVICE,
                                       .flags = DX_REMEDY_PERSISTS,
                                       .why = "it starts when the guest has the channel",
                                       .key = "enabled",
                                       .value = "qemu-guest-agent.service"});
}

/* The list in the agent's own file: it counts whatever options the distribution starts the agent with, and adds to the
 * list that may stand among them. */
static void add_config(struct dx_plan *plan, struct dx_need *need, const struct dx_agent_spelling *spelling)
{
    dx_need_remedy(
        plan, need,
        &(struct dx_remedy){
            .kind = DX_REMEDY_SETTING,
            .flags = DX_REMEDY_PERSISTS,
            .why = "the section of its settings, and the first line: where one stands before it the agent does not "
                   "start",
            .path = CONFIG,
            .key = "[general]",
            .separator = "",
            .value = ""});
    for (size_t i = 0; i < sizeof spelling->keys / sizeof spelling->keys[0] && spelling->keys[i]; i++) {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_SETTING,
                                           .flags = DX_REMEDY_PERSISTS,
                                           .why = spelling->keys[1]
                                                      ? "in place of the list that stands there; each version of the "
                                                        "agent reads one of the two keys"
                                                      : "in place of the list that stands there; what the agent's "
                                                        "command line blocks stays blocked",
                                           .path = CONFIG,
                                           .key = spelling->keys[i],
                                           .separator = "=",
                                           .value = plan->opts.block_rpcs});
    }
    if (spelling->either) {
        dx_need_remedy(
            plan, need,
            &(struct dx_remedy){.kind = DX_REMEDY_COMMAND,
                                .flags = DX_REMEDY_PERSISTS,
                                .why = "QEMU 7.2 to 9.0 reads the old key, where it stands, in place of the new one",
                                .value = "sed -i '/^[[:space:]]*blacklist[[:space:]]*=/d' " CONFIG,
                                .other = "! grep -qs '^[[:space:]]*blacklist[[:space:]]*=' " CONFIG});
    }
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_SERVICE,
                                       .flags = DX_REMEDY_AFTER_CHANGE,
                                       .why = "it reads its file once",
                                       .key = "restarted",
                                       .value = "qemu-guest-agent.service"});
}

/* The guide's way, on the command line; as a drop-in, which outlives the package's updates. */
static void add_drop_in(struct dx_plan *plan, struct dx_need *need, const struct dx_agent_spelling *spelling)
{
    dx_need_remedy(
        plan, need,
        &(struct dx_remedy){.kind = DX_REMEDY_FILE,
                            .flags = DX_REMEDY_CHOICE | DX_REMEDY_PERSISTS,
                            .why = "in place of " CONFIG ": takes all other options that the package gives the agent "
                                   "away, a list of its own and the hook of fsfreeze among them; systemctl "
                                   "daemon-reload before the restart",
                            .path = DROP_IN,
                            .mode = 0644,
                            .value = dx_plan_text(plan,
                                                  "[Service]\nExecStart=\nExecStart=qemu-ga --method=virtio-serial "
                                                  "--path=/dev/virtio-ports/org.qemu.guest_agent.0 %s%s\n",
                                                  spelling->option, plan->opts.block_rpcs)});
}

/* Names that a version has not yet are no error of the agent. */
static void tell_newer(struct dx_buf *buf, const struct dx_plan *plan, unsigned version)
{
    struct dx_str rest = dx_str_of(plan->opts.block_rpcs);
    const char *before = ". This agent is older than commands of the list, which it takes without a word: ";

    while (version > 0 && rest.len > 0) {
        const char *comma = memchr(rest.ptr, ',', rest.len);
        struct dx_str name = {rest.ptr, comma ? (size_t)(comma - rest.ptr) : rest.len};

        if (dx_agent_command_since(name) > version) {
            dx_buf_format(buf, "%s%.*s", before, DX_F(name));
            before = ", ";
        }
        rest = comma ? (struct dx_str){comma + 1, rest.len - name.len - 1} : DX_S("");
    }
}

/* What the running agent does is seen from the host only: its own dump tells of its file. */
static void add_look(struct dx_plan *plan, struct dx_need *need, const char *more)
{
    dx_need_say(plan, &need->face.note,
                "%s. On the host, virsh qemu-agent-command DOMAIN '{\"execute\":\"guest-info\"}' lists each command "
                "with enabled true or false",
                more);
}

/* By QEMU's removed-features.rst 9.1 dropped both spellings with a black list. The same version takes an allow-rpcs
 * beside the list (its qemu-ga.rst says how), which 8.1 to 9.0 refuse. */
static void add_list(struct dx_plan *plan, struct dx_need *need)
{
    unsigned version = version_of(plan);
    const struct dx_agent_spelling *spelling = dx_agent_spelling_of(version);
    dx_cleanup(dx_buf_free) struct dx_buf newer = DX_BUF(&plan->ctx->mem);
    const char *more;

    add_config(plan, need, spelling);
    add_drop_in(plan, need, spelling);
    tell_newer(&newer, plan, version);
    dx_need_say(plan, &need->face.persistence, "%s, which no update of the package writes", CONFIG);
    more = dx_buf_keep(&newer, &plan->arena);
    if (more) {
        add_look(
            plan, need,
            dx_plan_text(plan,
                         "commas and no blanks: of the guide's list with blanks the agent blocks the first command "
                         "only, and QEMU 9.1 and later has neither --blacklist nor its key. Beside an "
                         "allow-rpcs in the same file an agent older than 9.1 does not start%s",
                         more));
    }
}

static void add_guest(struct dx_plan *plan, const struct dx_demand *demand)
{
    const char *of = demand ? dx_plan_text(plan, " of %s", dx_demand_name(demand)) : "";
    size_t n = 1;
    struct dx_need *need;

    for (const char *c = plan->opts.block_rpcs; c && *c; c++) {
        n += *c == ',';
    }
    need = dx_guest_need(
        plan, &dx_need_kind_qemu_ga, demand,
        plan->opts.block_rpcs
            ? dx_plan_text(plan, "the agent in the guest%s refuses %zu command%s", of ? of : "", n, n == 1 ? "" : "s")
            : dx_plan_text(plan, "the guest%s has the agent that the host talks to", of ? of : ""));
    if (!need) {
        return;
    }
    add_agent(plan, need);
    dx_need_say(plan, &need->face.verify, plan->opts.block_rpcs ? "qemu-ga -D" : "systemctl status qemu-guest-agent");
    if (plan->opts.block_rpcs) {
        add_list(plan, need);
    } else {
        add_look(plan, need,
                 "nothing is blocked: who is root on the host reads, writes and runs in the guest what it likes; "
                 "--block-rpcs=guest-exec*,guest-file-*,guest-ssh-*,guest-set-user-password closes that");
    }
    dx_guest_unknown(plan, need);
}

static void derive(struct dx_plan *plan)
{
    bool any = false;

    if (dx_plan_is_bare(plan)) {
        add_guest(plan, NULL);
        return;
    }
    for (size_t i = 0; i < plan->n_demands; i++) {
        if (dx_claim_of(plan->demands[i], &dx_need_kind_qemu_ga)) {
            add_guest(plan, plan->demands[i]);
            any = true;
        }
    }
    if (!any && plan->opts.block_rpcs) {
        dx_ctx_report(plan->ctx, DX_LEVEL_USAGE, DX_SEVERITY_WARNING, NULL,
                      "domxform -i --pass=guest-agent FILE gives a domain the channel",
                      "no domain has the agent's channel: there is nothing to block");
    }
}

const struct dx_need_kind dx_need_kind_qemu_ga = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "qemu-ga",
             .scope = DX_SCOPE_GUEST,
             .summary = "the guest has the agent, which refuses what the host is not to ask",
             .guide = "qemu-ga",
             .why = "who is root on the host reads and writes files and runs commands in the guest through its agent",
             .always = 1},
    .collect = collect,
    .derive = derive,
};
