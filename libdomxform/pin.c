#include "pin.h"

static const char *const containers[] = {"cputune", NULL};

bool dx_pin_id(uint64_t *id, const struct dx_pin_kind *kind, struct dx_str text)
{
    return dx_parse_uint(text, UINT32_MAX, id) && *id >= kind->first;
}

static int check_ids(struct dx_run *run, const struct dx_pin_kind *kind, const struct dx_pairs *pairs)
{
    for (size_t i = 0; i < pairs->n; i++) {
        const struct dx_pair *pair = &pairs->items[i];
        uint64_t id, other;

        if (!dx_pin_id(&id, kind, pair->key)) {
            return dx_run_usage(run, pair->column, kind->first ? "they count from 1" : "they count from 0",
                                "'%.*s' is no %s", DX_F(pair->key), kind->id);
        }
        for (size_t k = 0; k < i; k++) {
            if (dx_pin_id(&other, kind, pairs->items[k].key) && other == id) {
                return dx_run_usage(run, pair->column, "keep one of the two", "%s %.*s is named twice", kind->attr,
                                    DX_F(pair->key));
            }
        }
    }
    return DX_OK;
}

int dx_pins_check(struct dx_run *run, const struct dx_pin_kind *kind, const struct dx_pin_opts *opts)
{
    int forms = (opts->all != NULL) + (opts->spread != NULL) + (opts->by_id.n > 0);
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&run->ctx->mem);

    if (forms == 1) {
        return check_ids(run, kind, &opts->by_id);
    }
    dx_buf_format(&hint, "write %s:CPUSET, %s:%s=CPUSET,… or %s:spread=CPUSET", kind->element, kind->element, kind->key,
                  kind->element);
    dx_buf_byte(&hint, '\0');
    if (hint.failed) {
        return dx_ctx_no_memory(run->ctx);
    }
    return forms == 0 ? dx_run_usage(run, 1, hint.ptr, "%s needs a set of CPUs", kind->element)
                      : dx_run_usage(run, 1, hint.ptr, "%s takes CPUs for all, by %s, or to spread: one of the three",
                                     kind->element, kind->first ? "id" : "number");
}

struct dx_pin *dx_pins_new(struct dx_run *run, size_t n)
{
    struct dx_pin *pins = dx_arena_zero(&run->doc->arena, n ? n : 1, sizeof *pins);

    if (!pins) {
        dx_ctx_no_memory(run->ctx);
    }
    return pins;
}

/* Most are numbered through, from 0 or from 1. */
static struct dx_pin *find(struct dx_pin *pins, size_t n, uint64_t id)
{
    if (id < n && pins[id].id == id) {
        return &pins[id];
    }
    if (id > 0 && id - 1 < n && pins[id - 1].id == id) {
        return &pins[id - 1];
    }
    for (size_t i = 0; i < n; i++) {
        if (pins[i].id == id) {
            return &pins[i];
        }
    }
    return NULL;
}

static bool means(const struct dx_pin *pin, struct dx_str text)
{
    struct dx_cpuset there;

    if (!dx_cpuset_parse(&there, text)) {
        return false;
    }
    return pin->cpus ? dx_cpuset_equal(&there, pin->cpus)
                     : dx_cpuset_has(&there, pin->cpu) && dx_cpuset_count(&there) == 1;
}

static int set_cpus(struct dx_run *run, struct dx_node *node, const struct dx_pin *pin)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&run->ctx->mem);

    if (pin->cpus) {
        dx_cpuset_format(&text, pin->cpus);
    } else {
        dx_buf_format(&text, "%u", pin->cpu);
    }
    return text.failed ? dx_ctx_no_memory(run->ctx) : dx_edit_set_attr(node, "cpuset", dx_buf_view(&text));
}

/* What was added before is where the next goes: with thousands the place is not looked for each time. */
static int add(struct dx_run *run, const struct dx_pin_kind *kind, const struct dx_pin *pin, struct dx_node **last)
{
    struct dx_node *cputune, *node;
    char number[24];
    int rc;

    if (*last) {
        rc = dx_edit_insert(&node, (*last)->parent, *last, kind->element);
    } else {
        rc = dx_run_container(&cputune, run, NULL, "cputune", kind->element);
        rc = rc < 0 ? rc : dx_run_insert(&node, run, cputune, kind->element);
    }
    if (rc < 0) {
        return rc;
    }
    *last = node;
    snprintf(number, sizeof number, "%llu", (unsigned long long)pin->id);
    rc = dx_edit_set(node, kind->attr, number);
    return rc < 0 ? rc : set_cpus(run, node, pin);
}

int dx_pins_write(struct dx_run *run, const struct dx_pin_kind *kind, struct dx_pin *pins, size_t n)
{
    struct dx_node *last = NULL;
    struct dx_each each;
    int rc = DX_OK;

    for (struct dx_node *node = dx_each_first(&each, run->doc->root, "cputune", kind->element); node && rc >= 0;
         node = dx_each_next(&each, node)) {
        uint64_t id;
        struct dx_pin *pin = dx_pin_id(&id, kind, dx_node_attr(node, kind->attr)) ? find(pins, n, id) : NULL;

        if (pin && !pin->there) {
            pin->there = true;
            rc = means(pin, dx_node_attr(node, "cpuset")) ? DX_OK : set_cpus(run, node, pin);
        }
    }
    for (size_t i = 0; i < n && rc >= 0; i++) {
        rc = pins[i].there ? rc : add(run, kind, &pins[i], &last);
    }
    return rc < 0 ? rc : DX_OK;
}

int dx_pins_remove(struct dx_run *run, const struct dx_pin_kind *kind, const struct dx_cpuset *ids)
{
    struct dx_each each;
    struct dx_node *next;

    for (struct dx_node *node = dx_each_first(&each, run->doc->root, "cputune", kind->element); node; node = next) {
        uint64_t id;
        bool known = dx_pin_id(&id, kind, dx_node_attr(node, kind->attr));

        next = dx_each_next(&each, node);
        if (!ids || (known && id < DX_CPUS && dx_cpuset_has(ids, (unsigned)id))) {
            int rc = dx_run_prune(run, node, containers);

            if (rc < 0) {
                return rc;
            }
        }
    }
    return DX_OK;
}

int dx_pins_warn_iothreads(struct dx_run *run)
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
            return shared.failed ? dx_ctx_no_memory(run->ctx)
                                 : dx_run_report(run, DX_RULE_PIN_A01, pin, "cpuset",
                                                 DX_ARGS(dx_node_attr(pin, "iothread"), dx_buf_view(&shared)));
        }
    }
    return DX_OK;
}

int dx_pins_warn_emulator(struct dx_run *run)
{
    dx_cleanup(dx_buf_free) struct dx_buf shared = DX_BUF(&run->ctx->mem);
    const struct dx_node *pin = dx_domain_find(run->doc->root, "cputune", "emulatorpin");
    struct dx_cpuset vcpus;

    if (!pin || !dx_pins_of_vcpus(&vcpus, run->doc->root) || !dx_pin_shares(&shared, pin, &vcpus)) {
        return DX_OK;
    }
    return shared.failed ? dx_ctx_no_memory(run->ctx)
                         : dx_run_report(run, DX_RULE_PIN_A03, pin, "cpuset", DX_ARGS(dx_buf_view(&shared)));
}
