#include "mask.h"

enum { GROUP = 32 }; /* bits */

static unsigned groups_of(unsigned bits)
{
    return (bits + GROUP - 1) / GROUP;
}

unsigned dx_mask_bits(const struct dx_cpuset *possible)
{
    return dx_cpuset_end(possible);
}

static uint32_t group_at(const struct dx_cpuset *set, unsigned group, unsigned bits)
{
    uint32_t value = (uint32_t)(set->word[group / 2] >> group % 2 * GROUP);
    unsigned there = bits - group * GROUP;

    return there < GROUP ? value & ((UINT32_C(1) << there) - 1) : value;
}

void dx_mask_format(struct dx_buf *buf, const struct dx_cpuset *set, unsigned bits)
{
    unsigned groups = groups_of(bits < DX_CPUS ? bits : DX_CPUS);
    unsigned digits = (bits - (groups - 1) * GROUP + 3) / 4; /* of the first group */

    for (unsigned group = groups; group-- > 0; digits = GROUP / 4) {
        dx_buf_format(buf, "%0*lx", (int)digits, (unsigned long)group_at(set, group, bits));
        if (group > 0) {
            dx_buf_byte(buf, ',');
        }
    }
}

/* From the end, where the lowest bits are. */
bool dx_mask_parse(struct dx_cpuset *set, struct dx_str s)
{
    unsigned group = 0, digits = 0;

    memset(set, 0, sizeof *set);
    for (size_t i = s.len; i-- > 0;) {
        unsigned digit = dx_hex_digit(s.ptr[i]);

        if (s.ptr[i] == ',' && digits > 0) {
            group++;
            digits = 0;
            continue;
        }
        if (digit > 15 || digits == GROUP / 4 || group >= DX_CPUS / GROUP) {
            return false;
        }
        set->word[group / 2] |= (uint64_t)digit << (group % 2 * GROUP + digits * 4);
        digits++;
    }
    return digits > 0;
}
