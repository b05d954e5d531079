/* The channel to the agent in the guest, org.qemu.guest_agent.0 (semantics §10.8). */
#include "pass.h"

enum { LONGEST_PATH = 107 }; /* of a unix socket, in Linux */

struct agent {
    struct dx_str path;
};

static const char *const containers[] = {"devices", NULL};

static int check_agent(struct dx_run *run, const void *values, void *user)
{
    const struct agent *opts = values;

    (void)user;
    if (opts->path.ptr && (opts->path.len < 2 || opts->path.ptr[0] != '/')) {
        return dx_run_usage(run, 1, "write path=/run/…/NAME.sock", "guest-agent: '%.*s' is no path of a socket",
                            DX_F(opts->path));
    }
    if (opts->path.len > LONGEST_PATH) {
        return dx_run_usage(run, 1, "use a shorter one", "guest-agent: the path of a socket has at most %d bytes",
                            LONGEST_PATH);
    }
    return DX_OK;
}

/* libvirt listens at the path, and QEMU connects: without a mode it would be the other way round. */
static int put_source(struct dx_run *run, struct dx_node *channel, struct dx_str path)
{
    struct dx_node *source = dx_node_child(channel, "source");
    int rc = DX_OK;

    if (!source) {
        rc = dx_run_insert(&source, run, channel, "source");
    }
    rc = rc < 0 ? rc : dx_edit_set(source, "mode", "bind");
    return rc < 0 ? rc : dx_edit_set_attr(source, "path", path);
}

static int add_agent(struct dx_run *run, const struct agent *opts)
{
    struct dx_node *devices, *channel, *target;
    int rc = dx_run_container(&devices, run, NULL, "devices", "channel");

    rc = rc < 0 ? rc : dx_run_insert(&channel, run, devices, "channel");
    rc = rc < 0 ? rc : dx_edit_set(channel, "type", "unix");
    if (rc >= 0 && opts->path.ptr) {
        rc = put_source(run, channel, opts->path);
    }
    rc = rc < 0 ? rc : dx_run_insert(&target, run, channel, "target");
    rc = rc < 0 ? rc : dx_edit_set(target, "type", "virtio");
    return rc < 0 ? rc : dx_edit_set(target, "name", "org.qemu.guest_agent.0");
}

static int run_agent(struct dx_run *run, const void *values, void *user)
{
    const struct agent *opts = values;
    struct dx_node *channel = dx_agent_channel(run->doc->root);
    struct dx_str type;

    (void)user;
    if (!channel) {
        return add_agent(run, opts);
    }
    type = dx_node_attr(channel, "type");
    if (dx_str_is(type, "unix")) {
        return opts->path.ptr ? put_source(run, channel, opts->path) : DX_OK;
    }
    type = type.ptr ? type : DX_S("pty"); /* what libvirt takes it for */
    if (opts->path.ptr) {
        return dx_run_error(run, channel, "take it away first with --remove=guest-agent",
                            "the agent's channel is of type '%.*s', which has no socket", DX_F(type));
    }
    return dx_run_note(run, channel, "libvirt talks to the agent over type='unix'",
                       "the agent's channel is of type '%.*s': what stands behind it has the agent for itself",
                       DX_F(type));
}

static int remove_agent(struct dx_run *run, const void *values, void *user)
{
    struct dx_node *channel;

    (void)values;
    (void)user;
    while ((channel = dx_agent_channel(run->doc->root)) != NULL) {
        int rc = dx_run_prune(run, channel, containers);

        if (rc < 0) {
            return rc;
        }
    }
    return DX_OK;
}

static const struct dx_opt options[] = {
    {.name = "path",
     .value = "PATH",
     .help = "where the socket of the host is to be; without it, libvirt has a place for it",
     .type = DX_OPT_STRING,
     .off = offsetof(struct agent, path)},
    {.name = NULL},
};

const struct dx_pass dx_pass_guest_agent = {
    .size = sizeof(struct dx_pass),
    .name = "guest-agent",
    .group = "other",
    .summary = "give the guest the channel of the QEMU guest agent",
    .doc = "Writes <channel type='unix'> with the target org.qemu.guest_agent.0; libvirt\n"
           "adds the virtio-serial controller. A channel of that name is left as it is,\n"
           "whatever is at its other end; a path changes the one of a socket. The guest\n"
           "needs the package qemu-guest-agent, and there the list of what the host may\n"
           "not ask for: block-rpcs=guest-exec,guest-file-open,… in the section [general]\n"
           "of /etc/qemu/qemu-ga.conf, with commas and no space (a space ends the list\n"
           "unseen).",
    .example = "guest-agent",
    .since = "libvirt 1.0.6",
    .element = "devices/channel",
    .opts = options,
    .opt_size = sizeof(struct agent),
    .flags = DX_PASS_INVERSE,
    .check = check_agent,
    .run = run_agent,
    .remove = remove_agent,
    .risk = "who has the host can read files and run commands in the guest unless its agent blocks these; it is there "
            "from the next cold start",
};
