#include "scaled.h"

#include <ctype.h>

#define KIB UINT64_C(1024)

/* In the order in which a size is spelled: the largest first. */
static const struct {
    const char *letter, *iec, *si;
    uint64_t binary, decimal;
} units[] = {
    {"e", "EiB", "eb", KIB *KIB *KIB *KIB *KIB *KIB, UINT64_C(1000000000000000000)},
    {"p", "PiB", "pb", KIB *KIB *KIB *KIB *KIB, UINT64_C(1000000000000000)},
    {"t", "TiB", "tb", KIB *KIB *KIB *KIB, UINT64_C(1000000000000)},
    {"g", "GiB", "gb", KIB *KIB *KIB, UINT64_C(1000000000)},
    {"m", "MiB", "mb", KIB *KIB, UINT64_C(1000000)},
    {"k", "KiB", "kb", KIB, UINT64_C(1000)},
};

enum { N_UNITS = sizeof units / sizeof units[0] };

static bool unit_of(struct dx_str word, uint64_t *scale)
{
    if (dx_str_same_word(word, "b") || dx_str_same_word(word, "byte") || dx_str_same_word(word, "bytes")) {
        *scale = 1;
        return true;
    }
    for (size_t i = 0; i < N_UNITS; i++) {
        if (dx_str_same_word(word, units[i].letter) || dx_str_same_word(word, units[i].iec)) {
            *scale = units[i].binary;
            return true;
        }
        if (dx_str_same_word(word, units[i].si)) {
            *scale = units[i].decimal;
            return true;
        }
    }
    return false;
}

bool dx_parse_uint(struct dx_str s, uint64_t max, uint64_t *value)
{
    uint64_t n = 0;
    size_t i = 0;

    while (i < s.len && isspace((unsigned char)s.ptr[i])) {
        i++;
    }
    i += i < s.len && s.ptr[i] == '+';
    if (i == s.len) {
        return false;
    }
    for (; i < s.len; i++) {
        uint64_t digit = (uint64_t)(s.ptr[i] - '0');

        if (s.ptr[i] < '0' || s.ptr[i] > '9' || n > (UINT64_MAX - digit) / 10) {
            return false;
        }
        n = n * 10 + digit;
    }
    *value = n;
    return n <= max;
}

bool dx_scaled_parse(struct dx_str text, struct dx_str unit, uint64_t default_unit, uint64_t *bytes)
{
    uint64_t n, scale = default_unit;

    if (!dx_parse_uint(text, UINT64_MAX, &n) || (unit.ptr && unit.len && !unit_of(unit, &scale)) ||
        n > UINT64_MAX / scale) {
        return false;
    }
    *bytes = n * scale;
    return true;
}

const char *dx_size_explain(struct dx_str s, uint64_t *bytes)
{
    struct dx_str unit;
    uint64_t n, scale;
    size_t digits = 0;

    while (digits < s.len && s.ptr[digits] >= '0' && s.ptr[digits] <= '9') {
        digits++;
    }
    unit = (struct dx_str){s.ptr + digits, s.len - digits};
    if (digits == 0) {
        return "it begins with no digit";
    }
    if (unit.len == 0) {
        return "it has no unit: write KiB, MiB or GiB behind it";
    }
    if (unit.ptr[0] == '.') {
        return "it is no whole number: write it in a smaller unit";
    }
    if (!unit_of(unit, &scale)) {
        return "its unit is none of KiB, MiB, GiB, TiB (or K, M, G, T)";
    }
    if (scale % 1000 == 0) {
        return "its unit counts in thousands: write KiB, MiB or GiB";
    }
    if (!dx_parse_uint((struct dx_str){s.ptr, digits}, UINT64_MAX / scale, &n)) {
        return "it is too large";
    }
    *bytes = n * scale;
    return n == 0 ? "it is zero" : NULL;
}

uint64_t dx_size_unit(uint64_t bytes, const char **unit)
{
    for (size_t i = 0; i < N_UNITS; i++) {
        if (bytes && bytes % units[i].binary == 0) {
            *unit = units[i].iec;
            return bytes / units[i].binary;
        }
    }
    *unit = "b";
    return bytes;
}
