#include "support.h"

static void *reallocate(void *user, void *ptr, size_t size)
{
    struct t_memory *memory = user;
    void *result;

    if (size == 0) {
        memory->live -= ptr != NULL;
        free(ptr);
        return NULL;
    }
    memory->calls++;
    if (memory->fail_at &&
        (memory->calls == memory->fail_at || (memory->from_then_on && memory->calls > memory->fail_at))) {
        memory->failed = true;
        return NULL;
    }
    result = realloc(ptr, size);
    assert_non_null(result);
    memory->live += ptr == NULL;
    return result;
}

struct dx_allocator t_allocator(struct t_memory *memory)
{
    return (struct dx_allocator){reallocate, memory};
}
