#include "options.h"

#include "cli.h"

#include <string.h>

#define ARCHES "x86_64|i686|aarch64|armv7l|ppc64|ppc64le|s390x|riscv64|loongarch64"

static const char validate_doc[] = "Without FILE, or with -, it reads stdin; below a DIRECTORY, all *.xml that are\n"
                                   "domains. The report goes to stdout.\n"
                                   "\n"
                                   "Levels, each with those before it:\n"
                                   "  schema  what libvirt's RELAX NG schema says\n"
                                   "  define  what libvirt refuses when the domain is defined\n"
                                   "  start   what lets the guest fail to start\n"
                                   "  advice  what works, and could be better\n"
                                   "\n"
                                   "--schema=auto takes the domain.rng of the libvirt that is installed here, else a\n"
                                   "small schema of domxform's own, \"bundled (partial)\", that knows what the passes\n"
                                   "write and lets the rest be. The report says which; CI that must have one gives\n"
                                   "--schema=FILE.\n"
                                   "\n"
                                   "A requirement (--require=hugepages:1G) is met when --pass of that SPEC would\n"
                                   "change nothing. A comment <!-- domxform-disable ID --> before an element keeps\n"
                                   "rule ID quiet in it. domxform rules ID explains a rule.\n"
                                   "\n"
                                   "Exit status: 0 no errors, 1 errors found (--strict: warnings too), 2 usage,\n"
                                   "3 malformed input, 4 unreadable file, 7 a schema of yours that does not compile;\n"
                                   "the highest one of several files. All: domxform help exit-codes.\n"
                                   "\n"
                                   "Examples:\n"
                                   "  virsh dumpxml vm | domxform validate\n"
                                   "  domxform validate --require=hugepages:1G --require=seclabel templates/\n"
                                   "  domxform validate --format=sarif -j 0 templates/ > domxform.sarif\n";

static const char advise_doc[] = "Without FILE, or with -, it reads stdin; below a DIRECTORY, all *.xml that are\n"
                                 "domains. Nothing is changed. Without --recipe it takes those of openEuler's\n"
                                 "guide, openeuler-performance and openeuler-security. Of each of their lines it\n"
                                 "says:\n"
                                 "  followed  the document is as the line wants it\n"
                                 "  missing   it is not: what would be written where, what that brings and risks\n"
                                 "  no use    the domain has nothing that it serves: no such disk, another machine\n"
                                 "  blocked   something in the document is in the way, and wants a look\n"
                                 "and then the one command that does all that is missing. Several files give a\n"
                                 "table; the form of --format=json is told by domxform help json.\n"
                                 "\n"
                                 "Exit status: 0 nothing is missing, 1 something is missing or blocked (a blocked\n"
                                 "line that its recipe only tries does not count), 2 usage, 3 malformed input,\n"
                                 "4 unreadable file; the highest one of several files.\n"
                                 "\n"
                                 "Examples:\n"
                                 "  virsh dumpxml --inactive vm | domxform advise\n"
                                 "  domxform advise --recipe=./ours.recipe --set size=2M templates/\n";

static const char recipes_doc[] = "A recipe is a list of passes: a file of one's own, with a '/' or '.' in its\n"
                                  "name, or one that is built in. It is UTF-8 text, a pass a line:\n"
                                  "\n"
                                  "  # Memory for a database\n"
                                  "\n"
                                  "  # size of a page\n"
                                  "  param size=1G\n"
                                  "\n"
                                  "  include ./base.recipe\n"
                                  "  # fewer misses in the TLB\n"
                                  "  hugepages:${size}\n"
                                  "  try tpm:model=tpm-crb\n"
                                  "  remove rdm\n"
                                  "\n"
                                  "The first comment says what the recipe is for, one right above a pass why it is\n"
                                  "there, one above a param what it is. A line is a SPEC as --pass takes it, to its\n"
                                  "end, so nothing is quoted; remove SPEC is --remove. What is tried (try SPEC, try\n"
                                  "remove SPEC) is left out with a note where the document does not allow it, where\n"
                                  "other lines fail.\n"
                                  "\n"
                                  "${NAME} stands for the value of a parameter that is declared above: what --set\n"
                                  "gives, else the default. It is put in as it is: a comma in it is a comma of the\n"
                                  "SPEC. A plain ${ is written $${. include takes the lines of another recipe; a\n"
                                  "file is looked for beside the one that includes it, but a file that a pass reads\n"
                                  "(xslt:FILE, insert's file=) as on the command line: from the current directory.\n"
                                  "Of two declarations of a parameter the first holds, so that a recipe can give\n"
                                  "what it includes another default.\n"
                                  "\n"
                                  "Examples:\n"
                                  "  domxform recipes openeuler-performance\n"
                                  "  domxform --recipe=low-latency --pass=tpm vm.xml\n"
                                  "  domxform --recipe=./ours.recipe --set size=2M vm.xml\n";

static const struct command commands[] = {
    {.name = "transform",
     .id = CMD_TRANSFORM,
     .run = command_transform,
     .synopsis = "[OPTION]... [FILE]...",
     .summary = "change domains as the passes say",
     .most = SIZE_MAX,
     .operand = "FILE"},
    {.name = "validate",
     .id = CMD_VALIDATE,
     .run = command_validate,
     .synopsis = "[OPTION]... [FILE|DIRECTORY]...",
     .summary = "judge domains by libvirt's schema and rules",
     .doc = validate_doc,
     .most = SIZE_MAX,
     .operand = "FILE"},
    {.name = "advise",
     .id = CMD_ADVISE,
     .run = command_advise,
     .synopsis = "[OPTION]... [FILE|DIRECTORY]...",
     .summary = "tell what of a recipe domains do not follow yet",
     .doc = advise_doc,
     .most = SIZE_MAX,
     .operand = "FILE"},
    {.name = "passes",
     .id = CMD_PASSES,
     .run = command_passes,
     .synopsis = "[NAME] [--format=text|json]",
     .summary = "list the passes, or tell about one",
     .most = 1,
     .operand = "NAME"},
    {.name = "recipes",
     .id = CMD_RECIPES,
     .run = command_recipes,
     .synopsis = "[NAME|FILE] [--format=text|json]",
     .summary = "list the recipes, or tell about one",
     .doc = recipes_doc,
     .most = 1,
     .operand = "NAME"},
    {.name = "rules",
     .id = CMD_RULES,
     .run = command_rules,
     .synopsis = "[ID] [--format=text|json]",
     .summary = "list the rules that domains are held to, or explain one",
     .most = 1,
     .operand = "ID"},
    {.name = "completion",
     .id = CMD_COMPLETION,
     .run = command_completion,
     .synopsis = "bash|zsh|fish",
     .summary = "print a completion script for a shell",
     .least = 1,
     .most = 1,
     .operand = "SHELL",
     .choices = "bash|zsh|fish"},
    {.name = "help",
     .id = CMD_HELP,
     .run = command_help,
     .synopsis = "[TOPIC] [--man]",
     .summary = "explain a command, a pass or a topic",
     .most = 1,
     .operand = "TOPIC"},
    {.name = "host"},
    {.name = "hook"},
};

const struct command *command_at(size_t i)
{
    return i < sizeof commands / sizeof commands[0] ? &commands[i] : NULL;
}

const struct command *command_find(const char *name)
{
    for (size_t i = 0; command_at(i); i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

/* The first choice of an enumeration is the default. The library holds sizes to 1G in any case. */
static const struct option options[] = {
    {.name = "pass",
     .kind = VALUE_PASS,
     .flags = OPTION_LIST,
     .commands = CMD_TRANSFORM,
     .group = GROUP_WHAT,
     .value = "SPEC",
     .help = "make it so; SPEC is NAME[:OPTIONS]"},
    {.name = "remove",
     .kind = VALUE_REMOVE,
     .flags = OPTION_LIST,
     .commands = CMD_TRANSFORM,
     .group = GROUP_WHAT,
     .value = "SPEC",
     .help = "take away what that pass makes"},
    {.name = "recipe",
     .kind = VALUE_RECIPE,
     .flags = OPTION_LIST,
     .commands = CMD_TRANSFORM,
     .group = GROUP_WHAT,
     .value = "NAME|FILE",
     .help = "the passes of a recipe: domxform help recipes"},
    {.name = "set",
     .kind = VALUE_SET,
     .flags = OPTION_LIST,
     .commands = CMD_TRANSFORM,
     .group = GROUP_WHAT,
     .value = "NAME=VALUE",
     .help = "the value of a parameter of the recipes",
     .off = offsetof(struct options, values)},
    {.name = "force",
     .commands = CMD_TRANSFORM,
     .group = GROUP_WHAT,
     .help = "do what a pass refuses for fear of a loss",
     .off = offsetof(struct options, force)},
    {.name = "allow",
     .kind = VALUE_RULE,
     .flags = OPTION_LIST,
     .commands = CMD_TRANSFORM,
     .group = GROUP_WHAT,
     .value = "RULE",
     .help = "let a result break this rule, with a warning",
     .off = offsetof(struct options, allow)},
    {.name = "validate",
     .commands = CMD_TRANSFORM,
     .group = GROUP_WHAT,
     .help = "refuse a result that libvirt's schema refuses",
     .off = offsetof(struct options, validate)},
    {.name = "assume-arch",
     .kind = VALUE_ARCH,
     .flags = OPTION_OVERRIDE,
     .commands = CMD_TRANSFORM,
     .group = GROUP_WHAT,
     .value = "ARCH",
     .choices = ARCHES,
     .help = "of a domain without arch and machine [x86_64]",
     .off = offsetof(struct options, arch)},
    {.name = "xslt-timeout",
     .kind = VALUE_COUNT,
     .flags = OPTION_OVERRIDE,
     .commands = CMD_TRANSFORM,
     .group = GROUP_WHAT,
     .value = "SECONDS",
     .help = "how long a stylesheet may run [10]",
     .most = 86400,
     .off = offsetof(struct options, xslt_timeout)},
    {.name = "in-place",
     .letter = 'i',
     .kind = VALUE_SUFFIX,
     .flags = OPTION_OPTIONAL,
     .commands = CMD_TRANSFORM,
     .group = GROUP_WHERE,
     .set = SET_TARGET,
     .value = "SUFFIX",
     .help = "change each FILE; the old one stays as FILESUFFIX",
     .off = offsetof(struct options, suffix)},
    {.name = "output",
     .letter = 'o',
     .kind = VALUE_FILE,
     .commands = CMD_TRANSFORM,
     .group = GROUP_WHERE,
     .set = SET_TARGET,
     .value = "FILE",
     .help = "write FILE instead of standard output",
     .off = offsetof(struct options, output)},
    {.name = "check",
     .commands = CMD_TRANSFORM,
     .group = GROUP_WHERE,
     .set = SET_TARGET,
     .help = "write nothing; exit 1 if a FILE would change",
     .off = offsetof(struct options, check)},
    {.name = "diff",
     .commands = CMD_TRANSFORM,
     .group = GROUP_WHERE,
     .help = "print the change for patch -p1, not the result",
     .off = offsetof(struct options, diff)},
    {.name = "recipe",
     .kind = VALUE_RECIPE,
     .flags = OPTION_LIST,
     .commands = CMD_ADVISE,
     .group = GROUP_JUDGE,
     .value = "NAME|FILE",
     .help = "what is advised [both recipes of openEuler]"},
    {.name = "set",
     .kind = VALUE_SET,
     .flags = OPTION_LIST,
     .commands = CMD_ADVISE,
     .group = GROUP_JUDGE,
     .value = "NAME=VALUE",
     .help = "the value of a parameter of the recipes",
     .off = offsetof(struct options, values)},
    {.name = "assume-arch",
     .kind = VALUE_ARCH,
     .flags = OPTION_OVERRIDE,
     .commands = CMD_ADVISE,
     .group = GROUP_JUDGE,
     .value = "ARCH",
     .choices = ARCHES,
     .help = "of a domain without arch and machine [x86_64]",
     .off = offsetof(struct options, arch)},
    {.name = "jobs",
     .letter = 'j',
     .kind = VALUE_COUNT,
     .flags = OPTION_OVERRIDE | OPTION_ZERO,
     .commands = CMD_TRANSFORM,
     .group = GROUP_WHERE,
     .value = "N",
     .help = "files in work at once; 0: one a CPU [1]",
     .most = 1024,
     .off = offsetof(struct options, jobs)},
    {.name = "schema",
     .kind = VALUE_SCHEMA,
     .flags = OPTION_OVERRIDE,
     .commands = CMD_VALIDATE,
     .group = GROUP_JUDGE,
     .value = "SCHEMA",
     .choices = "auto|none",
     .help = "a RELAX NG FILE, none, or libvirt's own [auto]",
     .off = offsetof(struct options, schema)},
    {.name = "level",
     .kind = VALUE_CHOICE,
     .flags = OPTION_OVERRIDE,
     .commands = CMD_VALIDATE,
     .group = GROUP_JUDGE,
     .value = "LEVEL",
     .choices = "schema|define|start|advice",
     .help = "how far to look: see below [start]",
     .off = offsetof(struct options, level)},
    {.name = "target-libvirt",
     .kind = VALUE_VERSION,
     .flags = OPTION_OVERRIDE,
     .commands = CMD_VALIDATE,
     .group = GROUP_JUDGE,
     .value = "X.Y[.Z]",
     .help = "the libvirt that is to take it [any]",
     .off = offsetof(struct options, target)},
    {.name = "require",
     .kind = VALUE_PASS,
     .flags = OPTION_LIST,
     .commands = CMD_VALIDATE,
     .group = GROUP_JUDGE,
     .value = "SPEC",
     .help = "it must be as --pass=SPEC would make it"},
    {.name = "disable",
     .kind = VALUE_RULE,
     .flags = OPTION_LIST,
     .commands = CMD_VALIDATE,
     .group = GROUP_JUDGE,
     .value = "ID",
     .help = "do not report this rule; once for each rule",
     .off = offsetof(struct options, disable)},
    {.name = "strict",
     .commands = CMD_VALIDATE,
     .group = GROUP_JUDGE,
     .help = "exit 1 for warnings too",
     .off = offsetof(struct options, strict)},
    {.name = "order-note",
     .commands = CMD_VALIDATE,
     .group = GROUP_JUDGE,
     .help = "say where virsh's validator refuses a valid order",
     .off = offsetof(struct options, order_note)},
    {.name = "assume-arch",
     .kind = VALUE_ARCH,
     .flags = OPTION_OVERRIDE,
     .commands = CMD_VALIDATE,
     .group = GROUP_JUDGE,
     .value = "ARCH",
     .choices = ARCHES,
     .help = "of a domain without arch and machine [x86_64]",
     .off = offsetof(struct options, arch)},
    {.name = "jobs",
     .letter = 'j',
     .kind = VALUE_COUNT,
     .flags = OPTION_OVERRIDE | OPTION_ZERO,
     .commands = CMD_VALIDATE,
     .group = GROUP_JUDGE,
     .value = "N",
     .help = "files in work at once; 0: one a CPU [1]",
     .most = 1024,
     .off = offsetof(struct options, jobs)},
    {.name = "format",
     .kind = VALUE_CHOICE,
     .flags = OPTION_OVERRIDE,
     .commands = CMD_PASSES | CMD_RULES | CMD_RECIPES | CMD_ADVISE,
     .group = GROUP_REPORT,
     .value = "FORMAT",
     .choices = "text|json",
     .help = "for a person or a program: text or json",
     .off = offsetof(struct options, format)},
    {.name = "format",
     .kind = VALUE_CHOICE,
     .flags = OPTION_OVERRIDE,
     .commands = CMD_VALIDATE,
     .group = GROUP_REPORT,
     .value = "FORMAT",
     .choices = "text|json|sarif|junit|github",
     .help = "text, json, sarif, junit or github [text]",
     .off = offsetof(struct options, format)},
    {.name = "man",
     .commands = CMD_HELP,
     .group = GROUP_REPORT,
     .help = "print a manual page in roff",
     .off = offsetof(struct options, man)},
    {.name = "quiet",
     .letter = 'q',
     .commands = CMD_ALL,
     .group = GROUP_COMMON,
     .set = SET_VOICE,
     .help = "no notes and warnings, errors only",
     .off = offsetof(struct options, quiet)},
    {.name = "verbose",
     .letter = 'v',
     .commands = CMD_ALL,
     .group = GROUP_COMMON,
     .set = SET_VOICE,
     .help = "say of each FILE what became of it",
     .off = offsetof(struct options, verbose)},
    {.name = "message-format",
     .kind = VALUE_CHOICE,
     .flags = OPTION_OVERRIDE,
     .commands = CMD_ALL,
     .group = GROUP_COMMON,
     .value = "FORMAT",
     .choices = "text|json",
     .help = "messages as text, or json: one object a line",
     .off = offsetof(struct options, message_format)},
    {.name = "color",
     .kind = VALUE_CHOICE,
     .flags = OPTION_OVERRIDE,
     .commands = CMD_ALL,
     .group = GROUP_COMMON,
     .value = "WHEN",
     .choices = "auto|always|never",
     .help = "colours: auto (on a terminal), always, never",
     .off = offsetof(struct options, color)},
    {.name = "max-size",
     .kind = VALUE_BYTES,
     .flags = OPTION_OVERRIDE,
     .commands = CMD_ALL,
     .group = GROUP_COMMON,
     .value = "BYTES",
     .help = "the largest FILE, such as 500000 or 8M [64M]",
     .most = UINT64_C(1) << 30,
     .off = offsetof(struct options, max_size)},
    {.name = "max-nodes",
     .kind = VALUE_COUNT,
     .flags = OPTION_OVERRIDE,
     .commands = CMD_ALL,
     .group = GROUP_COMMON,
     .value = "N",
     .help = "the most elements and attributes [4000000]",
     .most = UINT64_C(1) << 30,
     .off = offsetof(struct options, max_nodes)},
    {.name = "help",
     .letter = 'h',
     .flags = OPTION_STOP,
     .commands = CMD_ALL,
     .group = GROUP_COMMON,
     .help = "print this help",
     .off = offsetof(struct options, help)},
    {.name = "version",
     .flags = OPTION_STOP,
     .commands = CMD_ALL,
     .group = GROUP_COMMON,
     .help = "print the version",
     .off = offsetof(struct options, version)},
};

_Static_assert(sizeof options / sizeof options[0] < 64, "the parser marks options in 64 bits");

const struct option *option_at(size_t i)
{
    return i < sizeof options / sizeof options[0] ? &options[i] : NULL;
}

const struct option *option_find(const char *name, size_t len, unsigned of)
{
    const struct option *option, *found = NULL;

    for (size_t i = 0; (option = option_at(i)) != NULL; i++) {
        if (strlen(option->name) == len && memcmp(option->name, name, len) == 0) {
            if (option->commands & of) {
                return option;
            }
            found = found ? found : option;
        }
    }
    return found;
}

const struct option *option_of_letter(char letter, unsigned of)
{
    const struct option *option, *found = NULL;

    for (size_t i = 0; (option = option_at(i)) != NULL; i++) {
        if (option->letter == letter) {
            if (option->commands & of) {
                return option;
            }
            found = found ? found : option;
        }
    }
    return found;
}

const char *option_group_title(enum option_group group)
{
    static const char *const titles[GROUP_COUNT] = {
        [GROUP_WHAT] = "What to do, in the order given", [GROUP_WHERE] = "Where the result goes",
        [GROUP_JUDGE] = "What is judged, and how",       [GROUP_REPORT] = "The report",
        [GROUP_COMMON] = "Messages and limits",
    };

    return titles[group];
}

const char *choice_next(const char **rest, size_t *len)
{
    const char *choice = *rest;

    if (!choice || !*choice) {
        return NULL;
    }
    *len = strcspn(choice, "|");
    *rest = choice[*len] ? choice + *len + 1 : choice + *len;
    return choice;
}

void options_init(struct options *opts)
{
    *opts = (struct options){.schema = "auto", .level = LEVEL_START, .jobs = 1, .max_size = OPTIONS_MAX_SIZE};
}
