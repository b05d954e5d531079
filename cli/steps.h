/* What --pass, --remove, --recipe and --set ask for, as a pipeline. */
#ifndef CLI_STEPS_H
#define CLI_STEPS_H

#include "cli.h"

/*
 * Compiles steps in their order; recipes with the values of --set that they take, and a value that none takes is a
 * usage error. In any case the caller frees *out. DX_OK, or a DX_E code after a report.
 */
int steps_build(struct dx_pipeline **out, struct cli *cli, const struct step *steps, size_t n);

#endif
