/* host plan and host check for a program: one object; its form is a promise, told by `domxform help host-json`. Keys
 * are only ever added. */
#include "host.h"

#include <stdio.h>

/* A line or column, of which 0 is none. */
static void put_place(struct text *text, const char *key, size_t value)
{
    if (value) {
        text_json_count(text, key, value);
    } else {
        text_json_pair(text, key, NULL);
    }
}

static void put_asker(struct text *text, const struct dx_asker *asker)
{
    text_json_open(text, '{');
    text_json_pair(text, "domain", asker->domain);
    text_json_pair(text, "what", asker->what);
    text_json_pair(text, "file", asker->file);
    put_place(text, "line", asker->line);
    put_place(text, "column", asker->column);
    put_place(text, "endLine", asker->end_line);
    put_place(text, "endColumn", asker->end_column);
    text_json_pair(text, "path", asker->path);
    text_json_close(text, '}');
}

static void put_remedy(struct text *text, const struct dx_remedy *remedy)
{
    static const char *const kinds[] = {
        [DX_REMEDY_WRITE] = "write",     [DX_REMEDY_KERNEL_ARGS] = "kernelArgs",
        [DX_REMEDY_SETTING] = "setting", [DX_REMEDY_FILE] = "file",
        [DX_REMEDY_OWNER] = "owner",     [DX_REMEDY_PACKAGE] = "package",
        [DX_REMEDY_SERVICE] = "service", [DX_REMEDY_COMMAND] = "command",
        [DX_REMEDY_MANUAL] = "manual",
    };
    static const char *const readbacks[] = {[DX_READBACK_EQUAL] = "equal",
                                            [DX_READBACK_AT_LEAST] = "atLeast",
                                            [DX_READBACK_CHOICE] = "choice",
                                            [DX_READBACK_MASK] = "mask"};
    char mode[16];

    snprintf(mode, sizeof mode, "%04o", remedy->mode);
    text_json_open(text, '{');
    text_json_pair(text, "kind", kinds[remedy->kind]);
    text_json_pair(text, "why", remedy->why);
    text_json_pair(text, "path", remedy->path);
    text_json_pair(text, "key", remedy->key);
    text_json_pair(text, "separator", remedy->separator);
    text_json_pair(text, "value", remedy->value);
    text_json_pair(text, "other", remedy->other);
    text_json_pair(text, "owner", remedy->owner);
    text_json_pair(text, "mode", remedy->mode ? mode : NULL);
    text_json_pair(text, "readback", remedy->kind == DX_REMEDY_WRITE ? readbacks[remedy->readback] : NULL);
    text_json_flag(text, "persists", (remedy->flags & DX_REMEDY_PERSISTS) != 0);
    text_json_flag(text, "reboot", (remedy->flags & DX_REMEDY_REBOOT) != 0);
    text_json_flag(text, "afterChange", (remedy->flags & DX_REMEDY_AFTER_CHANGE) != 0);
    text_json_flag(text, "choice", (remedy->flags & DX_REMEDY_CHOICE) != 0);
    text_json_close(text, '}');
}

static void put_need(struct text *text, const struct dx_requirement *need)
{
    text_json_open(text, '{');
    text_json_pair(text, "id", need->id);
    text_json_pair(text, "kind", need->kind->name);
    text_json_pair(text, "scope", need->kind->scope == DX_SCOPE_GUEST ? "guest" : "host");
    text_json_pair(text, "title", need->title);
    text_json_pair(text, "why", need->why);
    text_json_pair(text, "guide", need->kind->guide);
    text_json_pair(text, "state", host_state_key(need->state));
    text_json_pair(text, "found", need->found);
    text_json_key(text, "askers");
    text_json_open(text, '[');
    for (size_t i = 0; i < need->n_askers; i++) {
        text_puts(text, i ? ",\n" : "\n");
        put_asker(text, &need->askers[i]);
    }
    text_json_close(text, ']');
    text_json_key(text, "remedies");
    text_json_open(text, '[');
    for (size_t i = 0; i < need->n_remedies; i++) {
        text_puts(text, i ? ",\n" : "\n");
        put_remedy(text, &need->remedies[i]);
    }
    text_json_close(text, ']');
    text_json_pair(text, "persistence", need->persistence);
    text_json_pair(text, "verify", need->verify);
    text_json_pair(text, "note", need->note);
    text_json_close(text, '}');
}

static void put_summary(struct text *text, const struct host_report *report)
{
    text_json_key(text, "summary");
    text_json_open(text, '{');
    text_json_count(text, "files", report->files);
    text_json_count(text, "skipped", report->skipped);
    text_json_count(text, "failed", report->n_failed);
    for (enum dx_plan_state state = DX_PLAN_OK; state <= DX_PLAN_UNKNOWN; state++) {
        text_json_count(text, host_state_key(state), report->of[state]);
    }
    text_json_count(text, "exitCode", (size_t)report->code);
    text_json_close(text, '}');
}

void host_json(struct text *text, const struct host_report *report)
{
    text_json_open(text, '{');
    text_json_key(text, "version");
    text_json_raw(text, "1");
    text_json_pair(text, "command", report->check ? "host check" : "host plan");
    text_json_key(text, "host");
    text_json_open(text, '{');
    text_json_pair(text, "root", report->elsewhere ? NULL : report->root ? report->root : "/");
    text_json_pair(text, "cpus", report->host_cpus);
    text_json_close(text, '}');
    text_json_key(text, "requirements");
    text_json_open(text, '[');
    for (size_t i = 0; i < report->n_needs; i++) {
        text_puts(text, i ? ",\n" : "\n");
        put_need(text, report->needs[i]);
    }
    text_json_close(text, ']');
    put_summary(text, report);
    text_json_close(text, '}');
    text_byte(text, '\n');
}
