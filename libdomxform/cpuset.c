#include "cpuset.h"

bool dx_cpuset_has(const struct dx_cpuset *set, unsigned bit)
{
    return bit < DX_CPUS && (set->word[bit / 64] >> bit % 64 & 1);
}

void dx_cpuset_add(struct dx_cpuset *set, unsigned bit)
{
    set->word[bit / 64] |= UINT64_C(1) << bit % 64;
}

void dx_cpuset_unite(struct dx_cpuset *set, const struct dx_cpuset *other)
{
    for (size_t i = 0; i < sizeof set->word / sizeof set->word[0]; i++) {
        set->word[i] |= other->word[i];
    }
}

void dx_cpuset_drop(struct dx_cpuset *set, const struct dx_cpuset *other)
{
    for (size_t i = 0; i < sizeof set->word / sizeof set->word[0]; i++) {
        set->word[i] &= ~other->word[i];
    }
}

void dx_cpuset_keep(struct dx_cpuset *set, const struct dx_cpuset *other)
{
    for (size_t i = 0; i < sizeof set->word / sizeof set->word[0]; i++) {
        set->word[i] &= other->word[i];
    }
}

void dx_cpuset_remove(struct dx_cpuset *set, unsigned bit)
{
    set->word[bit / 64] &= ~(UINT64_C(1) << bit % 64);
}

void dx_cpuset_add_range(struct dx_cpuset *set, unsigned first, unsigned last)
{
    for (unsigned i = first / 64; i <= last / 64; i++) {
        uint64_t word = ~UINT64_C(0);

        if (i == first / 64) {
            word &= ~UINT64_C(0) << first % 64;
        }
        if (i == last / 64) {
            word &= ~UINT64_C(0) >> (63 - last % 64);
        }
        set->word[i] |= word;
    }
}

static const char *skip_space(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\n')) {
        p++;
    }
    return p;
}

static bool take_number(const char **p, const char *end, unsigned *number)
{
    unsigned n = 0;

    if (*p >= end || **p < '0' || **p > '9') {
        return false;
    }
    for (; *p < end && **p >= '0' && **p <= '9'; (*p)++) {
        n = n < DX_CPUS ? n * 10 + (unsigned)(**p - '0') : DX_CPUS;
    }
    *number = n;
    return true;
}

static const char *take_item(struct dx_cpuset *set, const char **p, const char *end)
{
    unsigned first, last;
    bool exclude = **p == '^';

    *p += exclude;
    if (!take_number(p, end, &first)) {
        return exclude ? "'^' is followed by one number" : "a number is missing";
    }
    if (first >= DX_CPUS) {
        return "a number is larger than 16383";
    }
    if (exclude) {
        dx_cpuset_remove(set, first);
        *p = skip_space(*p, end);
        return NULL;
    }
    last = first;
    *p = skip_space(*p, end);
    if (*p < end && **p == '-') {
        *p = skip_space(*p + 1, end);
        if (!take_number(p, end, &last)) {
            return "a range has no end";
        }
        if (last >= DX_CPUS) {
            return "a number is larger than 16383";
        }
        if (last < first) {
            return "a range runs backwards";
        }
        *p = skip_space(*p, end);
    }
    dx_cpuset_add_range(set, first, last);
    return NULL;
}

const char *dx_cpuset_explain(struct dx_cpuset *set, struct dx_str s)
{
    const char *p = s.ptr, *end;

    memset(set, 0, sizeof *set);
    if (s.len == 0) {
        return "it is empty";
    }
    end = p + s.len;
    p = skip_space(p, end);
    if (p == end) {
        return "it is empty";
    }
    while (p < end) {
        const char *wrong = take_item(set, &p, end);

        if (wrong) {
            return wrong;
        }
        if (p < end) {
            if (*p != ',') {
                return "items are numbers, ranges N-M and exclusions ^N, with commas between them";
            }
            p = skip_space(p + 1, end);
        }
    }
    return dx_cpuset_next(set, 0) < 0 ? "nothing is left in it" : NULL;
}

bool dx_cpuset_parse(struct dx_cpuset *set, struct dx_str s)
{
    return dx_cpuset_explain(set, s) == NULL;
}

int dx_cpuset_next(const struct dx_cpuset *set, unsigned from)
{
    for (unsigned i = from / 64; i < DX_CPUS / 64; i++) {
        uint64_t word = set->word[i];

        if (i == from / 64) {
            word &= ~UINT64_C(0) << from % 64;
        }
        if (word) {
            return (int)(i * 64 + (unsigned)__builtin_ctzll(word));
        }
    }
    return -1;
}

unsigned dx_cpuset_end(const struct dx_cpuset *set)
{
    for (size_t i = DX_CPUS / 64; i-- > 0;) {
        if (set->word[i]) {
            return (unsigned)i * 64 + 64 - (unsigned)__builtin_clzll(set->word[i]);
        }
    }
    return 0;
}

void dx_cpuset_format(struct dx_buf *buf, const struct dx_cpuset *set)
{
    bool first = true;

    for (int bit = dx_cpuset_next(set, 0); bit >= 0;) {
        unsigned last = (unsigned)bit;

        while (dx_cpuset_has(set, last + 1)) {
            last++;
        }
        dx_buf_format(buf, first ? "%d" : ",%d", bit);
        if (last > (unsigned)bit) {
            dx_buf_format(buf, "-%u", last);
        }
        first = false;
        bit = last + 1 < DX_CPUS ? dx_cpuset_next(set, last + 1) : -1;
    }
}

bool dx_cpuset_equal(const struct dx_cpuset *a, const struct dx_cpuset *b)
{
    return memcmp(a->word, b->word, sizeof a->word) == 0;
}

bool dx_cpuset_overlap(const struct dx_cpuset *a, const struct dx_cpuset *b)
{
    for (size_t i = 0; i < DX_CPUS / 64; i++) {
        if (a->word[i] & b->word[i]) {
            return true;
        }
    }
    return false;
}

size_t dx_cpuset_count(const struct dx_cpuset *set)
{
    size_t n = 0;

    for (size_t i = 0; i < DX_CPUS / 64; i++) {
        n += (size_t)__builtin_popcountll(set->word[i]);
    }
    return n;
}
