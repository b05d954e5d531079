/* The iothreads that a domain has after libvirt reconciles count and list (semantics §3.2). */
#include "domain.h"

bool dx_iothreads_has(const struct dx_iothreads *iothreads, uint64_t id)
{
    for (size_t i = 0; i < iothreads->n; i++) {
        if (iothreads->ids[i] == id) {
            return true;
        }
    }
    return false;
}

/* One <iothreadids>; false when libvirt would refuse it, or when it is more than the tool takes. */
static bool read_list(struct dx_iothreads *out, const struct dx_node *list)
{
    for (struct dx_node *node = dx_node_child(list, "iothread"); node; node = dx_node_next_named(node, "iothread")) {
        uint64_t id;

        if (!dx_parse_uint(dx_node_attr(node, "id"), UINT32_MAX, &id) || id == 0 || dx_iothreads_has(out, id) ||
            out->n == DX_MOST_IOTHREADS) {
            return false;
        }
        out->ids[out->n++] = id;
    }
    out->listed = out->n;
    return true;
}

bool dx_iothreads_read(struct dx_iothreads *out, struct dx_arena *arena, const struct dx_node *domain)
{
    *out = (struct dx_iothreads){
        .valid = true,
        .element = dx_node_child(domain, "iothreads"),
        .list = dx_node_child(domain, "iothreadids"),
    };
    out->ids = dx_arena_alloc(arena, DX_MOST_IOTHREADS * sizeof *out->ids);
    if (!out->ids) {
        return false;
    }
    if (out->element) {
        struct dx_str text = dx_node_text(out->element);

        if (text.len && !dx_parse_uint(text, UINT32_MAX, &out->count)) {
            out->valid = false;
        }
    }
    /* libvirt merges lists that stand twice. */
    for (const struct dx_node *list = out->list; list && out->valid; list = dx_node_next_named(list, "iothreadids")) {
        out->valid = read_list(out, list);
    }
    if (out->count > DX_MOST_IOTHREADS) {
        out->valid = false;
    }
    /* Missing ids are taken from 1 upwards, skipping those listed, and stand behind them. */
    for (uint64_t id = 1; out->valid && out->n < out->count; id++) {
        bool listed = false;

        for (size_t i = 0; i < out->listed && !listed; i++) {
            listed = out->ids[i] == id;
        }
        if (!listed) {
            out->ids[out->n++] = id;
        }
    }
    return true;
}
