/* The words of an XPath expression, and what can be said of them without libxml2: names that XPath does not have. */
#ifndef DX_QUERY_WORDS_H
#define DX_QUERY_WORDS_H

#include "pass.h"

enum dx_word_kind {
    DX_WORD_NAME,     /* of an element or attribute, perhaps with a prefix; "*" too */
    DX_WORD_FUNCTION, /* "(" follows */
    DX_WORD_TEST,     /* comment, text, processing-instruction, node; "(" follows */
    DX_WORD_AXIS,     /* "::" follows */
    DX_WORD_OPERATOR, /* "/" and "//" are some */
    DX_WORD_LITERAL,  /* with its quotes */
    DX_WORD_NUMBER,
    DX_WORD_MARK /* . .. @ ( ) [ ] , :: */
};

struct dx_word {
    enum dx_word_kind kind;
    size_t begin, len;
};

struct dx_words {
    struct dx_str text;
    struct dx_word *items;
    size_t n;
};

/* Where an expression stands: it begins at byte `at` of the run's SPEC. */
struct dx_phrase {
    struct dx_run *run;
    size_t at;
};

/* A usage error at byte `offset` of the expression. Returns DX_EUSAGE or DX_ENOMEM. */
int dx_phrase_refuse(const struct dx_phrase *phrase, size_t offset, const char *hint, const char *format, ...)
    DX_FORMAT(4, 5);

/*
 * Splits an expression into words, in `arena`, and refuses what no libvirt document could answer: functions, axes and
 * prefixes of other names, variables, what is opened and not closed. The order of the words is left to libxml2.
 * DX_OK; DX_EUSAGE after a report; DX_ENOMEM.
 */
int dx_words_read(struct dx_words *out, const struct dx_phrase *phrase, struct dx_arena *arena, struct dx_str text);

static inline struct dx_str dx_word_text(const struct dx_words *words, size_t i)
{
    return i < words->n ? (struct dx_str){words->text.ptr + words->items[i].begin, words->items[i].len} : DX_NONE;
}

static inline bool dx_word_is(const struct dx_words *words, size_t i, enum dx_word_kind kind, const char *text)
{
    return i < words->n && words->items[i].kind == kind && (!text || dx_str_is(dx_word_text(words, i), text));
}

#endif
