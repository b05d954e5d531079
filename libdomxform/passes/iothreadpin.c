/* <cputune><iothreadpin>: which host CPUs the iothreads run on (semantics §4). */
#include "pass.h"

struct pins {
    struct dx_cpuset *all, *spread;
    struct dx_pairs by_id;
};

struct unpin {
    struct dx_cpuset *ids;
};

static const char *const containers[] = {"cputune", NULL};

static uint64_t id_of(struct dx_str key)
{
    uint64_t id = 0;

    return dx_parse_uint(key, UINT32_MAX, &id) ? id : 0;
}

static int check_pins(struct dx_run *run, const void *values, void *user)
{
    const struct pins *opts = values;
    int forms = (opts->all != NULL) + (opts->spread != NULL) + (opts->by_id.n > 0);

    (void)user;
    if (forms != 1) {
        return dx_run_usage(run, 1, "write iothreadpin:CPUSET, iothreadpin:ID=CPUSET,… or iothreadpin:spread=CPUSET",
                            forms == 0 ? "iothreadpin needs a set of CPUs"
                                       : "iothreadpin takes CPUs for all, by id, or to spread: one of the three");
    }
    for (size_t i = 0; i < opts->by_id.n; i++) {
        const struct dx_pair *pair = &opts->by_id.items[i];

        if (id_of(pair->key) == 0) {
            return dx_run_usage(run, pair->column, "iothreads count from 1", "'%.*s' is no iothread id",
                                DX_F(pair->key));
        }
        for (size_t k = 0; k < i; k++) {
            if (id_of(opts->by_id.items[k].key) == id_of(pair->key)) {
                return dx_run_usage(run, pair->column, "keep one of the two", "iothread %.*s is named twice",
                                    DX_F(pair->key));
            }
        }
    }
    return DX_OK;
}

static struct dx_node *find_pin(struct dx_node *root, uint64_t id)
{
    struct dx_each each;

    for (struct dx_node *pin = dx_each_first(&each, root, "cputune", "iothreadpin"); pin;
         pin = dx_each_next(&each, pin)) {
        if (id_of(dx_node_attr(pin, "iothread")) == id) {
            return pin;
        }
    }
    return NULL;
}

static int pin_one(struct dx_run *run, uint64_t id, const struct dx_cpuset *cpus, struct dx_str text)
{
    struct dx_node *pin = find_pin(run->doc->root, id), *cputune;
    struct dx_cpuset there;
    char number[24];
    int rc = DX_OK;

    if (pin && dx_cpuset_parse(&there, dx_node_attr(pin, "cpuset")) && dx_cpuset_equal(&there, cpus)) {
        return DX_OK;
    }
    if (!pin) {
        snprintf(number, sizeof number, "%llu", (unsigned long long)id);
        rc = dx_run_container(&cputune, run, NULL, "cputune", "iothreadpin");
        rc = rc < 0 ? rc : dx_run_insert(&pin, run, cputune, "iothreadpin");
        rc = rc < 0 ? rc : dx_edit_set(pin, "iothread", number);
    }
    return rc < 0 ? rc : dx_edit_set_attr(pin, "cpuset", text);
}

/* How many iothreads there are once the pass iothreads has made that id: it takes the lowest that are free. */
static unsigned long long enough(const struct dx_iothreads *iothreads, struct dx_str id)
{
    uint64_t number = 0;
    size_t above = 0;

    dx_parse_uint(id, UINT32_MAX, &number);
    for (size_t i = 0; i < iothreads->n; i++) {
        above += iothreads->ids[i] > number;
    }
    return number + above;
}

static int refuse_unknown(struct dx_run *run, const struct dx_iothreads *iothreads, struct dx_str id)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&run->ctx->mem);
    const struct dx_node *at = iothreads->list      ? iothreads->list
                               : iothreads->element ? iothreads->element
                                                    : run->doc->root;

    if (iothreads->n == 0) {
        dx_buf_puts(&hint, "the domain has no iothreads: put --pass=iothreads before this one");
    } else {
        dx_buf_puts(&hint, "its iothreads are");
        for (size_t i = 0; i < iothreads->n && i < 16; i++) {
            dx_buf_format(&hint, " %llu", (unsigned long long)iothreads->ids[i]);
        }
        dx_buf_puts(&hint, iothreads->n > 16 ? " …" : "");
        dx_buf_format(&hint, "; put --pass=iothreads:%llu before this one for more", enough(iothreads, id));
    }
    dx_buf_byte(&hint, '\0');
    return hint.failed ? dx_ctx_no_memory(run->ctx)
                       : dx_run_report_as(run, DX_RULE_PIN_P03, DX_SEVERITY_ERROR, at, NULL, hint.ptr, DX_ARGS(id));
}

/* CPUs shared with a vCPU are worth a word, once. */
static int warn_shared(struct dx_run *run)
{
    struct dx_each each;
    struct dx_cpuset vcpus;

    if (!dx_pins_of_vcpus(&vcpus, run->doc->root)) {
        return DX_OK;
    }
    for (struct dx_node *pin = dx_each_first(&each, run->doc->root, "cputune", "iothreadpin"); pin;
         pin = dx_each_next(&each, pin)) {
        dx_cleanup(dx_buf_free) struct dx_buf shared = DX_BUF(&run->ctx->mem);

        if (dx_pin_shares(&shared, pin, &vcpus)) {
            return dx_run_report(run, DX_RULE_PIN_A01, pin, "cpuset",
                                 DX_ARGS(dx_node_attr(pin, "iothread"), dx_buf_view(&shared)));
        }
    }
    return DX_OK;
}

static int pin_by_id(struct dx_run *run, const struct pins *opts, const struct dx_iothreads *iothreads)
{
    int rc = DX_OK;

    for (size_t i = 0; rc >= 0 && i < opts->by_id.n; i++) {
        dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&run->ctx->mem);
        const struct dx_pair *pair = &opts->by_id.items[i];

        dx_cpuset_format(&text, pair->cpus);
        if (text.failed) {
            return dx_ctx_no_memory(run->ctx);
        }
        rc = dx_iothreads_has(iothreads, id_of(pair->key)) ? DX_OK : refuse_unknown(run, iothreads, pair->key);
        rc = rc < 0 ? rc : pin_one(run, id_of(pair->key), pair->cpus, dx_buf_view(&text));
    }
    return rc;
}

static int pin_all(struct dx_run *run, const struct pins *opts, const struct dx_iothreads *iothreads)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&run->ctx->mem);
    int rc = DX_OK;

    dx_cpuset_format(&text, opts->all);
    if (text.failed) {
        return dx_ctx_no_memory(run->ctx);
    }
    for (size_t i = 0; rc >= 0 && i < iothreads->n; i++) {
        rc = pin_one(run, iothreads->ids[i], opts->all, dx_buf_view(&text));
    }
    return rc;
}

static int pin_spread(struct dx_run *run, const struct pins *opts, const struct dx_iothreads *iothreads)
{
    int cpu = -1, rc = DX_OK;

    for (size_t i = 0; rc >= 0 && i < iothreads->n; i++) {
        struct dx_cpuset one = {{0}};
        char number[16];

        cpu = dx_cpuset_next(opts->spread, (unsigned)(cpu + 1));
        cpu = cpu < 0 ? dx_cpuset_next(opts->spread, 0) : cpu;
        dx_cpuset_add(&one, (unsigned)cpu);
        snprintf(number, sizeof number, "%d", cpu);
        rc = pin_one(run, iothreads->ids[i], &one, dx_str_of(number));
    }
    return rc;
}

static int run_pins(struct dx_run *run, const void *values, void *user)
{
    const struct pins *opts = values;
    struct dx_iothreads iothreads;
    size_t edits = run->doc->edits;
    int rc;

    (void)user;
    if (!dx_iothreads_read(&iothreads, &run->doc->arena, run->doc->root)) {
        return dx_ctx_no_memory(run->ctx);
    }
    if (!iothreads.valid) {
        return dx_run_error(run, iothreads.list ? iothreads.list : iothreads.element,
                            "mend them first: ids are unique and above 0, and 1024 are enough",
                            "the iothreads of this domain are not ones that libvirt takes");
    }
    if (opts->by_id.n) {
        rc = pin_by_id(run, opts, &iothreads);
    } else if (iothreads.n == 0) {
        rc = refuse_unknown(run, &iothreads, DX_S("1"));
    } else {
        rc = opts->spread ? pin_spread(run, opts, &iothreads) : pin_all(run, opts, &iothreads);
    }
    return rc < 0 || run->doc->edits == edits ? rc : warn_shared(run);
}

static int remove_pins(struct dx_run *run, const void *values, void *user)
{
    const struct unpin *opts = values;
    struct dx_each each;
    struct dx_node *next;

    (void)user;
    for (struct dx_node *pin = dx_each_first(&each, run->doc->root, "cputune", "iothreadpin"); pin; pin = next) {
        uint64_t id = id_of(dx_node_attr(pin, "iothread"));

        next = dx_each_next(&each, pin);
        if (!opts->ids || (id < DX_CPUS && dx_cpuset_has(opts->ids, (unsigned)id))) {
            int rc = dx_run_prune(run, pin, containers);

            if (rc < 0) {
                return rc;
            }
        }
    }
    return DX_OK;
}

static const struct dx_opt options[] = {
    {.name = "cpus",
     .value = "CPUSET",
     .help = "host CPUs for every iothread, such as 1-3,5,7-12 or 0-7,^4",
     .type = DX_OPT_CPUSET,
     .flags = DX_OPT_POSITIONAL,
     .off = offsetof(struct pins, all)},
    {.name = "spread",
     .value = "CPUSET",
     .help = "one of these host CPUs for each iothread in turn",
     .type = DX_OPT_CPUSET,
     .off = offsetof(struct pins, spread)},
    {.name = "ID",
     .value = "CPUSET",
     .help = "host CPUs for the iothread of that id",
     .type = DX_OPT_CPUSET,
     .keys = DX_KEY_NUMBER,
     .off = offsetof(struct pins, by_id)},
    {.name = NULL},
};

static const struct dx_opt remove_options[] = {
    {.name = "ids",
     .value = "ID,…",
     .help = "the iothreads to unpin, such as 1,3-4; without it, all",
     .type = DX_OPT_CPUSET,
     .flags = DX_OPT_POSITIONAL,
     .off = offsetof(struct unpin, ids)},
    {.name = NULL},
};

const struct dx_pass dx_pass_iothreadpin = {
    .size = sizeof(struct dx_pass),
    .name = "iothreadpin",
    .group = "iothreads",
    .summary = "pin iothreads to host CPUs",
    .doc = "Writes <cputune><iothreadpin> for every iothread, for those named by id, or one\n"
           "CPU each in turn. A pin that means the same keeps its spelling, another is\n"
           "changed in place. An id that the domain does not have is refused: let the pass\n"
           "iothreads make it first. Choose CPUs that no vCPU is pinned to.",
    .example = "iothreadpin:1-3,5,7-12",
    .since = "libvirt 1.2.9",
    .element = "cputune/iothreadpin",
    .opts = options,
    .remove_opts = remove_options,
    .opt_size = sizeof(struct pins),
    .remove_opt_size = sizeof(struct unpin),
    .flags = DX_PASS_INVERSE,
    .check = check_pins,
    .run = run_pins,
    .remove = remove_pins,
};
