/* SARIF 2.1.0, in the part of it that GitHub code scanning reads: every result has a rule, a file and a line. */
#include "describe.h"
#include "report.h"

#include <string.h>

static void put_pair(struct text *text, const char *key, const char *value)
{
    text_json_key(text, key);
    text_json_string(text, value);
}

static void put_number(struct text *text, const char *key, size_t value)
{
    text_json_key(text, key);
    text_format(text, "%zu", value);
}

static void put_message(struct text *text, const char *key, const char *value)
{
    text_json_key(text, key);
    text_json_open(text, '{');
    put_pair(text, "text", value);
    text_json_close(text, '}');
}

static const char *sarif_level(enum dx_severity severity)
{
    static const char *const levels[] = {
        [DX_SEVERITY_ERROR] = "error",
        [DX_SEVERITY_WARNING] = "warning",
        [DX_SEVERITY_NOTE] = "note",
    };

    return levels[severity];
}

/* What a finding without a rule of its own is filed under: its level. */
static const struct {
    enum dx_level level;
    const char *what;
} unruled[] = {
    {DX_LEVEL_INPUT, "the file is no domain that can be read"},
    {DX_LEVEL_IO, "the file cannot be opened or read"},
    {DX_LEVEL_SCHEMA, "the schema does not allow it"},
    {DX_LEVEL_DEFINE, "libvirt would refuse to define it"},
    {DX_LEVEL_START, "the guest may fail to start"},
    {DX_LEVEL_ADVICE, "it works, and could be better"},
    {DX_LEVEL_USAGE, "domxform was asked for something that cannot be"},
    {DX_LEVEL_INTERNAL, "domxform failed"},
};

/* An id that says several things has several rows side by side, and one descriptor: the first row is where it stands.
 */
static bool has_descriptor(size_t i)
{
    return i == 0 || strcmp(dx_rule_at(i - 1)->id, dx_rule_at(i)->id) != 0;
}

static size_t rule_index(const struct dx_diag *diag)
{
    const struct dx_rule *rule, *wanted = diag->rule ? dx_rule_find(diag->rule) : NULL;
    size_t n = 0;

    for (size_t i = 0; (rule = dx_rule_at(i)) != NULL && rule != wanted; i++) {
        n += has_descriptor(i);
    }
    for (size_t i = 0; !wanted && i < sizeof unruled / sizeof unruled[0] && unruled[i].level != diag->level; i++) {
        n++;
    }
    return n;
}

/* All that the rows of an id say. */
static void put_texts(struct text *text, const char *key, const struct dx_rule *rule, bool hints)
{
    text_auto all = {.io = text->io};
    const struct dx_rule *row;

    for (size_t i = 0; (row = dx_rule_at(i)) != NULL; i++) {
        const char *said = hints ? row->hint : row->message;

        if (strcmp(row->id, rule->id) != 0 || !said) {
            continue;
        }
        text_puts(&all, all.len ? "; " : "");
        describe_said(&all, said);
    }
    text_byte(&all, '\0');
    text->failed = text->failed || all.failed;
    if (!all.failed && all.len > 1) {
        put_message(text, key, all.ptr);
    }
}

static void put_rule(struct text *text, const struct dx_rule *rule)
{
    text_auto uri = {.io = text->io};

    text_format(&uri, DESCRIBE_PAGE "%s%s", rule->element ? "#" : "", rule->element ? rule->element : "");
    text_byte(&uri, '\0');
    text_json_open(text, '{');
    put_pair(text, "id", rule->id);
    put_texts(text, "shortDescription", rule, false);
    put_texts(text, "help", rule, true);
    text->failed = text->failed || uri.failed;
    put_pair(text, "helpUri", uri.failed ? NULL : uri.ptr);
    text_json_key(text, "defaultConfiguration");
    text_json_open(text, '{');
    put_pair(text, "level", sarif_level(rule->severity));
    text_json_close(text, '}');
    text_json_key(text, "properties");
    text_json_open(text, '{');
    text_json_key(text, "tags");
    text_json_open(text, '[');
    text_json_string(text, describe_level(rule->level));
    text_json_close(text, ']');
    text_json_close(text, '}');
    text_json_close(text, '}');
}

static void put_rules(struct text *text)
{
    const struct dx_rule *rule;

    text_json_key(text, "rules");
    text_json_open(text, '[');
    for (size_t i = 0; (rule = dx_rule_at(i)) != NULL; i++) {
        if (has_descriptor(i)) {
            text_puts(text, i ? ",\n" : "\n");
            put_rule(text, rule);
        }
    }
    for (size_t i = 0; i < sizeof unruled / sizeof unruled[0]; i++) {
        text_puts(text, ",\n");
        text_json_open(text, '{');
        put_pair(text, "id", describe_level(unruled[i].level));
        put_message(text, "shortDescription", unruled[i].what);
        put_pair(text, "helpUri", DESCRIBE_PAGE);
        text_json_close(text, '}');
    }
    text_json_close(text, ']');
}

static void put_begin(struct text *text, const struct report *report, const struct tally *tally)
{
    (void)tally;
    text_puts(text, "{\"version\":\"2.1.0\",\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"
                    "schemas/sarif-schema-2.1.0.json\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"domxform\",");
    put_pair(text, "version", dx_version());
    put_rules(text);
    text_puts(text, "}},\"columnKind\":\"unicodeCodePoints\",\"properties\":{");
    put_pair(text, "schema", report->schema);
    text_puts(text, "},\"results\":[\n");
}

/* Relative, so that it is found in the repository; an absolute name stays one. */
static void put_uri(struct text *text, const char *file)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    text_auto uri = {.io = text->io};

    if (strncmp(file, "./", 2) == 0) {
        file += 2 + strspn(file + 2, "/");
    }
    text_puts(&uri, *file == '/' ? "file://" : "");
    for (; *file; file++) {
        if (strchr(plain, *file)) {
            text_byte(&uri, *file);
        } else {
            text_format(&uri, "%%%02X", (unsigned char)*file);
        }
    }
    text_byte(&uri, '\0');
    put_pair(text, "uri", uri.failed ? NULL : uri.ptr);
    text->failed = text->failed || uri.failed;
}

/* A file that cannot be read has no line; GitHub takes no result without one. */
static void put_location(struct text *text, const struct dx_diag *diag)
{
    text_puts(text, ",\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{");
    put_uri(text, diag->file);
    text_puts(text, "},\"region\":{");
    put_number(text, "startLine", diag->line ? diag->line : 1);
    if (diag->line) {
        put_number(text, "startColumn", diag->column);
        put_number(text, "endLine", diag->end_line);
        put_number(text, "endColumn", diag->end_column);
    }
    text_puts(text, "}}");
    if (diag->path) {
        text_puts(text, ",\"logicalLocations\":[{");
        put_pair(text, "fullyQualifiedName", diag->path);
        text_puts(text, "}]");
    }
    text_puts(text, "}]");
}

/* Names the finding by what it says of which element, so that lines added above do not make it another one. */
static void put_fingerprint(struct text *text, const struct dx_diag *diag)
{
    const char *const parts[] = {diag->file, report_rule(diag), diag->path ? diag->path : "", diag->message};
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *p = parts[i];

        do {
            hash = (hash ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
        } while (*p++);
    }
    text_format(text, ",\"partialFingerprints\":{\"domxform/v1\":\"%016llx\"}", (unsigned long long)hash);
}

/* A reader shows the message alone, so what was expected and the hint belong to it. */
static void put_words(struct text *text, const struct dx_diag *diag)
{
    text_auto words = {.io = text->io};

    text_puts(&words, diag->message);
    if (diag->expected) {
        text_format(&words, "\nexpected: %s", diag->expected);
    }
    if (diag->hint) {
        text_format(&words, "\nhint: %s", diag->hint);
    }
    text_byte(&words, '\0');
    text->failed = text->failed || words.failed;
    put_message(text, "message", words.failed ? "" : words.ptr);
}

static void put_result(struct text *text, const struct dx_diag *diag)
{
    text_byte(text, '{');
    put_pair(text, "ruleId", report_rule(diag));
    put_number(text, "ruleIndex", rule_index(diag));
    put_pair(text, "level", sarif_level(diag->severity));
    put_words(text, diag);
    put_location(text, diag);
    put_fingerprint(text, diag);
    text_puts(text, ",\"properties\":{");
    put_pair(text, "level", describe_level(diag->level));
    put_pair(text, "expected", diag->expected);
    put_pair(text, "hint", diag->hint);
    put_pair(text, "pass", diag->pass);
    text_puts(text, "}}");
}

static void put_file(struct text *text, const struct report_file *file)
{
    const struct dx_diag *diag;
    size_t i = 0;

    while ((diag = report_finding(file, &i)) != NULL) {
        text_puts(text, text->len ? ",\n" : "");
        put_result(text, diag);
    }
}

static void put_end(struct text *text, const struct report *report, const struct tally *tally, int code)
{
    (void)report, (void)tally;
    text_format(text, "],\"invocations\":[{\"executionSuccessful\":%s,\"exitCode\":%d}]}]}\n",
                code <= CLI_FINDINGS || code == CLI_INPUT ? "true" : "false", code);
}

const struct report_format report_sarif = {
    .begin = put_begin, .file = put_file, .end = put_end, .between = ",\n", .summary = true};
