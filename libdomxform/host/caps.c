#include "../doc.h"
#include "plan.h"

#include <stdlib.h>

/* A file while it is read: what it says goes into the plan when all of it was good. */
struct reader {
    struct dx_plan *plan;
    struct dx_doc *doc;
    struct dx_caps caps;
};

static void close_doc(struct dx_doc **doc)
{
    dx_doc_free(*doc);
}

static int refuse(struct reader *reader, const struct dx_node *node, const char *attr, const char *what)
{
    struct dx_str value = attr ? dx_node_attr(node, attr) : dx_trim(dx_node_text(node));
    size_t begin, end;

    if (!attr || !dx_attr_place(node, attr, &begin, &end)) {
        dx_node_place(node, &begin, &end);
    }
    return value.ptr && value.len
               ? dx_source_refuse(&reader->doc->source, begin, end, "give the file as virsh wrote it", "'%.*s' %s",
                                  DX_F(value), what)
               : dx_source_refuse(&reader->doc->source, begin, end, "give the file as virsh wrote it", "<%.*s> %s",
                                  DX_F(dx_node_name(node)), what);
}

/* The text of a child, kept by the plan; ptr == NULL when there is none. */
static struct dx_str keep_text(struct reader *reader, const struct dx_node *parent, const char *name)
{
    const struct dx_node *child = parent ? dx_node_child(parent, name) : NULL;
    struct dx_str text = child ? dx_trim(dx_node_text(child)) : DX_NONE;

    return text.len ? dx_str_of(dx_plan_keep(reader->plan, text)) : DX_NONE;
}

/* ---- capabilities ---- */

static int read_cpus(struct reader *reader, struct dx_numa_node *cell, struct dx_cpuset *seen,
                     const struct dx_node *node)
{
    const struct dx_node *cpus = dx_node_child(node, "cpus");

    for (const struct dx_node *cpu = cpus ? dx_node_child(cpus, "cpu") : NULL; cpu;
         cpu = dx_node_next_named(cpu, "cpu")) {
        uint64_t id;

        if (!dx_parse_uint(dx_node_attr(cpu, "id"), DX_CPUS - 1, &id)) {
            return refuse(reader, cpu, "id", "is no CPU: a number below 16384 is expected");
        }
        if (dx_cpuset_has(seen, (unsigned)id)) {
            return refuse(reader, cpu, "id", "is a CPU that stands there twice");
        }
        dx_cpuset_add(seen, (unsigned)id);
        dx_cpuset_add(&cell->cpus, (unsigned)id);
    }
    return DX_OK;
}

static int by_id(const void *a, const void *b)
{
    unsigned x = ((const struct dx_numa_node *)a)->id, y = ((const struct dx_numa_node *)b)->id;

    return (x > y) - (x < y);
}

static int read_cells(struct reader *reader, const struct dx_node *host)
{
    const struct dx_node *topology = dx_node_child(host, "topology");
    const struct dx_node *cells = topology ? dx_node_child(topology, "cells") : NULL;
    struct dx_numa_node *list = NULL;
    struct dx_cpuset ids = {{0}}, seen = {{0}};
    size_t n = 0, room = 0;
    int rc = DX_OK;

    for (const struct dx_node *node = cells ? dx_node_child(cells, "cell") : NULL; node && rc == DX_OK;
         node = dx_node_next_named(node, "cell")) {
        uint64_t id;
        struct dx_numa_node *more;

        if (!dx_parse_uint(dx_node_attr(node, "id"), DX_CPUS - 1, &id)) {
            return refuse(reader, node, "id", "is no NUMA node: a number below 16384 is expected");
        }
        if (dx_cpuset_has(&ids, (unsigned)id)) {
            return refuse(reader, node, "id", "is a NUMA node that stands there twice");
        }
        more = dx_arena_more(&reader->plan->arena, list, n, &room, sizeof *list);
        if (!more) {
            return dx_ctx_no_memory(reader->plan->ctx);
        }
        dx_cpuset_add(&ids, (unsigned)id);
        list = more;
        list[n] = (struct dx_numa_node){.id = (unsigned)id};
        rc = read_cpus(reader, &list[n++], &seen, node);
    }
    if (n) {
        qsort(list, n, sizeof *list, by_id);
        reader->caps.nodes = list;
        reader->caps.n_nodes = n;
    }
    return rc;
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static int read_pages(struct reader *reader, const struct dx_node *cpu)
{
    uint64_t *sizes = NULL;
    size_t n = 0, room = 0;

    for (const struct dx_node *pages = cpu ? dx_node_child(cpu, "pages") : NULL; pages;
         pages = dx_node_next_named(pages, "pages")) {
        uint64_t bytes;
        uint64_t *more = dx_arena_more(&reader->plan->arena, sizes, n, &room, sizeof *sizes);

        if (!more) {
            return dx_ctx_no_memory(reader->plan->ctx);
        }
        sizes = more;
        if (!dx_scaled_parse(dx_node_attr(pages, "size"), dx_node_attr(pages, "unit"), 1024, &bytes) || bytes == 0) {
            return refuse(reader, pages, "size", "is no size of a page");
        }
        sizes[n++] = bytes;
    }
    if (n) {
        qsort(sizes, n, sizeof *sizes, by_size);
        reader->caps.page_sizes = sizes;
        reader->caps.n_page_sizes = n;
    }
    return DX_OK;
}

/* Those that libvirt uses are listed, and what is not listed is not in use (semantics §10.9). */
static void read_secmodels(struct dx_caps *caps, const struct dx_node *host)
{
    const struct {
        const char *model;
        enum dx_answer *answer;
    } models[] = {
        {"selinux", &caps->secmodel_selinux},
        {"apparmor", &caps->secmodel_apparmor},
    };
    const struct dx_node *secmodel = dx_node_child(host, "secmodel");

    for (size_t i = 0; secmodel && i < sizeof models / sizeof models[0]; i++) {
        *models[i].answer = DX_ANSWER_NO;
    }
    for (; secmodel; secmodel = dx_node_next_named(secmodel, "secmodel")) {
        const struct dx_node *model = dx_node_child(secmodel, "model");

        for (size_t i = 0; model && i < sizeof models / sizeof models[0]; i++) {
            if (dx_str_is(dx_trim(dx_node_text(model)), models[i].model)) {
                *models[i].answer = DX_ANSWER_YES;
            }
        }
    }
}

static int read_guests(struct reader *reader, const struct dx_node *root)
{
    struct dx_caps_guest *guests = NULL;
    size_t n = 0, room = 0;
    bool kvm = false;

    for (const struct dx_node *guest = dx_node_child(root, "guest"); guest;
         guest = dx_node_next_named(guest, "guest")) {
        const struct dx_node *arch = dx_node_child(guest, "arch");
        struct dx_caps_guest *more = dx_arena_more(&reader->plan->arena, guests, n, &room, sizeof *guests);

        if (!more) {
            return dx_ctx_no_memory(reader->plan->ctx);
        }
        guests = more;
        if (!arch || !dx_node_attr(arch, "name").ptr) {
            continue;
        }
        guests[n] = (struct dx_caps_guest){
            .arch = dx_str_of(dx_plan_keep(reader->plan, dx_node_attr(arch, "name"))),
            .emulator = keep_text(reader, arch, "emulator"),
        };
        for (const struct dx_node *domain = dx_node_child(arch, "domain"); domain;
             domain = dx_node_next_named(domain, "domain")) {
            guests[n].kvm = guests[n].kvm || dx_str_is(dx_node_attr(domain, "type"), "kvm");
        }
        kvm = kvm || guests[n].kvm;
        n++;
    }
    if (n) {
        reader->caps.guests = guests;
        reader->caps.n_guests = n;
        reader->caps.kvm = kvm ? DX_ANSWER_YES : DX_ANSWER_NO;
    }
    return DX_OK;
}

static int read_host(struct reader *reader, const struct dx_node *root)
{
    const struct dx_node *host = dx_node_child(root, "host");
    const struct dx_node *cpu = host ? dx_node_child(host, "cpu") : NULL;
    struct dx_str arch = keep_text(reader, cpu, "arch");
    int rc = DX_OK;

    reader->caps.host_file = dx_plan_keep(reader->plan, reader->doc->source.name);
    if (arch.ptr) {
        reader->caps.arch = arch;
    }
    if (host) {
        rc = read_cells(reader, host);
        rc = rc < 0 ? rc : read_pages(reader, cpu);
        read_secmodels(&reader->caps, host);
    }
    return rc < 0 ? rc : read_guests(reader, root);
}

/* ---- domcapabilities ---- */

/* What supported= says. */
static void read_supported(enum dx_answer *answer, const struct dx_node *node)
{
    struct dx_str supported = node ? dx_node_attr(node, "supported") : DX_NONE;

    if (supported.ptr) {
        *answer = dx_str_is(supported, "yes") ? DX_ANSWER_YES : DX_ANSWER_NO;
    }
}

static const struct dx_node *find_enum(const struct dx_node *parent, const char *name)
{
    const struct dx_node *node = parent ? dx_node_child(parent, "enum") : NULL;

    while (node && !dx_str_is(dx_node_attr(node, "name"), name)) {
        node = dx_node_next_named(node, "enum");
    }
    return node;
}

/* Whether an <enum> lists a value; where it stands at all, it lists all there are. */
static void read_enum(enum dx_answer *answer, const struct dx_node *parent, const char *name, const char *value)
{
    const struct dx_node *list = find_enum(parent, name);

    if (list) {
        *answer = DX_ANSWER_NO;
    }
    for (const struct dx_node *node = list ? dx_node_child(list, "value") : NULL; node;
         node = dx_node_next_named(node, "value")) {
        if (dx_str_is(dx_trim(dx_node_text(node)), value)) {
            *answer = DX_ANSWER_YES;
        }
    }
}

static void read_tpm(struct dx_caps *caps, const struct dx_node *tpm)
{
    read_supported(&caps->tpm, tpm);
    read_enum(&caps->tpm_emulator, tpm, "backendModel", "emulator");
    if (caps->tpm == DX_ANSWER_NO) {
        caps->tpm_emulator = DX_ANSWER_NO;
    }
}

static void read_domain(struct reader *reader, const struct dx_node *root)
{
    const struct dx_node *os = dx_node_child(root, "os"), *devices = dx_node_child(root, "devices");
    const struct dx_node *type = dx_node_child(root, "domain");
    struct dx_caps *caps = &reader->caps;

    caps->domain_file = dx_plan_keep(reader->plan, reader->doc->source.name);
    caps->emulator = keep_text(reader, root, "path");
    caps->emulator_arch = keep_text(reader, root, "arch");
    /* libvirt answers for type qemu where it was asked for it: that says nothing of kvm. */
    if (type && dx_str_is(dx_trim(dx_node_text(type)), "kvm")) {
        caps->kvm = DX_ANSWER_YES;
    }
    read_supported(&caps->iothreads, dx_node_child(root, "iothreads"));
    read_enum(&caps->efi, os, "firmware", "efi");
    if (devices) {
        read_enum(&caps->sgio_lun, dx_node_child(devices, "disk"), "diskDevice", "lun");
        read_tpm(caps, dx_node_child(devices, "tpm"));
    }
}

/* ---- either ---- */

int dx_caps_read(struct dx_plan *plan, const char *name, const char *bytes, size_t len)
{
    dx_cleanup(close_doc) struct dx_doc *doc = NULL;
    struct reader reader = {.plan = plan, .caps = plan->caps};
    const struct dx_node *root;
    size_t begin, end;
    int rc = dx_doc_parse_any(&doc, plan->ctx, name, bytes, len, DX_PARSE_BORROW);

    if (rc != DX_OK) {
        return rc;
    }
    reader.doc = doc;
    root = doc->root;
    if (dx_str_is(dx_node_name(root), "capabilities")) {
        rc = read_host(&reader, root);
    } else if (dx_str_is(dx_node_name(root), "domainCapabilities")) {
        read_domain(&reader, root);
    } else {
        dx_node_place(root, &begin, &end);
        rc = dx_source_refuse(&doc->source, begin, end, "make one with: virsh capabilities > FILE",
                              "<%.*s> is neither <capabilities> nor <domainCapabilities>, which virsh capabilities and "
                              "virsh domcapabilities print",
                              DX_F(dx_node_name(root)));
    }
    if (rc == DX_OK && (plan->arena.failed || doc->arena.failed)) {
        rc = dx_ctx_no_memory(plan->ctx);
    }
    if (rc == DX_OK) {
        plan->caps = reader.caps;
    }
    return rc;
}
