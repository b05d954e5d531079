#include "host_group.h"
#include "host_step.h"

#include <string.h>

static bool same_name(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The k-th domain that a requirement of guests is for; false past the last. One that nobody asks for is for any. */
static bool guest_at(const char **guest, const struct dx_requirement *need, size_t k)
{
    *guest = k < need->n_askers && *host_step_or_empty(need->askers[k].domain) ? need->askers[k].domain : NULL;
    return k < need->n_askers || (k == 0 && need->n_askers == 0);
}

/* "the guest of web1 polls": "the guest polls". */
static void put_nameless(struct text *text, const struct dx_requirement *need)
{
    const char *title = host_step_or_empty(need->title), *found = NULL;
    text_auto of = {.io = text->io};
    const char *guest;

    if (guest_at(&guest, need, 0) && guest) {
        text_format(&of, " of %s", guest);
        text_byte(&of, '\0');
        text->failed = text->failed || of.failed;
        found = of.failed ? NULL : strstr(title, of.ptr);
    }
    if (found) {
        text_bytes(text, title, (size_t)(found - title));
        title = found + of.len - 1;
    }
    text_puts(text, title);
}

/* A string behind a mark for whether there is one. */
static void put_part(struct text *key, const char *s)
{
    text_puts(key, s ? "=" : "-");
    text_bytes(key, host_step_or_empty(s), strlen(host_step_or_empty(s)) + 1);
}

static void put_key(struct text *key, const struct dx_requirement *need)
{
    put_part(key, need->kind->name);
    put_nameless(key, need);
    text_byte(key, '\0');
    put_part(key, need->why);
    text_format(key, "%d", (int)need->state);
    for (size_t i = 0; i < need->n_remedies; i++) {
        const struct dx_remedy *step = &need->remedies[i];
        const char *const parts[] = {step->why,   step->path,  step->key,  step->separator,
                                     step->value, step->other, step->owner};

        text_format(key, "%d %u %u %d", (int)step->kind, step->flags, step->mode, (int)step->readback);
        for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
            put_part(key, parts[k]);
        }
    }
}

static void *grow(struct host_groups *groups, void *ptr, size_t n, size_t size)
{
    void *grown = NULL;

    /* Room doubles: it is full where the count is a power of two, or nothing. */
    if (n & (n - 1)) {
        return ptr;
    }
    grown = io_realloc(groups->io, ptr, n > 0 ? 2 * n : 1, size);
    groups->failed = groups->failed || !grown;
    return grown ? grown : ptr;
}

static struct host_group *group_of(struct host_groups *groups, const struct dx_requirement *need)
{
    text_auto key = {.io = groups->io};
    struct host_group *group;

    put_key(&key, need);
    groups->failed = groups->failed || key.failed;
    for (size_t i = 0; !groups->failed && i < groups->n; i++) {
        group = &groups->at[i];
        if (group->key.len == key.len && memcmp(group->key.ptr, key.ptr, key.len) == 0) {
            return group;
        }
    }
    groups->at = grow(groups, groups->at, groups->n, sizeof *groups->at);
    if (groups->failed) {
        return NULL;
    }
    group = &groups->at[groups->n++];
    *group = (struct host_group){.key = key, .title = {.io = groups->io}};
    key = (struct text){.io = groups->io};
    return group;
}

static void add_guest(struct host_groups *groups, struct host_group *group, const char *guest)
{
    for (size_t i = 0; i < group->n_guests; i++) {
        if (same_name(group->guests[i], guest)) {
            return;
        }
    }
    group->guests = grow(groups, group->guests, group->n_guests, sizeof *group->guests);
    if (!groups->failed) {
        group->guests[group->n_guests++] = guest;
    }
}

static void add_need(struct host_groups *groups, const struct dx_requirement *need)
{
    struct host_group *group = group_of(groups, need);
    const char *guest;

    if (!group) {
        return;
    }
    group->needs = grow(groups, group->needs, group->n_needs, sizeof *group->needs);
    if (groups->failed) {
        return;
    }
    group->needs[group->n_needs++] = need;
    group->n_askers += need->n_askers;
    for (size_t k = 0; guest_at(&guest, need, k); k++) {
        add_guest(groups, group, guest);
    }
}

void host_groups_make(struct host_groups *groups, const struct io *io, const struct host_report *report)
{
    *groups = (struct host_groups){.io = io};
    for (size_t i = 0; i < report->n_needs && !groups->failed; i++) {
        if (report->needs[i]->kind->scope == DX_SCOPE_GUEST) {
            add_need(groups, report->needs[i]);
        }
    }
    for (size_t i = 0; i < groups->n; i++) {
        struct host_group *group = &groups->at[i];

        if (group->n_guests > 1) {
            put_nameless(&group->title, group->needs[0]);
        } else if (group->n_needs > 0) {
            text_puts(&group->title, host_step_or_empty(group->needs[0]->title));
        }
        text_byte(&group->title, '\0');
        groups->failed = groups->failed || group->title.failed;
    }
}

void host_groups_free(struct host_groups *groups)
{
    for (size_t i = 0; i < groups->n; i++) {
        text_free(&groups->at[i].key);
        text_free(&groups->at[i].title);
        io_free(groups->io, groups->at[i].needs);
        io_free(groups->io, groups->at[i].guests);
    }
    io_free(groups->io, groups->at);
}

const struct dx_asker *host_group_asker(const struct host_group *group, size_t k)
{
    for (size_t i = 0; i < group->n_needs; i++) {
        if (k < group->needs[i]->n_askers) {
            return &group->needs[i]->askers[k];
        }
        k -= group->needs[i]->n_askers;
    }
    return NULL;
}

const char **host_groups_names(struct host_groups *groups, size_t *n)
{
    struct host_group all = {0};

    for (size_t i = 0; i < groups->n; i++) {
        for (size_t k = 0; k < groups->at[i].n_guests; k++) {
            add_guest(groups, &all, groups->at[i].guests[k]);
        }
    }
    *n = all.n_guests;
    return all.guests;
}

const char *host_group_id(const struct host_group *group)
{
    return host_step_or_empty(group->n_needs > 1 ? group->needs[0]->kind->name : group->needs[0]->id);
}
