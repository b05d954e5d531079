/* The map of a host as XML, and as the image that the stylesheet xslt/host-map.xsl makes of it. */
#include "../bundled.h"
#include "../utf8.h"
#include "../write.h"
#include "../xslt.h"
#include "plan.h"

enum { TIMEOUT = 30000 }; /* milliseconds: the largest map there can be takes a tenth of it */

static const char *const role_names[] = {
    [DX_MAP_VCPU] = "vcpu", [DX_MAP_EMULATOR] = "emulator", [DX_MAP_IOTHREAD] = "iothread"};

static const char *const state_names[] = {
    [DX_CPU_ONLINE] = "online", [DX_CPU_OFFLINE] = "offline", [DX_CPU_ABSENT] = "absent"};

/* The bytes before what XML cannot say, or what drives a terminal that shows the XML: DEL, and U+0080 to U+009F. */
static size_t first_odd(struct dx_str s)
{
    size_t n = dx_utf8_first_invalid(s);

    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c == 0x7f || (c == 0xc2 && (unsigned char)s.ptr[i + 1] < 0xa0)) {
            return i;
        }
    }
    return n;
}

/* Appends an attribute; NULL is none. Names of files are any bytes: what is odd becomes U+FFFD. */
static void put_attr(struct dx_buf *xml, const char *name, const char *value)
{
    struct dx_str rest = dx_str_of(value);

    if (!value) {
        return;
    }
    dx_buf_format(xml, " %s=\"", name);
    while (rest.len) {
        size_t good = first_odd(rest);

        dx_write_attr_value(xml, (struct dx_str){rest.ptr, good}, '"', DX_ENCODING_UTF8);
        rest = (struct dx_str){rest.ptr + good, rest.len - good};
        if (rest.len) {
            size_t len = dx_utf8_sequence(rest, 0);

            len = len ? len : 1;
            dx_buf_puts(xml, "\xEF\xBF\xBD");
            rest = (struct dx_str){rest.ptr + len, rest.len - len};
        }
    }
    dx_buf_byte(xml, '"');
}

static void put_domain(struct dx_buf *xml, const struct dx_map *map, const struct dx_map_domain *domain)
{
    dx_buf_format(xml, "  <domain id=\"%zu\"", (size_t)(domain - map->domains));
    put_attr(xml, "sign", domain->sign);
    put_attr(xml, "name", domain->name);
    put_attr(xml, "file", domain->file);
    dx_buf_puts(xml, ">\n");
    for (enum dx_map_role role = DX_MAP_VCPU; role <= DX_MAP_IOTHREAD; role++) {
        const struct dx_map_part *part = &domain->parts[role - DX_MAP_VCPU];

        if (part->cpus || part->floating) {
            dx_buf_format(xml, "    <%s", role_names[role]);
            put_attr(xml, "ids", part->ids);
            put_attr(xml, "cpus", part->cpus);
            put_attr(xml, "floating", part->floating);
            dx_buf_puts(xml, "/>\n");
        }
    }
    dx_buf_puts(xml, "  </domain>\n");
}

static void put_threads(struct dx_buf *xml, const struct dx_map *map, const struct dx_map_threads *threads)
{
    dx_buf_format(xml, "  <threads id=\"%zu\" domain=\"%zu\"", (size_t)(threads - map->threads),
                  (size_t)(threads->domain - map->domains));
    put_attr(xml, "role", role_names[threads->role]);
    put_attr(xml, "ids", threads->ids);
    dx_buf_format(xml, " count=\"%zu\"", threads->count);
    put_attr(xml, "cpus", threads->cpus);
    put_attr(xml, "alone", threads->alone ? "yes" : NULL);
    dx_buf_puts(xml, "/>\n");
}

static void put_cpu(struct dx_buf *xml, const struct dx_map *map, const struct dx_map_cpu *cpu)
{
    dx_buf_format(xml, "    <cpu id=\"%u\"", cpu->first);
    if (cpu->last > cpu->first) {
        dx_buf_format(xml, " last=\"%u\"", cpu->last);
    }
    put_attr(xml, "state", state_names[cpu->state]);
    put_attr(xml, "kworkers", cpu->kworkers ? "yes" : NULL);
    if (cpu->n_more) {
        dx_buf_format(xml, " more=\"%zu\"", cpu->n_more);
    }
    put_attr(xml, "collision", cpu->collision);
    dx_buf_puts(xml, cpu->n_threads ? ">" : "/>\n");
    for (size_t i = 0; i < cpu->n_threads; i++) {
        dx_buf_format(xml, "<runs threads=\"%zu\"/>", (size_t)(cpu->threads[i] - map->threads));
    }
    dx_buf_puts(xml, cpu->n_threads ? "</cpu>\n" : "");
}

static void put_map(struct dx_buf *xml, const struct dx_map *map)
{
    dx_buf_puts(xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<map");
    put_attr(xml, "from", map->from);
    put_attr(xml, "online", map->online);
    put_attr(xml, "kworkers", map->kworkers);
    dx_buf_puts(xml, ">\n");
    for (size_t i = 0; i < map->n_domains; i++) {
        put_domain(xml, map, &map->domains[i]);
    }
    for (size_t i = 0; i < map->n_threads; i++) {
        put_threads(xml, map, &map->threads[i]);
    }
    for (size_t i = 0; i < map->n_cpus; i++) {
        const struct dx_map_cpu *cpu = &map->cpus[i];
        bool first = i == 0 || cpu[-1].node != cpu->node;

        if (first && cpu->node >= 0) {
            dx_buf_format(xml, "  <node id=\"%d\">\n", cpu->node);
        } else if (first) {
            dx_buf_puts(xml, "  <node>\n");
        }
        put_cpu(xml, map, cpu);
        if (i + 1 == map->n_cpus || cpu[1].node != cpu->node) {
            dx_buf_puts(xml, "  </node>\n");
        }
    }
    dx_buf_puts(xml, "</map>\n");
}

int dx_plan_map(char **out, size_t *len, struct dx_plan *plan)
{
    dx_cleanup(dx_buf_free) struct dx_buf xml = DX_BUF(&plan->ctx->mem);
    const struct dx_map *map;
    int rc = dx_plan_map_data(&map, plan);

    *out = NULL;
    *len = 0;
    if (rc < 0) {
        return rc;
    }
    put_map(&xml, map);
    *out = dx_buf_steal(&xml, len);
    return *out ? DX_OK : dx_ctx_no_memory(plan->ctx);
}

int dx_plan_map_svg(char **out, size_t *len, struct dx_plan *plan)
{
    const struct dx_bundled *file = dx_bundled_find(DX_S("host-map.xsl"));
    struct dx_sheet *sheet = NULL;
    char *xml;
    size_t n;
    int rc = dx_plan_map(&xml, &n, plan);

    *out = NULL;
    *len = 0;
    rc = rc < 0 ? rc : dx_sheet_parse(&sheet, plan->ctx, "host-map.xsl", (struct dx_str){file->bytes, file->len});
    rc = rc < 0 ? rc : dx_sheet_apply(out, len, sheet, plan->ctx, NULL, (struct dx_str){xml, n}, TIMEOUT);
    dx_sheet_free(sheet);
    dx_bytes_free(plan->ctx, xml);
    return rc;
}
