/* A plan as a list of Ansible's tasks, of its built-in modules alone. What those have no module for, the kernel's
 * files and its arguments, is done by the functions of the script. Nothing of a document or a host is a template. */
#include "host_group.h"
#include "host_task.h"
#include "pieces.h"
#include "yaml.h"

#include <string.h>

#define ROOT "{{ domxform_dir }}"
#define NO_ROOT "domxform_dir == ''"

/* The kinds of steps that change files by Ansible's own modules. */
#define BY_MODULES (1u << DX_REMEDY_SETTING | 1u << DX_REMEDY_FILE | 1u << DX_REMEDY_OWNER)

/* What a person would do is told only where it was not so when it was planned. */
static bool is_told(const struct dx_requirement *need, const struct dx_remedy *step)
{
    return need->state != DX_PLAN_OK || !host_step_by_hand(step);
}

/* Whether there is nothing to do, nor anything to tell. */
static bool is_idle(const struct dx_requirement *need)
{
    for (size_t k = 0; k < need->n_remedies; k++) {
        if (is_told(need, &need->remedies[k])) {
            return false;
        }
    }
    return need->state == DX_PLAN_OK;
}

static const struct dx_asker *asker_at(const void *of, size_t k)
{
    return &((const struct dx_requirement *)of)->askers[k];
}

static const struct dx_asker *group_asker_at(const void *of, size_t k)
{
    return host_group_asker(of, k);
}

/* A requirement of the host, or one of a group. */
static void put_requirement(struct tasks *tasks, const struct dx_requirement *need, const struct host_group *group)
{
    tasks->id = host_step_or_empty(group ? host_group_id(group) : need->id);
    tasks->first = tasks->n;
    text_byte(tasks->text, '\n');
    host_comment(tasks->text, "    # ", "", host_step_or_empty(need->why));
    if (group) {
        host_comment_askers(tasks->text, "    # ", group_asker_at, group, group->n_askers);
    } else {
        host_comment_askers(tasks->text, "    # ", asker_at, need, need->n_askers);
    }
    task_name(tasks, 4, host_step_or_empty(group ? group->title.ptr : need->title));
    task_line(tasks, 6, "block:");
    for (size_t k = 0; k < need->n_remedies; k++) {
        if (is_told(need, &need->remedies[k])) {
            task_step(tasks, &need->remedies[k]);
        }
    }
    if (need->n_remedies == 0) {
        task_by_hand(tasks, &host_step_none);
        tasks->n++;
    }
}

/* What the tasks call, in the first place that does: those of the functions of the script that the file needs. */
static void put_functions(struct tasks *tasks, const struct host_report *report)
{
    static const struct {
        const char *name;
        unsigned kinds; /* none: whatever the kinds are */
    } parts[] = {
        {"tasks", 0},
        {"locate", 0},
        {"words", 1u << DX_REMEDY_WRITE | 1u << DX_REMEDY_KERNEL_ARGS},
        {"write", 1u << DX_REMEDY_WRITE},
        {"replace", 1u << DX_REMEDY_KERNEL_ARGS},
        {"kernel_args", 1u << DX_REMEDY_KERNEL_ARGS},
    };
    text_auto script = {.io = tasks->text->io};
    unsigned kinds = host_script_kinds(report);

    if (tasks->named) {
        task_line(tasks, 4, "domxform_step: *domxform_step");
        return;
    }
    tasks->named = true;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!parts[i].kinds || kinds & parts[i].kinds) {
            text_puts(&script, piece_find(parts[i].name));
            text_byte(&script, '\n');
        }
    }
    text_puts(&script, "\"$@\"\n");
    text_byte(&script, '\0');
    task_line(tasks, 4, "# What no module does: the kernel's values and arguments, links below a root");
    text_puts(tasks->text, "    domxform_step: &domxform_step ");
    yaml_string(tasks->text, 6, "", script.failed ? "" : script.ptr);
    text_byte(tasks->text, '\n');
}

static unsigned kinds_of(const struct dx_requirement *need)
{
    unsigned kinds = 0;

    for (size_t k = 0; k < need->n_remedies; k++) {
        kinds |= host_step_by_hand(&need->remedies[k]) ? 0 : 1u << need->remedies[k].kind;
    }
    return kinds;
}

static void put_paths(const struct tasks *tasks, const struct dx_requirement *need)
{
    for (size_t k = 0; k < need->n_remedies; k++) {
        const struct dx_remedy *step = &need->remedies[k];
        bool told = host_step_by_hand(step) || !(1u << step->kind & BY_MODULES);

        for (size_t i = 0; i < k && !told; i++) {
            const struct dx_remedy *other = &need->remedies[i];

            told = !host_step_by_hand(other) && 1u << other->kind & BY_MODULES &&
                   strcmp(host_step_or_empty(other->path), host_step_or_empty(step->path)) == 0;
        }
        if (!told) {
            task_item(tasks, 8, host_step_or_empty(step->path));
        }
    }
}

/* The modules follow links as the system does that they run on, which is not the one that the files are of. */
static void begin_guard(const struct tasks *tasks)
{
    text_puts(tasks->text, "\n    - name: Below a root, links lead nowhere else\n"
                           "      ansible.builtin.command:\n        argv:\n          - sh\n          - -c\n"
                           "          - \"{{ domxform_step }}\"\n          - domxform\n          - 'False'\n"
                           "          - \"" ROOT "\"\n          - none\n          - inside\n"
                           "          - \"{{ item }}\"\n      loop:\n");
}

static void end_guard(const struct tasks *tasks)
{
    text_puts(tasks->text, "      changed_when: false\n      check_mode: false\n      when: domxform_dir != ''\n");
}

/* What blocks have in common that hold tasks of these kinds. */
static void put_vars(struct tasks *tasks, const struct host_report *report, unsigned kinds)
{
    task_line(tasks, 2, "vars:");
    task_line(tasks, 4, "domxform_dir: \"{{ domxform_root | default('') }}\"");
    if (kinds & (BY_MODULES | 1u << DX_REMEDY_WRITE | 1u << DX_REMEDY_KERNEL_ARGS)) {
        put_functions(tasks, report);
    }
}

/* At the end of a place: what the kernel refused. */
static void put_refusals(struct tasks *tasks)
{
    if (tasks->refused.len > 0 && tasks->refusals.len > 0) {
        text_puts(tasks->text, "\n    - name: The kernel took what it was told\n"
                               "      ansible.builtin.assert:\n        that:\n");
        text_bytes(tasks->text, tasks->refused.ptr, tasks->refused.len);
        text_puts(tasks->text, "        fail_msg: >-\n");
        text_bytes(tasks->text, tasks->refusals.ptr, tasks->refusals.len);
        tasks->refused.len = tasks->refusals.len = 0;
    }
}

static void put_host(struct tasks *tasks, const struct host_report *report)
{
    const struct dx_requirement *need;
    unsigned kinds = 0;
    bool idle = true;

    for (size_t i = 0; (need = host_step_next_need(report, &i)) != NULL;) {
        kinds |= kinds_of(need);
        idle = idle && is_idle(need);
    }
    if (idle) {
        return;
    }
    text_puts(tasks->text, "\n- name: What domains need of their host\n  when: domxform_guest is not defined\n");
    put_vars(tasks, report, kinds);
    task_line(tasks, 2, "block:");
    if (kinds & BY_MODULES) {
        begin_guard(tasks);
        for (size_t i = 0; (need = host_step_next_need(report, &i)) != NULL;) {
            put_paths(tasks, need);
        }
        end_guard(tasks);
    }
    for (size_t i = 0; (need = host_step_next_need(report, &i)) != NULL;) {
        if (!is_idle(need)) {
            put_requirement(tasks, need, NULL);
        }
    }
    put_refusals(tasks);
}

static void put_guests(struct tasks *tasks, const struct host_report *report, const struct host_group *group)
{
    const struct dx_requirement *need = group->needs[0];
    unsigned kinds = kinds_of(need);
    text_auto name = {.io = tasks->text->io};

    if (is_idle(need)) {
        return;
    }
    text_format(&name, group->n_guests > 1 ? "inside %zu guests" : "inside the guest ", group->n_guests);
    if (group->n_guests == 1) {
        text_puts(&name, group->guests[0] ? group->guests[0] : "of any domain");
    }
    text_byte(&name, '\0');
    text_byte(tasks->text, '\n');
    task_name(tasks, 0, name.failed ? "" : name.ptr);
    text_puts(tasks->text, "  when:\n    - domxform_guest is defined\n    - domxform_guest in domxform_guests\n");
    put_vars(tasks, report, kinds);
    task_line(tasks, 4, "domxform_guests:");
    for (size_t i = 0; i < group->n_guests; i++) {
        task_item(tasks, 6, host_step_or_empty(group->guests[i]));
    }
    task_line(tasks, 2, "block:");
    if (kinds & BY_MODULES) {
        begin_guard(tasks);
        put_paths(tasks, need);
        end_guard(tasks);
    }
    put_requirement(tasks, need, group);
    put_refusals(tasks);
}

/* Whether a line is too long for yamllint, which lets a single word be. */
static bool has_long_line(const char *s)
{
    enum { MOST = 80 };
    size_t n;

    for (; *s; s += n + (s[n] == '\n')) {
        const char *line = s + strspn(s, " -");

        n = strcspn(s, "\n");
        if (n > MOST && line < s + n && strcspn(line, " ") < (size_t)(s + n - line)) {
            return true;
        }
    }
    return false;
}

void host_ansible(struct text *text, const struct host_report *report)
{
    text_auto body = {.io = text->io};
    struct tasks tasks = {.text = &body, .n = 1, .refused = {.io = text->io}, .refusals = {.io = text->io}};
    struct host_groups groups;

    host_groups_make(&groups, text->io, report);
    if (!groups.failed) {
        put_host(&tasks, report);
    }
    for (size_t i = 0; !groups.failed && i < groups.n; i++) {
        put_guests(&tasks, report, &groups.at[i]);
    }
    if (tasks.n == 1) {
        text_puts(&body, "[]\n");
    }
    text_byte(&body, '\0');
    text->failed = text->failed || body.failed || groups.failed || tasks.refused.failed || tasks.refusals.failed;
    if (!text->failed) {
        text_puts(text, has_long_line(body.ptr) ? "# yamllint disable rule:line-length\n" : "");
        text_puts(text, "---\n# What domains need of their host, worked out by domxform host plan: tasks\n"
                        "# for ansible.builtin.include_tasks in a play with become: true.\n#\n"
                        "# domxform_guest: not set for the host; inside a guest, the name of its domain\n"
                        "# domxform_root: a folder that stands for /, of which only files are changed\n");
        text_puts(text, body.ptr);
    }
    host_groups_free(&groups);
    text_free(&tasks.refused);
    text_free(&tasks.refusals);
}
