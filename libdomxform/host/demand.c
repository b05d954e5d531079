#include "../report.h"
#include "plan.h"

struct dx_asker dx_asker_of(struct dx_plan *plan, const struct dx_demand *demand, const struct dx_node *node,
                            const char *attr, const char *what, ...)
{
    dx_cleanup(dx_buf_free) struct dx_buf path = DX_BUF(&plan->ctx->mem);
    struct dx_doc *doc = dx_node_doc(node);
    struct dx_asker asker = {.size = sizeof asker, .domain = demand->name, .file = demand->file};
    struct dx_where where;
    va_list args;

    if (!attr || !dx_attr_place(node, attr, &asker.offset, &asker.end_offset)) {
        dx_node_place(node, &asker.offset, &asker.end_offset);
    }
    where = dx_source_where(&doc->source, asker.offset, asker.end_offset);
    asker.line = where.line;
    asker.column = where.column;
    asker.end_line = where.end_line;
    asker.end_column = where.end_column;
    dx_node_path_counted(&path, node, &plan->counted);
    asker.path = dx_buf_keep(&path, &plan->arena);
    va_start(args, what);
    asker.what = dx_arena_vtext(&plan->arena, what, args);
    va_end(args);
    plan->arena.failed = plan->arena.failed || where.line == 0;
    return asker;
}

void dx_demand_claim(struct dx_plan *plan, struct dx_demand *demand, const struct dx_need_kind *kind,
                     struct dx_asker asker, uint64_t number, struct dx_str text)
{
    struct dx_claim *claims =
        dx_arena_more(&plan->arena, demand->claims, demand->n_claims, &demand->room_claims, sizeof *claims);

    if (claims) {
        demand->claims = claims;
        claims[demand->n_claims++] = (struct dx_claim){kind, dx_plan_keep(plan, text), number, asker};
    }
}

const char *dx_demand_name(const struct dx_demand *demand)
{
    return demand->name ? demand->name : demand->file;
}

void dx_thread_tell(struct dx_buf *buf, const struct dx_demand *demand, const struct dx_thread *thread)
{
    switch (thread->role) {
    case DX_ROLE_VCPU:
        dx_buf_format(buf, "vcpu %llu of %s", (unsigned long long)thread->id, dx_demand_name(demand));
        break;
    case DX_ROLE_EMULATOR:
        dx_buf_format(buf, "the emulator of %s", dx_demand_name(demand));
        break;
    case DX_ROLE_IOTHREAD:
        dx_buf_format(buf, "iothread %llu of %s", (unsigned long long)thread->id, dx_demand_name(demand));
        break;
    }
}

/* ---- the CPUs of its threads ---- */

static void add_thread(struct dx_plan *plan, struct dx_demand *demand, const struct dx_thread *thread)
{
    struct dx_thread *threads =
        dx_arena_more(&plan->arena, demand->threads, demand->n_threads, &demand->room_threads, sizeof *threads);

    if (threads) {
        demand->threads = threads;
        threads[demand->n_threads++] = *thread;
    }
}

/* The pin of a vCPU or iothread; libvirt takes the first of an id. NULL when it has none that can be read. */
static const struct dx_node *pin_of(const struct dx_node **pins, uint64_t id, uint64_t most)
{
    return id < most ? pins[id] : NULL;
}

/* The pins of a kind by the id that they name. NULL when out of memory. */
static const struct dx_node **pins_by_id(struct dx_plan *plan, const struct dx_node *domain, const char *name,
                                         const char *attr, uint64_t most)
{
    const struct dx_node **pins = dx_arena_zero(&plan->arena, (size_t)most + 1, sizeof(const struct dx_node *));
    struct dx_each each;

    for (const struct dx_node *pin = pins ? dx_each_first(&each, domain, "cputune", name) : NULL; pin;
         pin = dx_each_next(&each, pin)) {
        uint64_t id;

        if (dx_parse_uint(dx_node_attr(pin, attr), UINT64_MAX, &id) && id < most && !pins[id]) {
            pins[id] = pin;
        }
    }
    return pins;
}

/* A thread of its own pin, else of <vcpu cpuset>, which holds all that have none; else it is not told. */
static void read_thread(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *pin,
                        const struct dx_node *vcpu, enum dx_role role, uint64_t id)
{
    struct dx_thread thread = {.role = role, .id = id, .own = pin != NULL};
    const struct dx_node *node = pin ? pin : vcpu;

    if (node && dx_cpuset_parse(&thread.cpus, dx_node_attr(node, "cpuset"))) {
        thread.asker = dx_asker_of(plan, demand, node, "cpuset", "pins to %.*s", DX_F(dx_node_attr(node, "cpuset")));
        add_thread(plan, demand, &thread);
    }
}

static void read_threads(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    const struct dx_node *vcpu = dx_node_child(domain, "vcpu");
    const struct dx_iothreads *iothreads = demand->iothreads;
    uint64_t n = demand->vcpus < DX_CPUS ? demand->vcpus : DX_CPUS;
    const struct dx_node **pins = pins_by_id(plan, domain, "vcpupin", "vcpu", n);

    /* With placement auto numad chooses, and what is written counts for nothing. */
    if (vcpu && (!dx_node_attr(vcpu, "cpuset").ptr || dx_str_is(dx_node_attr(vcpu, "placement"), "auto"))) {
        vcpu = NULL;
    }
    for (uint64_t i = 0; pins && i < n; i++) {
        read_thread(plan, demand, pin_of(pins, i, n), vcpu, DX_ROLE_VCPU, i);
    }
    read_thread(plan, demand, dx_domain_find(domain, "cputune", "emulatorpin"), vcpu, DX_ROLE_EMULATOR, 0);
    n = 0;
    for (size_t i = 0; iothreads && i < iothreads->n; i++) {
        n = iothreads->ids[i] >= n && iothreads->ids[i] < DX_CPUS ? iothreads->ids[i] + 1 : n;
    }
    pins = pins_by_id(plan, domain, "iothreadpin", "iothread", n);
    for (size_t i = 0; pins && iothreads && iothreads->valid && i < iothreads->n; i++) {
        read_thread(plan, demand, pin_of(pins, iothreads->ids[i], n), vcpu, DX_ROLE_IOTHREAD, iothreads->ids[i]);
    }
}

/* ---- the domain ---- */

static void read_target(struct dx_plan *plan, struct dx_demand *demand, const struct dx_doc *doc)
{
    struct dx_target target = dx_domain_target(doc, plan->opts.assume_arch);

    demand->target = target;
    demand->target.type_name = dx_str_of(dx_plan_keep(plan, target.type_name));
    demand->target.arch_name = dx_str_of(dx_plan_keep(plan, target.arch_name));
    demand->target.machine = dx_str_of(dx_plan_keep(plan, target.machine));
}

static const char *text_of(struct dx_plan *plan, const struct dx_node *node)
{
    struct dx_str text = node ? dx_trim(dx_node_text(node)) : DX_NONE;

    return text.len ? dx_plan_keep(plan, text) : NULL;
}

static void read_name(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    demand->name = text_of(plan, dx_node_child(domain, "name"));
    demand->name_hash = demand->name ? dx_hash(0, demand->name, strlen(demand->name)) : 0;
    demand->uuid = text_of(plan, dx_node_child(domain, "uuid"));
}

/* libvirt keeps a file about each domain that runs, of that name. What runs on another host than this one does not
 * count: it is to come. */
static bool runs(struct dx_plan *plan, const struct dx_demand *demand, const struct dx_node *domain)
{
    if (plan->root.fd < 0) {
        return false;
    }
    if (dx_node_attr(domain, "id").ptr) {
        return true;
    }
    if (!demand->name || strchr(demand->name, '/')) {
        return false;
    }
    return dx_plan_sees(plan, dx_plan_text(plan, "/run/libvirt/qemu/%s.xml", demand->name));
}

/* The one before it that has this name; NULL when there is none, or it has no name. */
static const struct dx_demand *namesake(const struct dx_plan *plan, const struct dx_demand *demand)
{
    for (size_t i = 0; demand->name && i < plan->n_demands; i++) {
        const struct dx_demand *other = plan->demands[i];

        if (other->name && other->name_hash == demand->name_hash && strcmp(other->name, demand->name) == 0) {
            return other;
        }
    }
    return NULL;
}

/* Two documents of one domain, by its UUID: libvirt would hold one of them alone. */
static bool is_same_domain(const struct dx_demand *a, const struct dx_demand *b)
{
    return a->uuid && b->uuid && strcasecmp(a->uuid, b->uuid) == 0;
}

static int tell_again(struct dx_doc *doc, const struct dx_demand *there, bool counts)
{
    dx_cleanup(dx_buf_free) struct dx_buf words = DX_BUF(&doc->ctx->mem);
    struct dx_report report = {.level = DX_LEVEL_INPUT,
                               .severity = DX_SEVERITY_WARNING,
                               .hint = counts ? "one host has one domain of a name: plan for each host alone"
                                              : "plan for one document of each domain"};

    dx_buf_format(&words, "%s has a domain '%s' too: %s", there->file, there->name,
                  counts ? "both count" : "it is the same one by its uuid, and this document does not count");
    report.message = dx_buf_view(&words);
    return words.failed ? dx_ctx_no_memory(doc->ctx)
                        : dx_node_report(doc, dx_node_child(doc->root, "name"), NULL, &report);
}

int dx_demand_read(struct dx_plan *plan, struct dx_doc *doc)
{
    struct dx_demand *demand = dx_arena_zero(&plan->arena, 1, sizeof *demand);
    struct dx_iothreads *iothreads = dx_arena_zero(&plan->arena, 1, sizeof *iothreads);
    struct dx_demand **demands =
        dx_arena_more(&plan->arena, plan->demands, plan->n_demands, &plan->room_demands, sizeof(struct dx_demand *));
    const struct dx_node *domain = doc->root;
    const struct dx_demand *there;

    if (!demand || !iothreads || !demands) {
        return dx_ctx_no_memory(plan->ctx);
    }
    plan->demands = demands;
    plan->counted = (struct dx_counted){0};
    demand->file = dx_plan_keep(plan, doc->source.name);
    demand->bytes = dx_hash(0, doc->source.bytes, doc->source.len);
    read_name(plan, demand, domain);
    there = namesake(plan, demand);
    if (there && (there->bytes == demand->bytes || is_same_domain(there, demand))) {
        return there->bytes == demand->bytes ? DX_OK : tell_again(doc, there, false);
    }
    if (there && tell_again(doc, there, true) != DX_OK) {
        return DX_ENOMEM;
    }
    plan->demands[plan->n_demands++] = demand;
    read_target(plan, demand, doc);
    demand->asker = demand->target.type_name.len
                        ? dx_asker_of(plan, demand, domain, NULL, "is of type %.*s", DX_F(demand->target.type_name))
                        : dx_asker_of(plan, demand, domain, NULL, "is of no type");
    demand->vcpus = dx_domain_vcpus(domain);
    if (dx_iothreads_read(iothreads, &plan->arena, domain)) {
        iothreads->element = iothreads->list = NULL; /* of a document that may go */
        demand->iothreads = iothreads;
    }
    demand->dedicated = dx_hint_promise(domain, &demand->target) != NULL;
    demand->running = runs(plan, demand, domain);
    read_threads(plan, demand, domain);
    dx_demand_read_memory(plan, demand, domain);
    for (size_t i = 0; dx_need_kind_at(i); i++) {
        const struct dx_need_kind *kind = dx_need_kind_at(i);

        if (kind->collect) {
            kind->collect(plan, demand, domain);
        }
    }
    return plan->arena.failed || doc->arena.failed ? dx_ctx_no_memory(plan->ctx) : DX_OK;
}
