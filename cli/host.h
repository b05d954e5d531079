/* What host plan, host check and host map print, one file a format: host_text.c, host_check.c, host_json.c,
 * host_junit.c, host_sh.c, host_ansible.c and host_map.c. */
#ifndef CLI_HOST_H
#define CLI_HOST_H

#include "cli.h"

/* What a renderer is told of a run. It does not fail but by text->failed. */
struct host_report {
    struct cli *cli;
    struct dx_plan *plan;                /* made */
    const struct dx_requirement **needs; /* those that are told of */
    size_t n_needs;
    bool check;       /* the command is host check */
    bool elsewhere;   /* no host was read */
    const char *root; /* as given; NULL: the host's own */
    const char *host_cpus;
    size_t files, skipped; /* domains; files below a DIRECTORY that are none */
    struct text failed;    /* names of files that were not read, each with a NUL behind it */
    size_t n_failed;
    size_t of[DX_PLAN_UNKNOWN + 1]; /* requirements by enum dx_plan_state */
    int code;                       /* of the command, as far as it is known */
    bool color, quiet, verbose;     /* of text */
};

void host_text(struct text *text, const struct host_report *report);
void host_check_text(struct text *text, const struct host_report *report);
void host_json(struct text *text, const struct host_report *report);
void host_junit(struct text *text, const struct host_report *report);
void host_sh(struct text *text, const struct host_report *report);
void host_ansible(struct text *text, const struct host_report *report);

/* The map: DX_OK, or a failure of the library's after a report. */
int host_map_text(struct text *text, const struct host_report *report);
int host_map_svg(struct text *text, const struct host_report *report);
int host_map_xml(struct text *text, const struct host_report *report);

/* ---- what texts share ---- */

enum { HOST_STATE = 13 }; /* the column behind a state */

/* True of what a plan is not expected to find out: no host was asked, or the guest would have to be. */
bool host_is_unasked(const struct host_report *report, const struct dx_requirement *need);

/* What a state is called in JSON. */
const char *host_state_key(enum dx_plan_state state);

/* "ok", "missing", "cannot tell" or, of what was not asked, "needed", in its colour; the kind, and the title. */
void host_put_title(struct text *text, const struct host_report *report, const struct dx_requirement *need);

/* "12 requirements: 9 ok, 2 missing, 1 needed" */
void host_put_tally(struct text *text, const struct host_report *report);

/* Words that may hold anything, wrapped and indented from the second line on. */
void host_put_words(struct text *text, size_t indent, const char *s);

/* The mode of what is below a folder, as chmod takes it: "u=rwX,g=rX,o=". Folders get x where there is r. */
void host_put_mode_below(struct text *text, unsigned mode);

/* Blanks up to a column, in which the line may be already. */
void host_put_indent(struct text *text, size_t indent);

/* Who asks: a line each, the first few of them unless verbose; with the paths of the elements, or without. */
void host_put_askers(struct text *text, size_t indent, const struct host_report *report,
                     const struct dx_requirement *need, bool path);

#endif
