/* The hosts of tests/host/hosts as folders, and what a plan for one must always be like. */
#ifndef DX_TEST_HOSTS_H
#define DX_TEST_HOSTS_H

#include "support.h"

/* Grows all of them, each in a folder of its name below *folder; the test fails when one does not grow. */
struct t_hosts {
    char *folder;
    struct t_names names;
};
void t_hosts_grow(struct t_hosts *hosts);
void t_hosts_remove(struct t_hosts *hosts);

/* What is wrong with the requirements of a plan whatever it was made of: NULL, else a text (static). `len` is the
 * length of the only document, 0 when there are several. */
const char *t_plan_wrong(const struct dx_plan *plan, size_t len);

/* All that a plan says, for comparison. */
struct t_bytes t_plan_dump(const struct dx_plan *plan);

#endif
