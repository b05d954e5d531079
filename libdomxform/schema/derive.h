/* Derivatives: what is left of a pattern behind an element, an attribute, a text. */
#ifndef DX_SCHEMA_DERIVE_H
#define DX_SCHEMA_DERIVE_H

#include "pattern.h"

/*
 * All ways on from a pattern over one name; no two have the same `inner`. `state` is what the inside must be: the one
 * inner pattern, or a choice of all of them, each followed (DX_P_AFTER) by its number.
 */
struct dx_ways {
    const struct dx_pattern *state;
    uint32_t n;
    struct dx_way items[];
};

/* Over an element's start tag, whose attributes are yet to come. NULL when memory ran out. */
const struct dx_ways *dx_derive_element(struct dx_validator *v, const struct dx_pattern *pattern, uint32_t name);

/* Over an attribute's name; `inner` is what its value must be. NULL when memory ran out. */
const struct dx_ways *dx_derive_attribute(struct dx_validator *v, const struct dx_pattern *pattern, uint32_t name);

/* True when a value is one of a pattern's: of an attribute, or the whole text of an element. */
bool dx_derive_allows(struct dx_validator *v, const struct dx_pattern *pattern, struct dx_str value);

/* Over the text of an element, all of it; `beside`: elements stand there too, so that blanks are nothing. */
const struct dx_pattern *dx_derive_text(struct dx_validator *v, const struct dx_pattern *pattern, struct dx_str text,
                                        bool beside);

/* What is left when there are no more attributes; `lenient`: those that are missing are taken to be there. */
const struct dx_pattern *dx_derive_close(struct dx_validator *v, const struct dx_pattern *pattern, bool lenient);

/* What is left behind an element that is over: a choice of the ways whose inside is complete; not allowed when none is.
 * `lenient`: of all of them. */
const struct dx_pattern *dx_derive_end(struct dx_validator *v, const struct dx_ways *ways,
                                       const struct dx_pattern *state, bool lenient);

#endif
