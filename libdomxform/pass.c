#include "pass.h"

#include "report.h"

/* Warnings and notes of a rule keep its level; what a pass says of its own accord is about its input. */
struct saying {
    enum dx_level level;
    enum dx_severity severity;
    const char *rule, *hint;
    const struct dx_node *node;
    const char *attr;
};

struct dx_doc *dx_run_doc(const struct dx_run *run)
{
    return run->doc;
}

int dx_run_forced(const struct dx_run *run)
{
    return run->force;
}

static int say(struct dx_run *run, const struct saying *saying, struct dx_str message)
{
    struct dx_report report = {
        .where = {.file = run->doc ? run->doc->source.name.ptr : NULL},
        .rule = saying->rule,
        .level = saying->level,
        .severity = saying->severity,
        .message = message,
        .hint = saying->hint,
        .pass = run->pass->name,
    };
    int rc = saying->node ? dx_node_report(run->doc, saying->node, saying->attr, &report)
                          : dx_diags_add(&run->ctx->diags, &report);

    if (rc < 0) {
        return dx_ctx_no_memory(run->ctx);
    }
    if (saying->severity == DX_SEVERITY_ERROR) {
        run->failed = true;
        return DX_EREFUSED;
    }
    return DX_OK;
}

static int vsay(struct dx_run *run, const struct saying *saying, const char *format, va_list args)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&run->ctx->mem);

    dx_buf_vformat(&text, format, args);
    return text.failed ? dx_ctx_no_memory(run->ctx) : say(run, saying, dx_buf_view(&text));
}

int dx_run_error(struct dx_run *run, const struct dx_node *node, const char *hint, const char *format, ...)
{
    struct saying saying = {DX_LEVEL_DEFINE, DX_SEVERITY_ERROR, NULL, hint, node, NULL};
    va_list args;
    int rc;

    if (!run->doc) {
        saying.level = DX_LEVEL_USAGE;
    }
    va_start(args, format);
    rc = vsay(run, &saying, format, args);
    va_end(args);
    return rc == DX_EREFUSED && !run->doc ? DX_EUSAGE : rc;
}

int dx_run_warn(struct dx_run *run, const struct dx_node *node, const char *hint, const char *format, ...)
{
    struct saying saying = {DX_LEVEL_ADVICE, DX_SEVERITY_WARNING, NULL, hint, node, NULL};
    va_list args;
    int rc;

    va_start(args, format);
    rc = vsay(run, &saying, format, args);
    va_end(args);
    return rc;
}

int dx_run_note(struct dx_run *run, const struct dx_node *node, const char *hint, const char *format, ...)
{
    struct saying saying = {DX_LEVEL_ADVICE, DX_SEVERITY_NOTE, NULL, hint, node, NULL};
    va_list args;
    int rc;

    va_start(args, format);
    rc = vsay(run, &saying, format, args);
    va_end(args);
    return rc;
}

int dx_run_lacks(struct dx_run *run, const char *format, ...)
{
    struct saying saying = {DX_LEVEL_ADVICE, DX_SEVERITY_NOTE, NULL, NULL, run->doc->root, NULL};
    va_list args;
    int rc;

    va_start(args, format);
    rc = vsay(run, &saying, format, args);
    va_end(args);
    return rc < 0 ? rc : DX_UNCHANGED;
}

int dx_run_refuse(struct dx_run *run, const struct dx_node *node, const char *attr, const char *hint,
                  const char *format, ...)
{
    struct saying saying = {DX_LEVEL_DEFINE,
                            run->force ? DX_SEVERITY_WARNING : DX_SEVERITY_ERROR,
                            NULL,
                            run->force ? NULL : hint,
                            node,
                            attr};
    va_list args;
    int rc;

    va_start(args, format);
    rc = vsay(run, &saying, format, args);
    va_end(args);
    return rc;
}

int dx_run_report_now(struct dx_run *run, enum dx_rule_id rule, enum dx_severity severity, const struct dx_node *node,
                      const char *attr, const char *hint, const struct dx_str *args, size_t n_args)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&run->ctx->mem);
    dx_cleanup(dx_buf_free) struct dx_buf advice = DX_BUF(&run->ctx->mem);
    const struct dx_rule *row = &dx_rule_row(rule)->rule;
    struct saying saying = {row->level, severity, row->id, hint, node, attr};

    /* The bound on iothreads is the tool's own: no rule of libvirt's could be wrong about it. */
    if (severity == DX_SEVERITY_ERROR && rule != DX_RULE_IOT_Q09 && dx_rule_is_allowed(row->id, run->opts)) {
        saying.severity = DX_SEVERITY_WARNING;
    }

    dx_rule_message(&text, rule, args, n_args);
    if (!hint) {
        dx_rule_fill(&advice, row->hint, args, n_args);
        dx_buf_byte(&advice, '\0');
        saying.hint = advice.ptr;
    }
    return text.failed || advice.failed ? dx_ctx_no_memory(run->ctx) : say(run, &saying, dx_buf_view(&text));
}

int dx_run_report_as(struct dx_run *run, enum dx_rule_id rule, enum dx_severity severity, const struct dx_node *node,
                     const char *attr, const char *hint, const struct dx_str *args, size_t n_args)
{
    struct dx_held advice = {.rule = rule, .severity = severity, .node = node, .attr = attr, .hint = hint};

    if (dx_rule_row(rule)->driver != DX_DRIVER_A || severity == DX_SEVERITY_ERROR) {
        return dx_run_report_now(run, rule, severity, node, attr, hint, args, n_args);
    }
    for (; advice.n_args < n_args && advice.n_args < DX_FINDING_ARGS; advice.n_args++) {
        advice.args[advice.n_args] = args[advice.n_args];
    }
    return dx_held_add(run, &advice);
}

int dx_run_report(struct dx_run *run, enum dx_rule_id rule, const struct dx_node *node, const char *attr,
                  const struct dx_str *args, size_t n_args)
{
    return dx_run_report_as(run, rule, dx_rule_row(rule)->rule.severity, node, attr, NULL, args, n_args);
}

int dx_run_usage(struct dx_run *run, size_t column, const char *hint, const char *format, ...)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&run->ctx->mem);
    va_list args;

    va_start(args, format);
    dx_buf_vformat(&text, format, args);
    va_end(args);
    run->failed = true;
    return text.failed
               ? dx_ctx_no_memory(run->ctx)
               : dx_opt_refuse(run->ctx, run->spec, column, run->pass->name, hint, "%.*s", DX_F(dx_buf_view(&text)));
}

void dx_run_feed(struct dx_run *run, const char *group)
{
    run->fed = group;
}

int dx_run_insert(struct dx_node **out, struct dx_run *run, struct dx_node *parent, const char *name)
{
    struct dx_place place = dx_domain_place(parent, name);

    (void)run;
    return place.after ? dx_edit_insert(out, parent, place.after, name)
                       : dx_edit_insert_before(out, parent, place.before, name);
}

int dx_run_container(struct dx_node **out, struct dx_run *run, const char *outer, const char *name, const char *item)
{
    struct dx_node *parent = run->doc->root;
    int rc = DX_OK;

    *out = dx_domain_container(parent, outer, name, item);
    if (*out) {
        return DX_OK;
    }
    if (outer) {
        rc = dx_run_container(&parent, run, NULL, outer, name);
    }
    return rc < 0 ? rc : dx_run_insert(out, run, parent, name);
}

/* True when it stands in the source without attributes and with nothing between its tags. */
static bool was_empty(const struct dx_node *node)
{
    for (uint32_t i = 0; i < node->n_attrs; i++) {
        if (node->attrs[i].src_name != DX_NOWHERE) {
            return false;
        }
    }
    return !(node->flags & DX_NODE_NEW) &&
           ((node->flags & DX_NODE_EMPTY_TAG) ||
            dx_trim(dx_doc_bytes(dx_node_doc(node), node->inner, node->close)).len == 0);
}

bool dx_run_emptied(const struct dx_node *node)
{
    if (dx_node_attr_count(node) > 0 || was_empty(node)) {
        return false;
    }
    for (const struct dx_node *child = node->first; child; child = child->next) {
        if (!dx_node_is_blank(child)) {
            return false;
        }
    }
    return true;
}

int dx_run_prune(struct dx_run *run, struct dx_node *node, const char *const *containers)
{
    for (;;) {
        struct dx_node *parent = node->parent;
        bool was_new = node->flags & DX_NODE_NEW;
        int rc = dx_edit_remove(node);

        if (rc < 0 || !parent || !dx_node_is_element(parent)) {
            return rc;
        }
        if (parent == run->doc->root || !dx_str_any(dx_node_name(parent), containers) || !dx_run_emptied(parent)) {
            /* An element that a run before this one opened up is an empty tag again. */
            rc = was_new ? rc : dx_edit_hollow(parent);
            return rc < 0 ? rc : DX_OK;
        }
        node = parent;
    }
}

/* An attribute that an earlier pass of the run wrote: nobody misses it. */
static bool is_our_own(const struct dx_node *node, const char *name)
{
    return dx_tree_attr(node, name, strlen(name))->src_name == DX_NOWHERE;
}

int dx_run_drop_attr(struct dx_run *run, struct dx_node *node, const char *name, const char *why)
{
    struct dx_str value = dx_node_attr(node, name), element = dx_node_name(node);
    int rc;

    if (!value.ptr) {
        return DX_OK;
    }
    if (is_our_own(node, name)) {
        return dx_edit_remove_attr(node, name);
    }
    rc = dx_run_note(run, node, NULL, "dropped %s='%.*s' of <%.*s>%s%s", name, DX_F(value), DX_F(element),
                     *why ? ": " : "", why);
    return rc < 0 ? rc : dx_edit_remove_attr(node, name);
}

int dx_run_put_attr(struct dx_run *run, struct dx_node *node, const char *name, struct dx_str value)
{
    struct dx_str was = dx_node_attr(node, name), element = dx_node_name(node);
    int rc = DX_OK;

    if (was.ptr && !dx_str_equal(was, value) && !is_our_own(node, name)) {
        rc = dx_run_note(run, node, NULL, "replaced %s='%.*s' of <%.*s> by '%.*s'", name, DX_F(was), DX_F(element),
                         DX_F(value));
    }
    return rc < 0 ? rc : dx_edit_set_attr(node, name, value);
}

/* An element as it stands in the file, on one line and cut. */
static void show(struct dx_buf *buf, const struct dx_doc *doc, const struct dx_node *node)
{
    struct dx_str raw = dx_doc_bytes(doc, node->begin, node->end);
    bool space = false;

    if (node->flags & DX_NODE_NEW) {
        dx_buf_format(buf, "<%.*s>", DX_F(dx_node_name(node)));
        return;
    }
    for (size_t i = 0; i < raw.len && buf->len < 120; i++) {
        if (dx_is_space(raw.ptr[i])) {
            space = true;
        } else {
            if (space && buf->len && buf->ptr[buf->len - 1] != '>' && raw.ptr[i] != '<') {
                dx_buf_byte(buf, ' ');
            }
            space = false;
            dx_buf_byte(buf, raw.ptr[i]);
        }
    }
    dx_buf_puts(buf, buf->len >= 120 ? "…" : "");
}

int dx_run_drop_child(struct dx_run *run, struct dx_node *parent, const char *name, const char *why)
{
    static const char *const no_containers[] = {NULL};
    struct dx_node *child;

    while (parent && (child = dx_node_child(parent, name)) != NULL) {
        dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&run->ctx->mem);
        int rc;

        show(&text, run->doc, child);
        rc = dx_run_note(run, child, NULL, "dropped %.*s%s%s", DX_F(dx_buf_view(&text)), *why ? ": " : "", why);
        rc = rc < 0 ? rc : dx_run_prune(run, child, no_containers);
        if (rc < 0) {
            return rc;
        }
    }
    return DX_OK;
}
