/* What domains claimed of a kind of requirement: each, and all of them together. */
#ifndef DX_HOST_CLAIMS_H
#define DX_HOST_CLAIMS_H

#include "plan.h"

/* The first claim of a domain; NULL when it has none. */
const struct dx_claim *dx_claim_of(const struct dx_demand *demand, const struct dx_need_kind *kind);

/* A walk over all claims of a kind, in the order of the domains. */
struct dx_claims {
    const struct dx_plan *plan;
    const struct dx_need_kind *kind;
    size_t demand, claim;
};

/* The next claim; NULL behind the last. */
const struct dx_claim *dx_claims_next(struct dx_claims *claims);

/* True when no claim before it has the same kind, number and text. */
bool dx_claims_is_first(const struct dx_plan *plan, const struct dx_claim *claim);

/* Adds the claims of such a number and (NULL: any) text to the askers; how many. NULL need: only counts. */
size_t dx_claims_ask(struct dx_plan *plan, struct dx_need *need, const struct dx_need_kind *kind, uint64_t number,
                     const char *text);

#endif
