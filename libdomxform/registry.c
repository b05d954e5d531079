#include "registry.h"

#define DX_PASS(name) extern const struct dx_pass dx_pass_##name;
#include "passes/passes.def"
#undef DX_PASS

static const struct dx_pass *const table[] = {
#define DX_PASS(name) &dx_pass_##name,
#include "passes/passes.def"
#undef DX_PASS
};

enum { N_PASSES = sizeof table / sizeof table[0] };

const struct dx_pass *dx_pass_at(size_t i)
{
    return i < N_PASSES ? table[i] : NULL;
}

const struct dx_pass *dx_registry_find(struct dx_str name)
{
    for (size_t i = 0; i < N_PASSES; i++) {
        if (dx_str_is(name, table[i]->name)) {
            return table[i];
        }
    }
    return NULL;
}

const struct dx_pass *dx_pass_find(const char *name)
{
    return dx_registry_find(dx_str_of(name));
}
