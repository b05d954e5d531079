/* What the guest reads of its own hardware: SMBIOS tables and firmware files (virsysinfo.c, qemu_validate.c). */
#include "facts.h"

/* The number up to `end`, which is passed over; -1 when there is none. */
static int64_t take_number(struct dx_str *s, char end)
{
    const char *stop = end ? memchr(s->ptr, end, s->len) : s->ptr + s->len;
    struct dx_str text = {s->ptr, stop ? (size_t)(stop - s->ptr) : 0};
    uint64_t value;

    if (!stop || !dx_parse_uint(text, INT32_MAX, &value)) {
        return -1;
    }
    s->ptr = stop + (end != 0);
    s->len -= text.len + (end != 0);
    return (int64_t)value;
}

/* Month, day, and a year of two digits or after 1900. */
static bool is_date(struct dx_str s)
{
    int64_t month, day, year;

    if (s.len == 0) {
        return false;
    }
    month = take_number(&s, '/');
    day = month < 0 ? -1 : take_number(&s, '/');
    year = day < 0 ? -1 : take_number(&s, 0);
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 && year >= 0 && (year < 100 || year >= 1900);
}

/* The entry of that name in the part of that name. */
static const struct dx_node *entry_of(const struct dx_node *sysinfo, const char *part, const char *name)
{
    const struct dx_node *node = dx_node_child(sysinfo, part);

    for (const struct dx_node *e = node ? dx_node_child(node, "entry") : NULL; e; e = dx_node_next_named(e, "entry")) {
        if (dx_str_is(dx_node_attr(e, "name"), name)) {
            return e;
        }
    }
    return NULL;
}

static void check_smbios(struct dx_facts *facts, const struct dx_node *sysinfo)
{
    const struct dx_node *date = entry_of(sysinfo, "bios", "date"), *uuid = entry_of(sysinfo, "system", "uuid");
    const struct dx_node *stated = dx_facts_first(facts, DX_FACT_UUID);
    unsigned char here[DX_UUID_BYTES], there[DX_UUID_BYTES];

    if (date && !is_date(dx_node_text(date))) {
        dx_facts_point(facts, DX_RULE_SMB_P01, date, NULL, dx_node_text(date), DX_NONE);
    }
    if (uuid && !dx_facts_uuid(here, dx_node_text(uuid))) {
        dx_facts_point(facts, DX_RULE_SMB_P02, uuid, NULL, dx_node_text(uuid), DX_NONE);
    } else if (uuid && stated && dx_facts_uuid(there, dx_node_text(stated)) &&
               memcmp(here, there, DX_UUID_BYTES) != 0) {
        dx_facts_point(facts, DX_RULE_SMB_P03, uuid, NULL, dx_node_text(uuid), dx_trim(dx_node_text(stated)));
    }
}

static void check_files(struct dx_facts *facts, const struct dx_node *sysinfo)
{
    for (const struct dx_node *e = dx_node_child(sysinfo, "entry"); e; e = dx_node_next_named(e, "entry")) {
        struct dx_str name = dx_node_attr(e, "name");

        if (name.ptr && (!dx_str_starts(name, "opt/") || dx_str_starts(name, "opt/ovmf/") ||
                         dx_str_starts(name, "opt/org.qemu/"))) {
            dx_facts_point(facts, DX_RULE_SMB_Q01, e, "name", name, DX_NONE);
        }
    }
}

void dx_check_sysinfo(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_SYSINFO];

    for (size_t i = 0; i < list->n; i++) {
        struct dx_str type = dx_node_attr(list->items[i], "type");

        if (dx_str_is(type, "smbios")) {
            check_smbios(facts, list->items[i]);
        } else if (dx_str_is(type, "fwcfg")) {
            check_files(facts, list->items[i]);
        }
    }
}
