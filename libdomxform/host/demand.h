/* What one domain asks of its host: the CPUs of its threads, its memory, and whatever else a kind of requirement has
 * taken note of. All strings are the plan's. */
#ifndef DX_HOST_DEMAND_H
#define DX_HOST_DEMAND_H

#include "../domain.h"

struct dx_plan;
struct dx_need_kind;

enum dx_role { DX_ROLE_VCPU, DX_ROLE_EMULATOR, DX_ROLE_IOTHREAD };

/* A thread, or the emulator's threads, that a pin holds to CPUs; what may run anywhere is none. */
struct dx_thread {
    enum dx_role role;
    bool own;    /* false: <vcpu cpuset> holds it, which is for all that have no pin of their own */
    uint64_t id; /* of a vCPU or an iothread */
    struct dx_cpuset cpus;
    struct dx_asker asker; /* the pin */
};

/* How the memory of a cell is spread over nodes of the host (semantics §6.3). */
enum dx_spread {
    DX_SPREAD_ANY,       /* no numatune: the kernel's choice */
    DX_SPREAD_STRICT,    /* on these nodes alone */
    DX_SPREAD_PREFERRED, /* there at first, elsewhere when need be */
    DX_SPREAD_INTERLEAVE,
    DX_SPREAD_RESTRICTIVE
};

enum dx_backing {
    DX_BACKING_ORDINARY,
    DX_BACKING_HUGE,        /* pages of `page` bytes */
    DX_BACKING_HUGE_DEFAULT /* <hugepages/>: the host's default size */
};

/* A piece of memory that is backed as a whole: the guest's, one of its NUMA cells', or a memory device. */
struct dx_memory {
    int cell;       /* of the guest; -1: it has none */
    bool device;    /* a <memory> device */
    uint64_t bytes; /* rounded as libvirt does */
    enum dx_backing backing;
    uint64_t page;
    enum dx_spread spread;
    struct dx_cpuset nodes;  /* of the host, where spread is not ANY */
    struct dx_asker asker;   /* what asks for its pages: <page>, <hugepages>, else what says its size */
    struct dx_asker binding; /* numatune's element, where spread is not ANY */
};

/* What a kind took note of. */
struct dx_claim {
    const struct dx_need_kind *kind;
    const char *text; /* what it likes; NULL: nothing */
    uint64_t number;
    struct dx_asker asker;
};

struct dx_demand {
    const char *name; /* NULL: it has none */
    const char *file;
    const char *uuid;          /* NULL: it has none */
    uint64_t name_hash, bytes; /* hashes of the name and of the document's bytes */
    struct dx_target target;
    struct dx_asker asker; /* the <domain> itself */
    uint64_t vcpus;        /* 0: that is no number */
    const struct dx_iothreads *iothreads;
    struct dx_thread *threads; /* vCPUs by number, then the emulator, then iothreads by id */
    size_t n_threads, room_threads;
    struct dx_memory *memories;
    size_t n_memories, room_memories;
    struct dx_claim *claims;
    size_t n_claims, room_claims;
    bool dedicated; /* hint-dedicated is on, and the guest sees it */
    bool running;   /* on the host that is read, as far as that can be told */
};

/* Reads a domain into a new demand at the end of the plan's list. Of a name that is there already it does not count
 * where it is the same domain, see dx_plan_add_domain(). DX_OK, DX_ENOMEM. */
int dx_demand_read(struct dx_plan *plan, struct dx_doc *doc);

/* Its memory: fills demand->memories (host/memory.c). */
void dx_demand_read_memory(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain);

/* With the machine known: a page of its ordinary size is no huge one (HP-R02). */
void dx_demand_settle_memory(struct dx_plan *plan);

/* How many pages of that size a memory takes, the last one in part. */
uint64_t dx_memory_pages(const struct dx_memory *memory, uint64_t page);

/* An element that asks for something, kept by the plan; `attr` (NULL is fine) is the attribute that says it. `what` is
 * what it asks for, in a few words. */
struct dx_asker dx_asker_of(struct dx_plan *plan, const struct dx_demand *demand, const struct dx_node *node,
                            const char *attr, const char *what, ...) DX_FORMAT(5, 6);

/* Keeps a claim of a kind; the text is copied. */
void dx_demand_claim(struct dx_plan *plan, struct dx_demand *demand, const struct dx_need_kind *kind,
                     struct dx_asker asker, uint64_t number, struct dx_str text);

/* "vcpu 3 of web", "the emulator of web", "iothread 1 of web" */
void dx_thread_tell(struct dx_buf *buf, const struct dx_demand *demand, const struct dx_thread *thread);

/* The domain's name, or its file's where it has none. */
const char *dx_demand_name(const struct dx_demand *demand);

#endif
