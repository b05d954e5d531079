#include "query/namespace.h"

struct dx_str dx_namespace_prefix(const struct dx_node *at, const struct dx_prefix *known)
{
    const struct dx_node *root = dx_node_doc(at)->root;
    struct dx_str wanted = dx_str_of(known->namespace), name, value;

    if (dx_str_equal(dx_node_lookup_namespace(at, dx_str_of(known->name)), wanted)) {
        return dx_str_of(known->name);
    }
    for (size_t i = 0; dx_node_attr_at(&name, &value, root, i) == DX_OK; i++) {
        struct dx_str before, prefix = dx_local_name(&before, name);

        if (dx_str_is(before, "xmlns") && dx_str_equal(dx_node_lookup_namespace(at, prefix), wanted)) {
            return prefix;
        }
    }
    return DX_NONE;
}

int dx_namespace_declare(struct dx_str *prefix, struct dx_run *run, const struct dx_node *at,
                         const struct dx_prefix *known)
{
    struct dx_str taken = dx_node_lookup_namespace(at, dx_str_of(known->name));
    char name[32];
    int rc;

    *prefix = dx_namespace_prefix(at, known);
    if (prefix->ptr) {
        return DX_OK;
    }
    if (taken.ptr) {
        dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&run->ctx->mem);

        dx_buf_format(&hint, "write xmlns:%s='%s': libvirt reads no other (DOC-P09)", known->name, known->namespace);
        dx_buf_byte(&hint, '\0');
        return hint.failed
                   ? dx_ctx_no_memory(run->ctx)
                   : dx_run_error(run, at, hint.ptr, "the prefix %s is bound to '%.*s' here", known->name, DX_F(taken));
    }
    snprintf(name, sizeof name, "xmlns:%s", known->name);
    rc = dx_edit_set(run->doc->root, name, known->namespace);
    *prefix = dx_str_of(known->name);
    return rc < 0 ? rc : DX_OK;
}
