/* libxml2's verdict: its SAX2 parser reads the same bytes and says whether they are well-formed. */
#ifndef DX_JUDGE_H
#define DX_JUDGE_H

#include "source.h"

/* Called at every start tag in document order with its name as libxml2 read it; false: it is not the scanner's. */
typedef bool dx_judge_meets(void *user, struct dx_str prefix, struct dx_str local);

/*
 * DX_OK when libxml2 finds the source well-formed, namespaces included; DX_EINPUT after a diagnostic; DX_ENOMEM;
 * DX_EINTERNAL when a start tag did not meet the scanner's. The parser is kept in the context for the next one.
 */
int dx_judge(struct dx_source *source, dx_judge_meets *meets, void *user);

/* The options of libxml2's parser, XML_PARSE_*, for all that is read with it. */
int dx_judge_options(void);

#endif
