/* Pins of one kind, as the passes vcpupin and iothreadpin write them: threads that have numbers, each to host CPUs. */
#ifndef DX_PIN_H
#define DX_PIN_H

#include "pass.h"

/* What the kinds differ in. */
struct dx_pin_kind {
    const char *element, *attr; /* vcpupin, vcpu */
    const char *id;             /* what a number is called: "vcpu number" */
    const char *key;            /* what it is called in a SPEC: V */
    uint64_t first;             /* the lowest number */
};

/* The three forms of the option; the values of `by_id` are sets of CPUs. */
struct dx_pin_opts {
    struct dx_cpuset *all, *spread;
    struct dx_pairs by_id;
};

/* One pin that is asked for: to a set of CPUs, or (NULL) to a single one. */
struct dx_pin {
    uint64_t id;
    const struct dx_cpuset *cpus;
    unsigned cpu;
    bool there; /* filled by dx_pins_write() */
};

/* The number of a thread in an attribute or a key; false when it is none of that kind. */
bool dx_pin_id(uint64_t *id, const struct dx_pin_kind *kind, struct dx_str text);

/* Exactly one of the forms, with numbers that are some, each once: for check(). */
int dx_pins_check(struct dx_run *run, const struct dx_pin_kind *kind, const struct dx_pin_opts *opts);

/* Makes room for n pins in the document's arena; NULL after a report when out of memory. */
struct dx_pin *dx_pins_new(struct dx_run *run, size_t n);

/* Makes it so: what means the same keeps its spelling, another is changed where it stands, the rest is added. The ids
 * differ from each other. */
int dx_pins_write(struct dx_run *run, const struct dx_pin_kind *kind, struct dx_pin *pins, size_t n);

/* Takes away the pins of these numbers, or (NULL) all. */
int dx_pins_remove(struct dx_run *run, const struct dx_pin_kind *kind, const struct dx_cpuset *ids);

/* CPUs shared with a vCPU are worth a word, once for the iothreads and once for the emulator. */
int dx_pins_warn_iothreads(struct dx_run *run);
int dx_pins_warn_emulator(struct dx_run *run);

#endif
