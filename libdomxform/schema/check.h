/* A document on its way through the validator, and what is said of it. */
#ifndef DX_SCHEMA_CHECK_H
#define DX_SCHEMA_CHECK_H

#include "derive.h"
#include "expect.h"

/* An element that is open. */
struct dx_frame {
    const struct dx_node *node;
    const struct dx_ways *ways;     /* what is left for the parent behind it */
    const struct dx_pattern *full;  /* what it may be, before its attributes were seen */
    const struct dx_pattern *begun; /* the same, behind them */
    const struct dx_pattern *state; /* what may still come */
    bool elements;                  /* it has child elements */
    bool lost;                      /* a child was not understood: what is missing may be that */
    bool said;                      /* that its text is wrong: once is enough */
    struct dx_str stray;            /* an element that was found further in and belongs here */
    bool aside;                     /* it is one too many: its parent goes on as if it were not there */
};

/* Where the first element of a name stands in an element. */
struct dx_first {
    const struct dx_node *parent, *node;
};

struct dx_checker {
    struct dx_findings *out;
    struct dx_doc *doc;
    struct dx_validator *v;
    struct dx_arena scratch; /* for one explanation */
    struct dx_frame *frames; /* the document itself stands first */
    size_t depth;
    struct dx_first *firsts; /* by number of the name, less 1: the last that was asked for; NULL: none was */
};

/* An attribute and its number. */
struct dx_given {
    const struct dx_attr *attr;
    uint32_t name;
    struct dx_str value;
};

/* The number of an element's name, or an attribute's. */
uint32_t dx_checker_element(struct dx_checker *c, const struct dx_node *node);
uint32_t dx_checker_attribute(struct dx_checker *c, const struct dx_node *node, const struct dx_attr *attr);

/* True for what the schema has no word in: a namespace declaration, an attribute that was removed. */
bool dx_attr_is_aside(const struct dx_attr *attr);

/* What is left behind an attribute; not allowed where its name or value is. `lenient`: whatever its value. */
const struct dx_pattern *dx_checker_over(struct dx_checker *c, const struct dx_pattern *pattern, uint32_t name,
                                         struct dx_str value, bool lenient);

/*
 * Each of these reports what is wrong and says how to go on.
 */

/* An element that may not stand where it does: the ways to look into it all the same, NULL to pass it over. */
const struct dx_ways *dx_explain_element(struct dx_checker *c, struct dx_frame *parent, const struct dx_node *node,
                                         uint32_t name, bool *aside);

/* Attributes that are not right, or missing: what the element may hold then. */
const struct dx_pattern *dx_explain_attributes(struct dx_checker *c, struct dx_frame *frame);

/* Text that may not be there, or is not what it should be. `text` is the node, NULL: the whole text of the element. */
void dx_explain_text(struct dx_checker *c, const struct dx_frame *frame, const struct dx_node *text,
                     struct dx_str value);

/* What should still have come. */
void dx_explain_missing(struct dx_checker *c, const struct dx_frame *frame);

#endif
