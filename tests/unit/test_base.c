/* Memory: arenas, growing bytes, contexts. */
#include "support.h"

#include "buf.h"
#include "ctx.h"

TEST(arenas_give_aligned_pieces_that_stay)
{
    struct t_memory memory = {0};
    struct dx_allocator allocator = t_allocator(&memory);
    struct dx_mem mem = {allocator.reallocate, allocator.user};
    struct dx_arena arena;
    unsigned char *pieces[400];

    dx_arena_init(&arena, &mem);
    for (size_t i = 0; i < COUNT(pieces); i++) {
        pieces[i] = dx_arena_alloc(&arena, i * 7);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % 8, 0);
        memset(pieces[i], (int)(i & 255), i * 7);
    }
    for (size_t i = 0; i < COUNT(pieces); i++) {
        for (size_t k = 0; k < i * 7; k++) {
            assert_int_equal(pieces[i][k], i & 255);
        }
    }
    assert_true(memory.live > 1 && memory.live < 20);
    assert_non_null(dx_arena_alloc(&arena, (size_t)5 << 20)); /* larger than any block */
    dx_arena_free(&arena);
    assert_int_equal(memory.live, 0);
}

TEST(arenas_remember_a_failure)
{
    struct t_memory memory = {.fail_at = 2};
    struct dx_allocator allocator = t_allocator(&memory);
    struct dx_mem mem = {allocator.reallocate, allocator.user};
    struct dx_arena arena;

    dx_arena_init(&arena, &mem);
    assert_non_null(dx_arena_alloc(&arena, 100));
    assert_false(arena.failed);
    assert_null(dx_arena_alloc(&arena, 100000));
    assert_true(arena.failed);
    dx_arena_free(&arena);
    assert_int_equal(memory.live, 0);
    dx_arena_init(&arena, &mem);
    assert_null(dx_arena_alloc(&arena, SIZE_MAX));
    assert_null(dx_arena_alloc(&arena, SIZE_MAX - 8));
    assert_null(dx_arena_zero(&arena, SIZE_MAX / 2, 4));
    assert_true(arena.failed);
    assert_null(dx_mem_realloc(&mem, NULL, SIZE_MAX / 2, 4));
    dx_arena_free(&arena);
    assert_int_equal(memory.live, 0);
}

TEST(a_released_block_serves_again)
{
    struct t_memory memory = {0};
    struct dx_allocator allocator = t_allocator(&memory);
    struct dx_mem mem = {allocator.reallocate, allocator.user};
    struct dx_arena arena;
    struct dx_block *block;
    size_t calls;

    dx_arena_init(&arena, &mem);
    for (int i = 0; i < 50; i++) {
        assert_non_null(dx_arena_alloc(&arena, 4000));
    }
    block = dx_arena_release(&arena, 1 << 20);
    assert_non_null(block);
    assert_int_equal(memory.live, 1);
    calls = memory.calls;
    dx_arena_seed(&arena, block);
    assert_non_null(dx_arena_alloc(&arena, 4000));
    assert_int_equal(memory.calls, calls);
    assert_null(dx_arena_release(&arena, 8)); /* too large to be kept */
    assert_int_equal(memory.live, 0);
}

TEST(copies_end_with_nul)
{
    struct dx_arena arena;
    struct dx_str copy;

    dx_arena_init(&arena, &dx_mem_default);
    copy = dx_arena_copy(&arena, STR("abc"));
    assert_int_equal(copy.len, 3);
    assert_string_equal(copy.ptr, "abc");
    copy = dx_arena_copy(&arena, (struct dx_str){NULL, 0});
    assert_string_equal(copy.ptr, "");
    dx_arena_free(&arena);
}

TEST(bytes_grow)
{
    struct dx_buf buf = DX_BUF(&dx_mem_default);
    char large[1000];
    size_t len;
    char *text;

    memset(large, 'y', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    assert_int_equal(dx_buf_view(&buf).len, 0);
    assert_non_null(dx_buf_view(&buf).ptr);
    dx_buf_puts(&buf, "a");
    dx_buf_byte(&buf, 'b');
    dx_buf_bytes(&buf, NULL, 0);
    dx_buf_str(&buf, STR("cd"));
    dx_buf_format(&buf, "%d%s", 12, "!");
    dx_buf_format(&buf, "%s", large); /* longer than its small room */
    memcpy(dx_buf_grow(&buf, 2), "zz", 2);
    text = dx_buf_steal(&buf, &len);
    assert_int_equal(len, 7 + 999 + 2);
    assert_memory_equal(text, "abcd12!yy", 9);
    assert_string_equal(text + len - 3, "yzz");
    assert_int_equal(buf.len, 0);
    dx_mem_free(&dx_mem_default, text);
}

TEST(bytes_remember_a_failure)
{
    struct t_memory memory = {.fail_at = 2};
    struct dx_allocator allocator = t_allocator(&memory);
    struct dx_mem mem = {allocator.reallocate, allocator.user};
    struct dx_buf buf = DX_BUF(&mem);
    size_t len = 77;

    for (int i = 0; i < 500; i++) {
        dx_buf_format(&buf, "%d,", i);
    }
    assert_true(buf.failed);
    assert_null(dx_buf_grow(&buf, 1));
    assert_null(dx_buf_steal(&buf, &len));
    assert_int_equal(memory.live, 0);
}

TEST(strings)
{
    static const char *const words[] = {"a", "bc", NULL};

    assert_true(dx_str_equal(STR(""), (struct dx_str){NULL, 0}));
    assert_false(dx_str_is((struct dx_str){NULL, 0}, ""));
    assert_true(dx_str_is(STR("ab"), "ab"));
    assert_false(dx_str_is(STR("ab"), "abc"));
    assert_true(dx_str_starts(STR("abc"), "ab"));
    assert_false(dx_str_starts(STR("a"), "ab"));
    assert_true(dx_str_any(STR("bc"), words));
    assert_false(dx_str_any(STR("b"), words));
}

TEST(contexts)
{
    struct dx_ctx_options opts = {.size = sizeof opts};
    struct dx_ctx *ctx = (struct dx_ctx *)&opts;

    assert_int_equal(dx_ctx_new(&ctx, &opts), DX_OK);
    dx_ctx_free(ctx);
    opts.size = 3;
    assert_int_equal(dx_ctx_new(&ctx, &opts), DX_EUSAGE);
    assert_null(ctx);
    dx_ctx_free(NULL);
    dx_doc_free(NULL);
    ctx = t_ctx();
    dx_bytes_free(ctx, NULL);
    dx_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arenas_give_aligned_pieces_that_stay),
        cmocka_unit_test(arenas_remember_a_failure),
        cmocka_unit_test(a_released_block_serves_again),
        cmocka_unit_test(copies_end_with_nul),
        cmocka_unit_test(bytes_grow),
        cmocka_unit_test(bytes_remember_a_failure),
        cmocka_unit_test(strings),
        cmocka_unit_test(contexts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
