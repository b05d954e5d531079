#include "host_task.h"

#include "yaml.h"

#include <string.h>

#define ROOT "{{ domxform_dir }}"
#define NO_ROOT "domxform_dir == ''"

enum { INDENT = 10, DEEP = INDENT + 2, DEEPER = DEEP + 2 }; /* of a task's keys, of its module's, of items in them */

void task_line(const struct tasks *tasks, size_t indent, const char *line)
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

void task_item(const struct tasks *tasks, size_t indent, const char *s)
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
        task_item(tasks, indent, word.failed ? "" : word.ptr);
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
void task_name(const struct tasks *tasks, size_t indent, const char *s)
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
    task_name(tasks, INDENT - 2, what.failed ? "" : what.ptr);
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
    task_line(tasks, INDENT, "when:");
    if (running) {
        task_line(tasks, DEEP, "- " NO_ROOT);
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
    task_line(tasks, INDENT, "ansible.builtin.command:");
    task_line(tasks, DEEP, "argv:");
    task_line(tasks, DEEPER, "- sh");
    task_line(tasks, DEEPER, "- -c");
    task_line(tasks, DEEPER, "- \"{{ domxform_step }}\"");
    task_line(tasks, DEEPER, "- domxform");
    task_line(tasks, DEEPER, "- \"{{ ansible_check_mode }}\"");
    task_line(tasks, DEEPER, "- \"" ROOT "\"");
    task_item(tasks, DEEPER, id.failed ? "" : id.ptr);
    for (size_t i = 0; i < n; i++) {
        task_item(tasks, DEEPER, host_step_or_empty(words[i]));
    }
    put_result(tasks, INDENT, "register: domxform_%zu");
    put_result(tasks, INDENT, "changed_when: domxform_%zu.stdout == 'changed'");
    if (step->kind == DX_REMEDY_WRITE) {
        /* What the kernel refused is told by the last task, when everything else is done. */
        put_result(tasks, INDENT, "failed_when: domxform_%zu.rc not in [0, 3]");
        text_format(&tasks->refused, "          - domxform_%zu.stderr | default('') == ''\n", tasks->n);
        text_format(&tasks->refusals, "          {{ domxform_%zu.stderr | default('') }}\n", tasks->n);
    }
    task_line(tasks, INDENT, "check_mode: false");
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
    task_line(tasks, INDENT, "ansible.builtin.lineinfile:");
    put_pair(tasks, DEEP, "path", ROOT, host_step_or_empty(step->path));
    put_pair(tasks, DEEP, "regexp", "", regexp.ptr);
    put_pair(tasks, DEEP, "line", "", line.ptr);
    task_line(tasks, DEEP, "create: true");
    put_result(tasks, INDENT, "register: domxform_%zu");
    put_when(tasks, step, "");
    tasks->n++;
    /* That was the last line of the key; which of several counts is for each program to say. */
    text_format(&before, "%s.*\\n(?=[\\s\\S]*%s)", regexp.ptr, regexp.ptr);
    begin_task(tasks, step, " (once)");
    task_line(tasks, INDENT, "ansible.builtin.replace:");
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
        task_line(tasks, INDENT, "ansible.builtin.file:");
        put_pair(tasks, DEEP, "path", ROOT, folder.failed ? "" : folder.ptr);
        task_line(tasks, DEEP, "state: directory");
        put_when(tasks, step, "");
    }
    begin_task(tasks, step, "");
    task_line(tasks, INDENT, "ansible.builtin.copy:");
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

static void put_own(struct tasks *tasks, const struct dx_remedy *step)
{
    const char *path = host_step_or_empty(step->path);
    size_t n = strlen(path);
    bool deep = n > 0 && path[n - 1] == '/';

    begin_task(tasks, step, "");
    task_line(tasks, INDENT, "ansible.builtin.file:");
    put_pair(tasks, DEEP, "path", ROOT, path);
    put_owner(tasks, host_step_or_empty(step->owner));
    if (step->mode) {
        text_tab(tasks->text, DEEP);
        text_puts(tasks->text, "mode: ");
        if (deep) {
            host_put_mode_below(tasks->text, step->mode);
        } else {
            text_format(tasks->text, "'%04o'", step->mode);
        }
        text_byte(tasks->text, '\n');
    }
    if (deep) {
        task_line(tasks, DEEP, "state: directory");
        task_line(tasks, DEEP, "recurse: true");
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
        task_name(tasks, INDENT - 2, name.failed ? "" : name.ptr);
        task_line(tasks, INDENT, "ansible.builtin.package:");
        task_line(tasks, DEEP, "name:");
        put_words(tasks, DEEPER, names[i]);
        task_line(tasks, DEEP, "state: present");
        put_result(tasks, INDENT, "register: domxform_%zu");
        put_when(tasks, step, same ? "" : families[i]);
    }
}

static void put_systemctl(struct tasks *tasks, const struct dx_remedy *step, const char *verb)
{
    task_line(tasks, INDENT, "ansible.builtin.command:");
    task_line(tasks, DEEP, "argv:");
    task_line(tasks, DEEPER, "- systemctl");
    text_tab(tasks->text, DEEPER);
    text_format(tasks->text, "- %s\n", verb);
    task_line(tasks, DEEPER, "- \"{{ item }}\"");
    task_line(tasks, INDENT, "loop:");
    put_words(tasks, DEEP, step->value);
    put_result(tasks, INDENT, "register: domxform_%zu");
    task_line(tasks, INDENT, "changed_when: true");
    /* 5: there is no such unit, and so none that runs. */
    put_result(tasks, INDENT, "failed_when: domxform_%zu.rc not in [0, 5]");
}

static void put_unit(struct tasks *tasks, const struct dx_remedy *step, const char *wanted, const char *state)
{
    task_line(tasks, INDENT, "ansible.builtin.systemd:");
    task_line(tasks, DEEP, "name: \"{{ item }}\"");
    task_line(tasks, DEEP, wanted);
    task_line(tasks, DEEP, state);
    task_line(tasks, INDENT, "loop:");
    put_words(tasks, DEEP, step->value);
    put_result(tasks, INDENT, "register: domxform_%zu");
}

static void put_service(struct tasks *tasks, const struct dx_remedy *step)
{
    const char *key = host_step_or_empty(step->key);

    begin_task(tasks, step, "");
    if (!step->value || !*step->value) {
        task_line(tasks, INDENT, "ansible.builtin.systemd:");
        task_line(tasks, DEEP, "daemon_reload: true");
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
    task_line(tasks, INDENT, host_step_is_words(command) ? "ansible.builtin.command:" : "ansible.builtin.shell:");
    put_pair(tasks, DEEP, "cmd", "", script.failed ? "" : script.ptr);
}

static void put_command(struct tasks *tasks, const struct dx_remedy *step)
{
    if (step->other) {
        begin_task(tasks, step, " (is it so already?)");
        put_shell(tasks, step->other);
        put_result(tasks, INDENT, "register: domxform_%zu_test");
        task_line(tasks, INDENT, "changed_when: false");
        task_line(tasks, INDENT, "failed_when: false");
        task_line(tasks, INDENT, "check_mode: false");
        put_when(tasks, step, "");
    }
    begin_task(tasks, step, "");
    put_shell(tasks, host_step_or_empty(step->value));
    put_result(tasks, INDENT, "register: domxform_%zu");
    task_line(tasks, INDENT, "changed_when: true");
    put_when(tasks, step, step->other ? "- domxform_%zu_test.rc | default(0) != 0" : "");
}

void task_by_hand(struct tasks *tasks, const struct dx_remedy *step)
{
    text_auto message = {.io = tasks->text->io};

    host_step_what(&message, step);
    text_puts(&message, step->why ? ": " : "");
    text_escaped(&message, host_step_or_empty(step->why));
    text_byte(&message, '\0');
    tasks->text->failed = tasks->text->failed || message.failed;
    task_line(tasks, INDENT - 2, "- name: To be done by hand");
    task_line(tasks, INDENT, "ansible.builtin.debug:");
    if (step->kind == DX_REMEDY_FILE) {
        task_line(tasks, DEEP, "msg:");
        task_item(tasks, DEEPER, message.failed ? "" : message.ptr);
        task_item(tasks, DEEPER, host_step_or_empty(step->value));
    } else {
        put_pair(tasks, DEEP, "msg", "", message.failed ? "" : message.ptr);
    }
    put_result(tasks, INDENT, "register: domxform_%zu");
}

#define BY_SCRIPT(tasks, step, ...)                                                                                    \
    put_by_script(tasks, step, (const char *const[]){__VA_ARGS__},                                                     \
                  sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

void task_step(struct tasks *tasks, const struct dx_remedy *step)
{
    if (host_step_by_hand(step)) {
        task_by_hand(tasks, step);
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
