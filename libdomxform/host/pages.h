/* What domains ask of the pools of huge pages, per size and node, beside what the host has (semantics §6.3, §10.3). */
#ifndef DX_HOST_PAGES_H
#define DX_HOST_PAGES_H

#include "plan.h"
#include "pool.h"

/* Linux has no more nodes. */
enum { DX_NODES = 1024 };

/* A node's part of a pool, or all of it. */
struct dx_share {
    uint64_t asked;  /* pages of all domains */
    uint64_t coming; /* of those that do not run yet: what the others have is in use */
    uint64_t target; /* what nr_hugepages is to be */
    struct dx_pool pool;
    struct dx_reading reading;
};

struct dx_pages_size {
    uint64_t page; /* bytes; 0: the host's default, which is not known */
    struct dx_share whole;
    uint64_t unbound;       /* of whole.asked, those that no numatune binds */
    struct dx_share *nodes; /* DX_NODES of them, once one is bound */
    uint64_t bytes;         /* of the memory that asks for them */
    bool by_file;           /* a domain takes them by way of a mount */
    bool possible;          /* on such a machine */
};

struct dx_pages {
    struct dx_plan *plan;
    struct dx_pages_size **sizes; /* ascending */
    size_t n, room;
    struct dx_page_sizes host;
    uint64_t preset; /* the size of <hugepages/>; 0: not known */
    uint64_t memory; /* of the host, in bytes; 0: not known */
    bool too_large;  /* all pools together are more than that */
};

/* Adds up what the domains ask for, and looks at what there is. */
void dx_pages_read(struct dx_pages *pages, struct dx_plan *plan);

/* The size of the pages of a memory (0: the host's default, which is not known); false where they are ordinary. */
bool dx_pages_of(const struct dx_pages *pages, const struct dx_memory *memory, uint64_t *page);

/* How many nodes a memory is bound to; 0: the kernel may take its pages anywhere. */
size_t dx_memory_nodes(const struct dx_memory *memory);

/* Pages that could be had now. */
uint64_t dx_share_spare(const struct dx_share *share);

/* What all pools take of a node, in bytes. */
uint64_t dx_pages_on(const struct dx_pages *pages, int node);

/* The machine is known to have the node. */
bool dx_pages_has_node(const struct dx_pages *pages, int node);

/* The arguments of the kernel that make all the pools. */
const char *dx_pages_boot(const struct dx_pages *pages);

/* A claim of hugepage-pool: the domain takes its memory from a memfd, which needs no mount and rounds nothing up. */
bool dx_demand_is_memfd(const struct dx_demand *demand);

#endif
