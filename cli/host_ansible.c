/* A plan as a list of Ansible's tasks, of its built-in modules alone. What those have no module for, the kernel's
 * files and its arguments, is done by the functions of the script. Nothing of a document or a host is a template. */
#include "host_group.h"
#include "host_step.h"
#include "pieces.h"
#include "yaml.h"

#include <string.h>

#define ROOT "{{ domxform_dir }}"
#define NO_ROOT "domxform_dir == ''"

/* A list of tasks as it is written. */
struct tasks {
    struct text *text;
    const char *id;       /* of the requirement */
    bool named;           /* the functions of the script stand above */
    size_t n;             /* steps so far, in the whole file: the names of their results */
    size_t first;         /* the number of the first step of the requirement */
    struct text refused;  /* conditions of the last task of a place: that the kernel refused nothing */
    struct text refusals; /* and what it says of those that it did */
};

/* The kinds of steps that change files by Ansible's own modules. */
#define BY_MODULES (1u << DX_REMEDY_SETTING | 1u << DX_REMEDY_FILE | 1u << DX_REMEDY_OWNER)

enum { INDENT = 10, DEEP = INDENT + 2, DEEPER = DEEP + 2 }; /* of a task's keys, of its module's, of items in them */

static void put_line(const struct tasks *tasks, size_t indent, const char *line)
{
    text_tab(tasks->text, indent);
    text_puts(tasks->text, line);
    text_byte(tasks->text, '\n');
}

/* KEY: "TEXT" */
static void put_pair(const struct tasks *tasks, size_t indent, const char *key, const char *prefix, const char *s)
{
    text_tab(tasks->text, indent);
    text_format(tasks->text, "%s: ", key);
    yaml_string(tasks->text, indent + 2, prefix, s);
    text_byte(tasks->text, '\n');
}

static void put_item(const struct tasks *tasks, size_t indent, const char *s)
{
    text_tab(tasks->text, indent);
    text_puts(tasks->text, "- ");
    yaml_string(tasks->text, indent + 2, "", s);
    text_byte(tasks->text, '\n');
}

/* Each word of `s` as an item. */
static void put_words(const struct tasks *tasks, size_t indent, const char *s)
{
    for (s += strspn(s, " "); *s; s += strspn(s, " ")) {
        text_auto word = {.io = tasks->text->io};

        text_bytes(&word, s, strcspn(s, " "));
        text_byte(&word, '\0');
        put_item(tasks, indent, word.failed ? "" : word.ptr);
        s += strcspn(s, " ");
    }
}

static void put_result(const struct tasks *tasks, size_t indent, const char *format)
{
    text_tab(tasks->text, indent);
    text_format(tasks->text, format, tasks->n);
    text_byte(tasks->text, '\n');
}

/* What a person sees go by: with a capital, and without what drives a terminal. */
static void put_name(const struct tasks *tasks, size_t indent, const char *s)
{
    text_auto name = {.io = tasks->text->io};

    text_escaped(&name, s);
    text_byte(&name, '\0');
    tasks->text->failed = tasks->text->failed || name.failed;
    if (name.failed) {
        return;
    }
    *name.ptr = *name.ptr >= 'a' && *name.ptr <= 'z' ? (char)(*name.ptr - 'a' + 'A') : *name.ptr;
    text_tab(tasks->text, indent);
    text_puts(tasks->text, "- name: ");
    yaml_string(tasks->text, indent + 4, "", name.ptr);
    text_byte(tasks->text, '\n');
}

static void begin_task(const struct tasks *tasks, const struct dx_remedy *step, const char *more)
{
    enum { LONG = 60 };
    text_auto what = {.io = tasks->text->io};

    /* What a long command is for is easier to read. */
    if (step->kind == DX_REMEDY_COMMAND && step->why && strlen(host_step_or_empty(step->value)) > LONG) {
        text_puts(&what, step->why);
    } else {
        host_step_what(&what, step);
    }
    text_puts(&what, more);
    text_byte(&what, '\0');
    tasks->text->failed = tasks->text->failed || what.failed;
    put_name(tasks, INDENT - 2, what.failed ? "" : what.ptr);
}

/* What comes before it in the requirement and may have changed something. */
static void put_after_change(const struct tasks *tasks)
{
    size_t before = tasks->n - tasks->first;

    text_tab(tasks->text, DEEP);
    text_puts(tasks->text, before ? "- >-" : "- false");
    for (size_t i = 0; i < before; i++) {
        text_byte(tasks->text, '\n');
        text_tab(tasks->text, DEEPER);
        text_format(tasks->text, "%sdomxform_%zu is changed", i > 0 ? "or " : "", tasks->first + i);
    }
    text_byte(tasks->text, '\n');
}

/* When the step is taken: on a system that runs, and where something changed. */
static void put_when(const struct tasks *tasks, const struct dx_remedy *step, const char *condition)
{
    bool running =
        step->kind == DX_REMEDY_PACKAGE || step->kind == DX_REMEDY_SERVICE || step->kind == DX_REMEDY_COMMAND;

    if (!running && !*condition && !host_step_after_change(step)) {
        return;
    }
    put_line(tasks, INDENT, "when:");
    if (running) {
        put_line(tasks, DEEP, "- " NO_ROOT);
    }
    if (*condition) {
        put_result(tasks, DEEP, condition);
    }
    if (host_step_after_change(step)) {
        put_after_change(tasks);
    }
}

/* A step that the script's functions take. */
static void put_by_script(struct tasks *tasks, const struct dx_remedy *step, const char *const *words, size_t n)
{
    text_auto id = {.io = tasks->text->io};

    /* It becomes a comment in a file that a shell reads. */
    text_escaped(&id, tasks->id);
    text_byte(&id, '\0');
    tasks->text->failed = tasks->text->failed || id.failed;
    begin_task(tasks, step, "");
    put_line(tasks, INDENT, "ansible.builtin.command:");
    put_line(tasks, DEEP, "argv:");
    put_line(tasks, DEEPER, "- sh");
    put_line(tasks, DEEPER, "- -c");
    put_line(tasks, DEEPER, "- \"{{ domxform_step }}\"");
    put_line(tasks, DEEPER, "- domxform");
    put_line(tasks, DEEPER, "- \"{{ ansible_check_mode }}\"");
    put_line(tasks, DEEPER, "- \"" ROOT "\"");
    put_item(tasks, DEEPER, id.failed ? "" : id.ptr);
    for (size_t i = 0; i < n; i++) {
        put_item(tasks, DEEPER, host_step_or_empty(words[i]));
    }
    put_result(tasks, INDENT, "register: domxform_%zu");
    put_result(tasks, INDENT, "changed_when: domxform_%zu.stdout == 'changed'");
    if (step->kind == DX_REMEDY_WRITE) {
        /* What the kernel refused is told by the last task, when everything else is done. */
        put_result(tasks, INDENT, "failed_when: domxform_%zu.rc not in [0, 3]");
        text_format(&tasks->refused, "          - domxform_%zu.stderr | default('') == ''\n", tasks->n);
        text_format(&tasks->refusals, "          {{ domxform_%zu.stderr | default('') }}\n", tasks->n);
    }
    put_line(tasks, INDENT, "check_mode: false");
    put_when(tasks, step, "");
}

/* As a regular expression that means each of its characters. */
static void put_escaped(struct text *text, const char *s)
{
    for (; *s; s++) {
        text_puts(text, strchr("\\^$.|?*+()[]{}", *s) ? "\\" : "");
        text_byte(text, *s);
    }
}

static void put_setting(struct tasks *tasks, const struct dx_remedy *step)
{
    const char *key = host_step_or_empty(step->key), *separator = host_step_or_empty(step->separator);
    size_t n = strcspn(separator + strspn(separator, " \t"), " \t");
    text_auto regexp = {.io = tasks->text->io};
    text_auto mark = {.io = tasks->text->io};
    text_auto line = {.io = tasks->text->io};
    text_auto before = {.io = tasks->text->io};

    text_bytes(&mark, separator + strspn(separator, " \t"), n);
    text_byte(&mark, '\0');
    text_puts(&regexp, "^[ \\t]*");
    put_escaped(&regexp, key);
    text_puts(&regexp, n > 0 ? "[ \\t]*" : "(\\s|$)");
    put_escaped(&regexp, mark.failed ? "" : mark.ptr);
    text_byte(&regexp, '\0');
    text_format(&line, "%s%s%s", key, separator, host_step_or_empty(step->value));
    tasks->text->failed = tasks->text->failed || mark.failed || regexp.failed || line.failed;
    if (tasks->text->failed) {
        return;
    }
    begin_task(tasks, step, "");
    put_line(tasks, INDENT, "ansible.builtin.lineinfile:");
    put_pair(tasks, DEEP, "path", ROOT, host_step_or_empty(step->path));
    put_pair(tasks, DEEP, "regexp", "", regexp.ptr);
    put_pair(tasks, DEEP, "line", "", line.ptr);
    put_line(tasks, DEEP, "create: true");
    put_result(tasks, INDENT, "register: domxform_%zu");
    put_when(tasks, step, "");
    tasks->n++;
    /* That was the last line of the key; which of several counts is for each program to say. */
    text_format(&before, "%s.*\\n(?=[\\s\\S]*%s)", regexp.ptr, regexp.ptr);
    begin_task(tasks, step, " (once)");
    put_line(tasks, INDENT, "ansible.builtin.replace:");
    put_pair(tasks, DEEP, "path", ROOT, host_step_or_empty(step->path));
    put_pair(tasks, DEEP, "regexp", "", before.failed ? "" : before.ptr);
    put_result(tasks, INDENT, "register: domxform_%zu");
    put_when(tasks, step, "- not ansible_check_mode");
}

static void put_owner(const struct tasks *tasks, const char *owner)
{
    text_auto user = {.io = tasks->text->io};
    size_t n = strcspn(owner, ":");

    text_bytes(&user, owner, n);
    text_byte(&user, '\0');
    if (n > 0) {
        put_pair(tasks, DEEP, "owner", "", user.failed ? "" : user.ptr);
    }
    if (owner[n] && owner[n + 1]) {
        put_pair(tasks, DEEP, "group", "", owner + n + 1);
    }
}

static void put_file(struct tasks *tasks, const struct dx_remedy *step)
{
    const char *path = host_step_or_empty(step->path), *slash = strrchr(path, '/');
    text_auto folder = {.io = tasks->text->io};

    text_bytes(&folder, path, slash ? (size_t)(slash - path) : 0);
    text_byte(&folder, '\0');
    if (slash > path) {
        begin_task(tasks, step, " (its folder)");
        put_line(tasks, INDENT, "ansible.builtin.file:");
        put_pair(tasks, DEEP, "path", ROOT, folder.failed ? "" : folder.ptr);
        put_line(tasks, DEEP, "state: directory");
        put_when(tasks, step, "");
    }
    begin_task(tasks, step, "");
    put_line(tasks, INDENT, "ansible.builtin.copy:");
    put_pair(tasks, DEEP, "dest", ROOT, path);
    put_pair(tasks, DEEP, "content", "", host_step_or_empty(step->value));
    put_owner(tasks, host_step_or_empty(step->owner));
    if (step->mode) {
        text_tab(tasks->text, DEEP);
        text_format(tasks->text, "mode: '%04o'\n", step->mode);
    }
    put_result(tasks, INDENT, "register: domxform_%zu");
    put_when(tasks, step, "");
}

/* u=rwX,g=rX,o=: folders get x where there is r. */
static void put_recursive_mode(struct text *text, unsigned mode)
{
    static const char classes[] = {'u', 'g', 'o'};

    for (unsigned i = 0; i < 3; i++) {
        unsigned bits = mode >> (3 * (2 - i)) & 7;

        text_format(text, "%s%c=%s%s%s", i > 0 ? "," : "", classes[i], bits & 4 ? "r" : "", bits & 2 ? "w" : "",
                    bits & 1   ? "x"
                    : bits & 4 ? "X"
                               : "");
    }
}

static void put_own(struct tasks *tasks, const struct dx_remedy *step)
{
    const char *path = host_step_or_empty(step->path);
    size_t n = strlen(path);
    bool deep = n > 0 && path[n - 1] == '/';

    begin_task(tasks, step, "");
    put_line(tasks, INDENT, "ansible.builtin.file:");
    put_pair(tasks, DEEP, "path", ROOT, path);
    put_owner(tasks, host_step_or_empty(step->owner));
    if (step->mode) {
        text_tab(tasks->text, DEEP);
        text_puts(tasks->text, "mode: ");
        if (deep) {
            put_recursive_mode(tasks->text, step->mode);
        } else {
            text_format(tasks->text, "'%04o'", step->mode);
        }
        text_byte(tasks->text, '\n');
    }
    if (deep) {
        put_line(tasks, DEEP, "state: directory");
        put_line(tasks, DEEP, "recurse: true");
    }
    put_result(tasks, INDENT, "register: domxform_%zu");
    put_when(tasks, step, "");
}

static void put_packages(struct tasks *tasks, const struct dx_remedy *step)
{
    static const char *const families[] = {
        "- ansible_facts['os_family'] != 'Debian'",
        "- ansible_facts['os_family'] == 'Debian'",
    };
    bool same = strcmp(host_step_or_empty(step->value), host_step_or_empty(step->other)) == 0;
    const char *const names[] = {step->value, same ? NULL : step->other};

    for (size_t i = 0; i < 2; i++) {
        text_auto name = {.io = tasks->text->io};

        if (!names[i] || !*names[i]) {
            continue;
        }
        tasks->n += i > 0 && names[0] && *names[0]; /* a second one */
        text_format(&name, "install %s", names[i]);
        text_byte(&name, '\0');
        put_name(tasks, INDENT - 2, name.failed ? "" : name.ptr);
        put_line(tasks, INDENT, "ansible.builtin.package:");
        put_line(tasks, DEEP, "name:");
        put_words(tasks, DEEPER, names[i]);
        put_line(tasks, DEEP, "state: present");
        put_result(tasks, INDENT, "register: domxform_%zu");
        put_when(tasks, step, same ? "" : families[i]);
    }
}

static void put_systemctl(struct tasks *tasks, const struct dx_remedy *step, const char *verb)
{
    put_line(tasks, INDENT, "ansible.builtin.command:");
    put_line(tasks, DEEP, "argv:");
    put_line(tasks, DEEPER, "- systemctl");
    text_tab(tasks->text, DEEPER);
    text_format(tasks->text, "- %s\n", verb);
    put_line(tasks, DEEPER, "- \"{{ item }}\"");
    put_line(tasks, INDENT, "loop:");
    put_words(tasks, DEEP, step->value);
    put_result(tasks, INDENT, "register: domxform_%zu");
    put_line(tasks, INDENT, "changed_when: true");
    /* 5: there is no such unit, and so none that runs. */
    put_result(tasks, INDENT, "failed_when: domxform_%zu.rc not in [0, 5]");
}

static void put_unit(struct tasks *tasks, const struct dx_remedy *step, const char *wanted, const char *state)
{
    put_line(tasks, INDENT, "ansible.builtin.systemd:");
    put_line(tasks, DEEP, "name: \"{{ item }}\"");
    put_line(tasks, DEEP, wanted);
    put_line(tasks, DEEP, state);
    put_line(tasks, INDENT, "loop:");
    put_words(tasks, DEEP, step->value);
    put_result(tasks, INDENT, "register: domxform_%zu");
}

static void put_service(struct tasks *tasks, const struct dx_remedy *step)
{
    const char *key = host_step_or_empty(step->key);

    begin_task(tasks, step, "");
    if (!step->value || !*step->value) {
        put_line(tasks, INDENT, "ansible.builtin.systemd:");
        put_line(tasks, DEEP, "daemon_reload: true");
        put_result(tasks, INDENT, "register: domxform_%zu");
    } else if (strcmp(key, "enabled") == 0) {
        put_unit(tasks, step, "enabled: true", "state: started");
    } else if (strcmp(key, "masked") == 0) {
        put_unit(tasks, step, "masked: true", "state: stopped");
    } else {
        put_systemctl(tasks, step, strcmp(key, "reloaded") == 0 ? "try-reload-or-restart" : "try-restart");
    }
    put_when(tasks, step, "");
}

/* One that is words alone needs no shell. */
static void put_shell(struct tasks *tasks, const char *command)
{
    text_auto script = {.io = tasks->text->io};

    if (strchr(command, '\n')) {
        text_format(&script, "set -eu\n%s%s", command, command[strlen(command) - 1] == '\n' ? "" : "\n");
    } else {
        text_format(&script, "%s%s", strchr(command, ';') ? "set -eu; " : "", command);
    }
    put_line(tasks, INDENT, host_step_is_words(command) ? "ansible.builtin.command:" : "ansible.builtin.shell:");
    put_pair(tasks, DEEP, "cmd", "", script.failed ? "" : script.ptr);
}

static void put_command(struct tasks *tasks, const struct dx_remedy *step)
{
    if (step->other) {
        begin_task(tasks, step, " (is it so already?)");
        put_shell(tasks, step->other);
        put_result(tasks, INDENT, "register: domxform_%zu_test");
        put_line(tasks, INDENT, "changed_when: false");
        put_line(tasks, INDENT, "failed_when: false");
        put_line(tasks, INDENT, "check_mode: false");
        put_when(tasks, step, "");
    }
    begin_task(tasks, step, "");
    put_shell(tasks, host_step_or_empty(step->value));
    put_result(tasks, INDENT, "register: domxform_%zu");
    put_line(tasks, INDENT, "changed_when: true");
    put_when(tasks, step, step->other ? "- domxform_%zu_test.rc | default(0) != 0" : "");
}

static void put_by_hand(struct tasks *tasks, const struct dx_remedy *step)
{
    text_auto message = {.io = tasks->text->io};

    host_step_what(&message, step);
    text_puts(&message, step->why ? ": " : "");
    text_escaped(&message, host_step_or_empty(step->why));
    text_byte(&message, '\0');
    tasks->text->failed = tasks->text->failed || message.failed;
    put_line(tasks, INDENT - 2, "- name: To be done by hand");
    put_line(tasks, INDENT, "ansible.builtin.debug:");
    if (step->kind == DX_REMEDY_FILE) {
        put_line(tasks, DEEP, "msg:");
        put_item(tasks, DEEPER, message.failed ? "" : message.ptr);
        put_item(tasks, DEEPER, host_step_or_empty(step->value));
    } else {
        put_pair(tasks, DEEP, "msg", "", message.failed ? "" : message.ptr);
    }
    put_result(tasks, INDENT, "register: domxform_%zu");
}

#define BY_SCRIPT(tasks, step, ...)                                                                                    \
    put_by_script(tasks, step, (const char *const[]){__VA_ARGS__},                                                     \
                  sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void put_step(struct tasks *tasks, const struct dx_remedy *step)
{
    if (host_step_by_hand(step)) {
        put_by_hand(tasks, step);
        tasks->n++;
        return;
    }
    switch (step->kind) {
    case DX_REMEDY_WRITE:
        BY_SCRIPT(tasks, step, "write_value", host_step_form(step), step->path, step->value);
        break;
    case DX_REMEDY_KERNEL_ARGS:
        BY_SCRIPT(tasks, step, "kernel_args", step->value);
        break;
    case DX_REMEDY_SETTING:
        put_setting(tasks, step);
        break;
    case DX_REMEDY_FILE:
        put_file(tasks, step);
        break;
    case DX_REMEDY_OWNER:
        put_own(tasks, step);
        break;
    case DX_REMEDY_PACKAGE:
        put_packages(tasks, step);
        break;
    case DX_REMEDY_SERVICE:
        put_service(tasks, step);
        break;
    case DX_REMEDY_COMMAND:
        put_command(tasks, step);
        break;
    case DX_REMEDY_MANUAL:
        break;
    }
    tasks->n++;
}

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
    put_name(tasks, 4, host_step_or_empty(group ? group->title.ptr : need->title));
    put_line(tasks, 6, "block:");
    for (size_t k = 0; k < need->n_remedies; k++) {
        if (is_told(need, &need->remedies[k])) {
            put_step(tasks, &need->remedies[k]);
        }
    }
    if (need->n_remedies == 0) {
        put_by_hand(tasks, &host_step_none);
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
        put_line(tasks, 4, "domxform_step: *domxform_step");
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
    put_line(tasks, 4, "# What no module does: the kernel's values and arguments, links below a root");
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
            put_item(tasks, 8, host_step_or_empty(step->path));
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
    put_line(tasks, 2, "vars:");
    put_line(tasks, 4, "domxform_dir: \"{{ domxform_root | default('') }}\"");
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
    put_line(tasks, 2, "block:");
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
    put_name(tasks, 0, name.failed ? "" : name.ptr);
    text_puts(tasks->text, "  when:\n    - domxform_guest is defined\n    - domxform_guest in domxform_guests\n");
    put_vars(tasks, report, kinds);
    put_line(tasks, 4, "domxform_guests:");
    for (size_t i = 0; i < group->n_guests; i++) {
        put_item(tasks, 6, host_step_or_empty(group->guests[i]));
    }
    put_line(tasks, 2, "block:");
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
