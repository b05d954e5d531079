/* DOC-R01: ids of <qemu:commandline> that libvirt gives to objects of its own (semantics §1.4). */
#include "facts.h"

/* What libvirt makes objects of in this domain. */
struct owned {
    const struct dx_facts *facts;
    bool known;
    struct dx_cpuset controllers; /* scsi, by index */
};

static bool has_controller(struct owned *owned, uint64_t index)
{
    const struct dx_fact_list *list = &owned->facts->lists[DX_FACT_CONTROLLER];

    for (size_t i = 0; !owned->known && i < list->n; i++) {
        uint64_t stated;

        if (dx_str_is(dx_node_attr(list->items[i], "type"), "scsi") &&
            dx_facts_number(&stated, dx_node_attr(list->items[i], "index"), DX_CPUS - 1) == 1) {
            dx_cpuset_add(&owned->controllers, (unsigned)stated);
        }
    }
    owned->known = true;
    return index < DX_CPUS && dx_cpuset_has(&owned->controllers, (unsigned)index);
}

static bool ends_in_number(uint64_t *number, struct dx_str id, const char *word)
{
    size_t len = strlen(word);
    struct dx_str digits = {id.ptr + len, id.len - len};

    return dx_str_starts(id, word) && digits.len > 0 && digits.ptr[0] >= '0' && digits.ptr[0] <= '9' &&
           dx_parse_uint(digits, UINT32_MAX, number);
}

/* What libvirt calls by that id in this domain; NULL for nothing. */
static const char *owner_of(struct owned *owned, struct dx_str id)
{
    uint64_t number;

    if (ends_in_number(&number, id, "iothread") && dx_facts_has_iothread(owned->facts, number)) {
        return "an iothread of the domain";
    }
    if (ends_in_number(&number, id, "scsi") && has_controller(owned, number)) {
        return "a scsi controller of the domain";
    }
    if ((dx_str_is(id, "tpm0") || dx_str_is(id, "tpm-tpm0")) && owned->facts->lists[DX_FACT_TPM].n > 0) {
        return "the tpm of the domain";
    }
    return NULL;
}

/* "iothread,id=iothread1" or {"qom-type":"iothread","id":"iothread1"} */
static struct dx_str id_of(struct dx_str value)
{
    static const char *const keys[] = {"id=", "\"id\":\""};
    bool json = value.len > 0 && value.ptr[0] == '{';
    const char *key = keys[json];
    size_t len = strlen(key);

    for (size_t i = 0; i + len <= value.len; i++) {
        if (memcmp(value.ptr + i, key, len) == 0 && (json || i == 0 || value.ptr[i - 1] == ',')) {
            struct dx_str id = {value.ptr + i + len, 0};

            while (i + len + id.len < value.len && id.ptr[id.len] != ',' && id.ptr[id.len] != '"') {
                id.len++;
            }
            return id;
        }
    }
    return DX_NONE;
}

static bool is_of_qemu(const struct dx_node *node, const char *name)
{
    return dx_node_is_element(node) && dx_str_is(dx_local_name(NULL, dx_node_name(node)), name) &&
           dx_str_is(dx_node_namespace(node), "http://libvirt.org/schemas/domain/qemu/1.0");
}

void dx_check_commandline(struct dx_facts *facts)
{
    struct owned owned = {.facts = facts};

    if (!facts->qemu) {
        return;
    }
    for (const struct dx_node *node = facts->domain->first; node; node = node->next) {
        bool args = is_of_qemu(node, "commandline");

        for (const struct dx_node *arg = args ? node->first : NULL; arg; arg = arg->next) {
            struct dx_str id = is_of_qemu(arg, "arg") ? id_of(dx_node_attr(arg, "value")) : DX_NONE;
            const char *owner = id.len > 0 ? owner_of(&owned, id) : NULL;

            if (owner) {
                dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_DOC_R01,
                                                           .node = arg,
                                                           .attr = "value",
                                                           .value = id,
                                                           .args = {id, dx_str_of(owner)}});
            }
        }
    }
}
