/* The commands of the QEMU guest agent, and how its versions are told which of them to refuse (semantics §10.8). */
#ifndef DX_HOST_AGENT_H
#define DX_HOST_AGENT_H

#include "plan.h"

/* A version of QEMU as one number. */
#define DX_QEMU(major, minor) ((unsigned)(major)*1000u + (unsigned)(minor))

/* How a range of versions spells the list. */
struct dx_agent_spelling {
    unsigned from;       /* the first version; 0: it is not known which one it is */
    const char *option;  /* on the command line, up to the list */
    const char *keys[2]; /* in the section [general] of its file; what another version does not know, it ignores */
    bool either;         /* the older key, where it stands, beats the newer one */
};

/* That of a version, 0: not known. */
const struct dx_agent_spelling *dx_agent_spelling_of(unsigned version);

/* X.Y or X.Y.Z; false when it is none. */
bool dx_agent_version_parse(unsigned *version, struct dx_str text);

/* The first version whose agent has a command; 0 when the command is not known. */
unsigned dx_agent_command_since(struct dx_str name);

/* Makes plan->opts.block_rpcs a list without wildcards and without a name twice, and looks at the version. Returns
 * DX_OK, DX_EUSAGE (after a report), DX_ENOMEM. */
int dx_agent_take_options(struct dx_plan *plan);

#endif
