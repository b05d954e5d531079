/* Which CPUs are promised to one vCPU alone, and who else is pinned to them. One look at each pin, whatever the number
 * of domains. */
#ifndef DX_HOST_LEDGER_H
#define DX_HOST_LEDGER_H

#include "party.h"

enum { DX_SLOT_SHOWN = 4 };

/* A CPU, and the domains whose pins name it: the first few by their first party there. */
struct dx_slot {
    size_t domains;
    const struct dx_demand *last; /* that was counted */
    struct dx_party shown[DX_SLOT_SHOWN];
    size_t n_shown;
    int core; /* the first of its siblings; -1: not known */
};

struct dx_ledger {
    struct dx_plan *plan;
    struct dx_cpuset owned;     /* promised to a vCPU */
    struct dx_cpuset dedicated; /* of these by hint-dedicated */
    struct dx_cpuset watched;   /* the owned ones and their siblings */
    struct dx_cpuset used;      /* named by any pin that holds something back */
    struct dx_slot **slots;     /* of each CPU; NULL where it is not watched */
};

/* True for a pin that promises: of a vCPU to one CPU, or any of a vCPU that hint-dedicated makes a promise of
 * (KVM-A01). A set that threads float in is none, nor is <vcpu cpuset> for more than one vCPU. */
bool dx_party_owns(const struct dx_party *party);

/* True where the second, on the CPU of the first, is against a promise: they are of two domains and one owns it; they
 * are two vCPUs and one owns it; or the first is a dedicated vCPU, which shares with nothing. */
bool dx_parties_clash(const struct dx_party *first, const struct dx_party *second);

/* Reads it from a plan whose machine is known. False when memory ran out. */
bool dx_ledger_read(struct dx_ledger *ledger, struct dx_plan *plan);

/* The first of another domain than this one, which is on the CPU too; NULL for none. *others is how many there are. */
const struct dx_party *dx_ledger_other(const struct dx_ledger *ledger, unsigned cpu, const struct dx_demand *demand,
                                       size_t *others);

#endif
