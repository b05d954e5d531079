/* Puts a fragment of XML where an XPath expression says. */
#include "alike.h"
#include "copy.h"
#include "domain.h"
#include "item.h"
#include "pass.h"
#include "query.h"
#include "query/fragment.h"
#include "query/merged.h"

enum { WHERE_INTO = 1, WHERE_BEFORE, WHERE_AFTER };
enum { MISSING_ERROR = 1, MISSING_IGNORE };

struct insertion {
    struct dx_str path, xml, file;
    int where, missing;
};

struct state {
    struct dx_mem mem;
    struct dx_query *query;
    struct dx_fragment *fragment;
};

/* ---- the SPEC ---- */

/* Where the value of `key` begins in the SPEC: behind the first comma that stands before it and is not escaped. */
static size_t find_value(const char *spec, const char *key)
{
    size_t len = strlen(key);

    for (size_t i = 0; spec[i]; i++) {
        if (spec[i] == '\\' && spec[i + 1]) {
            i++;
        } else if (spec[i] == ',' && strncmp(spec + i + 1, key, len) == 0 && spec[i + 1 + len] == '=') {
            return i + 2 + len;
        }
    }
    return 0;
}

static int check_insert(struct dx_run *run, const void *values, void *user)
{
    const struct insertion *opts = values;

    (void)user;
    if (opts->xml.ptr && opts->file.ptr) {
        return dx_run_usage(run, dx_opt_column(run->spec, find_value(run->spec, "file") - strlen("file="), 0),
                            "keep one of the two", "insert: both file and xml are given");
    }
    if (!opts->xml.ptr && !opts->file.ptr) {
        return dx_run_usage(run, dx_opt_column(run->spec, strlen(run->spec), 0),
                            "add ,file=FRAGMENT.xml or ,xml='<rng model=\"virtio\">…</rng>'",
                            "insert: nothing says what goes in");
    }
    return DX_OK;
}

static void release_insert(void *user)
{
    struct state *state = user;
    struct dx_mem mem;

    if (state) {
        mem = state->mem;
        dx_query_free(state->query);
        dx_fragment_free(state->fragment);
        dx_mem_free(&mem, state);
    }
}

static int prepare_insert(void **out, struct dx_run *run, const void *values, void *user)
{
    const struct insertion *opts = values;
    struct dx_phrase phrase = {run, find_value(run->spec, "xml")};
    struct state *state = dx_mem_realloc(&run->ctx->mem, NULL, 1, sizeof *state);
    struct dx_str path = DX_NONE;
    int rc;

    (void)user;
    if (!state) {
        return dx_ctx_no_memory(run->ctx);
    }
    *state = (struct state){.mem = run->ctx->mem};
    rc = dx_query_new(&state->query, run, opts->path, dx_opt_name(run->spec).len + 1);
    if (rc == DX_OK && opts->file.ptr) {
        path = dx_arena_copy(&state->query->arena, opts->file);
        rc = path.ptr ? DX_OK : dx_ctx_no_memory(run->ctx);
    }
    rc = rc < 0 ? rc : dx_fragment_new(&state->fragment, &phrase, opts->xml, path.ptr);
    if (rc < 0) {
        release_insert(state);
        return rc;
    }
    *out = state;
    return DX_OK;
}

/* ---- what goes in ---- */

/* The elements, comments and PIs of a fragment. */
static struct dx_node *first_item(const struct dx_doc *fragment)
{
    struct dx_node *node = fragment->root->first;

    while (node && dx_item_is_text(node)) {
        node = node->next;
    }
    return node;
}

static struct dx_node *next_item(const struct dx_node *item)
{
    struct dx_node *node = item->next;

    while (node && dx_item_is_text(node)) {
        node = node->next;
    }
    return node;
}

/* True when the node is, or lies in, what says the same as an item: an insertion is no place for itself. */
static bool is_of_fragment(const struct dx_node *node, const struct dx_doc *fragment)
{
    for (; node->parent && node->parent->parent; node = node->parent) {
        for (const struct dx_node *item = first_item(fragment); item; item = next_item(item)) {
            if (dx_node_alike(node, item)) {
                return true;
            }
        }
    }
    return false;
}

static bool has_alike(struct dx_node *const *parents, size_t n, const struct dx_node *item)
{
    for (size_t i = 0; i < n; i++) {
        for (const struct dx_node *child = parents[i]->first; child; child = child->next) {
            if (child->kind == item->kind && dx_node_alike(child, item)) {
                return true;
            }
        }
    }
    return false;
}

static int copy_item(struct dx_node **put, struct dx_run *run, struct dx_node *parent, struct dx_place place,
                     const struct dx_node *item)
{
    int rc = dx_copy(put, parent, place.after, place.after ? NULL : place.before, item);

    return rc == DX_OK && dx_node_is_element(*put) ? dx_query_warn_unknown(run, *put) : rc;
}

/* Copies the items from `first` up to `last` one behind the other; *put is the last copy. */
static int copy_run(struct dx_node **put, struct dx_run *run, struct dx_node *parent, struct dx_place place,
                    const struct dx_node *first, const struct dx_node *last)
{
    int rc = copy_item(put, run, parent, place, first);

    while (rc == DX_OK && first != last) {
        first = next_item(first);
        rc = copy_item(put, run, parent, (struct dx_place){*put, NULL}, first);
    }
    return rc;
}

/* What is under way. */
struct work {
    struct dx_run *run;
    struct dx_doc *fragment;
    bool declared;
};

static int declare(struct work *work, const struct dx_node *at)
{
    int rc = work->declared ? DX_OK : dx_fragment_declare(work->fragment, work->run, at);

    work->declared = true;
    return rc;
}

/* Each element at libvirt's place for it, the comments before it along with it. The parents are one container. */
static int insert_into(struct work *work, struct dx_node *const *parents, size_t n)
{
    struct dx_node *comment = NULL, *put = NULL, *last = NULL;
    int rc = DX_OK;

    for (struct dx_node *item = first_item(work->fragment); item && rc == DX_OK; item = next_item(item)) {
        struct dx_node *parent;

        last = item;
        if (!dx_node_is_element(item)) {
            comment = comment ? comment : item;
            continue;
        }
        if (!has_alike(parents, n, item)) {
            parent = dx_merged_choose(parents, n, dx_node_name(item));
            rc = declare(work, parent);
            if (rc == DX_OK) {
                struct dx_str name = dx_arena_copy(&work->run->doc->arena, dx_node_name(item));

                rc = name.ptr ? copy_run(&put, work->run, parent, dx_domain_place(parent, name.ptr),
                                         comment ? comment : item, item)
                              : dx_ctx_no_memory(work->run->ctx);
            }
        }
        comment = NULL;
    }
    if (rc == DX_OK && comment && !has_alike(parents, n, last)) {
        struct dx_place place = {put, NULL};

        rc = copy_run(&put, work->run, put ? put->parent : parents[0], place, comment, last);
    }
    return rc;
}

/* The sibling that counts, behind or before. */
static struct dx_node *beside(const struct dx_node *node, bool behind)
{
    struct dx_node *sibling = behind ? node->next : node->prev;

    while (sibling && dx_node_is_blank(sibling)) {
        sibling = behind ? sibling->next : sibling->prev;
    }
    return sibling;
}

/* True when the items stand there already, all and in their order. */
static bool stands_beside(const struct dx_node *node, const struct dx_doc *fragment, bool behind)
{
    const struct dx_node *item = first_item(fragment);

    if (!behind) {
        for (const struct dx_node *next = item; next && node; next = next_item(next)) {
            node = beside(node, false);
        }
    } else {
        node = beside(node, true);
    }
    for (; item && node && dx_node_alike(node, item); item = next_item(item)) {
        node = beside(node, true);
    }
    return !item;
}

static int insert_beside(struct work *work, struct dx_node *node, bool behind)
{
    struct dx_node *first = first_item(work->fragment), *last = first, *put;
    struct dx_place place = {NULL, node};
    int rc;

    if (stands_beside(node, work->fragment, behind)) {
        return DX_OK;
    }
    if (behind) {
        place.after = dx_domain_tail(node);
        if (place.after != node && stands_beside(place.after, work->fragment, true)) {
            return DX_OK;
        }
    }
    for (struct dx_node *item = first; item; item = next_item(item)) {
        last = item;
    }
    rc = declare(work, node->parent);
    return rc < 0 ? rc : copy_run(&put, work->run, node->parent, place, first, last);
}

/* ---- where ---- */

static int check_hit(struct dx_run *run, const struct dx_hit *hit, int where)
{
    bool document = hit->node == &run->doc->top;

    if (where == WHERE_INTO && (hit->attr || !dx_node_is_element(hit->node))) {
        return dx_run_error(run, document ? run->doc->root : hit->node, "name the element that the fragment goes into",
                            "the expression matches what is no element");
    }
    if (hit->attr) {
        return dx_run_error(run, hit->node, "name the element that the fragment goes beside",
                            "the expression matches an attribute, which has no place before or after it");
    }
    if (where != WHERE_INTO && (document || hit->node->parent == &run->doc->top)) {
        return dx_run_error(run, run->doc->root, "where=into puts the fragment into the domain",
                            "nothing can stand beside the domain");
    }
    return DX_OK;
}

/* Hits that are one container to libvirt come as one: the first of them takes the others along. */
static int insert_hit(struct work *work, struct dx_hits *hits, size_t i)
{
    struct dx_node *node = hits->items[i].node, **group;
    size_t n = 0;

    if (!dx_merged(node)) {
        return insert_into(work, &node, 1);
    }
    group = dx_arena_alloc(&work->run->doc->arena, (hits->n - i) * sizeof(struct dx_node *));
    if (!group) {
        return dx_ctx_no_memory(work->run->ctx);
    }
    for (size_t k = i; k < hits->n; k++) {
        struct dx_node *other = hits->items[k].node;

        if (other && dx_merged(other) && dx_str_equal(dx_node_name(other), dx_node_name(node))) {
            group[n++] = other;
            hits->items[k].node = NULL;
        }
    }
    return insert_into(work, group, n);
}

static int insert_all(struct work *work, struct dx_hits *hits, int where)
{
    int rc = dx_fragment_adapt(work->fragment, hits->items[0].node);

    for (size_t i = 0; i < hits->n; i++) {
        if (rc == DX_OK && is_of_fragment(hits->items[i].node, work->fragment)) {
            hits->items[i].node = NULL;
        }
    }
    for (size_t i = 0; i < hits->n && rc == DX_OK; i++) {
        struct dx_node *node = hits->items[i].node;

        if (node) {
            rc = where == WHERE_INTO ? insert_hit(work, hits, i) : insert_beside(work, node, where == WHERE_AFTER);
        }
    }
    return rc;
}

static int run_insert(struct dx_run *run, const void *values, void *user)
{
    const struct insertion *opts = values;
    const struct state *state = user;
    struct work work = {.run = run};
    struct dx_hits hits;
    int where = opts->where ? opts->where : WHERE_INTO;
    int rc = dx_query_run(&hits, state->query, run);

    if (rc == DX_OK && hits.n == 0) {
        return opts->missing == MISSING_IGNORE ? DX_OK : dx_query_explain(state->query, run);
    }
    for (size_t i = 0; i < hits.n && rc == DX_OK; i++) {
        rc = check_hit(run, &hits.items[i], where);
    }
    rc = rc < 0 ? rc : dx_fragment_open(&work.fragment, state->fragment, run->ctx);
    if (rc == DX_OK) {
        rc = insert_all(&work, &hits, where);
        if (rc == DX_OK && work.fragment->arena.failed) {
            rc = dx_ctx_no_memory(run->ctx);
        }
        dx_doc_free(work.fragment);
    }
    return rc;
}

static int applies_insert(struct dx_run *run, const void *values, void *user)
{
    const struct state *state = user;
    struct dx_hits hits;
    int rc = dx_query_run(&hits, state->query, run);

    (void)values;
    return rc == DX_OK && hits.n == 0 ? dx_run_lacks(run, "nothing matches %.*s", DX_F(state->query->text)) : rc;
}

static const struct dx_opt options[] = {
    {.name = "xpath",
     .value = "XPATH",
     .help = "where: an XPath 1.0 expression, read from the domain on, such as ./devices, or . for the domain",
     .type = DX_OPT_STRING,
     .flags = DX_OPT_POSITIONAL | DX_OPT_REQUIRED,
     .off = offsetof(struct insertion, path)},
    {.name = "file",
     .value = "FRAGMENT.xml",
     .help = "what: a file of elements and comments; it needs no single root",
     .type = DX_OPT_STRING,
     .flags = DX_OPT_LIST,
     .off = offsetof(struct insertion, file)},
    {.name = "xml",
     .value = "FRAGMENT",
     .help = "what: the elements and comments themselves",
     .type = DX_OPT_STRING,
     .flags = DX_OPT_LIST,
     .off = offsetof(struct insertion, xml)},
    {.name = "where",
     .value = "into|before|after",
     .choices = "into|before|after",
     .help = "into (the default): among the children, where libvirt has its place; before, after: beside the match",
     .type = DX_OPT_ENUM,
     .off = offsetof(struct insertion, where)},
    {.name = "missing",
     .value = "error|ignore",
     .choices = "error|ignore",
     .help = "when nothing matches: an error (the default), or no change",
     .type = DX_OPT_ENUM,
     .off = offsetof(struct insertion, missing)},
    {.name = NULL},
};

const struct dx_pass dx_pass_insert = {
    .size = sizeof(struct dx_pass),
    .name = "insert",
    .group = "other",
    .summary = "put a fragment of XML where an XPath expression says",
    .doc = "Copies the elements and comments of the fragment into (or before, or after)\n"
           "each element that the expression matches. What says the same and stands there\n"
           "already is not put in again. The prefixes qemu, lxc, xen and bhyve are known:\n"
           "one that the document does not declare is declared on <domain>.\n"
           "  insert:.,xml=<qemu:commandline><qemu:arg value='-s'/></qemu:commandline>\n"
           "  insert:./devices/disk[target/@dev='vda'],file=iotune.xml",
    .example = "insert:./devices,xml=<sound model=\"ich9\"/>",
    .since = "any libvirt",
    .element = "domain",
    .opts = options,
    .opt_size = sizeof(struct insertion),
    .flags = DX_PASS_OPEN | DX_PASS_ANY_TYPE,
    .check = check_insert,
    .prepare = prepare_insert,
    .release = release_insert,
    .run = run_insert,
    .applies = applies_insert,
    .risk = "the guest sees what is new at its next cold start; without --validate only the rules for errors tell "
            "whether libvirt takes it",
};
