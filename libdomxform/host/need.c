/* Requirements as they grow. */
#include "plan.h"

struct dx_need *dx_need_add(struct dx_plan *plan, const struct dx_need_kind *kind, const char *id, const char *title,
                            ...)
{
    struct dx_need *need = dx_arena_zero(&plan->arena, 1, sizeof *need);
    struct dx_need **needs =
        dx_arena_more(&plan->arena, plan->needs, plan->n_needs, &plan->room_needs, sizeof(struct dx_need *));
    dx_cleanup(dx_buf_free) struct dx_buf words = DX_BUF(&plan->ctx->mem);
    va_list args;

    if (!need || !needs) {
        return NULL;
    }
    va_start(args, title);
    dx_buf_vformat(&words, title, args);
    va_end(args);
    plan->arena.failed = plan->arena.failed || words.failed;
    plan->needs = needs;
    plan->needs[plan->n_needs++] = need;
    need->face = (struct dx_requirement){
        .size = sizeof need->face,
        .kind = &kind->face,
        .id = id ? dx_plan_text(plan, "%s/%s", kind->face.name, id) : kind->face.name,
        .title = dx_plan_keep(plan, dx_buf_view(&words)),
        .why = kind->face.why,
        .state = DX_PLAN_UNKNOWN,
    };
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

size_t dx_need_asked_by_all(struct dx_plan *plan, struct dx_need *need, const void *kind)
{
    size_t n = 0;

    for (size_t i = 0; i < plan->n_demands; i++) {
        const struct dx_demand *demand = plan->demands[i];

        for (size_t k = 0; k < demand->n_claims; k++) {
            if (demand->claims[k].kind == kind) {
                dx_need_asked(plan, need, &demand->claims[k].asker);
                n++;
            }
        }
    }
    return n;
}

void dx_need_found(struct dx_plan *plan, struct dx_need *need, enum dx_plan_state state, const char *format, ...)
{
    dx_cleanup(dx_buf_free) struct dx_buf words = DX_BUF(&plan->ctx->mem);
    va_list args;

    va_start(args, format);
    dx_buf_vformat(&words, format, args);
    va_end(args);
    plan->arena.failed = plan->arena.failed || words.failed;
    if (need) {
        need->face.state = state;
        need->face.found = dx_plan_keep(plan, dx_buf_view(&words));
    }
}

void dx_need_unread(struct dx_plan *plan, struct dx_need *need, const struct dx_reading *reading)
{
    dx_cleanup(dx_buf_free) struct dx_buf words = DX_BUF(&plan->ctx->mem);

    dx_reading_tell(&words, reading);
    plan->arena.failed = plan->arena.failed || words.failed;
    if (need) {
        need->face.state = DX_PLAN_UNKNOWN;
        need->face.found = dx_plan_keep(plan, dx_buf_view(&words));
    }
}

void dx_need_say(struct dx_plan *plan, const char **field, const char *format, ...)
{
    dx_cleanup(dx_buf_free) struct dx_buf words = DX_BUF(&plan->ctx->mem);
    va_list args;

    va_start(args, format);
    dx_buf_vformat(&words, format, args);
    va_end(args);
    plan->arena.failed = plan->arena.failed || words.failed;
    *field = dx_plan_keep(plan, dx_buf_view(&words));
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
