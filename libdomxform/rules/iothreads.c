/* IOT: how many iothreads there are and which ids they have; maps of queues to them. */
#include "facts.h"

#include <stdlib.h>

static void check_pool(struct dx_facts *facts, const struct dx_node *node)
{
    static const char *const names[] = {"thread_pool_min", "thread_pool_max", NULL};
    struct dx_str text[2];
    uint64_t number[2];
    bool good = true;

    dx_facts_attrs(text, node, names);
    for (size_t i = 0; i < 2; i++) {
        if (dx_facts_number(&number[i], text[i], INT32_MAX) < 0) {
            dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_IOT_G02C,
                                                       .node = node,
                                                       .attr = names[i],
                                                       .value = text[i],
                                                       .args = {dx_str_of(names[i]), text[i]}});
            good = false;
        }
    }
    if (good && text[1].ptr && number[1] == 0) {
        dx_facts_raise(
            facts, &(struct dx_finding){
                       .rule = DX_RULE_IOT_G01, .node = node, .attr = names[1], .value = text[1], .args = {text[1]}});
    } else if (good && text[0].ptr && (!text[1].ptr || number[0] > number[1])) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = text[1].ptr ? DX_RULE_IOT_G02 : DX_RULE_IOT_G02B,
                                                   .node = node,
                                                   .attr = names[0],
                                                   .value = text[0],
                                                   .args = {text[0], text[1]}});
    }
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

struct listed {
    uint64_t id;
    const struct dx_node *node;
};

static bool same_id(const void *items, size_t a, size_t b)
{
    const struct listed *listed = items;

    return listed[a].id == listed[b].id;
}

/* One listed iothread; true when its id counts. */
static bool check_listed(struct dx_facts *facts, const struct dx_node *node, uint64_t *id)
{
    struct dx_str text = dx_node_attr(node, "id");

    check_pool(facts, node);
    if (dx_facts_number(id, text, UINT32_MAX) == 1 && *id > 0) {
        return true;
    }
    dx_facts_raise(facts, &(struct dx_finding){.rule = text.ptr ? DX_RULE_IOT_P02 : DX_RULE_IOT_P02B,
                                               .node = node,
                                               .attr = text.ptr ? "id" : NULL,
                                               .lacks = text.ptr ? NULL : "id",
                                               .value = text,
                                               .args = {text}});
    return false;
}

static void check_list(struct dx_facts *facts)
{
    const struct dx_fact_list *lists = &facts->lists[DX_FACT_IOTHREADIDS];
    struct listed *listed;
    struct dx_twins twins;
    size_t n = 0, room = 0;

    for (size_t i = 0; i < lists->n; i++) {
        for (const struct dx_node *node = dx_node_child(lists->items[i], "iothread"); node;
             node = dx_node_next_named(node, "iothread")) {
            room++;
        }
    }
    listed = dx_arena_alloc(facts->arena, room * sizeof *listed);
    facts->listed = dx_arena_alloc(facts->arena, room * sizeof *facts->listed);
    if (room == 0 || !listed || !facts->listed || !dx_twins_init(&twins, facts->arena, room)) {
        return;
    }
    for (size_t i = 0; i < lists->n; i++) {
        for (const struct dx_node *node = dx_node_child(lists->items[i], "iothread"); node;
             node = dx_node_next_named(node, "iothread")) {
            uint64_t id;

            if (!check_listed(facts, node, &id)) {
                continue;
            }
            listed[n] = (struct listed){id, node};
            if (dx_twins_put(&twins, listed, n, dx_hash(1, &id, sizeof id), same_id) == n) {
                facts->listed[n++] = id;
            } else {
                struct dx_str text = dx_node_attr(node, "id");

                dx_facts_raise(facts,
                               &(struct dx_finding){
                                   .rule = DX_RULE_IOT_P03, .node = node, .attr = "id", .value = text, .args = {text}});
            }
        }
    }
    facts->n_listed = n;
    qsort(facts->listed, n, sizeof *facts->listed, compare);
}

void dx_check_iothreads(struct dx_facts *facts)
{
    const struct dx_node *count = dx_facts_first(facts, DX_FACT_IOTHREADS);
    const struct dx_node *main_loop = dx_facts_first(facts, DX_FACT_DEFAULTIOTHREAD);
    uint64_t wanted = 0;

    facts->iothreads_known = true;
    if (count) {
        struct dx_str text = dx_node_text(count);

        if (text.len && !dx_parse_uint(text, UINT32_MAX, &wanted)) {
            facts->iothreads_known = false;
            wanted = 0;
            dx_facts_raise(facts,
                           &(struct dx_finding){.rule = DX_RULE_IOT_P01, .node = count, .value = text, .args = {text}});
        } else if (wanted > DX_MOST_IOTHREADS) {
            dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_IOT_Q09B,
                                                       .node = count,
                                                       .value = text,
                                                       .args = {text, dx_facts_word(facts, "%d", DX_MOST_IOTHREADS)}});
        }
    }
    check_list(facts);
    if (main_loop) {
        check_pool(facts, main_loop);
    }
    /* Missing ids are taken from 1 upwards, skipping those listed (semantics §3.2). */
    facts->filled = wanted > facts->n_listed ? wanted - facts->n_listed : 0;
    for (size_t i = 0; facts->filled && i < facts->n_listed && facts->listed[i] <= facts->filled; i++) {
        facts->filled++;
    }
}

/* ---- maps (libvirt 10.0) ---- */

struct queue {
    uint64_t id;
    const struct dx_node *node;
};

struct map {
    struct dx_facts *facts;
    struct dx_str device, queues_text;
    uint64_t queues;
    struct listed *threads;
    size_t n_threads;
    struct queue *given;
    size_t n_given;
};

static void raise_map(const struct map *map, enum dx_rule_id rule, const struct dx_node *node, struct dx_str value)
{
    struct dx_finding finding = {
        .rule = rule, .node = node, .attr = value.ptr ? "id" : NULL, .value = value, .args = {value, map->device}};

    if (rule == DX_RULE_IOT_Q06D) {
        finding.args[2] = map->queues_text;
    }
    dx_facts_raise(map->facts, &finding);
}

static int compare_queues(const void *a, const void *b)
{
    const struct queue *x = a, *y = b;

    if (x->id != y->id) {
        return x->id > y->id ? 1 : -1;
    }
    return (x->node->begin > y->node->begin) - (x->node->begin < y->node->begin);
}

/* Room for all threads and queues of a map; false when it is empty or memory runs out. */
static bool open_map(struct map *map, const struct dx_node *list)
{
    size_t queues = 0, threads = 0;

    for (const struct dx_node *thread = dx_node_child(list, "iothread"); thread;
         thread = dx_node_next_named(thread, "iothread")) {
        threads++;
        for (const struct dx_node *queue = dx_node_child(thread, "queue"); queue;
             queue = dx_node_next_named(queue, "queue")) {
            queues++;
        }
    }
    map->threads = dx_arena_alloc(map->facts->arena, threads * sizeof *map->threads);
    map->given = dx_arena_alloc(map->facts->arena, queues * sizeof *map->given);
    return threads > 0 && map->threads && map->given;
}

/* The queues below one thread; false when there are none. */
static bool take_queues(struct map *map, const struct dx_node *thread)
{
    const struct dx_node *first = dx_node_child(thread, "queue");

    for (const struct dx_node *queue = first; queue; queue = dx_node_next_named(queue, "queue")) {
        struct dx_str text = dx_node_attr(queue, "id");
        uint64_t id;

        if (dx_facts_number(&id, text, UINT32_MAX) != 1) {
            raise_map(map, DX_RULE_IOT_Q06H, queue, text);
        } else if (map->queues && id >= map->queues) {
            raise_map(map, DX_RULE_IOT_Q06D, queue, text);
        } else {
            map->given[map->n_given++] = (struct queue){id, queue};
        }
    }
    return first != NULL;
}

static void check_queues(struct map *map, const struct dx_node *list)
{
    uint64_t next = 0;

    qsort(map->given, map->n_given, sizeof *map->given, compare_queues);
    for (size_t i = 0; i < map->n_given; i++) {
        if (i > 0 && map->given[i].id == map->given[i - 1].id) {
            raise_map(map, DX_RULE_IOT_Q06E, map->given[i].node, dx_node_attr(map->given[i].node, "id"));
        } else if (map->given[i].id == next) {
            next++;
        }
    }
    if (next < map->queues) {
        struct dx_str missing = dx_facts_word(map->facts, "%llu", (unsigned long long)next);

        dx_facts_raise(map->facts,
                       &(struct dx_finding){
                           .rule = DX_RULE_IOT_Q06G, .node = list, .value = missing, .args = {missing, map->device}});
    }
}

/* The ids of the threads; gives how many of them name queues. */
static size_t check_threads(struct map *map, const struct dx_node *list)
{
    struct dx_twins twins;
    size_t with_queues = 0, all = 0;

    for (const struct dx_node *thread = dx_node_child(list, "iothread"); thread;
         thread = dx_node_next_named(thread, "iothread")) {
        all++;
    }
    if (!dx_twins_init(&twins, map->facts->arena, all)) {
        return 0;
    }
    for (const struct dx_node *thread = dx_node_child(list, "iothread"); thread;
         thread = dx_node_next_named(thread, "iothread")) {
        struct dx_str text = dx_node_attr(thread, "id");
        uint64_t id;

        with_queues += take_queues(map, thread);
        if (dx_facts_number(&id, text, UINT32_MAX) != 1 || id == 0) {
            raise_map(map, DX_RULE_IOT_Q06H, thread, text);
            continue;
        }
        if (map->facts->iothreads_known && !dx_facts_has_iothread(map->facts, id)) {
            raise_map(map, DX_RULE_IOT_Q06B, thread, text);
        }
        map->threads[map->n_threads] = (struct listed){id, thread};
        if (dx_twins_put(&twins, map->threads, map->n_threads, dx_hash(1, &id, sizeof id), same_id) != map->n_threads) {
            raise_map(map, DX_RULE_IOT_Q06A, thread, text);
        } else {
            map->n_threads++;
        }
    }
    if (with_queues && with_queues < all) {
        dx_facts_raise(map->facts, &(struct dx_finding){.rule = DX_RULE_IOT_Q06F, .node = list, .args = {map->device}});
    }
    return with_queues;
}

void dx_check_iothread_map(struct dx_facts *facts, const struct dx_node *driver, struct dx_str queues,
                           struct dx_str device)
{
    const struct dx_node *list = dx_node_child(driver, "iothreads");
    struct map map = {.facts = facts, .device = device, .queues_text = queues};

    if (!list || dx_facts_number(&map.queues, queues, UINT32_MAX) < 0 || !open_map(&map, list) ||
        check_threads(&map, list) == 0) {
        return;
    }
    if (map.queues == 0) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_IOT_Q06C, .node = list, .args = {device}});
    } else {
        check_queues(&map, list);
    }
}
