/* The lexer: where every tag, attribute, comment and text stands. It finds places; libxml2 judges. */
#ifndef DX_SCAN_H
#define DX_SCAN_H

#include "source.h"

enum dx_token_kind {
    DX_TOKEN_END_OF_INPUT,
    DX_TOKEN_DECLARATION,
    DX_TOKEN_TEXT,
    DX_TOKEN_CDATA,
    DX_TOKEN_COMMENT,
    DX_TOKEN_PI,
    DX_TOKEN_START_TAG,
    DX_TOKEN_EMPTY_TAG,
    DX_TOKEN_END_TAG
};

/* What a run of bytes holds, so that most of it never needs decoding. */
#define DX_HAS_REFERENCE 1u /* & */
#define DX_HAS_SPACE 2u     /* tab or LF: an attribute value normalises them */
#define DX_HAS_CR 4u
#define DX_HAS_HIGH 8u /* a byte >= 0x80 */
#define DX_HAS_INK 16u /* anything that is not white space */

enum { DX_MOST_ATTRS = 1024, DX_DEEPEST = 256, DX_LONGEST_NAME = 50000 };

/* An attribute's places, as offsets into the source. */
struct dx_place_attr {
    uint32_t name, value, value_len;
    uint16_t name_len;
    uint8_t has; /* of the value */
    uint8_t name_high;
};

struct dx_token {
    enum dx_token_kind kind;
    uint32_t begin, end;           /* the whole token */
    uint32_t name;                 /* a tag's or a PI's */
    uint32_t content, content_end; /* of text, CDATA, comment, PI */
    uint16_t name_len;
    uint8_t has;
    bool name_high;
    size_t n_attrs; /* in dx_scan.attrs */
};

struct dx_scan {
    struct dx_source *source;
    size_t at;
    struct dx_place_attr attrs[DX_MOST_ATTRS];
};

void dx_scan_begin(struct dx_scan *scan, struct dx_source *source);

/* The next token. DX_OK; DX_EINPUT after a diagnostic; DX_ENOMEM. */
int dx_scan_next(struct dx_scan *scan, struct dx_token *token);

/* True for a byte that may stand in a name. */
bool dx_scan_in_name(char byte);

/* What a run of bytes holds: DX_HAS_*. */
unsigned dx_scan_classify(struct dx_str s);

#endif
