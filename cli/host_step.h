/* What scripts of every language say of a plan: what the host is asked for, and steps in a few words. */
#ifndef CLI_HOST_STEP_H
#define CLI_HOST_STEP_H

#include "host.h"

/* The next requirement of the host itself, from the *i-th on; NULL past the end. Those of guests are in host_group.h.
 */
const struct dx_requirement *host_step_next_need(const struct host_report *report, size_t *i);

/* What stands for the steps of a requirement that has none. */
extern const struct dx_remedy host_step_none;

/* Whether a person does it, not a script. */
bool host_step_by_hand(const struct dx_remedy *step);

/* Whether it is done only where one before it, of the same requirement, changed something: units are not restarted
 * each time. */
bool host_step_after_change(const struct dx_remedy *step);

/* What it does: "write 16 to /sys/…". One line, nothing in it that drives a terminal. */
void host_step_what(struct text *text, const struct dx_remedy *step);

/* The mode of a folder where files get that one: x where r is. */
unsigned host_step_folder_mode(unsigned mode);

/* Who asks for it: "web1.xml:12:5, web1: 4 pages of 1 GiB". One line. */
void host_step_asker(struct text *text, const struct dx_asker *asker);

/* The form in which it is read back, as the scripts call it. */
const char *host_step_form(const struct dx_remedy *step);

/* A string or, for NULL, an empty one. */
const char *host_step_or_empty(const char *s);

/* The kinds of steps in a plan, which scripts have pieces for: bits 1 << kind, that of MANUAL for whatever is done by
 * hand. */
unsigned host_script_kinds(const struct host_report *report);

/* Whether it needs no more of a shell than to be told apart into words. */
bool host_step_is_words(const char *command);

/* Comments, each line behind `prefix`, that tell who asks: the first few of `n`. */
typedef const struct dx_asker *host_asker_at(const void *of, size_t k);
void host_comment_askers(struct text *text, const char *prefix, host_asker_at *at, const void *of, size_t n);

/* Lines that begin with `prefix` and hold the words of `lead` and `s`, of at most 79 columns where that can be; what is
 * no plain text is told, not sent. */
void host_comment(struct text *text, const char *prefix, const char *lead, const char *s);

#endif
