/* SEC: labels of the domain, and what devices say against them. */
#include "facts.h"

enum { TYPE, MODEL, RELABEL, N_ATTRS };
static const char *const names[] = {"type", "model", "relabel", NULL};

/* A label of the domain. */
struct label {
    const struct dx_node *node;
    struct dx_str model;
    bool relabels;
};

static bool same_model(const void *items, size_t a, size_t b)
{
    const struct label *labels = items;

    return (labels[a].model.ptr != NULL) == (labels[b].model.ptr != NULL) &&
           dx_str_equal(labels[a].model, labels[b].model);
}

static bool good_relabel(struct dx_str relabel)
{
    return !relabel.ptr || dx_str_is(relabel, "yes") || dx_str_is(relabel, "no");
}

static bool has_text(const struct dx_node *node, const char *name)
{
    const struct dx_node *child = dx_node_child(node, name);

    return child && dx_node_text(child).len > 0;
}

/* libvirt takes the model from the host for a plain dynamic label or none; else it has to be stated. */
static void check_model(struct dx_facts *facts, const struct label *label, struct dx_str type)
{
    if (facts->lists[DX_FACT_SECLABEL].n > 1) {
        dx_facts_point(facts, DX_RULE_SEC_P06, label->node, NULL, DX_NONE, DX_NONE);
    } else if (!type.ptr || dx_str_is(type, "static") || dx_node_child(label->node, "baselabel")) {
        dx_facts_point(facts, DX_RULE_SEC_Q01, label->node, NULL, DX_NONE, DX_NONE);
    }
}

static void check_label(struct dx_facts *facts, struct label *label)
{
    static const char *const types[] = {"dynamic", "static", "none", NULL};
    struct dx_str text[N_ATTRS];
    bool none;

    dx_facts_attrs(text, label->node, names);
    none = dx_str_is(text[TYPE], "none");
    label->model = text[MODEL];
    label->relabels = !none && !dx_str_is(text[MODEL], "none") &&
                      (text[RELABEL].ptr ? dx_str_is(text[RELABEL], "yes") : !dx_str_is(text[TYPE], "static"));
    if (text[TYPE].ptr && !dx_str_any(text[TYPE], types)) {
        dx_facts_point(facts, DX_RULE_SEC_P01, label->node, "type", text[TYPE], DX_NONE);
    } else if (!good_relabel(text[RELABEL])) {
        dx_facts_point(facts, DX_RULE_SEC_P02, label->node, "relabel", text[RELABEL], DX_NONE);
    } else if ((dx_str_is(text[TYPE], "dynamic") && dx_str_is(text[RELABEL], "no")) ||
               (none && dx_str_is(text[RELABEL], "yes"))) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_SEC_P03,
                                                   .node = label->node,
                                                   .attr = "relabel",
                                                   .value = text[RELABEL],
                                                   .args = {text[TYPE], text[RELABEL]}});
    } else if (dx_str_is(text[TYPE], "static") && !dx_str_is(text[MODEL], "none") && !has_text(label->node, "label")) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_SEC_P04, .node = label->node, .lacks = "label"});
    }
    if (!text[MODEL].ptr) {
        check_model(facts, label, text[TYPE]);
    } else if (!text[TYPE].ptr) {
        dx_facts_point(facts, DX_RULE_SEC_P07, label->node, NULL, DX_NONE, DX_NONE);
    }
}

/* ---- devices ---- */

/* The domain's labels by their models; one more has room behind them, to look for. */
struct domain_labels {
    struct label *items;
    size_t n;
    struct dx_twins twins;
};

static uint64_t hash_of(const struct label *label)
{
    return dx_hash(1, label->model.ptr, label->model.len);
}

static void check_device_label(struct dx_facts *facts, struct domain_labels *labels, const struct dx_node *node)
{
    struct dx_str text[N_ATTRS];
    bool labelled = has_text(node, "label");

    dx_facts_attrs(text, node, names);
    if (!good_relabel(text[RELABEL])) {
        dx_facts_point(facts, DX_RULE_SEC_P02, node, "relabel", text[RELABEL], DX_NONE);
    } else if (dx_str_is(text[RELABEL], "no") && labelled) {
        dx_facts_point(facts, DX_RULE_SEC_G02, node, "relabel", text[RELABEL], DX_NONE);
    } else if (dx_str_is(text[RELABEL], "yes") && !labelled) {
        dx_facts_point(facts, DX_RULE_SEC_G02B, node, "relabel", text[RELABEL], DX_NONE);
    }
    if (text[MODEL].ptr && labels->n > 0) {
        size_t found;

        labels->items[labels->n].model = text[MODEL];
        found = dx_twins_find(&labels->twins, labels->items, labels->n, hash_of(&labels->items[labels->n]), same_model);
        if (found != labels->n && !labels->items[found].relabels) {
            dx_facts_point(facts, DX_RULE_SEC_G01, node, "model", text[MODEL], DX_NONE);
        }
    }
}

static void check_unique(struct dx_facts *facts, const struct dx_node *first, size_t n)
{
    struct label *items = dx_arena_alloc(facts->arena, n * sizeof *items);
    struct dx_twins twins;
    size_t i = 0;

    if (!items || !dx_twins_init(&twins, facts->arena, n)) {
        return;
    }
    for (const struct dx_node *node = first; node; node = dx_node_next_named(node, "seclabel")) {
        items[i].model = dx_node_attr(node, "model");
        if (items[i].model.ptr && dx_twins_put(&twins, items, i, hash_of(&items[i]), same_model) != i) {
            dx_facts_point(facts, DX_RULE_SEC_G02C, node, "model", items[i].model, DX_NONE);
        } else {
            i++;
        }
    }
}

static void check_source(struct dx_facts *facts, struct domain_labels *labels, const struct dx_node *source)
{
    const struct dx_node *first = source && source->first ? dx_node_child(source, "seclabel") : NULL;
    size_t n = 0;

    for (const struct dx_node *node = first; node; node = dx_node_next_named(node, "seclabel")) {
        check_device_label(facts, labels, node);
        n++;
    }
    if (n > 1) {
        check_unique(facts, first, n);
    }
}

/* A disk's backing stores lie in one another, each with a source of its own. */
static void check_device(struct dx_facts *facts, struct domain_labels *labels, const struct dx_node *device)
{
    while (device) {
        check_source(facts, labels, dx_node_child(device, "source"));
        device = dx_node_child(device, "backingStore");
    }
}

void dx_check_seclabel(struct dx_facts *facts)
{
    static const enum dx_fact devices[] = {DX_FACT_DISK, DX_FACT_CHARDEV};
    const struct dx_fact_list *list = &facts->lists[DX_FACT_SECLABEL];
    struct domain_labels labels = {.items = NULL};

    if (list->n > 0) {
        labels.items = dx_arena_alloc(facts->arena, (list->n + 1) * sizeof *labels.items);
    }
    if (labels.items && dx_twins_init(&labels.twins, facts->arena, list->n)) {
        for (size_t i = 0; i < list->n; i++) {
            struct label *label = &labels.items[labels.n];

            label->node = list->items[i];
            check_label(facts, label);
            if (dx_twins_put(&labels.twins, labels.items, labels.n, hash_of(label), same_model) == labels.n) {
                labels.n++;
            } else {
                dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_SEC_P05,
                                                           .node = label->node,
                                                           .attr = label->model.ptr ? "model" : NULL,
                                                           .value = label->model,
                                                           .args = {label->model.ptr ? label->model : DX_S("none")}});
            }
        }
    }
    for (size_t k = 0; k < sizeof devices / sizeof devices[0]; k++) {
        if (devices[k] == DX_FACT_DISK && !facts->disk_labels) {
            continue; /* seen when the disks were judged: another walk over all of them is spared */
        }
        for (size_t i = 0; i < facts->lists[devices[k]].n; i++) {
            check_device(facts, &labels, facts->lists[devices[k]].items[i]);
        }
    }
}

/* ---- the start, and what the guide got wrong ---- */

void dx_check_confinement(struct dx_facts *facts)
{
    static const char *const confining[] = {"selinux", "apparmor", NULL};
    static const char *const known[] = {"selinux", "apparmor", "dac", "none", NULL};

    for (size_t i = 0; i < facts->lists[DX_FACT_SECLABEL].n; i++) {
        const struct dx_node *node = facts->lists[DX_FACT_SECLABEL].items[i];
        struct dx_str text[N_ATTRS], model;
        bool none;

        dx_facts_attrs(text, node, names);
        none = dx_str_is(text[TYPE], "none");
        model = text[MODEL].ptr ? text[MODEL] : DX_S("selinux");
        /* That a host has the usual models is not the document's to say; others none has. */
        if (!none && !dx_str_any(model, known)) {
            dx_facts_point(facts, DX_RULE_SEC_R01, node, "model", model, DX_NONE);
        }
        if (none && text[MODEL].ptr && dx_str_any(model, confining)) {
            dx_facts_point(facts, DX_RULE_SEC_R01B, node, "model", model, DX_NONE);
        }
        if (none && dx_str_any(model, confining)) {
            dx_facts_point(facts, DX_RULE_SEC_E02, node, "type",
                           text[MODEL].ptr ? model : DX_S("the host's first model"), DX_NONE);
        } else if (none && !dx_str_is(model, "none")) {
            dx_facts_point(facts, DX_RULE_SEC_R02, node, "type", model, DX_NONE);
        }
    }
}
