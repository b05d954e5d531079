/* Users and groups of a host, by its own files: those of the machine that reads them may be others. */
#ifndef DX_HOST_ACCOUNT_H
#define DX_HOST_ACCOUNT_H

#include "plan.h"

struct dx_account {
    const char *name;
    bool known;               /* false: none of that name is listed */
    struct dx_reading passwd; /* what came of reading /etc/passwd */
    uint64_t uid, gid;
};

struct dx_account dx_account_find(struct dx_plan *plan, const char *name);

/* True when a user is of a group: by its own line, or as one of the names in the group's. */
bool dx_account_is_in(struct dx_plan *plan, const struct dx_account *account, uint64_t gid);

/* "tss:root" of two ids; numbers where they have no name. In the plan; NULL when out of memory. */
const char *dx_account_spell(struct dx_plan *plan, uint64_t uid, uint64_t gid);

#endif
