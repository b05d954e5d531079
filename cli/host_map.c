/* The map of a host: the library's picture as it is, and as a table for a terminal. */
#include "host.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 79, INDENT = 2, BODY = 3, A_ROW = 4 };

/* One for each domain, again from the first when there are more. */
static const char *const tints[] = {"\x1b[36m", "\x1b[33m", "\x1b[32m", "\x1b[35m",
                                    "\x1b[94m", "\x1b[93m", "\x1b[92m", "\x1b[95m"};
static const char alarm_tint[] = "\x1b[1;31m", dim[] = "\x1b[2m", bold[] = "\x1b[1m";

/* By role: as a word, and in a cell. */
static const struct {
    const char *word;
    char letter;
} roles[] = {
    [DX_MAP_VCPU] = {"vcpu", 'v'},
    [DX_MAP_EMULATOR] = {"emulator", 'e'},
    [DX_MAP_IOTHREAD] = {"iothread", 'i'},
};

struct picture {
    struct text *text;
    const struct dx_map *map;
    bool color;
    size_t cell; /* columns of one, the gap behind it counted */
    size_t row;  /* cells in one */
};

static int put(struct text *text, const struct host_report *report,
               int (*map)(char **out, size_t *len, struct dx_plan *plan))
{
    char *bytes;
    size_t len;
    int rc = map(&bytes, &len, report->plan);

    if (rc == DX_OK) {
        text_bytes(text, bytes, len);
        dx_bytes_free(report->cli->ctx, bytes);
    }
    return rc;
}

int host_map_xml(struct text *text, const struct host_report *report)
{
    return put(text, report, dx_plan_map);
}

int host_map_svg(struct text *text, const struct host_report *report)
{
    return put(text, report, dx_plan_map_svg);
}

/* ---- the table ---- */

static void put_tinted(const struct picture *p, const char *tint, const char *s)
{
    text_format(p->text, "%s%s%s", p->color && *s ? tint : "", s, p->color && *s ? "\x1b[0m" : "");
}

/* A sign in its colour, and words behind it; the escape sequences are no columns when these are wrapped. */
static void put_entry(const struct picture *p, const char *tint, const char *sign, struct text *words)
{
    text_auto block = {.io = p->text->io};

    text_byte(words, '\0');
    text_format(&block, "%-*s ", BODY - 1, sign);
    host_put_words(&block, BODY, words->failed ? "" : words->ptr);
    put_tinted(p, tint, sign);
    if (block.len > strlen(sign)) {
        text_bytes(p->text, block.ptr + strlen(sign), block.len - strlen(sign));
    }
    p->text->failed = p->text->failed || words->failed || block.failed;
}

static const char *tint_of(const struct picture *p, const struct dx_map_domain *domain)
{
    return tints[(size_t)(domain - p->map->domains) % (sizeof tints / sizeof tints[0])];
}

static bool is_online(const struct dx_map_cpu *cpu)
{
    return cpu->state == DX_CPU_ONLINE;
}

/* As wide as the longest number or sign needs, and as many in a row as fit, a multiple of four. */
static void measure(struct picture *p)
{
    const struct dx_map *map = p->map;
    size_t sign = map->n_domains ? strlen(map->domains[map->n_domains - 1].sign) : 1;
    unsigned last = 0;

    for (size_t i = 0; i < map->n_cpus; i++) {
        last = is_online(&map->cpus[i]) && map->cpus[i].last > last ? map->cpus[i].last : last;
    }
    p->cell = (size_t)snprintf(NULL, 0, "%u", last) + 1;
    p->cell = p->cell < sign + 3 ? sign + 3 : p->cell;
    p->row = (WIDTH - INDENT) / p->cell / A_ROW * A_ROW;
}

static void put_number(const struct picture *p, const struct dx_map_cpu *cpu)
{
    char number[16];

    snprintf(number, sizeof number, "%u", cpu->first);
    put_tinted(p, dim, number);
    text_format(p->text, "%*s", (int)(p->cell - strlen(number)), "");
}

/* "Av", "Ae+", "Bv!", "k", "." */
static void put_cell(const struct picture *p, const struct dx_map_cpu *cpu)
{
    const struct dx_map_threads *threads = cpu->n_threads ? cpu->threads[0] : NULL;
    const char *flag = cpu->collision ? "!" : cpu->n_threads + cpu->n_more > 1 ? "+" : "";
    char who[32];

    if (threads) {
        snprintf(who, sizeof who, "%s%c", threads->domain->sign, roles[threads->role].letter);
        put_tinted(p, tint_of(p, threads->domain), who);
        put_tinted(p, cpu->collision ? alarm_tint : dim, flag);
    } else {
        snprintf(who, sizeof who, "%s", cpu->kworkers ? "k" : ".");
        put_tinted(p, dim, who);
    }
    text_format(p->text, "%*s", (int)(p->cell - strlen(who) - (threads ? strlen(flag) : 0)), "");
}

/* A line of numbers, or of what runs there, of the CPUs from `from` to `to`; no blanks at its end. */
static void put_line(const struct picture *p, const struct dx_map_cpu *from, const struct dx_map_cpu *to,
                     void (*spell)(const struct picture *p, const struct dx_map_cpu *cpu))
{
    text_format(p->text, "%*s", INDENT, "");
    for (const struct dx_map_cpu *cpu = from; cpu < to; cpu++) {
        spell(p, cpu);
    }
    while (p->text->len > 0 && p->text->ptr[p->text->len - 1] == ' ') {
        p->text->len--;
    }
    text_byte(p->text, '\n');
}

/* "vcpus 0-3"; `ids` NULL or empty: the emulator */
static void put_threads(struct text *words, enum dx_map_role role, const char *ids)
{
    bool any = ids && *ids;

    text_format(words, "%s%s%s%s", roles[role].word, any && strpbrk(ids, ",-") ? "s" : "", any ? " " : "",
                any ? ids : "");
}

/* "!  CPUs 64-67: not there, though pinned to by vcpus 0-3 of A" */
static void put_missing(const struct picture *p, const struct dx_map_cpu *cpu)
{
    text_auto words = {.io = p->text->io};

    if (cpu->last > cpu->first) {
        text_format(&words, "CPUs %u-%u: ", cpu->first, cpu->last);
    } else {
        text_format(&words, "CPU %u: ", cpu->first);
    }
    text_puts(&words, cpu->state == DX_CPU_ABSENT ? "not there" : "offline");
    for (size_t i = 0; i < cpu->n_threads; i++) {
        text_puts(&words, i ? ", " : ", though pinned to by ");
        put_threads(&words, cpu->threads[i]->role, cpu->threads[i]->ids);
        text_format(&words, " of %s", cpu->threads[i]->domain->sign);
    }
    if (cpu->n_more) {
        text_format(&words, " and %zu more", cpu->n_more);
    }
    put_entry(p, alarm_tint, cpu->n_threads ? "!" : "", &words);
}

/* The CPUs of one node from the i-th of all on; gives where the next node begins. */
static size_t put_node(const struct picture *p, size_t i)
{
    const struct dx_map_cpu *cpus = p->map->cpus, *end = cpus + p->map->n_cpus, *from = cpus + i, *to = from;
    char name[48] = "CPUs";

    while (to < end && to->node == from->node) {
        to++;
    }
    end = to;
    if (from->node >= 0) {
        snprintf(name, sizeof name, "NUMA node %d", from->node);
    } else if (i > 0) {
        snprintf(name, sizeof name, "on no known NUMA node");
    }
    text_byte(p->text, '\n');
    put_tinted(p, bold, name);
    text_byte(p->text, '\n');
    for (const struct dx_map_cpu *row = from; row < end; row = to) {
        for (to = row; to < end && is_online(to) && (size_t)(to - row) < p->row;) {
            to++;
        }
        if (to > row) {
            put_line(p, row, to, put_number);
            put_line(p, row, to, put_cell);
        } else {
            put_missing(p, to++);
        }
    }
    return (size_t)(end - cpus);
}

/* ---- in words ---- */

static void put_legend(const struct picture *p)
{
    text_puts(p->text, "\nv vcpu  e emulator  i iothread  + others too  ! promised twice\n"
                       "k kernel workers alone  . nothing at all\n");
}

static size_t count_of(const struct dx_map *map, bool (*is)(const struct dx_map_cpu *cpu))
{
    size_t n = 0;

    for (size_t i = 0; i < map->n_cpus; i++) {
        n += is(&map->cpus[i]);
    }
    return n;
}

static bool is_collision(const struct dx_map_cpu *cpu)
{
    return cpu->collision != NULL;
}

static size_t count_nodes(const struct dx_map *map)
{
    size_t n = 0;

    for (size_t i = 0; i < map->n_cpus; i++) {
        n += map->cpus[i].node >= 0 && (i == 0 || map->cpus[i - 1].node != map->cpus[i].node);
    }
    return n;
}

static void put_count(struct text *text, const char *before, size_t n, const char *what)
{
    text_format(text, "%s%zu %s%s", before, n, what, n == 1 ? "" : "s");
}

static void put_summary(const struct picture *p)
{
    size_t nodes = count_nodes(p->map), collisions = count_of(p->map, is_collision);

    put_count(p->text, "", count_of(p->map, is_online), "CPU");
    if (nodes) {
        put_count(p->text, " on ", nodes, "NUMA node");
    }
    put_count(p->text, ", ", p->map->n_domains, "domain");
    if (collisions) {
        put_count(p->text, ", ", collisions, "collision");
    }
    text_byte(p->text, '\n');
}

static void put_domain(const struct picture *p, const struct dx_map_domain *domain)
{
    text_auto name = {.io = p->text->io};

    text_format(&name, strcmp(domain->name, domain->file) == 0 ? "%s" : "%s (%s)", domain->name, domain->file);
    put_entry(p, tint_of(p, domain), domain->sign, &name);
    for (enum dx_map_role role = DX_MAP_VCPU; role <= DX_MAP_IOTHREAD; role++) {
        const struct dx_map_part *part = &domain->parts[role - DX_MAP_VCPU];
        text_auto words = {.io = p->text->io};

        if (part->cpus) {
            put_threads(&words, role, part->ids);
            text_format(&words, " on CPU%s %s", strpbrk(part->cpus, ",-") ? "s" : "", part->cpus);
            put_entry(p, "", "", &words);
        }
    }
}

static void put_collisions(const struct picture *p)
{
    bool first = true;

    for (size_t i = 0; i < p->map->n_cpus; i++) {
        const struct dx_map_cpu *cpu = &p->map->cpus[i];
        text_auto words = {.io = p->text->io};

        if (cpu->collision) {
            text_puts(p->text, first ? "\n" : "");
            first = false;
            text_format(&words, "CPU %u: %s", cpu->first, cpu->collision);
            put_entry(p, alarm_tint, "!", &words);
        }
    }
}

static void put_floating(const struct picture *p)
{
    bool first = true;

    for (size_t i = 0; i < p->map->n_domains; i++) {
        const struct dx_map_domain *domain = &p->map->domains[i];
        text_auto words = {.io = p->text->io};

        for (enum dx_map_role role = DX_MAP_VCPU; role <= DX_MAP_IOTHREAD; role++) {
            const char *ids = domain->parts[role - DX_MAP_VCPU].floating;

            if (ids) {
                text_puts(&words, words.len ? ", " : "");
                put_threads(&words, role, ids);
            }
        }
        if (words.len || words.failed) {
            text_puts(p->text, first ? "\non any CPU, for no pin holds them:\n" : "");
            first = false;
            put_entry(p, tint_of(p, domain), domain->sign, &words);
        }
    }
}

int host_map_text(struct text *text, const struct host_report *report)
{
    struct picture p = {.text = text, .color = report->color};
    int rc = dx_plan_map_data(&p.map, report->plan);

    if (rc < 0) {
        return rc;
    }
    measure(&p);
    put_summary(&p);
    for (size_t i = 0; i < p.map->n_cpus;) {
        i = put_node(&p, i);
    }
    put_legend(&p);
    for (size_t i = 0; i < p.map->n_domains; i++) {
        text_puts(text, i ? "" : "\n");
        put_domain(&p, &p.map->domains[i]);
    }
    put_collisions(&p);
    put_floating(&p);
    return DX_OK;
}
