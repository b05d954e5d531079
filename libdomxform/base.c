#include "base.h"

#include <ctype.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { FIRST_BLOCK = 16 * 1024, LARGEST_BLOCK = 16 * 1024 * 1024, HUGE_PAGE = 2 * 1024 * 1024, FIRST_ROOM = 8 };

struct dx_str dx_trim(struct dx_str s)
{
    while (s.len && dx_is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len && dx_is_space(s.ptr[s.len - 1])) {
        s.len--;
    }
    return s;
}

struct dx_str dx_local_name(struct dx_str *prefix, struct dx_str name)
{
    const char *colon = name.len ? memchr(name.ptr, ':', name.len) : NULL;
    size_t len = colon ? (size_t)(colon - name.ptr) : 0;

    if (prefix) {
        *prefix = (struct dx_str){name.ptr, len};
    }
    return colon ? (struct dx_str){colon + 1, name.len - len - 1} : name;
}

bool dx_str_same_word(struct dx_str s, const char *word)
{
    if (s.len != strlen(word)) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        if (tolower((unsigned char)s.ptr[i]) != tolower((unsigned char)word[i])) {
            return false;
        }
    }
    return true;
}

bool dx_str_any(struct dx_str s, const char *const *words)
{
    for (; *words; words++) {
        if (dx_str_is(s, *words)) {
            return true;
        }
    }
    return false;
}

uint64_t dx_hash(uint64_t seed, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;

    for (size_t i = 0; i < len; i++) {
        seed = (seed ^ p[i]) * UINT64_C(0x100000001b3);
    }
    return seed ^ seed >> 29;
}

static void *reallocate_default(void *user, void *ptr, size_t size)
{
    (void)user;
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, size);
}

const struct dx_mem dx_mem_default = {reallocate_default, NULL};

void *dx_mem_realloc(const struct dx_mem *mem, void *ptr, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / 2 / size) {
        return NULL;
    }
    return mem->reallocate(mem->user, ptr, n == 0 || size == 0 ? 1 : n * size);
}

void dx_mem_free(const struct dx_mem *mem, void *ptr)
{
    if (ptr) {
        mem->reallocate(mem->user, ptr, 0);
    }
}

void *dx_mem_more(const struct dx_mem *mem, void *items, size_t n, size_t *room, size_t size)
{
    size_t more = *room ? *room * 2 : FIRST_ROOM;

    if (n < *room) {
        return items;
    }
    items = dx_mem_realloc(mem, items, more, size);
    *room = items ? more : *room;
    return items;
}

void dx_arena_init(struct dx_arena *arena, const struct dx_mem *mem)
{
    *arena = (struct dx_arena){.mem = mem};
}

void dx_arena_free(struct dx_arena *arena)
{
    struct dx_block *left = dx_arena_release(arena, 0);

    dx_mem_free(arena->mem, left);
}

static void enter_block(struct dx_arena *arena, struct dx_block *block)
{
    block->next = arena->blocks;
    arena->blocks = block;
    arena->cur = (char *)(block + 1);
    arena->end = (char *)block + block->size;
}

void dx_arena_seed(struct dx_arena *arena, struct dx_block *block)
{
    if (block) {
        enter_block(arena, block);
    }
}

struct dx_block *dx_arena_release(struct dx_arena *arena, size_t max)
{
    struct dx_block *kept = NULL;

    while (arena->blocks) {
        struct dx_block *block = arena->blocks;

        arena->blocks = block->next;
        if (block->size <= max && (!kept || block->size > kept->size)) {
            dx_mem_free(arena->mem, kept);
            kept = block;
        } else {
            dx_mem_free(arena->mem, block);
        }
    }
    arena->cur = NULL;
    arena->end = NULL;
    return kept;
}

/* A tree is walked from end to end: on huge pages, where the system has them to spare, a large one misses fewer of
 * them. */
static void prefer_huge_pages(struct dx_block *block)
{
    uintptr_t begin = ((uintptr_t)block + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1);
    uintptr_t end = ((uintptr_t)block + block->size) & ~(uintptr_t)(HUGE_PAGE - 1);

    if (end > begin) {
        madvise((void *)begin, end - begin, MADV_HUGEPAGE);
    }
}

/* Blocks double, so that a large document costs few of them and a small one little memory. */
void *dx_arena_slow(struct dx_arena *arena, size_t size)
{
    size_t want = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
    struct dx_block *block;

    if (want > LARGEST_BLOCK) {
        want = LARGEST_BLOCK;
    }
    if (size > SIZE_MAX / 4) {
        arena->failed = true;
        return NULL;
    }
    if (want < size + sizeof(struct dx_block) + 8) {
        want = size + sizeof(struct dx_block) + 8;
    }
    block = dx_mem_realloc(arena->mem, NULL, 1, want);
    if (!block) {
        arena->failed = true;
        return NULL;
    }
    block->size = want;
    if (want >= 2 * (size_t)HUGE_PAGE) {
        prefer_huge_pages(block);
    }
    enter_block(arena, block);
    return dx_arena_alloc(arena, size);
}

void *dx_arena_zero(struct dx_arena *arena, size_t n, size_t size)
{
    void *result;

    if (size && n > SIZE_MAX / 4 / size) {
        arena->failed = true;
        return NULL;
    }
    result = dx_arena_alloc(arena, n * size);
    if (result) {
        memset(result, 0, n * size);
    }
    return result;
}

void *dx_arena_more(struct dx_arena *arena, void *items, size_t n, size_t *room, size_t size)
{
    size_t more = *room ? *room * 2 : FIRST_ROOM;
    void *moved;

    if (n < *room) {
        return items;
    }
    moved = more <= SIZE_MAX / 4 / size ? dx_arena_alloc(arena, more * size) : NULL;
    if (!moved) {
        arena->failed = true;
        return NULL;
    }
    if (n) {
        memcpy(moved, items, n * size);
    }
    *room = more;
    return moved;
}

struct dx_str dx_arena_copy(struct dx_arena *arena, struct dx_str s)
{
    char *copy = dx_arena_alloc(arena, s.len + 1);

    if (!copy) {
        return DX_NONE;
    }
    if (s.len) {
        memcpy(copy, s.ptr, s.len);
    }
    copy[s.len] = '\0';
    return (struct dx_str){copy, s.len};
}
