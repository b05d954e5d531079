#include "hosts.h"

void t_hosts_grow(struct t_hosts *hosts)
{
    hosts->folder = t_scratch();
    hosts->names = t_list(DX_SOURCE_DIR "/tests/host/hosts", ".tree");
    assert_true(hosts->names.n > 0);
    for (size_t i = 0; i < hosts->names.n; i++) {
        struct t_bytes command = {0};
        char *name = hosts->names.items[i];

        t_bytes_format(&command, "sh '%s/tests/host/grow.sh' '%s/tests/host/hosts/%s' '%s/%.*s'", DX_SOURCE_DIR,
                       DX_SOURCE_DIR, name, hosts->folder, (int)(strlen(name) - strlen(".tree")), name);
        name[strlen(name) - strlen(".tree")] = '\0';
        assert_int_equal(system(command.ptr), 0);
        t_bytes_free(&command);
    }
}

void t_hosts_remove(struct t_hosts *hosts)
{
    struct t_bytes command = {0};

    t_bytes_format(&command, "rm -rf '%s'", hosts->folder);
    assert_int_equal(system(command.ptr), 0);
    t_bytes_free(&command);
    t_names_free(&hosts->names);
    free(hosts->folder);
}

/* ---- what holds of every plan ---- */

/* One line, without what drives a terminal, and no full stop at its end. */
static bool is_words(const char *s)
{
    size_t len = s ? strlen(s) : 0;

    return len > 0 && s[0] != ' ' && s[len - 1] != ' ' && s[len - 1] != '.';
}

static const char *asker_wrong(const struct dx_asker *asker, size_t len)
{
    if (!asker->file || !asker->what || !asker->path) {
        return "an asker has no file, no words or no path";
    }
    if (asker->line == 0 || asker->column == 0 || asker->offset > asker->end_offset) {
        return "an asker has no place";
    }
    return len > 0 && asker->end_offset > len ? "an asker stands behind its document" : NULL;
}

static const char *remedy_wrong(const struct dx_remedy *remedy)
{
    bool path = remedy->path && remedy->path[0] == '/';

    if (!is_words(remedy->why)) {
        return "a remedy does not say why";
    }
    switch (remedy->kind) {
    case DX_REMEDY_WRITE:
        return !path || !remedy->value || strchr(remedy->value, '\n') ? "a write has no path or no value" : NULL;
    case DX_REMEDY_KERNEL_ARGS:
        return !remedy->value || !*remedy->value ? "no kernel arguments" : NULL;
    case DX_REMEDY_SETTING:
        return !path || !remedy->key || !remedy->separator || !remedy->value ? "a setting lacks something" : NULL;
    case DX_REMEDY_FILE:
        return !path || !remedy->value || !*remedy->value || remedy->value[strlen(remedy->value) - 1] != '\n'
                   ? "a file has no path, or no lines"
                   : NULL;
    case DX_REMEDY_OWNER:
        return !path || (!remedy->owner && !remedy->mode) ? "an owner lacks something" : NULL;
    case DX_REMEDY_PACKAGE:
        return !remedy->value || !remedy->other ? "a package has no name for RPM, or for Debian" : NULL;
    case DX_REMEDY_SERVICE:
        return !remedy->key || !remedy->value ? "a service lacks something" : NULL;
    case DX_REMEDY_COMMAND:
    case DX_REMEDY_MANUAL:
        return !remedy->value || !*remedy->value ? "a command or a word is missing" : NULL;
    }
    return "a remedy of an unknown kind";
}

static const char *requirement_wrong(const struct dx_requirement *item, size_t len)
{
    const char *wrong = NULL;

    if (!item->kind || !item->id || strncmp(item->id, item->kind->name, strlen(item->kind->name)) != 0) {
        return "an id does not begin with its kind";
    }
    if (!is_words(item->title) || !is_words(item->why)) {
        return "a requirement has no title, or does not say why";
    }
    if (!is_words(item->found)) {
        return "a requirement does not say what was found";
    }
    if (item->state == DX_PLAN_MISSING && item->n_remedies == 0) {
        return "something is missing, and nothing can be done";
    }
    for (size_t i = 0; !wrong && i < item->n_askers; i++) {
        wrong = asker_wrong(&item->askers[i], len);
    }
    for (size_t i = 0; !wrong && i < item->n_remedies; i++) {
        wrong = remedy_wrong(&item->remedies[i]);
    }
    return wrong;
}

const char *t_plan_wrong(const struct dx_plan *plan, size_t len)
{
    const struct dx_requirement *item, *other;
    const char *wrong = NULL;
    bool guest = false;

    for (size_t i = 0; !wrong && (item = dx_plan_at(plan, i)) != NULL; i++) {
        wrong = requirement_wrong(item, len);
        if (!wrong && guest && item->kind->scope == DX_SCOPE_HOST) {
            wrong = "a requirement of the host stands behind one of a guest";
        }
        guest = guest || item->kind->scope == DX_SCOPE_GUEST;
        for (size_t k = 0; !wrong && i < 256 && k < i && (other = dx_plan_at(plan, k)) != NULL; k++) {
            wrong = strcmp(item->id, other->id) == 0 ? "two requirements have one id" : NULL;
        }
    }
    return wrong;
}

struct t_bytes t_plan_dump(const struct dx_plan *plan)
{
    const struct dx_requirement *item;
    struct t_bytes out = {0};

    t_bytes_add(&out, "", 0);
    for (size_t i = 0; (item = dx_plan_at(plan, i)) != NULL; i++) {
        t_bytes_format(&out, "%d %s: %s\n  %s\n  %s | %s | %s | %s\n", (int)item->state, item->id, item->title,
                       item->found, item->why, item->persistence ? item->persistence : "-",
                       item->verify ? item->verify : "-", item->note ? item->note : "-");
        for (size_t k = 0; k < item->n_askers; k++) {
            const struct dx_asker *asker = &item->askers[k];

            t_bytes_format(&out, "  %s %.100s:%zu:%zu %s %s\n", asker->domain ? asker->domain : "-", asker->file,
                           asker->line, asker->column, asker->path, asker->what);
        }
        for (size_t k = 0; k < item->n_remedies; k++) {
            const struct dx_remedy *r = &item->remedies[k];

            t_bytes_format(&out, "  %d/%u %s: %s %s%s%s [%s] %s %o\n", (int)r->kind, r->flags, r->why,
                           r->path ? r->path : "-", r->key ? r->key : "", r->separator ? r->separator : " ",
                           r->value ? r->value : "-", r->other ? r->other : "", r->owner ? r->owner : "", r->mode);
        }
    }
    return out;
}
