/* The memory that a domain takes, piece by piece, as libvirt counts it (semantics §6.3). */
#include "plan.h"

void dx_demand_read_memory(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    (void)plan;
    (void)demand;
    (void)domain;
}
