/* How far a long run is: a line on stderr where that is a terminal. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli.h"

struct progress {
    struct cli *cli;
    size_t n;             /* pieces of work; 0: nothing is ever shown */
    uint64_t begun, last; /* when it began, and when the line was last written */
    bool shown;           /* the line stands on the terminal now */
};

/* For `n` pieces of work that begin now. */
void progress_begin(struct progress *progress, struct cli *cli, size_t n);

/* So many are done: writes the line when the run takes longer than a second, and not too often. */
void progress_update(struct progress *progress, size_t done);

/* Takes the line away: before anything else is written, and at the end. */
void progress_clear(struct progress *progress);

#endif
