/* Transparent huge pages for the memory that is in no static pool: QEMU asks for them with madvise (semantics §10.4).
 */
#include "../plan.h"

#define KIND (&dx_need_kind_thp)
#define FOLDER "/sys/kernel/mm/transparent_hugepage/"

/* More than QEMU takes. */
enum { MOST_CELLS = 1024 };

enum use { PRIVATE, SHARED, STATIC };

/* A switch of the kernel, and the memory that it is for. */
static const struct sw {
    const char *id; /* NULL: the requirement that there always is */
    const char *file, *value;
    const char *enough[5];
    const char *memory;  /* in the title; NULL: none is */
    const char *service; /* the file of systemd-tmpfiles */
    enum use use;
} switches[] = {
    {NULL, FOLDER "enabled", "madvise", {"madvise", "always"}, "the memory of guests", "domxform-thp", PRIVATE},
    {"shared",
     FOLDER "shmem_enabled",
     "advise",
     {"advise", "within_size", "always", "force"},
     "the shared memory of guests",
     "domxform-thp-shared",
     SHARED},
    {"static", FOLDER "enabled", "never", {"never", "madvise"}, NULL, "domxform-thp", STATIC},
};

/* ---- what domains ask for ---- */

/* A claim says that memory is shared, or (number > 0) that the cell before that number is, or is not. */
static void collect(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    const struct dx_node *source = dx_domain_find(domain, "memoryBacking", "source"), *numa = dx_domain_numa(domain);
    const struct dx_node *access = dx_domain_find(domain, "memoryBacking", "access"), *shared = NULL;
    uint64_t at = 0;

    if (source && dx_str_is(dx_node_attr(source, "type"), "memfd")) {
        shared = source;
    } else if (access && dx_str_is(dx_node_attr(access, "mode"), "shared")) {
        shared = access;
    }
    if (shared) {
        dx_demand_claim(plan, demand, KIND, dx_asker_of(plan, demand, shared, NULL, "shares its memory"), 0,
                        DX_S("shared"));
    }
    for (const struct dx_node *cell = numa ? dx_node_child(numa, "cell") : NULL; cell && at < MOST_CELLS;
         cell = dx_node_next_named(cell, "cell"), at++) {
        struct dx_str mode = dx_node_attr(cell, "memAccess");
        uint64_t id;

        if (mode.ptr && shared != source) {
            id = dx_parse_uint(dx_node_attr(cell, "id"), DX_CPUS, &id) ? id : at;
            dx_demand_claim(plan, demand, KIND,
                            dx_asker_of(plan, demand, cell, "memAccess", "its memory is %.*s", DX_F(mode)), id + 1,
                            mode);
        }
    }
}

/* What says that a memory is shared; NULL when nothing does. */
static const struct dx_claim *sharing_of(const struct dx_demand *demand, const struct dx_memory *memory)
{
    const struct dx_claim *found = NULL;

    for (size_t i = 0; i < demand->n_claims; i++) {
        const struct dx_claim *claim = &demand->claims[i];

        if (claim->kind == KIND && (claim->number == 0 || claim->number == (uint64_t)(memory->cell + 1))) {
            found = claim;
        }
    }
    return found && found->text && strcmp(found->text, "shared") == 0 ? found : NULL;
}

static enum use use_of(const struct dx_memory *memory, const struct dx_claim *sharing)
{
    return memory->backing != DX_BACKING_ORDINARY ? STATIC : sharing ? SHARED : PRIVATE;
}

/* Adds all memory that a switch is for; how many pieces. With need NULL it only counts them. */
static size_t ask(struct dx_plan *plan, struct dx_need *need, const struct sw *sw)
{
    size_t n = 0;

    for (size_t i = 0; i < plan->n_demands; i++) {
        const struct dx_demand *demand = plan->demands[i];

        for (size_t k = 0; dx_target_is_qemu(&demand->target) && k < demand->n_memories; k++) {
            const struct dx_memory *memory = &demand->memories[k];
            const struct dx_claim *sharing = sharing_of(demand, memory);

            if (use_of(memory, sharing) != sw->use) {
                continue;
            }
            n++;
            dx_need_asked(plan, need, &memory->asker);
            if (sw->use == SHARED) {
                dx_need_asked(plan, need, &sharing->asker);
            }
        }
    }
    return n;
}

/* ---- what there is ---- */

/* The word in brackets, "always [madvise] never"; ptr == NULL when there is none. */
static struct dx_str chosen(struct dx_str text)
{
    const char *open = text.len ? memchr(text.ptr, '[', text.len) : NULL;
    const char *close = open ? memchr(open, ']', text.len - (size_t)(open - text.ptr)) : NULL;

    return close ? (struct dx_str){open + 1, (size_t)(close - open - 1)} : DX_NONE;
}

static bool is_enough(const struct sw *sw, struct dx_str word)
{
    for (size_t i = 0; word.len && i < sizeof sw->enough / sizeof sw->enough[0] && sw->enough[i]; i++) {
        if (dx_str_is(word, sw->enough[i])) {
            return true;
        }
    }
    return false;
}

/* The size of a page; 0 when it cannot be told. */
static uint64_t page_size(struct dx_plan *plan)
{
    uint64_t bytes;

    return dx_root_number(&bytes, &plan->root, &plan->arena, FOLDER "hpage_pmd_size").state == DX_READ_OK ? bytes : 0;
}

/* Since Linux 6.8 that size has switches of its own, which count unless they say inherit. */
static const char *own_switch(struct dx_plan *plan, const struct sw *sw, uint64_t page)
{
    return page ? dx_plan_text(plan, FOLDER "hugepages-%llukB/%s", (unsigned long long)(page / 1024),
                               sw->file + strlen(FOLDER))
                : NULL;
}

/* Looks at both; gives what is to stay as it is, or what is to be. *own is the switch that stands in the way, or NULL.
 */
static const char *check(struct dx_plan *plan, struct dx_need *need, const struct sw *sw, const char **own)
{
    struct dx_reading reading = dx_root_read(&plan->root, &plan->arena, sw->file, DX_MOST_FACT), inner = {0};
    struct dx_str word = reading.state == DX_READ_OK ? chosen(reading.text) : DX_NONE, inner_word = DX_NONE;

    *own = own_switch(plan, sw, page_size(plan));
    if (*own) {
        inner = dx_root_read(&plan->root, &plan->arena, *own, DX_MOST_FACT);
        inner_word = inner.state == DX_READ_OK ? chosen(inner.text) : DX_NONE;
    }
    if (!inner_word.len || dx_str_is(inner_word, "inherit")) {
        *own = NULL;
    }
    if (reading.state != DX_READ_OK) {
        dx_need_unread(plan, need, &reading);
        return sw->value;
    }
    if (!word.len) {
        dx_need_found(plan, need, DX_PLAN_UNKNOWN, "%s does not say what is chosen", sw->file);
        return sw->value;
    }
    if (*own) {
        dx_need_found(plan, need, is_enough(sw, inner_word) ? DX_PLAN_OK : DX_PLAN_MISSING,
                      "%s is %.*s, and %s, which counts for that size, is %.*s", sw->file, DX_F(word), *own,
                      DX_F(inner_word));
        *own = is_enough(sw, inner_word) ? NULL : *own;
    } else {
        dx_need_found(plan, need, is_enough(sw, word) ? DX_PLAN_OK : DX_PLAN_MISSING, "%s is %.*s", sw->file,
                      DX_F(word));
    }
    return is_enough(sw, word) ? dx_plan_keep(plan, word) : sw->value;
}

/* ---- what to do ---- */

static void add_remedies(struct dx_plan *plan, struct dx_need *need, const struct sw *sw, const char *value,
                         const char *own)
{
    const char *file = dx_plan_text(plan, "/etc/tmpfiles.d/%s.conf", sw->service);
    const char *line = dx_plan_text(plan, "w %s - - - - %s\n", sw->file, value);
    const char *inner = own ? dx_plan_text(plan, "w %s - - - - inherit\n", own) : "";

    if (!file || !line || !inner) {
        return;
    }
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_WRITE,
                                       .why = sw->use == STATIC ? "stop looking for memory for them, from now on"
                                                                : "give them to memory that asks for them, from now on",
                                       .path = sw->file,
                                       .value = value,
                                       .readback = DX_READBACK_CHOICE});
    if (own) {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_WRITE,
                                           .why = "have that hold for pages of this size",
                                           .path = own,
                                           .value = "inherit",
                                           .readback = DX_READBACK_CHOICE});
    }
    dx_need_file(plan, need, "and so at each boot", file, dx_plan_text(plan, "%s%s", line, inner));
    if (sw->use == SHARED) {
        dx_need_say(plan, &need->face.persistence, "%s, which systemd-tmpfiles obeys at each boot", file);
    } else {
        dx_need_say(plan, &need->face.persistence,
                    "%s, which systemd-tmpfiles obeys at each boot; transparent_hugepage=%s among the arguments of the "
                    "kernel does the same",
                    file, value);
    }
}

static void add_note(struct dx_plan *plan, struct dx_need *need, const struct sw *sw, uint64_t page, const char *value)
{
    if (sw->use == STATIC) {
        dx_need_say(plan, &need->face.note,
                    "never is what the guide has for static pools; madvise is as good, and leaves them to programs of "
                    "the host that ask for them");
    } else if (sw->use == SHARED) {
        dx_need_say(plan, &need->face.note,
                    "shared memory and memfd obey a switch of their own, shmem_enabled; where the memory is a file of "
                    "another file system, there are none for it");
    } else if (page > UINT64_C(2) << 20) {
        dx_need_say(plan, &need->face.note,
                    "they are of %llu MiB on this kernel, and not of 2 MiB as the guide says: memory is seldom free in "
                    "pieces that large, and static pages of 2 MiB may serve better",
                    (unsigned long long)(page >> 20));
    } else if (strcmp(value, "always") == 0) {
        dx_need_say(plan, &need->face.note,
                    "the guide's always gives them to programs that did not ask too; QEMU asks for the memory of its "
                    "guests, so madvise is enough");
    } else {
        dx_need_say(plan, &need->face.note,
                    "the guide's always is more than is needed: QEMU asks for the memory of its guests, and madvise "
                    "gives them to what asks");
    }
}

static void add_need(struct dx_plan *plan, const struct sw *sw)
{
    dx_cleanup(dx_buf_free) struct dx_buf spelled = DX_BUF(&plan->ctx->mem);
    uint64_t page = page_size(plan);
    const char *value, *own;
    struct dx_need *need;

    if (page) {
        dx_buf_puts(&spelled, " of ");
        dx_page_spell(&spelled, page);
    }
    plan->arena.failed = plan->arena.failed || spelled.failed;
    need = sw->use == STATIC ? dx_need_add(plan, KIND, sw->id,
                                           "no search for transparent huge pages, as all guests are in static "
                                           "pools")
                             : dx_need_add(plan, KIND, sw->id, "transparent huge pages%.*s for %s",
                                           DX_F(dx_buf_view(&spelled)), sw->memory);
    if (!need) {
        return;
    }
    if (sw->use == STATIC) {
        need->face.why =
            "finding and moving memory for them takes time, and pages of static pools are never among them";
    }
    ask(plan, need, sw);
    value = check(plan, need, sw, &own);
    if (!value) {
        return;
    }
    add_remedies(plan, need, sw, value, own);
    add_note(plan, need, sw, page, value);
    dx_need_say(plan, &need->face.verify, "cat %s; grep %s /proc/meminfo", sw->file,
                sw->use == SHARED ? "ShmemHugePages" : "AnonHugePages");
}

/* Static pools have a word in it where no other memory has. */
static void derive(struct dx_plan *plan)
{
    bool any = false;

    if (dx_plan_is_bare(plan)) {
        add_need(plan, &switches[0]);
        return;
    }
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
        if (ask(plan, NULL, &switches[i]) > 0 && (switches[i].use != STATIC || !any)) {
            add_need(plan, &switches[i]);
            any = true;
        }
    }
}

const struct dx_need_kind dx_need_kind_thp = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "thp",
             .scope = DX_SCOPE_HOST,
             .summary = "transparent huge pages for memory that is in no static pool",
             .guide = "HugePage memory",
             .why = "small pages cost a guest more misses of the TLB, and each walks the page tables of guest and host",
             .always = 1},
    .collect = collect,
    .derive = derive,
};
