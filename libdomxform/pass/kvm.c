/* The features of KVM, as passes write them (semantics §7). */
#include "../pass.h"

static const char *const containers[] = {"kvm", "features", NULL};

int dx_run_kvm_put(struct dx_node **out, struct dx_run *run, const char *feature, const char *state)
{
    struct dx_node *kvm;
    int rc = DX_OK;

    *out = dx_kvm_feature(run->doc->root, feature);
    if (!*out) {
        rc = dx_run_container(&kvm, run, "features", "kvm", feature);
        rc = rc < 0 ? rc : dx_run_insert(out, run, kvm, feature);
    }
    return rc < 0 ? rc : dx_edit_set(*out, "state", state);
}

int dx_run_kvm_drop(struct dx_run *run, const char *feature)
{
    struct dx_each each;
    struct dx_node *kvm, *node, *next_kvm, *next;
    int rc = DX_OK;

    for (kvm = dx_each_first(&each, run->doc->root, "features", "kvm"); kvm && rc >= 0; kvm = next_kvm) {
        next_kvm = dx_each_next(&each, kvm);
        for (node = dx_node_child(kvm, feature); node && rc >= 0; node = next) {
            next = dx_node_next_named(node, feature);
            rc = dx_run_prune(run, node, containers);
        }
    }
    return rc;
}

int dx_run_exclusive_warn(struct dx_run *run, const struct dx_node *node)
{
    dx_cleanup(dx_buf_free) struct dx_buf what = DX_BUF(&run->ctx->mem);

    if (!dx_pins_not_exclusive(&what, run->doc->root)) {
        return DX_OK;
    }
    return what.failed ? dx_ctx_no_memory(run->ctx)
                       : dx_run_report(run, DX_RULE_KVM_A01, node, NULL, DX_ARGS(dx_buf_view(&what)));
}

int dx_run_hint_warn(struct dx_run *run, const struct dx_node *node)
{
    struct dx_hint hint;
    int rc = DX_OK;

    dx_hint_read(&hint, run->doc->root, &run->target);
    if (!hint.kvm) {
        return dx_run_report(run, DX_RULE_KVM_R02, node, NULL, DX_ARGS(run->target.type_name));
    }
    if (hint.hidden) {
        rc = dx_run_report(run, DX_RULE_KVM_A02, hint.hidden, NULL, DX_NO_ARGS);
    }
    if (rc >= 0 && hint.spinlock) {
        rc = dx_run_report(run, DX_RULE_KVM_A03, hint.spinlock, NULL, DX_NO_ARGS);
    }
    if (rc >= 0 && hint.both_poll) {
        rc = dx_run_report(run, DX_RULE_KVM_A04, node, NULL, DX_NO_ARGS);
    }
    return rc < 0 ? rc : dx_run_exclusive_warn(run, node);
}
