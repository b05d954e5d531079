/* The commands and options of the command line: one row each, from which parsing, help, completion and the manual
 * page come. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "text.h"

struct cli;

enum command_id {
    CMD_TRANSFORM = 1u,
    CMD_PASSES = 2u,
    CMD_RULES = 4u,
    CMD_COMPLETION = 8u,
    CMD_HELP = 16u,
    CMD_VALIDATE = 32u,
    CMD_RECIPES = 64u,
    CMD_ADVISE = 128u,
    CMD_HOST = 256u, /* the group of the next three */
    CMD_HOST_PLAN = 512u,
    CMD_HOST_CHECK = 1024u,
    CMD_HOST_MAP = 2048u,
    CMD_HOST_ANY = CMD_HOST_PLAN | CMD_HOST_CHECK | CMD_HOST_MAP,
    CMD_ALL = 4095u
};

/* The name of a command may be two words: its first one is the name of a group then, a row that cannot be run. */
struct command {
    const char *name;
    unsigned id;                 /* CMD_*; 0: reserved for a later version */
    int (*run)(struct cli *cli); /* NULL: a group, or reserved */
    const char *synopsis;        /* what follows the name */
    const char *summary;
    const char *doc;     /* what its help says behind the options; NULL: nothing */
    size_t least, most;  /* operands */
    const char *operand; /* what messages call one */
    const char *choices; /* of the operand, "a|b|c"; NULL: any */
};

/* The i-th command; NULL past the end. The first one is taken where none is named. */
const struct command *command_at(size_t i);
const struct command *command_find(const char *name);

bool command_is_group(const struct command *command);

/* The second word of the i-th command of a group; NULL past the end. */
const char *command_member(const struct command *group, size_t i);

/* The first command of two words that has that second one; NULL when none has. */
const struct command *command_of_second(const char *word);

/* The command that one or two words name; where the second one is none of a group, or NULL, the group. */
const struct command *command_of_words(const char *first, const char *second);

/* What kind of thing the value of an option is: how it is checked and completed. */
enum value_kind {
    VALUE_NONE,
    VALUE_CHOICE, /* one of the row's choices; lands as its number from 0 */
    VALUE_COUNT,  /* a number from 1, or from 0 with OPTION_ZERO */
    VALUE_BYTES,  /* the same, with K, M or G */
    VALUE_FILE,   /* one that is written */
    VALUE_INPUT,  /* one that is read */
    VALUE_FOLDER,
    VALUE_SUFFIX,
    VALUE_SCHEMA, /* one of the row's choices, as text, or a file */
    VALUE_PASS,   /* a SPEC; lands in the list of steps */
    VALUE_REMOVE, /* the same */
    VALUE_RECIPE, /* a name or a file; lands in the list of steps */
    VALUE_SET,    /* NAME=VALUE */
    VALUE_RULE,
    VALUE_KIND,   /* of requirement */
    VALUE_WORD,   /* one of the row's choices, as text */
    VALUE_TEXT,   /* what the library judges */
    VALUE_VERSION /* of libvirt, X.Y or X.Y.Z; lands as DX_LIBVIRT() */
};

enum option_group { GROUP_WHAT, GROUP_WHERE, GROUP_JUDGE, GROUP_HOST, GROUP_REPORT, GROUP_COMMON, GROUP_COUNT };

/* At most one option of a set may be given. */
enum option_set { SET_NONE, SET_TARGET, SET_VOICE, SET_COUNT };

#define OPTION_LIST 1u     /* may be given again and again: the values add up */
#define OPTION_OVERRIDE 2u /* may be given again: the last one holds */
#define OPTION_OPTIONAL 4u /* the value may be absent */
#define OPTION_STOP 8u     /* what follows is not looked at */
#define OPTION_ZERO 16u

/* Rows of different commands may have one name: letter, and whether there is a value, are the same then. */
struct option {
    const char *name;
    char letter; /* 0: none */
    enum value_kind kind;
    unsigned flags;
    unsigned commands; /* CMD_* */
    enum option_group group;
    enum option_set set;
    const char *value;   /* what help calls the value */
    const char *choices; /* "a|b|c" or NULL */
    const char *help;
    uint64_t most; /* of a number */
    size_t off;    /* where in struct options it lands; switches are bool */
};

/* The i-th option; NULL past the end. */
const struct option *option_at(size_t i);

/* The row of that name (`len` bytes) or letter that a command `of` (CMD_*) takes, else one of other commands, else
 * NULL. */
const struct option *option_find(const char *name, size_t len, unsigned of);
const struct option *option_of_letter(char letter, unsigned of);

const char *option_group_title(enum option_group group);

enum step_kind { STEP_PASS, STEP_REMOVE, STEP_RECIPE };

/* One of --pass, --remove and --recipe, in the order of the command line. */
struct step {
    enum step_kind kind;
    const char *spec; /* or the recipe */
};

struct list {
    const char **items;
    size_t n, room;
};

/* Where --max-size is not given. */
#define OPTIONS_MAX_SIZE (UINT64_C(64) << 20)

enum { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF, FORMAT_JUNIT, FORMAT_GITHUB, FORMAT_COUNT };
enum { LEVEL_SCHEMA, LEVEL_DEFINE, LEVEL_START, LEVEL_ADVICE };
enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* What a command line says. Strings are those of argv. */
struct options {
    const struct command *command;
    struct step *steps;
    size_t n_steps, room_steps;
    struct list allow, disable, values; /* values: of --set */
    struct list capabilities, only, operands;
    const char *suffix, *output, *arch;
    const char *root, *host_cpus, *block_rpcs, *qemu_version, *host_format;
    const char *schema;                               /* auto, none or a file */
    uint64_t jobs, max_size, max_nodes, xslt_timeout; /* seconds; 0: not given */
    unsigned target;
    int level, format, message_format, color;
    bool validate, strict, order_note;
    bool in_place, check, diff, force, quiet, verbose, help, version, man;
};

/* What holds where nothing is said. */
void options_init(struct options *opts);

/*
 * Reads a command line into cli->opts. How messages are to look is known in any case, also after an error.
 * 0, or DX_EUSAGE or DX_ENOMEM after a report.
 */
int options_parse(struct cli *cli, int argc, char **argv);
void options_free(struct cli *cli);

/* Walks over "a|b|c": the next choice, its length in *len; NULL at the end. *rest is choices at first. */
const char *choice_next(const char **rest, size_t *len);

#endif
