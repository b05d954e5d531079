/* What is asked of guests, by what is to be done: many guests of one kind need the same steps, which scripts say once.
 */
#ifndef CLI_HOST_GROUP_H
#define CLI_HOST_GROUP_H

#include "host.h"

/* Requirements of guests with the same steps for the same reason. */
struct host_group {
    struct text key;   /* all that they have in common: what makes them one group */
    struct text title; /* of what is required; without the name of the guest where there are several */
    const struct dx_requirement **needs;
    size_t n_needs;
    const char **guests; /* the names of their domains, each once; NULL: any guest */
    size_t n_guests;
    size_t n_askers; /* of all of them */
};

struct host_groups {
    const struct io *io;
    struct host_group *at; /* in the order of the report */
    size_t n;
    bool failed; /* out of memory */
};

void host_groups_make(struct host_groups *groups, const struct io *io, const struct host_report *report);
void host_groups_free(struct host_groups *groups);

/* The k-th who asks for anything of the group, k below n_askers. */
const struct dx_asker *host_group_asker(const struct host_group *group, size_t k);

/* The names that occur in any of the groups, each once, in an array for io_free(); NULL where there are none, or out of
 * memory after groups->failed. */
const char **host_groups_names(struct host_groups *groups, size_t *n);

/* What the group goes by in a file of a guest. */
const char *host_group_id(const struct host_group *group);

#endif
