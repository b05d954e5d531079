/* domxform rules: the catalogue, for a person or a program. */
#include "cli.h"
#include "describe.h"

#include <stdio.h>
#include <string.h>

enum { LEVEL_COLUMN = 13, MESSAGE_COLUMN = 29 };

static void put_said(struct text *text, size_t indent, const char *said)
{
    text_auto words = {.io = text->io};

    describe_said(&words, said);
    text_byte(&words, '\0');
    text->failed = text->failed || words.failed;
    if (!words.failed) {
        text_wrap(text, indent, words.ptr);
    }
}

static void put_row(struct text *text, const struct dx_rule *rule)
{
    text_puts(text, rule->id);
    text_tab(text, LEVEL_COLUMN);
    text_format(text, "%s %s", describe_level(rule->level), describe_severity(rule->severity));
    text_tab(text, MESSAGE_COLUMN);
    put_said(text, MESSAGE_COLUMN, rule->message);
}

enum { VERSION_SPACE = 24 };

/* "10.0", "1.2.8" */
static void spell_version(char text[VERSION_SPACE], unsigned version)
{
    unsigned major = version / 1000000, minor = version / 1000 % 1000, micro = version % 1000;

    snprintf(text, VERSION_SPACE, micro ? "%u.%u.%u" : "%u.%u", major, minor, micro);
}

static void put_versions(struct text *text, const struct dx_rule *rule)
{
    char since[VERSION_SPACE], until[VERSION_SPACE];

    spell_version(since, rule->since);
    spell_version(until, rule->until);
    if (!rule->since && !rule->until) {
        return;
    }
    text_puts(text, "  libvirt:");
    if (rule->since) {
        text_format(text, " from %s", since);
    }
    if (rule->until) {
        text_format(text, " before %s", until);
    }
    text_puts(text, rule->level == DX_LEVEL_DEFINE && rule->severity != DX_SEVERITY_ERROR
                        ? "; an error where the target is one of these\n"
                        : "\n");
}

static void put_page(struct text *text, const struct dx_rule *rule)
{
    put_row(text, rule);
    if (rule->hint) {
        text_puts(text, "  hint: ");
        put_said(text, 8, rule->hint);
    }
    put_versions(text, rule);
    if (rule->element) {
        text_format(text, "  see: " DESCRIBE_PAGE "#%s\n", rule->element);
    }
}

static void json_version(struct text *text, const char *key, unsigned version)
{
    char spelled[VERSION_SPACE];

    spell_version(spelled, version);
    text_json_key(text, key);
    text_json_string(text, version ? spelled : NULL);
}

static void json_rule(struct text *text, const struct dx_rule *rule)
{
    char link[sizeof DESCRIBE_PAGE + 80];

    text_json_open(text, '{');
    text_json_key(text, "id");
    text_json_string(text, rule->id);
    text_json_key(text, "level");
    text_json_string(text, describe_level(rule->level));
    text_json_key(text, "severity");
    text_json_string(text, describe_severity(rule->severity));
    text_json_key(text, "message");
    text_json_string(text, rule->message);
    text_json_key(text, "hint");
    text_json_string(text, rule->hint);
    json_version(text, "since", rule->since);
    json_version(text, "until", rule->until);
    text_json_key(text, "link");
    if (rule->element) {
        snprintf(link, sizeof link, DESCRIBE_PAGE "#%s", rule->element);
    }
    text_json_string(text, rule->element ? link : NULL);
    text_json_close(text, '}');
}

/* Rows that differ in their hints only are one line of the list. */
static bool is_listed(const struct dx_rule *rule, const struct dx_rule *before)
{
    return before && strcmp(rule->id, before->id) == 0 && strcmp(rule->message, before->message) == 0 &&
           rule->level == before->level && rule->severity == before->severity;
}

/* An id that says several things has several rows. */
static void put_rules(struct text *text, const char *id, bool json)
{
    const struct dx_rule *rule, *before = NULL;
    bool first = true;

    for (size_t i = 0; (rule = dx_rule_at(i)) != NULL; before = rule, i++) {
        if (id && strcmp(rule->id, id) != 0) {
            continue;
        }
        if (json) {
            text_puts(text, first ? "[\n" : ",\n");
            json_rule(text, rule);
        } else if (id) {
            put_page(text, rule);
        } else if (!is_listed(rule, before)) {
            put_row(text, rule);
        }
        first = false;
    }
    if (json) {
        text_puts(text, first ? "[]\n" : "\n]\n");
    }
}

int command_rules(struct cli *cli)
{
    text_auto text = {.io = cli->io};
    const char *id = cli->opts.operands.n ? cli->opts.operands.items[0] : NULL;

    if (id && !dx_rule_find(id)) {
        return messages_exit_code(
            cli, messages_unknown(cli, "there is no rule", id, describe_rule_name, "domxform rules lists them"));
    }
    put_rules(&text, id, cli->opts.format == FORMAT_JSON);
    return output_text(cli, &text);
}
