/* One run of the command line: what the commands share. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "options.h"

/* The exit codes; those of a failure are the library's result codes, negated. */
enum {
    CLI_OK = 0,
    CLI_FINDINGS = 1,
    CLI_USAGE = -DX_EUSAGE,
    CLI_INPUT = -DX_EINPUT,
    CLI_IO = -DX_EIO,
    CLI_REFUSED = -DX_EREFUSED,
    CLI_NO_MEMORY = -DX_ENOMEM,
    CLI_LIMIT = -DX_ELIMIT,
    CLI_INTERNAL = -DX_EINTERNAL
};

struct exit_code {
    int code;
    const char *meaning; /* one line */
    const char *detail;
};

/* The i-th exit code; NULL past the end. */
const struct exit_code *exit_code_at(size_t i);

struct cli {
    const struct io *io;
    struct dx_ctx *ctx;
    struct options opts;
    bool out_lost; /* stdout cannot be written any more: nothing more is tried */
    bool out_used;
};

/* Runs a command line. Returns the exit code. */
int cli_main(int argc, char **argv, const struct io *io);

/* Makes cli->ctx, with the limits that the options say. DX_OK or DX_ENOMEM. */
int cli_open_context(struct cli *cli);

/* The commands: an exit code each. */
int command_transform(struct cli *cli);
int command_validate(struct cli *cli);
int command_advise(struct cli *cli);
int command_host_plan(struct cli *cli);
int command_host_check(struct cli *cli);
int command_host_map(struct cli *cli);
int command_passes(struct cli *cli);
int command_recipes(struct cli *cli);
int command_rules(struct cli *cli);
int command_completion(struct cli *cli);
int command_help(struct cli *cli);

/* ---- messages.c ---- */

/* Writes the diagnostics of the context to stderr and forgets them. */
void messages_flush(struct cli *cli);

/* Appends to a text what messages_flush() would write of diagnostics without a file, or of all. */
void messages_put(struct cli *cli, struct text *text, bool all);

/* Writes a text to stderr. */
void messages_write(struct cli *cli, const struct text *text);

/* The exit code of a library result, with a message where a failure left none. */
int messages_exit_code(struct cli *cli, int rc);

/* Reports that something failed with an errno: "cannot open: no such file or directory". Returns DX_EIO. */
int messages_errno(struct cli *cli, const char *file, const char *what, int error, const char *hint);

/* Reports a usage error. Returns DX_EUSAGE, or DX_ENOMEM. */
int messages_usage(struct cli *cli, const char *hint, const char *format, ...) DX_FORMAT(3, 4);

/* A line about a file on stderr, such as "vm.xml: would change"; a note where messages are JSON. */
void messages_state(struct cli *cli, const char *file, const char *state);

/* Whether what goes to that descriptor is to be coloured. */
bool messages_color(const struct cli *cli, int fd);

/* "did you mean `NAME`?" for a word that is not among the names; "" when nothing is near. `at` gives the names. */
void messages_nearest(struct cli *cli, struct text *hint, const char *word, const char *prefix,
                      const char *(*at)(size_t i));

/* Reports a word that is not among the names: "there is no pass 'x'". Returns DX_EUSAGE or DX_ENOMEM. */
int messages_unknown(struct cli *cli, const char *message, const char *word, const char *(*at)(size_t i),
                     const char *list);

/* ---- output.c ---- */

/* Writes to stdout. 0, or DX_EIO: after a report, but for EPIPE. */
int output_bytes(struct cli *cli, const char *bytes, size_t n);
int output_slices(struct cli *cli, const struct dx_str *slices, size_t n);

/* Writes a text to stdout. Returns the exit code of the command. */
int output_text(struct cli *cli, struct text *text);

/* Closes stdout: a file system may tell only now that it could not write. 0 or DX_EIO. */
int output_close(struct cli *cli);

#endif
