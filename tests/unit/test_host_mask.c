/* The kernel's masks of CPUs, against a model of the kernel that takes them (semantics §10.2). */
#include "support.h"

#include "host/mask.h"

#include <errno.h>

enum { MOST_BITS = 320 };

struct kernel {
    unsigned bits;        /* nr_cpu_ids */
    bool took[MOST_BITS]; /* what the last mask that it took says */
};

static int digit_of(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;

    return at ? (int)(at - digits) : -1;
}

/* What it answers to a mask that is written to it: 0 or an errno. All CPUs below `bits` are possible. */
static int kernel_takes(struct kernel *kernel, const char *text)
{
    size_t groups = 1, digits = 0;
    bool bits[MOST_BITS * 2] = {false}, any = false;

    for (const char *p = text; *p; p++) {
        groups += *p == ',';
    }
    if (groups > (kernel->bits + 31) / 32) {
        return EOVERFLOW;
    }
    for (const char *p = text; *p; p++) {
        if (*p == ',') {
            groups--;
            digits = 0;
            continue;
        }
        if (digit_of(*p) < 0) {
            return EINVAL;
        }
        if (++digits > 8) {
            return EOVERFLOW;
        }
        /* The group so far moves up by a digit. */
        memmove(&bits[(groups - 1) * 32 + 4], &bits[(groups - 1) * 32], 28 * sizeof bits[0]);
        for (int k = 0; k < 4; k++) {
            bits[(groups - 1) * 32 + (size_t)k] = digit_of(*p) >> k & 1;
        }
    }
    for (size_t i = 0; i < COUNT(bits); i++) {
        if (bits[i] && i >= kernel->bits) {
            return EOVERFLOW;
        }
        any = any || bits[i];
    }
    if (!any) {
        return EINVAL;
    }
    memcpy(kernel->took, bits, sizeof kernel->took);
    return 0;
}

TEST(test_the_model_refuses_what_kernels_refuse)
{
    static const struct {
        unsigned bits;
        const char *text;
        int error;
    } rows[] = {
        {2, "1", 0},
        {2, "3", 0},
        {2, "00000003", 0},
        {2, "0", EINVAL},
        {2, "0x3", EINVAL},
        {2, "g", EINVAL},
        {2, "ff", EOVERFLOW}, /* the guide's */
        {8, "ff", 0},
        {2, "4", EOVERFLOW},
        {2, "00000000,00000003", EOVERFLOW},
        {2, "000000003", EOVERFLOW},
        {40, "ff,ffffffff", 0},
        {40, "1ff,ffffffff", EOVERFLOW},
        {40, "0,0,1", EOVERFLOW},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct kernel kernel = {.bits = rows[i].bits};
        int error = kernel_takes(&kernel, rows[i].text);

        if (error != rows[i].error) {
            fail_msg("%s on %u CPUs: %d", rows[i].text, rows[i].bits, error);
        }
    }
}

static void check_mask(const struct dx_cpuset *set, unsigned bits)
{
    struct dx_buf buf = DX_BUF(&dx_mem_default);
    struct kernel kernel = {.bits = bits};
    struct dx_cpuset back;
    char *text;

    dx_mask_format(&buf, set, bits);
    assert_true(dx_mask_parse(&back, dx_buf_view(&buf)));
    text = dx_buf_steal(&buf, NULL);
    assert_non_null(text);
    if (kernel_takes(&kernel, text) != 0) {
        fail_msg("a kernel of %u CPUs refuses %s", bits, text);
    }
    for (unsigned cpu = 0; cpu < MOST_BITS; cpu++) {
        bool want = cpu < bits && dx_cpuset_has(set, cpu);

        if (kernel.took[cpu] != want || dx_cpuset_has(&back, cpu) != want) {
            fail_msg("%s says another thing of CPU %u", text, cpu);
        }
    }
    free(text);
}

TEST(test_kernels_of_all_sizes_take_each_mask)
{
    uint32_t seed = 5;

    for (unsigned bits = 1; bits <= 300; bits++) {
        struct dx_cpuset all = {{0}};

        for (unsigned cpu = 0; cpu < bits; cpu++) {
            struct dx_cpuset one = {{0}};

            dx_cpuset_add(&all, cpu);
            dx_cpuset_add(&one, cpu);
            check_mask(&one, bits);
        }
        assert_int_equal(dx_mask_bits(&all), bits);
        check_mask(&all, bits);
        for (int round = 0; round < 8; round++) {
            struct dx_cpuset some = {{0}};

            dx_cpuset_add(&some, bits - 1);
            dx_cpuset_add(&some, bits + 3); /* which the host has not */
            for (unsigned cpu = 0; cpu < bits; cpu++) {
                seed = seed * 1664525u + 1013904223u;
                if (seed >> 28 < 8) {
                    dx_cpuset_add(&some, cpu);
                }
            }
            check_mask(&some, bits);
        }
    }
}

TEST(test_masks_are_printed_as_kernels_do)
{
    static const struct {
        unsigned bits;
        const char *set, *text;
    } rows[] = {
        {2, "0-1", "3"},
        {1, "0", "1"},
        {8, "0-3", "0f"},
        {40, "0-39", "ff,ffffffff"},
        {33, "0", "0,00000001"},
        {64, "0-3,32-35", "0000000f,0000000f"},
        {63, "62", "40000000,00000000"},
        {96, "64", "00000001,00000000,00000000"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dx_buf buf = DX_BUF(&dx_mem_default);
        struct dx_cpuset set;

        assert_true(dx_cpuset_parse(&set, STR(rows[i].set)));
        dx_mask_format(&buf, &set, rows[i].bits);
        t_assert_bytes(buf.ptr, buf.len, rows[i].text, strlen(rows[i].text));
        dx_buf_free(&buf);
    }
}

TEST(test_what_is_no_mask_is_not_read)
{
    static const char *const texts[] = {"", ",", "1,", ",1", "1,,1", "0x3", "g", "123456789", "1 2", "f-f", "3\n"};
    struct t_bytes huge = {0};
    struct dx_cpuset set;

    for (size_t i = 0; i < COUNT(texts); i++) {
        if (dx_mask_parse(&set, STR(texts[i]))) {
            fail_msg("'%s' is taken for a mask", texts[i]);
        }
    }
    for (size_t i = 0; i <= DX_CPUS / 32; i++) {
        t_bytes_format(&huge, i ? ",0" : "0");
    }
    assert_false(dx_mask_parse(&set, (struct dx_str){huge.ptr, huge.len}));
    assert_true(dx_mask_parse(&set, (struct dx_str){huge.ptr, huge.len - 2}));
    t_bytes_free(&huge);
}

TEST(test_a_set_with_gaps_has_bits_up_to_its_last)
{
    struct dx_cpuset set;

    assert_true(dx_cpuset_parse(&set, STR("0-3,40,16383")));
    assert_int_equal(dx_mask_bits(&set), 16384);
    assert_true(dx_cpuset_parse(&set, STR("0-3,40")));
    assert_int_equal(dx_mask_bits(&set), 41);
    memset(&set, 0, sizeof set);
    assert_int_equal(dx_mask_bits(&set), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_model_refuses_what_kernels_refuse),
        cmocka_unit_test(test_kernels_of_all_sizes_take_each_mask),
        cmocka_unit_test(test_masks_are_printed_as_kernels_do),
        cmocka_unit_test(test_what_is_no_mask_is_not_read),
        cmocka_unit_test(test_a_set_with_gaps_has_bits_up_to_its_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
