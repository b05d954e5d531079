/* The commands, and what their help says behind the options. */
#include "cli.h"

#include <string.h>

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

static const char host_doc[] = "A domain asks its host for things that no domain XML can give: pages set aside,\n"
                               "CPUs of its own, devices, a label. These commands work out what a set of domains\n"
                               "needs; none of them ever changes the host.\n"
                               "\n"
                               "Examples:\n"
                               "  domxform host plan /etc/libvirt/qemu/\n"
                               "  domxform host check vm.xml && virsh start vm\n"
                               "  domxform host map --host-cpus=0-63 vm*.xml\n";

static const char host_plan_doc[] = "Of each requirement it says who asks for it, what there is, and the steps:\n"
                                    "  do      now\n"
                                    "  keep    so that it stays, also across a reboot\n"
                                    "  option  only if you choose so\n"
                                    "\n"
                                    "What is needed in a guest cannot be seen from its host. Without FILE it tells\n"
                                    "what the guide asks of every host; stdin is read for - and nothing else, and of\n"
                                    "a DIRECTORY all *.xml that are domains. sh is a script that changes nothing but\n"
                                    "with --apply, ansible a file of tasks; the form of json is told by domxform help\n"
                                    "host-json. With --host-cpus or --capabilities and without --root the plan is for\n"
                                    "another host, and nothing of this one is read.\n"
                                    "\n"
                                    "Exit status: 0, 2 usage, 3 malformed input, 4 unreadable file. When one FILE is\n"
                                    "not read there is no plan, since it would be too small.\n"
                                    "\n"
                                    "Examples:\n"
                                    "  domxform host plan vm.xml\n"
                                    "  domxform host plan --format=sh /etc/libvirt/qemu/ > prepare.sh\n"
                                    "  domxform host plan --block-rpcs=guest-exec,guest-file-open\n";

static const char host_check_doc[] = "Reads the host, as far as the user may, and says of each requirement:\n"
                                     "  ok           it is so\n"
                                     "  missing      it is not\n"
                                     "  cannot tell  it could not be read, or it is inside the guest\n"
                                     "\n"
                                     "Without FILE it checks what the guide asks of every host; stdin is read for -\n"
                                     "and nothing else. -q leaves what is missing, -v says more of the rest.\n"
                                     "\n"
                                     "Exit status: 0 nothing is missing, though it may be that some cannot be told;\n"
                                     "1 something is missing, 2 usage, 3 malformed input, 4 unreadable file. A FILE\n"
                                     "that is not read does not stop the others; the highest number is the status.\n"
                                     "\n"
                                     "Examples:\n"
                                     "  domxform host check /etc/libvirt/qemu/\n"
                                     "  virsh dumpxml vm | domxform host check -\n"
                                     "  domxform host check --root=/mnt/image --format=junit vm.xml > host.xml\n";

static const char host_map_doc[] = "Shows the host's CPUs by NUMA node, and what the domains have run on each:\n"
                                   "vCPUs, emulators, iothreads, the kernel's workers; a CPU promised twice is\n"
                                   "marked. svg is an image, xml what it is made from.\n"
                                   "\n"
                                   "Exit status: 0, 2 usage, 3 malformed input, 4 unreadable file, 5 the CPUs of the\n"
                                   "host are not known. When one FILE is not read there is no map.\n"
                                   "\n"
                                   "Examples:\n"
                                   "  domxform host map /etc/libvirt/qemu/\n"
                                   "  domxform host map --host-cpus=0-63 --format=svg vm*.xml > map.svg\n";

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
    {.name = "host",
     .id = CMD_HOST,
     .synopsis = "plan|check|map [OPTION]... [FILE|DIRECTORY]...",
     .summary = "tell what domains need of their host: plan, check, map",
     .doc = host_doc,
     .most = SIZE_MAX,
     .operand = "COMMAND"},
    {.name = "host plan",
     .id = CMD_HOST_PLAN,
     .run = command_host_plan,
     .synopsis = "[OPTION]... [FILE|DIRECTORY]...",
     .summary = "tell what domains need of their host, and what to do for it",
     .doc = host_plan_doc,
     .most = SIZE_MAX,
     .operand = "FILE"},
    {.name = "host check",
     .id = CMD_HOST_CHECK,
     .run = command_host_check,
     .synopsis = "[OPTION]... [FILE|DIRECTORY]...",
     .summary = "tell what of that the host has and what is missing",
     .doc = host_check_doc,
     .most = SIZE_MAX,
     .operand = "FILE"},
    {.name = "host map",
     .id = CMD_HOST_MAP,
     .run = command_host_map,
     .synopsis = "[OPTION]... [FILE|DIRECTORY]...",
     .summary = "draw what runs on which CPU of the host",
     .doc = host_map_doc,
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
     .most = 2, /* a command may be two words */
     .operand = "TOPIC"},
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

bool command_is_group(const struct command *command)
{
    return command->id && !command->run;
}

/* The second word of a command of that group, else NULL. */
static const char *second_word(const struct command *command, const struct command *group)
{
    size_t len = strlen(group->name);

    return strncmp(command->name, group->name, len) == 0 && command->name[len] == ' ' ? command->name + len + 1 : NULL;
}

const char *command_member(const struct command *group, size_t i)
{
    for (size_t k = 0; command_at(k); k++) {
        const char *word = second_word(&commands[k], group);

        if (word && i-- == 0) {
            return word;
        }
    }
    return NULL;
}

const struct command *command_of_second(const char *word)
{
    for (size_t i = 0; command_at(i); i++) {
        const char *blank = strchr(commands[i].name, ' ');

        if (blank && strcmp(blank + 1, word) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

const struct command *command_of_words(const char *first, const char *second)
{
    const struct command *group = strchr(first, ' ') ? NULL : command_find(first);

    for (size_t i = 0; group && command_is_group(group) && second && command_at(i); i++) {
        const char *word = second_word(&commands[i], group);

        if (word && strcmp(word, second) == 0) {
            return &commands[i];
        }
    }
    return group;
}
