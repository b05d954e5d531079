/* What a pattern would take next, for messages. */
#ifndef DX_SCHEMA_EXPECT_H
#define DX_SCHEMA_EXPECT_H

#include "pattern.h"

/* Words, each there once; borrowed from the schema. */
struct dx_expected {
    struct dx_arena *arena;
    const char **words;
    size_t n, room;
    const struct dx_type **types; /* of values that have no list of words */
    size_t n_types, room_types;
    /* Where in the schema each stands. Both lists are in that order: the one in which a context came to know patterns
     * depends on the documents that it saw before. */
    uint32_t *places, *type_places;
    bool any; /* names of any kind, or any text */
};

/* The elements that may come next, the attributes that may stand in the tag, the values that a value may have. */
void dx_expect_elements(struct dx_expected *out, struct dx_validator *v, const struct dx_pattern *pattern);
void dx_expect_attributes(struct dx_expected *out, struct dx_validator *v, const struct dx_pattern *pattern);
void dx_expect_values(struct dx_expected *out, struct dx_validator *v, const struct dx_pattern *pattern);

/*
 * What cannot be done without: elements, or attributes. True when all of them are needed; false when one of them is
 * enough.
 */
bool dx_expect_needed(struct dx_expected *out, struct dx_validator *v, const struct dx_pattern *pattern,
                      bool attributes);

/* The word nearest to `word`, for "did you mean"; NULL when none is near. */
const char *dx_expected_nearest(const struct dx_expected *expected, struct dx_str word);

/* Appends at most eight of the words, the nearest to `word` first, then the types; says how many there are more. */
void dx_expected_list(struct dx_buf *buf, struct dx_expected *expected, struct dx_str word);

#endif
