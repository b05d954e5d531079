/* Huge pages: which sizes an architecture has, and whether memory is whole pages of one (semantics §6). */
#include "domain.h"

static const struct {
    enum dx_arch arch;
    uint64_t ordinary, kib[6];
} sizes[] = {
    {DX_ARCH_X86, 4, {2048, 1048576}},
    {DX_ARCH_AARCH64, 4, {64, 2048, 32768, 524288, 1048576, 16777216}},
    {DX_ARCH_PPC64, 64, {2048, 16384, 1048576}},
    {DX_ARCH_S390X, 4, {1024}},
};

enum dx_page_kind dx_page_kind(enum dx_arch arch, uint64_t bytes)
{
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (sizes[i].arch != arch) {
            continue;
        }
        if (bytes == sizes[i].ordinary * 1024) {
            return DX_PAGE_ORDINARY;
        }
        for (size_t k = 0; k < 6; k++) {
            if (sizes[i].kib[k] * 1024 == bytes) {
                return DX_PAGE_HUGE;
            }
        }
        return DX_PAGE_UNKNOWN;
    }
    return DX_PAGE_HUGE;
}

struct dx_str dx_page_spell(struct dx_buf *buf, uint64_t bytes)
{
    const char *unit;
    uint64_t n = dx_size_unit(bytes, &unit);

    dx_buf_format(buf, "%llu %s", (unsigned long long)n, unit);
    return dx_buf_view(buf);
}

uint64_t dx_page_misfit(uint64_t *memory, const struct dx_node *holder, struct dx_str text, uint64_t page)
{
    if (!dx_scaled_parse(text, dx_node_attr(holder, "unit"), 1024, memory) || *memory == 0 || *memory % page == 0) {
        return 0;
    }
    return *memory / page + 1;
}
