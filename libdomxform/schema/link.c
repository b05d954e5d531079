/* References between definitions: what they mean, and that they lead somewhere. */
#include "grammar.h"

/* How deep patterns may lie in each other between an element and the next one: what is compiled goes that deep. */
enum { DEEPEST_PATTERN = 4000 };

/* The node that follows below `top`, in its children too when `down`. */
static struct dx_rng *next_of(struct dx_rng *rng, const struct dx_rng *top, bool down)
{
    if (down && rng->first) {
        return rng->first;
    }
    while (rng != top && !rng->next) {
        rng = rng->parent;
    }
    return rng == top ? NULL : rng->next;
}

static int resolve(struct dx_schema *schema)
{
    for (uint32_t i = 0; i < schema->define_names.n; i++) {
        for (struct dx_rng *one = schema->defines[i].first; one; one = one->twin) {
            for (struct dx_rng *rng = one; rng; rng = next_of(rng, one, true)) {
                uint32_t number;

                if (rng->kind != DX_RNG_REF) {
                    continue;
                }
                number = dx_names_find(&schema->define_names, (struct dx_qname){DX_S(""), rng->word});
                if (number == 0) {
                    return dx_rng_refuse(rng->node, "name", "add a <define> of that name, or include its file",
                                         "'%.*s' is not defined", DX_F(rng->word));
                }
                rng->define = number - 1;
            }
        }
    }
    return DX_OK;
}

/* One definition on the way down. */
struct step {
    uint32_t define;
    uint32_t depth; /* of patterns, where it was entered */
    struct dx_rng *one, *at;
    struct dx_rng *asked; /* a reference that is looked at again, now that its definition is known */
};

struct climb {
    struct step *steps;
    uint32_t n;
    uint32_t *heights; /* 0: not known; UINT32_MAX: on the way */
};

static void enter(struct climb *climb, const struct dx_schema *schema, uint32_t define)
{
    struct dx_rng *one = schema->defines[define].first;

    climb->steps[climb->n++] = (struct step){.define = define, .one = one, .at = one};
    climb->heights[define] = UINT32_MAX;
}

/* Goes on to the next reference that no element stands around; NULL at the end of the definition. */
static struct dx_rng *next_ref(struct step *step)
{
    if (step->asked) {
        struct dx_rng *ref = step->asked;

        step->asked = NULL;
        return ref;
    }
    while (step->at) {
        struct dx_rng *rng = step->at, *next;
        bool down = rng->kind != DX_RNG_ELEMENT;

        next = next_of(rng, step->one, down);
        if (!next) {
            step->one = step->one->twin;
            next = step->one;
        }
        step->at = next;
        if (rng->kind == DX_RNG_REF) {
            return rng;
        }
    }
    return NULL;
}

static uint32_t level_of(const struct dx_rng *rng)
{
    uint32_t level = 1;

    while (rng->parent && rng->kind != DX_RNG_DEFINE && rng->kind != DX_RNG_START) {
        rng = rng->parent;
        level++;
    }
    return level;
}

/* A definition that leads back to itself without an element between has no meaning; one too deep is too deep. */
static int measure(struct dx_schema *schema, struct climb *climb, uint32_t from)
{
    enter(climb, schema, from);
    while (climb->n > 0) {
        struct step *step = &climb->steps[climb->n - 1];
        struct dx_rng *ref = next_ref(step);
        uint32_t height;

        if (!ref) {
            climb->heights[step->define] = step->depth + 1;
            climb->n--;
            continue;
        }
        height = climb->heights[ref->define];
        if (height == UINT32_MAX) {
            return dx_rng_refuse(ref->node, "name", "put an <element> between, or drop the reference",
                                 "'%.*s' refers to itself", DX_F(ref->word));
        }
        if (height == 0) {
            step->asked = ref;
            enter(climb, schema, ref->define);
            continue;
        }
        height += level_of(ref);
        step->depth = height > step->depth ? height : step->depth;
        if (height > DEEPEST_PATTERN) {
            return dx_rng_refuse(ref->node, "name", "give it elements, or fewer references",
                                 "patterns lie deeper than %d in each other", DEEPEST_PATTERN);
        }
    }
    return DX_OK;
}

int dx_schema_link(struct dx_schema *schema, struct dx_ctx *ctx)
{
    struct dx_arena scratch;
    struct climb climb = {0};
    int rc = resolve(schema);

    dx_arena_init(&scratch, &schema->mem);
    climb.steps = dx_arena_zero(&scratch, schema->define_names.n + 1, sizeof *climb.steps);
    climb.heights = dx_arena_zero(&scratch, schema->define_names.n + 1, sizeof *climb.heights);
    if (rc == DX_OK && (!climb.steps || !climb.heights)) {
        rc = dx_ctx_no_memory(ctx);
    }
    for (uint32_t i = 0; rc == DX_OK && i < schema->define_names.n; i++) {
        rc = climb.heights[i] ? DX_OK : measure(schema, &climb, i);
    }
    dx_arena_free(&scratch);
    return rc;
}
