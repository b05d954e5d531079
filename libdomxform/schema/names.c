#include "names.h"

static uint32_t hash_of(struct dx_qname name)
{
    uint64_t hash = dx_hash(dx_hash(0, name.ns.ptr, name.ns.len), name.local.ptr, name.local.len);

    return (uint32_t)(hash ^ hash >> 32);
}

static bool same(struct dx_qname a, struct dx_qname b)
{
    return dx_str_equal(a.local, b.local) && dx_str_equal(a.ns, b.ns);
}

/* The slot that holds the name, or the free one where it would go. */
static uint32_t slot_of(const struct dx_names *names, struct dx_qname name)
{
    uint32_t slot = hash_of(name) & names->mask;

    while (names->slots[slot] && !same(names->items[names->slots[slot] - 1], name)) {
        slot = (slot + 1) & names->mask;
    }
    return slot;
}

uint32_t dx_names_find(const struct dx_names *names, struct dx_qname name)
{
    return names->n ? names->slots[slot_of(names, name)] : 0;
}

static bool make_room(struct dx_names *names)
{
    uint32_t room = names->room ? names->room * 2 : 64;
    struct dx_names larger = {
        .arena = names->arena,
        .items = dx_arena_zero(names->arena, room, sizeof *larger.items),
        .n = names->n,
        .room = room,
        .slots = dx_arena_zero(names->arena, room * 2, sizeof *larger.slots),
        .mask = room * 2 - 1,
    };

    if (!larger.items || !larger.slots) {
        return false;
    }
    for (uint32_t i = 0; i < names->n; i++) {
        larger.items[i] = names->items[i];
        larger.slots[slot_of(&larger, larger.items[i])] = i + 1;
    }
    *names = larger;
    return true;
}

uint32_t dx_names_add(struct dx_names *names, struct dx_qname name)
{
    uint32_t found = dx_names_find(names, name);
    struct dx_qname copy;

    if (found) {
        return found;
    }
    if (names->n == names->room && !make_room(names)) {
        return 0;
    }
    copy = (struct dx_qname){dx_arena_copy(names->arena, name.ns), dx_arena_copy(names->arena, name.local)};
    if (!copy.ns.ptr || !copy.local.ptr) {
        return 0;
    }
    names->items[names->n] = copy;
    names->slots[slot_of(names, copy)] = names->n + 1;
    return ++names->n;
}
