/* <memballoon>: whether the host may ask the guest for memory, and how the guest tells of it. */
#include "pass.h"

enum { MODEL_ABSENT, MODEL_VIRTIO, MODEL_NONE };

struct memballoon {
    int model, autodeflate, reporting;
    struct dx_int period;
};

static const char *const containers[] = {"devices", NULL};

static int check_memballoon(struct dx_run *run, const void *values, void *user)
{
    const struct memballoon *opts = values;

    (void)user;
    return opts->model == MODEL_NONE && (opts->autodeflate || opts->reporting || opts->period.given)
               ? dx_run_usage(run, 1, "leave them out, or use virtio",
                              "memballoon: where there is none, nothing is deflated, reported or counted")
               : DX_OK;
}

/* The kinds of virtio differ in the PCI devices that guests see; each is what was asked for. */
static bool is_model(struct dx_str there, int asked)
{
    static const char *const virtio[] = {"virtio", "virtio-transitional", "virtio-non-transitional", NULL};

    return asked == MODEL_NONE ? dx_str_is(there, "none") : there.ptr && dx_str_any(there, virtio);
}

static int set_switch(struct dx_node *balloon, const char *name, int asked)
{
    return asked ? dx_edit_set(balloon, name, asked == DX_YES ? "on" : "off") : DX_OK;
}

/* How often the guest is asked for statistics; libvirt takes 0, a negative number and no element for never, its schema
 * the last alone. */
static int set_period(struct dx_run *run, struct dx_node *balloon, const struct dx_int *asked)
{
    static const char *const no_containers[] = {NULL};
    struct dx_node *stats = dx_node_child(balloon, "stats");
    struct dx_str text = stats ? dx_node_attr(stats, "period") : DX_NONE;
    bool never = text.len == 0 || text.ptr[0] == '-';
    uint64_t there = 0;
    char number[24];
    int rc = DX_OK;

    if (!asked->given || ((never || dx_parse_uint(text, INT32_MAX, &there)) && there == (uint64_t)asked->value)) {
        return DX_OK;
    }
    if (asked->value == 0) {
        return dx_run_prune(run, stats, no_containers);
    }
    if (!stats) {
        rc = dx_run_insert(&stats, run, balloon, "stats");
    }
    snprintf(number, sizeof number, "%lld", (long long)asked->value);
    return rc < 0 ? rc : dx_edit_set(stats, "period", number);
}

static int run_memballoon(struct dx_run *run, const void *values, void *user)
{
    const struct memballoon *opts = values;
    int model = opts->model ? opts->model : MODEL_VIRTIO, rc = DX_OK;
    struct dx_node *balloon = dx_domain_find(run->doc->root, "devices", "memballoon"), *devices;

    (void)user;
    if (!balloon) {
        rc = dx_run_container(&devices, run, NULL, "devices", "memballoon");
        rc = rc < 0 ? rc : dx_run_insert(&balloon, run, devices, "memballoon");
    }
    if (rc >= 0 && !is_model(dx_node_attr(balloon, "model"), model)) {
        rc = dx_edit_set(balloon, "model", model == MODEL_NONE ? "none" : "virtio");
    }
    rc = rc < 0 ? rc : set_switch(balloon, "autodeflate", opts->autodeflate);
    rc = rc < 0 ? rc : set_switch(balloon, "freePageReporting", opts->reporting);
    return rc < 0 ? rc : set_period(run, balloon, &opts->period);
}

static int remove_memballoon(struct dx_run *run, const void *values, void *user)
{
    struct dx_node *balloon;
    int rc = DX_OK;

    (void)values;
    (void)user;
    while (rc >= 0 && (balloon = dx_domain_find(run->doc->root, "devices", "memballoon")) != NULL) {
        rc = dx_run_note(run, balloon, "--pass=memballoon:none leaves the guest without",
                         "a domain without <memballoon> gets a virtio one from libvirt");
        rc = rc < 0 ? rc : dx_run_prune(run, balloon, containers);
    }
    return rc;
}

static const struct dx_opt options[] = {
    {.name = "model",
     .value = "virtio|none",
     .choices = "virtio|none",
     .help = "virtio (the default), of any kind of virtio; none: the guest has no balloon",
     .type = DX_OPT_ENUM,
     .flags = DX_OPT_POSITIONAL,
     .off = offsetof(struct memballoon, model)},
    {.name = "autodeflate",
     .value = "yes|no",
     .help = "whether the guest takes memory back before it kills a process for lack of it",
     .type = DX_OPT_BOOL,
     .off = offsetof(struct memballoon, autodeflate)},
    {.name = "reporting",
     .value = "yes|no",
     .help = "whether the guest tells which pages are free, so that the host can use them",
     .type = DX_OPT_BOOL,
     .off = offsetof(struct memballoon, reporting)},
    {.name = "period",
     .value = "SECONDS",
     .help = "how often the guest tells how it uses its memory (virsh dommemstat); 0: never",
     .type = DX_OPT_INT,
     .min = 0,
     .max = INT32_MAX,
     .off = offsetof(struct memballoon, period)},
    {.name = NULL},
};

const struct dx_pass dx_pass_memballoon = {
    .size = sizeof(struct dx_pass),
    .name = "memballoon",
    .group = "memory",
    .summary = "give the guest a memory balloon, or none",
    .doc = "Writes <memballoon>. A domain that does not mention it gets model='virtio'\n"
           "from libvirt: virtio puts that into words, none is what takes the device away,\n"
           "and with it a PCI slot and the host's way to the guest's memory. A balloon of\n"
           "any kind of virtio is left as it is. What none has no use for (an address, the\n"
           "statistics) stays for the day it is virtio again. --remove takes the element\n"
           "away, which means virtio.",
    .example = "memballoon:none",
    .since = "libvirt 0.8.4",
    .element = "devices/memballoon",
    .opts = options,
    .opt_size = sizeof(struct memballoon),
    .flags = DX_PASS_INVERSE,
    .check = check_memballoon,
    .run = run_memballoon,
    .remove = remove_memballoon,
    .risk = "the guest gains or loses a device at its next cold start; without a balloon the host cannot take memory "
            "back while it runs",
};
