/* libvirt's daemons on a host: one for all, libvirtd, or one for each driver with virtproxyd before them. */
#ifndef DX_HOST_DAEMON_H
#define DX_HOST_DAEMON_H

#include "plan.h"

enum dx_daemons { DX_DAEMONS_UNKNOWN, DX_DAEMONS_MODULAR, DX_DAEMONS_MONOLITHIC };

/* Which of them serves QEMU here: what systemd starts, else what is installed alone. */
enum dx_daemons dx_daemons_find(struct dx_plan *plan);

/* True when systemd is told to start a unit, "libvirtd-tcp.socket". */
bool dx_unit_is_enabled(struct dx_plan *plan, const char *unit);

/* True when systemd is told never to start it. */
bool dx_unit_is_masked(struct dx_plan *plan, const char *unit);

/* What a daemon does when it starts, and not again. */
#define DX_READS_ITS_FILE "reads its file"
#define DX_LOOKS_FOR_MOUNTS "looks for mounts"

/* Adds the restart of the daemon that is to see a change: `modular` or libvirtd, where it is not known which, whichever
 * runs. `why` is one of those words. */
void dx_daemons_restart(struct dx_plan *plan, struct dx_need *need, enum dx_daemons daemons, const char *modular,
                        const char *why);

#endif
