#include "pool.h"

#include "plan.h"

#define POOLS "/sys/kernel/mm/hugepages"
#define KIB UINT64_C(1024)

/* No architecture has as many. */
enum { MOST_SIZES = 32 };

/* ---- the files of a pool ---- */

const char *dx_pool_folder(struct dx_plan *plan, uint64_t page, int node)
{
    unsigned long long kib = (unsigned long long)(page / KIB);

    return node == DX_ANY_NODE
               ? dx_plan_text(plan, POOLS "/hugepages-%llukB", kib)
               : dx_plan_text(plan, "/sys/devices/system/node/node%d/hugepages/hugepages-%llukB", node, kib);
}

struct dx_reading dx_pool_read(struct dx_pool *pool, struct dx_plan *plan, uint64_t page, int node)
{
    const struct {
        const char *name;
        uint64_t *value;
        bool of_nodes; /* a node has it too */
        bool must;
    } files[] = {
        {"nr_hugepages", &pool->nr, true, true},
        {"free_hugepages", &pool->free, true, true},
        {"surplus_hugepages", &pool->surplus, true, false},
        {"resv_hugepages", &pool->reserved, false, true},
        {"nr_overcommit_hugepages", &pool->overcommit, false, false},
    };
    const char *folder = dx_pool_folder(plan, page, node);
    struct dx_reading reading = {.state = DX_READ_ODD, .path = folder ? folder : POOLS};

    *pool = (struct dx_pool){0};
    for (size_t i = 0; folder && i < sizeof files / sizeof files[0]; i++) {
        const char *path = dx_plan_text(plan, "%s/%s", folder, files[i].name);
        struct dx_reading one = {.state = DX_READ_OK};

        if (path && (files[i].of_nodes || node == DX_ANY_NODE)) {
            one = dx_root_number(files[i].value, &plan->root, &plan->arena, path);
        }
        if (i == 0 || (one.state != DX_READ_OK && files[i].must)) {
            reading = one;
        }
        if (reading.state != DX_READ_OK) {
            return reading;
        }
    }
    if (reading.state == DX_READ_OK && (pool->free > pool->nr || pool->nr > (uint64_t)INT64_MAX)) {
        reading.state = DX_READ_ODD;
        reading.path = folder;
        reading.why = "its files count more pages than there can be";
    }
    return reading;
}

/* ---- sizes ---- */

/* What architectures have, by the size of an ordinary page (semantics §6.4); 0: whatever it is. */
static const struct {
    enum dx_arch arch;
    uint64_t base, kib[5];
} possible[] = {
    {DX_ARCH_X86, 0, {2048, 1048576}},
    {DX_ARCH_AARCH64, 4, {64, 2048, 32768, 1048576}},
    {DX_ARCH_AARCH64, 16, {2048, 32768, 1048576}},
    {DX_ARCH_AARCH64, 64, {2048, 524288, 16777216}},
    {DX_ARCH_PPC64, 0, {2048, 16384, 1048576, 16777216}},
    {DX_ARCH_S390X, 0, {1024}},
};

static void add_size(struct dx_plan *plan, struct dx_page_sizes *sizes, size_t *room, uint64_t bytes)
{
    uint64_t *more = sizes->n == MOST_SIZES || dx_page_sizes_have(sizes, bytes)
                         ? NULL
                         : dx_arena_more(&plan->arena, sizes->bytes, sizes->n, room, sizeof *more);
    size_t at = sizes->n;

    if (!more) {
        return;
    }
    sizes->bytes = more;
    for (; at > 0 && more[at - 1] > bytes; at--) {
        more[at] = more[at - 1];
    }
    more[at] = bytes;
    sizes->n++;
}

/* The sizes of the architecture; true when it is known. */
static bool sizes_of_arch(struct dx_page_sizes *sizes, struct dx_plan *plan)
{
    const struct dx_machine *machine = &plan->machine;
    size_t room = 0;

    *sizes = (struct dx_page_sizes){0};
    for (size_t i = 0; i < sizeof possible / sizeof possible[0]; i++) {
        if (possible[i].arch != machine->arch ||
            (possible[i].base && machine->base_page && possible[i].base * KIB != machine->base_page)) {
            continue;
        }
        for (size_t k = 0; k < 5 && possible[i].kib[k]; k++) {
            add_size(plan, sizes, &room, possible[i].kib[k] * KIB);
        }
    }
    return sizes->n > 0;
}

struct dx_page_sizes dx_pool_sizes(struct dx_plan *plan)
{
    struct dx_page_sizes sizes = {0};
    struct dx_str *names;
    size_t n, room = 0;

    dx_root_list(&names, &n, &plan->root, &plan->arena, POOLS);
    for (size_t i = 0; i < n; i++) {
        struct dx_str name = names[i];
        uint64_t kib;

        if (dx_str_starts(name, "hugepages-") && name.len > 12 && memcmp(name.ptr + name.len - 2, "kB", 2) == 0 &&
            dx_parse_uint((struct dx_str){name.ptr + 10, name.len - 12}, UINT64_MAX / KIB, &kib) && kib > 0) {
            add_size(plan, &sizes, &room, kib * KIB);
        }
    }
    if (sizes.n == 0) {
        /* The first is that of ordinary pages. */
        for (size_t i = 1; i < plan->caps.n_page_sizes; i++) {
            add_size(plan, &sizes, &room, plan->caps.page_sizes[i]);
        }
    }
    sizes.known = sizes.n > 0;
    if (!sizes.known) {
        sizes_of_arch(&sizes, plan);
    }
    return sizes;
}

bool dx_page_sizes_have(const struct dx_page_sizes *sizes, uint64_t page)
{
    for (size_t i = 0; i < sizes->n; i++) {
        if (sizes->bytes[i] == page) {
            return true;
        }
    }
    return false;
}

void dx_page_sizes_tell(struct dx_buf *buf, const struct dx_page_sizes *sizes)
{
    for (size_t i = 0; i < sizes->n; i++) {
        dx_buf_puts(buf, i == 0 ? "" : i + 1 == sizes->n ? " and " : ", ");
        dx_page_spell(buf, sizes->bytes[i]);
    }
}

bool dx_pool_is_possible(struct dx_plan *plan, uint64_t page)
{
    struct dx_page_sizes sizes;

    return (page & (page - 1)) == 0 && (!sizes_of_arch(&sizes, plan) || dx_page_sizes_have(&sizes, page));
}

/* A figure of a file of the form "NAME:   N kB", in bytes; 0 when there is none. */
static uint64_t figure_of(struct dx_plan *plan, const char *path, const char *name)
{
    struct dx_reading reading =
        path ? dx_root_read(&plan->root, &plan->arena, path, DX_MOST_FACT) : (struct dx_reading){.state = DX_READ_ODD};
    struct dx_str rest = reading.text, line;

    while (reading.state == DX_READ_OK && dx_next_line(&line, &rest)) {
        struct dx_str word;
        uint64_t kib;

        while (dx_next_word(&word, &line)) {
            if (dx_str_is(word, name) && dx_next_word(&word, &line) &&
                dx_parse_uint(word, (uint64_t)INT64_MAX / KIB, &kib)) {
                return kib * KIB;
            }
        }
    }
    return 0;
}

uint64_t dx_pool_default(struct dx_plan *plan)
{
    uint64_t bytes = figure_of(plan, "/proc/meminfo", "Hugepagesize:");
    struct dx_str word = dx_machine_argument(&plan->machine, "default_hugepagesz");

    if (!bytes && word.ptr && dx_size_explain(dx_kernel_value(word), &bytes)) {
        bytes = 0;
    }
    return bytes;
}

uint64_t dx_pool_memory(struct dx_plan *plan, int node)
{
    return figure_of(plan,
                     node == DX_ANY_NODE ? "/proc/meminfo"
                                         : dx_plan_text(plan, "/sys/devices/system/node/node%d/meminfo", node),
                     "MemTotal:");
}

/* ---- mounts ---- */

/* The size of pages of a mount, by its options; the default where they do not say. */
static uint64_t size_of_mount(struct dx_str options, uint64_t preset)
{
    while (options.len) {
        const char *comma = memchr(options.ptr, ',', options.len);
        struct dx_str option = {options.ptr, comma ? (size_t)(comma - options.ptr) : options.len};
        size_t taken = option.len + (comma != NULL);
        uint64_t bytes;

        if (dx_str_starts(option, "pagesize=")) {
            option = (struct dx_str){option.ptr + 9, option.len - 9};
            return !dx_size_explain(option, &bytes) || dx_parse_uint(option, UINT64_MAX, &bytes) ? bytes : 0;
        }
        options = (struct dx_str){options.ptr + taken, options.len - taken};
    }
    return preset;
}

struct dx_reading dx_pool_mount(const char **where, struct dx_plan *plan, uint64_t page)
{
    struct dx_reading reading = dx_root_read(&plan->root, &plan->arena, "/proc/mounts", DX_MOST_CONFIG);
    uint64_t preset = dx_pool_default(plan);
    struct dx_str rest = reading.text, line;

    *where = NULL;
    while (reading.state == DX_READ_OK && dx_next_line(&line, &rest)) {
        struct dx_str device, folder, type, options;

        if (dx_next_word(&device, &line) && dx_next_word(&folder, &line) && dx_next_word(&type, &line) &&
            dx_next_word(&options, &line) && dx_str_is(type, "hugetlbfs") && size_of_mount(options, preset) == page) {
            *where = dx_plan_keep(plan, folder);
            break;
        }
    }
    return reading;
}

const char *dx_pool_word(struct dx_plan *plan, uint64_t page)
{
    const char *unit;
    uint64_t n = dx_size_unit(page, &unit);

    return dx_plan_text(plan, "%llu%.1s", (unsigned long long)n, unit);
}
