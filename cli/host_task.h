/* A step of a plan as tasks of Ansible. */
#ifndef CLI_HOST_TASK_H
#define CLI_HOST_TASK_H

#include "host_step.h"

/* A list of tasks as it is written. */
struct tasks {
    struct text *text;
    const char *id;       /* of the requirement */
    bool named;           /* the functions of the script stand above */
    size_t n;             /* steps so far, in the whole file: the names of their results */
    size_t first;         /* the number of the first step of the requirement */
    struct text refused;  /* conditions of the last task of a place: that the kernel refused nothing */
    struct text refusals; /* and what it says of those that it did */
};

/* A line of its own; an item of a list, and the name of a task, spelled as YAML wants them. */
void task_line(const struct tasks *tasks, size_t indent, const char *line);
void task_item(const struct tasks *tasks, size_t indent, const char *s);
void task_name(const struct tasks *tasks, size_t indent, const char *s);

/* The tasks of one step; what a person has to do is told. */
void task_step(struct tasks *tasks, const struct dx_remedy *step);
void task_by_hand(struct tasks *tasks, const struct dx_remedy *step);

#endif
