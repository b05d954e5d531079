/* Requirements as they grow. */
#include "plan.h"

#include <stdlib.h>

struct dx_need *dx_need_add(struct dx_plan *plan, const struct dx_need_kind *kind, const char *id, const char *title,
                            ...)
{
    struct dx_need *need = dx_arena_zero(&plan->arena, 1, sizeof *need);
    struct dx_need **needs =
        dx_arena_more(&plan->arena, plan->needs, plan->n_needs, &plan->room_needs, sizeof(struct dx_need *));
    va_list args;

    if (!need || !needs) {
        return NULL;
    }
    plan->needs = needs;
    plan->needs[plan->n_needs++] = need;
    need->face = (struct dx_requirement){
        .size = sizeof need->face,
        .kind = &kind->face,
        .id = id ? dx_plan_text(plan, "%s/%s", kind->face.name, id) : kind->face.name,
        .why = kind->face.why,
        .state = DX_PLAN_UNKNOWN,
    };
    va_start(args, title);
    need->face.title = dx_arena_vtext(&plan->arena, title, args);
    va_end(args);
    return need;
}

void dx_need_asked(struct dx_plan *plan, struct dx_need *need, const struct dx_asker *asker)
{
    struct dx_asker *askers =
        need ? dx_arena_more(&plan->arena, need->askers, need->face.n_askers, &need->room_askers, sizeof *askers)
             : NULL;

    if (askers) {
        need->face.askers = need->askers = askers;
        askers[need->face.n_askers++] = *asker;
    }
}

void dx_need_found(struct dx_plan *plan, struct dx_need *need, enum dx_plan_state state, const char *format, ...)
{
    va_list args;

    if (need) {
        va_start(args, format);
        need->face.state = state;
        need->face.found = dx_arena_vtext(&plan->arena, format, args);
        va_end(args);
    }
}

void dx_need_unread(struct dx_plan *plan, struct dx_need *need, const struct dx_reading *reading)
{
    if (need) {
        need->face.state = DX_PLAN_UNKNOWN;
        need->face.found = dx_reading_text(&plan->arena, reading);
    }
}

void dx_need_say(struct dx_plan *plan, const char **field, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    *field = dx_arena_vtext(&plan->arena, format, args);
    va_end(args);
}

void dx_need_remedy(struct dx_plan *plan, struct dx_need *need, const struct dx_remedy *remedy)
{
    struct dx_remedy *remedies = need ? dx_arena_more(&plan->arena, need->remedies, need->face.n_remedies,
                                                      &need->room_remedies, sizeof *remedies)
                                      : NULL;
    struct dx_remedy *kept;

    if (!remedies) {
        return;
    }
    need->face.remedies = need->remedies = remedies;
    kept = &remedies[need->face.n_remedies++];
    *kept = *remedy;
    kept->size = sizeof *kept;
    kept->why = dx_plan_keep(plan, dx_str_of(remedy->why));
    kept->path = dx_plan_keep(plan, dx_str_of(remedy->path));
    kept->key = dx_plan_keep(plan, dx_str_of(remedy->key));
    kept->separator = dx_plan_keep(plan, dx_str_of(remedy->separator));
    kept->value = dx_plan_keep(plan, dx_str_of(remedy->value));
    kept->other = dx_plan_keep(plan, dx_str_of(remedy->other));
    kept->owner = dx_plan_keep(plan, dx_str_of(remedy->owner));
}

void dx_need_file(struct dx_plan *plan, struct dx_need *need, const char *why, const char *path, const char *text)
{
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_FILE,
                                       .flags = DX_REMEDY_PERSISTS,
                                       .why = why,
                                       .path = path,
                                       .mode = 0644,
                                       .value = text});
}

/* ---- ids ---- */

struct numbered {
    struct dx_need *need;
    size_t i;
};

static int by_id(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;
    int order = strcmp(x->need->face.id, y->need->face.id);

    return order ? order : (x->i > y->i) - (x->i < y->i);
}

/* Gives the second and later ones of an id a number; true when there were any. */
static bool number_repeats(struct dx_plan *plan, struct numbered *list)
{
    size_t same = 1;
    bool any = false;

    for (size_t i = 0; i < plan->n_needs; i++) {
        list[i] = (struct numbered){plan->needs[i], i};
    }
    qsort(list, plan->n_needs, sizeof *list, by_id);
    for (size_t i = 1; i < plan->n_needs; i++) {
        const char *id = list[i].need->face.id;

        same = strcmp(list[i - same].need->face.id, id) == 0 ? same + 1 : 1;
        if (same > 1) {
            list[i].need->face.id = dx_plan_text(plan, "%s#%zu", id, same);
            any = true;
        }
        if (!list[i].need->face.id) {
            return false;
        }
    }
    return any;
}

void dx_needs_tell_apart(struct dx_plan *plan)
{
    struct numbered *list =
        plan->arena.failed || plan->n_needs == 0 ? NULL : dx_arena_zero(&plan->arena, plan->n_needs, sizeof *list);

    /* What a number makes of an id may be the id of another one. */
    while (list && number_repeats(plan, list)) {
    }
}
