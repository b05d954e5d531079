/* Memory: the allocator that everything goes through, and arenas that are freed at one stroke. */
#ifndef DX_BASE_H
#define DX_BASE_H

#include "domxform.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define dx_cleanup(function) __attribute__((cleanup(function)))

/* A string literal as a struct dx_str. */
#define DX_S(literal) ((struct dx_str){(literal), sizeof(literal) - 1})
#define DX_NONE ((struct dx_str){NULL, 0})

/* The two arguments of a "%.*s". */
#define DX_F(s) (int)((s).len > 1024 ? 1024 : (s).len), ((s).ptr ? (s).ptr : "")

static inline struct dx_str dx_str_of(const char *s)
{
    return (struct dx_str){s, s ? strlen(s) : 0};
}

static inline bool dx_str_equal(struct dx_str a, struct dx_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool dx_str_is(struct dx_str s, const char *word)
{
    size_t len = strlen(word);

    return s.ptr && s.len == len && memcmp(s.ptr, word, len) == 0;
}

static inline bool dx_str_starts(struct dx_str s, const char *prefix)
{
    size_t len = strlen(prefix);

    return s.len >= len && memcmp(s.ptr, prefix, len) == 0;
}

/* White space of XML. */
static inline bool dx_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The value of a hexadecimal digit; 16 for what is none. */
static inline unsigned dx_hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? (unsigned)(c - '0')
           : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
           : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
                                  : 16;
}

/* Without the white space around it. */
struct dx_str dx_trim(struct dx_str s);

/* The name behind its prefix; *prefix (NULL is fine) is what stands before the colon, empty where there is none. */
struct dx_str dx_local_name(struct dx_str *prefix, struct dx_str name);

/* True when equal but for the case of ASCII letters. */
bool dx_str_same_word(struct dx_str s, const char *word);

/* True when one of the words of a list that ends with NULL. */
bool dx_str_any(struct dx_str s, const char *const *words);

/* A hash of bytes that goes on from `seed`. */
uint64_t dx_hash(uint64_t seed, const void *bytes, size_t len);

struct dx_mem {
    void *(*reallocate)(void *user, void *ptr, size_t size);
    void *user;
};

/* The allocator over malloc(), used where the host gives none. */
extern const struct dx_mem dx_mem_default;

void *dx_mem_realloc(const struct dx_mem *mem, void *ptr, size_t n, size_t size);
void dx_mem_free(const struct dx_mem *mem, void *ptr);

/*
 * Room for one more behind the first n items of a list, that may move for it: the items, and in *room how many there
 * is room for now. NULL when out of memory; the list is as it was then.
 */
void *dx_mem_more(const struct dx_mem *mem, void *items, size_t n, size_t *room, size_t size);

struct dx_block {
    struct dx_block *next;
    size_t size;
};

/* Memory that is given out in pieces and freed as a whole. After a failure `failed` stays set. */
struct dx_arena {
    const struct dx_mem *mem;
    struct dx_block *blocks;
    char *cur, *end;
    bool failed;
};

void dx_arena_init(struct dx_arena *arena, const struct dx_mem *mem);
void dx_arena_free(struct dx_arena *arena);

/* Lets the arena begin in a block that another one left behind; takes ownership. */
void dx_arena_seed(struct dx_arena *arena, struct dx_block *block);

/* Frees all blocks but the largest of at most `max` bytes, which it gives back for dx_arena_seed(). */
struct dx_block *dx_arena_release(struct dx_arena *arena, size_t max);

void *dx_arena_slow(struct dx_arena *arena, size_t size);

/* `size` bytes aligned to 8, at least one; NULL when out of memory. */
static inline void *dx_arena_alloc(struct dx_arena *arena, size_t size)
{
    size_t round = ((size ? size : 1) + 7) & ~(size_t)7;
    void *result = arena->cur;

    if (round < size || (size_t)(arena->end - arena->cur) < round) {
        return dx_arena_slow(arena, size);
    }
    arena->cur += round;
    return result;
}

void *dx_arena_zero(struct dx_arena *arena, size_t n, size_t size);

/* As dx_mem_more(), of a list that stands in the arena. */
void *dx_arena_more(struct dx_arena *arena, void *items, size_t n, size_t *room, size_t size);

/* A copy that also ends with NUL; ptr == NULL when out of memory. */
struct dx_str dx_arena_copy(struct dx_arena *arena, struct dx_str s);

#endif
