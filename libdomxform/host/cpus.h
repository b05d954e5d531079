/* CPU by CPU: which of a host's are left to its kernel's workers, and which are promised twice. */
#ifndef DX_HOST_CPUS_H
#define DX_HOST_CPUS_H

#include "ledger.h"

/* The CPUs for unbound kernel workers: those that are possible, but those that vCPUs and iothreads are pinned to (a pin
 * to all that are online is none) and isolated ones, which they keep off otherwise (semantics §10.2). Empty where the
 * host's CPUs are not known. */
void dx_cpus_for_workers(struct dx_cpuset *cpus, const struct dx_plan *plan);

/* A CPU that is promised to a vCPU and has somebody else on it: by the same measure as what is required of CPUs
 * (host/kinds/cpu_exclusive.c). */
struct dx_contest {
    struct dx_party owner;
    struct dx_party other; /* the first in its way; the owner itself, where its threads are in their own */
    unsigned cpu;
};

/* All of them by CPU, one each, in the plan's arena; *n of them in *contests. One look at each pin. */
void dx_cpus_contests(struct dx_contest **contests, size_t *n, struct dx_plan *plan);

/* "promised to vcpu 0 of web; also there: iothread 1 of db" */
const char *dx_contest_tell(struct dx_plan *plan, const struct dx_contest *contest);

#endif
