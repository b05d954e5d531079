/*
 * A plan while it is made: domains and host in, requirements out.
 *
 * plan.c takes it through its stages. dx_plan_add_domain() reads a document into a demand (demand.h): its threads and
 * their pins, its memory (memory.c), and a claim for whatever a kind took note of (claims.h); the document may go then.
 * dx_plan_add_capabilities() reads what libvirt says of a host (caps.h). dx_plan_make() reads the machine (machine.h)
 * and lets each kind of kinds.def in turn look at all demands, at the machine and, below the root (root.h), at whatever
 * other files tell, and add requirements (need.c). map.c draws what runs where from the same demands.
 *
 * What several kinds share stands beside this file, a noun each: sets of threads (party.h), CPUs and who is promised
 * them (ledger.h, cpus.h), pools of pages (pool.h, pages.h), settings (config.h), daemons, accounts, block devices,
 * guests' kernels (guest.h) and their agent (agent.h).
 *
 * Nothing here reports what it did not find: that is said in a requirement. What goes wrong is memory; it shows in the
 * arena, which all strings and lists are of, and is asked for once at the end of each call of the public functions.
 */
#ifndef DX_HOST_PLAN_H
#define DX_HOST_PLAN_H

#include "caps.h"
#include "demand.h"

/* A requirement as it grows; what the public part points to is the plan's. */
struct dx_need {
    struct dx_requirement face;
    struct dx_asker *askers;
    struct dx_remedy *remedies;
    size_t room_askers, room_remedies;
};

struct dx_plan {
    struct dx_ctx *ctx;
    struct dx_arena arena;
    struct dx_plan_options opts; /* strings are the plan's own */
    struct dx_root root;
    struct dx_caps caps;
    struct dx_machine machine; /* read by dx_plan_make() */
    struct dx_demand **demands;
    size_t n_demands, room_demands;
    struct dx_need **needs;
    size_t n_needs, room_needs;
    struct dx_counted counted; /* in the domain that is being read */
    bool made;
    const struct dx_map *map; /* NULL until it is asked for */
};

/*
 * A kind of requirement: one file in host/kinds/ and one row in kinds.def.
 *
 * collect() is called with each domain as it is read and keeps what it needs with dx_demand_claim(); NULL: what every
 * demand holds is enough. derive() is called once, with all domains and the host known, and adds requirements.
 */
struct dx_need_kind {
    struct dx_host_kind face;
    void (*collect)(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain);
    void (*derive)(struct dx_plan *plan);
};

#define DX_KIND(name) extern const struct dx_need_kind dx_need_kind_##name;
#include "kinds.def"
#undef DX_KIND

/* The i-th kind; NULL past the end. */
const struct dx_need_kind *dx_need_kind_at(size_t i);

/* True when the plan has no domains, and so is for what needs none. */
static inline bool dx_plan_is_bare(const struct dx_plan *plan)
{
    return plan->n_demands == 0;
}

/* ---- building requirements; all strings are copied, NULL need is fine after memory ran out ---- */

/* A new requirement of a kind, UNKNOWN for now; `id` is what tells it from others of its kind (NULL: it is the only
 * one). `title` says what is required. */
struct dx_need *dx_need_add(struct dx_plan *plan, const struct dx_need_kind *kind, const char *id, const char *title,
                            ...) DX_FORMAT(4, 5);

void dx_need_asked(struct dx_plan *plan, struct dx_need *need, const struct dx_asker *asker);

/* What came of looking. */
void dx_need_found(struct dx_plan *plan, struct dx_need *need, enum dx_plan_state state, const char *format, ...)
    DX_FORMAT(4, 5);

/* UNKNOWN, for what could not be read. */
void dx_need_unread(struct dx_plan *plan, struct dx_need *need, const struct dx_reading *reading);

/* Numbers what has the id of another one: domains of one name. */
void dx_needs_tell_apart(struct dx_plan *plan);

/* A sentence in one of the fields why, persistence, verify and note: &need->face.note. */
void dx_need_say(struct dx_plan *plan, const char **field, const char *format, ...) DX_FORMAT(3, 4);

/* Adds a step; the strings are copied. */
void dx_need_remedy(struct dx_plan *plan, struct dx_need *need, const struct dx_remedy *remedy);

/* Adds the step of a file of root's own, which keeps something across a reboot: it holds `text`. */
void dx_need_file(struct dx_plan *plan, struct dx_need *need, const char *why, const char *path, const char *text);

/* A text that the plan keeps; NULL when out of memory. */
const char *dx_plan_text(struct dx_plan *plan, const char *format, ...) DX_FORMAT(2, 3);
const char *dx_plan_keep(struct dx_plan *plan, struct dx_str s); /* NULL for what has no ptr */

/* True when something stands at a path of the host, which is read; a NULL is nothing. */
bool dx_plan_sees(struct dx_plan *plan, const char *path);

#endif
