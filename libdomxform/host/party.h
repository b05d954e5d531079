/* Threads of a domain that are pinned alike, and how lists of them are told. */
#ifndef DX_HOST_PARTY_H
#define DX_HOST_PARTY_H

#include "plan.h"

/* Threads of one role whose numbers follow each other and whose pins are the same. */
struct dx_party {
    const struct dx_demand *demand;
    const struct dx_thread *first;
    size_t n;
};

/* The party that begins with the demand's thread *at, which moves behind it; false behind the last. */
bool dx_party_next(struct dx_party *party, const struct dx_demand *demand, size_t *at);

/* "vcpus 0-3 of web", "the emulator of web" */
void dx_party_tell(struct dx_buf *buf, const struct dx_party *party);

/* How many of the vCPUs or iothreads no pin holds, nor <vcpu cpuset>. */
uint64_t dx_demand_unpinned(const struct dx_demand *demand, enum dx_role role);

/* True for a pin to all that the machine has online: it holds nothing back. */
bool dx_thread_is_anywhere(const struct dx_thread *thread, const struct dx_machine *machine);

/* "CPU 3", "CPUs 0-3,8"; past 64 ranges "and more". */
void dx_cpus_tell(struct dx_buf *buf, const struct dx_cpuset *cpus);
const char *dx_cpus_text(struct dx_plan *plan, const struct dx_cpuset *cpus);
/* "3", "0-3,8"; of either "" when out of memory. */
const char *dx_cpus_list(struct dx_plan *plan, const struct dx_cpuset *cpus);

/* A list of which only the first few are named: where dx_few_next() is true, the caller writes the next to `text`. */
struct dx_few {
    struct dx_buf text;
    size_t n, most;
    const char *between;
};
#define DX_FEW(plan, named) ((struct dx_few){.text = DX_BUF(&(plan)->ctx->mem), .most = (named), .between = ", "})
/* The same of what has commas of its own. */
#define DX_FEW_PHRASES(plan, named)                                                                                    \
    ((struct dx_few){.text = DX_BUF(&(plan)->ctx->mem), .most = (named), .between = "; "})
bool dx_few_next(struct dx_few *few);
/* "a, b and 3 more", kept by the plan; frees the list. NULL when it is empty or memory ran out. */
const char *dx_few_end(struct dx_plan *plan, struct dx_few *few);

#endif
