/* Simple paths: child steps by name from the domain on, the kind of expression that says how to make what it names. */
#ifndef DX_QUERY_PATH_H
#define DX_QUERY_PATH_H

#include "query/words.h"

enum dx_step_kind {
    DX_STEP_ROOT, /* /domain, at the start */
    DX_STEP_ELEMENT,
    DX_STEP_ATTR, /* @NAME, the last one */
    DX_STEP_TEXT  /* text(), the last one */
};

struct dx_path_step {
    enum dx_step_kind kind;
    struct dx_str name; /* terminated by NUL, with its prefix */
    size_t begin;       /* where in the expression it begins, */
    size_t bare;        /* ends without its predicates, */
    size_t end;         /* and with them */
    struct dx_str key;  /* of a predicate [KEY='…']: the path KEY; ptr == NULL for any other */
    struct dx_str wanted;
};

struct dx_path {
    bool simple; /* false: the rest says nothing */
    struct dx_path_step *steps;
    size_t n;
};

static inline bool dx_step_has_predicate(const struct dx_path_step *step)
{
    return step->end > step->bare;
}

/*
 * Reads words that make a simple path; *out is in `arena`. A path that begins at another root than the domain is a
 * usage error. DX_OK, DX_EUSAGE, DX_ENOMEM.
 */
int dx_path_read(struct dx_path *out, const struct dx_phrase *phrase, struct dx_arena *arena,
                 const struct dx_words *words);

#endif
