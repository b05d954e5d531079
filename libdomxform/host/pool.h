/* The huge pages of a host: which sizes it has, how many of them, and where they are mounted (semantics §6.4, §10.3).
 */
#ifndef DX_HOST_POOL_H
#define DX_HOST_POOL_H

#include "../domain.h"
#include "root.h"

struct dx_plan;

enum { DX_ANY_NODE = -1 };

/* The files of a pool, of a node those that it has. */
struct dx_pool {
    uint64_t nr, free; /* nr counts the surplus too */
    uint64_t reserved; /* of those that are free: promised, and on no node yet */
    uint64_t surplus;  /* taken beyond the pool's size, and given back when they are free */
    uint64_t overcommit;
};

/* The sizes that a host has, or could have. */
struct dx_page_sizes {
    uint64_t *bytes; /* ascending */
    size_t n;
    bool known; /* by the host itself; else by its architecture, or (n == 0) not at all */
};

/* Where the files of a pool are, without a slash behind; NULL when out of memory. */
const char *dx_pool_folder(struct dx_plan *plan, uint64_t page, int node);

/* Reads a pool; what is not OK tells the file that could not be read. */
struct dx_reading dx_pool_read(struct dx_pool *pool, struct dx_plan *plan, uint64_t page, int node);

struct dx_page_sizes dx_pool_sizes(struct dx_plan *plan);
bool dx_page_sizes_have(const struct dx_page_sizes *sizes, uint64_t page);
/* "2 MiB, 512 MiB" */
void dx_page_sizes_tell(struct dx_buf *buf, const struct dx_page_sizes *sizes);

/* What the architecture can have, whether the host has it or not: true where nothing is known. */
bool dx_pool_is_possible(struct dx_plan *plan, uint64_t page);

/* The size of <hugepages/>; 0 when it cannot be told. */
uint64_t dx_pool_default(struct dx_plan *plan);

/* The memory of the host, or of a node; 0 when it cannot be told. */
uint64_t dx_pool_memory(struct dx_plan *plan, int node);

/* Looks for a hugetlbfs of pages of that size; *where is NULL when there is none. */
struct dx_reading dx_pool_mount(const char **where, struct dx_plan *plan, uint64_t page);

/* "1G", as the kernel and mount take it. */
const char *dx_pool_word(struct dx_plan *plan, uint64_t page);

#endif
