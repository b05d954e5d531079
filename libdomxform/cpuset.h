/* Sets of CPUs or nodes, in libvirt's spelling (semantics §1.3). */
#ifndef DX_CPUSET_H
#define DX_CPUSET_H

#include "buf.h"

/* libvirt's VIR_DOMAIN_CPUMASK_LEN: it bounds exclusions too. */
enum { DX_CPUS = 16384 };

/* Takes what virBitmapParse takes; NULL for success, else a few words that say what is wrong. */
const char *dx_cpuset_explain(struct dx_cpuset *set, struct dx_str s);

/* The same without the words. */
bool dx_cpuset_parse(struct dx_cpuset *set, struct dx_str s);

/* Ascending, maximal ranges, no exclusions: what parser and schema both take. */
void dx_cpuset_format(struct dx_buf *buf, const struct dx_cpuset *set);

bool dx_cpuset_equal(const struct dx_cpuset *a, const struct dx_cpuset *b);
bool dx_cpuset_overlap(const struct dx_cpuset *a, const struct dx_cpuset *b);
bool dx_cpuset_has(const struct dx_cpuset *set, unsigned bit);
void dx_cpuset_add(struct dx_cpuset *set, unsigned bit);
void dx_cpuset_remove(struct dx_cpuset *set, unsigned bit);
/* Adds all from the first to the last, which are less than DX_CPUS. */
void dx_cpuset_add_range(struct dx_cpuset *set, unsigned first, unsigned last);
/* Adds all of another set. */
void dx_cpuset_unite(struct dx_cpuset *set, const struct dx_cpuset *other);
/* Takes all of another set out; keeps only what is in another set too. */
void dx_cpuset_drop(struct dx_cpuset *set, const struct dx_cpuset *other);
void dx_cpuset_keep(struct dx_cpuset *set, const struct dx_cpuset *other);
/* The first member >= from, or -1. */
int dx_cpuset_next(const struct dx_cpuset *set, unsigned from);
/* One more than the last member; 0 when there is none. */
unsigned dx_cpuset_end(const struct dx_cpuset *set);
size_t dx_cpuset_count(const struct dx_cpuset *set);

#endif
