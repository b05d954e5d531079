/* What `domxform help` tells beside commands and passes. */
#ifndef CLI_TOPICS_H
#define CLI_TOPICS_H

#include "cli.h"

/* A body is plain text: paragraphs between blank lines, what is indented stands as it is. */
struct topic {
    const char *name;
    const char *title; /* in the manual page */
    const char *summary;
    const char *body;
};

/* The i-th topic; NULL past the end. */
const struct topic *topic_at(size_t i);
const struct topic *topic_find(const char *name);

/* What the exit status is when there are several files. */
extern const char topic_several_files[];

/* The body of a topic; that of exit-codes comes from their table. */
void topic_text(struct text *text, const struct topic *topic);

/* The whole manual page, domxform(1); or, with a topic or a pass, a page of that alone, in section 7. */
void manual_page(struct text *text);
void manual_topic(struct text *text, const struct topic *topic);
void manual_pass(struct text *text, const struct dx_pass *pass);

#endif
