#include "claims.h"

const struct dx_claim *dx_claim_of(const struct dx_demand *demand, const struct dx_need_kind *kind)
{
    for (size_t i = 0; i < demand->n_claims; i++) {
        if (demand->claims[i].kind == kind) {
            return &demand->claims[i];
        }
    }
    return NULL;
}

const struct dx_claim *dx_claims_next(struct dx_claims *claims)
{
    for (; claims->demand < claims->plan->n_demands; claims->demand++, claims->claim = 0) {
        const struct dx_demand *demand = claims->plan->demands[claims->demand];

        while (claims->claim < demand->n_claims) {
            const struct dx_claim *claim = &demand->claims[claims->claim++];

            if (claim->kind == claims->kind) {
                return claim;
            }
        }
    }
    return NULL;
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool dx_claims_is_first(const struct dx_plan *plan, const struct dx_claim *claim)
{
    struct dx_claims claims = {.plan = plan, .kind = claim->kind};
    const struct dx_claim *other = dx_claims_next(&claims);

    while (other && other != claim && (other->number != claim->number || !same_text(other->text, claim->text))) {
        other = dx_claims_next(&claims);
    }
    return other == claim;
}

size_t dx_claims_ask(struct dx_plan *plan, struct dx_need *need, const struct dx_need_kind *kind, uint64_t number,
                     const char *text)
{
    struct dx_claims claims = {.plan = plan, .kind = kind};
    const struct dx_claim *claim;
    size_t n = 0;

    while ((claim = dx_claims_next(&claims)) != NULL) {
        if (claim->number == number && (!text || same_text(claim->text, text))) {
            dx_need_asked(plan, need, &claim->asker);
            n++;
        }
    }
    return n;
}
