/* The tree: an index over the source. Nodes point into it and own nothing that it already says. */
#ifndef DX_TREE_H
#define DX_TREE_H

#include "scan.h"

#define DX_NOWHERE UINT32_MAX /* an offset of what does not stand in the source */

#define DX_ATTR_DECODED 1u /* value is the decoded value */
#define DX_ATTR_CHANGED 2u /* value is new; what stands in the source is replaced */
#define DX_ATTR_REMOVED 4u /* stands in the source only */

struct dx_attr {
    const char *name, *value; /* UTF-8 */
    uint32_t value_len;
    uint32_t src_name, src_value; /* src_name == DX_NOWHERE: a new attribute */
    uint16_t name_len;
    uint8_t flags;
    char quote; /* of a new attribute */
};

#define DX_NODE_TOUCHED 1u    /* it, or something below it, is no longer what the source says */
#define DX_NODE_NEW 2u        /* does not stand in the source */
#define DX_NODE_TAG 4u        /* the start tag is to be patched attribute by attribute */
#define DX_NODE_EMPTY_TAG 8u  /* stands as <a/> in the source */
#define DX_NODE_FOREIGN 16u   /* unprefixed names below are in a default namespace */
#define DX_NODE_DECODED 32u   /* value is the decoded value */
#define DX_NODE_CHANGED 64u   /* value is new and to be spelled; a renamed element */
#define DX_NODE_INDENT 128u   /* a new text of white space, to be written as it is */
#define DX_NODE_HOLLOWED 128u /* an element of the source that lost its content, to be written as an empty tag */

/* How an empty new element is spelled. */
enum dx_empty {
    DX_EMPTY_SLASH,       /* <a/> */
    DX_EMPTY_SPACE_SLASH, /* <a /> */
    DX_EMPTY_PAIR         /* <a></a> */
};

/* What a walk along siblings reads stands first, in one line of the cache. */
struct dx_node {
    struct dx_node *next;
    const char *name; /* UTF-8 */
    uint16_t name_len;
    uint8_t flags, kind, has;
    uint8_t empty; /* enum dx_empty, for new and hollowed elements */
    char quote;    /* for a new element's attributes */
    bool moved;    /* stands elsewhere than in the source: its bytes are written as new ones */
    struct dx_node *first;
    union {
        struct dx_attr *attrs; /* elements */
        const char *value;     /* text, CDATA, comments, PIs */
    };
    union {
        struct {
            uint16_t n_attrs, room; /* elements; removed attributes are counted */
        };
        uint32_t value_len; /* others */
    };
    uint32_t names; /* of its children: dx_name_bit() of each that there is, and of some that there were */
    struct dx_node *parent, *last, *prev;
    uint32_t begin, end;   /* the whole node in the source */
    uint32_t inner, close; /* elements: what lies between the tags; others: the content */
};

/* What the file is like, asked for once by style.c. */
struct dx_habits {
    bool known;
    char quote;
    uint8_t empty;
    struct dx_str unit; /* of indentation */
};

struct dx_doc {
    struct dx_node top; /* the document node; first, so that it leads back here */
    struct dx_source source;
    struct dx_arena arena;
    struct dx_ctx *ctx;
    struct dx_node *root;
    char *owned;   /* a copy of the input, when the caller did not lend it */
    bool any_root; /* it need be no domain */
    struct dx_habits habits;
    struct dx_arena out; /* what write spelled */
    struct dx_str *slices;
    size_t n_slices, room_slices;
    size_t edits;   /* counted by edit.c */
    size_t written; /* 1 + the edits that the slices hold; 0: there are none */
    bool skip;      /* a root that is no domain is no error */
};

static inline struct dx_doc *dx_node_doc(const struct dx_node *node)
{
    while (node->parent) {
        node = node->parent;
    }
    return (struct dx_doc *)(uintptr_t)node;
}

/* One bit of 32 for a name: where it is not set in a parent, no child has the name and none need be looked at. */
static inline uint32_t dx_name_bit(const char *name, size_t len)
{
    return len ? UINT32_C(1) << ((len * 5 + (unsigned char)name[0] * 3 + (unsigned char)name[len - 1]) & 31) : 0;
}

/* The getters of the public header for names whose length is known, as that of a literal is to the compiler. */
struct dx_node *dx_node_first_named(struct dx_node *from, const char *name, size_t len);
struct dx_str dx_node_attr_named(const struct dx_node *node, const char *name, size_t len);

static inline struct dx_node *dx_node_child_named(const struct dx_node *node, const char *name, size_t len)
{
    return node->names & dx_name_bit(name, len) ? dx_node_first_named(node->first, name, len) : NULL;
}

#define dx_node_child(node, name) dx_node_child_named(node, name, strlen(name))
#define dx_node_next_named(node, name) dx_node_first_named((node)->next, name, strlen(name))
#define dx_node_attr(node, name) dx_node_attr_named(node, name, strlen(name))

static inline bool dx_node_is_element(const struct dx_node *node)
{
    return node->kind == DX_KIND_ELEMENT;
}

/* Puts the source's tokens into doc->top. DX_OK, DX_EINPUT, DX_ENOMEM; structure is judged here, words in judge.c.
 * DX_UNCHANGED, after a note, where doc->skip lets a root be no domain. */
int dx_tree_build(struct dx_doc *doc);

/* The node that follows in document order, not leaving `top`; NULL at the end. */
struct dx_node *dx_tree_next(const struct dx_node *node, const struct dx_node *top);
/* The same, past everything below `node`. */
struct dx_node *dx_tree_skip(const struct dx_node *node, const struct dx_node *top);

/* The attribute as it stands in the tree (removed ones are not found). */
struct dx_attr *dx_tree_attr(const struct dx_node *node, const char *name, size_t len);

/* The bytes of the value as the source spells it, without the quotes. */
struct dx_str dx_attr_raw(const struct dx_doc *doc, const struct dx_attr *attr);

/* The decoded value; decodes at the first call. Empty when memory runs out (doc->arena.failed is set then). */
struct dx_str dx_attr_value(const struct dx_node *node, struct dx_attr *attr);

static inline struct dx_str dx_attr_name(const struct dx_attr *attr)
{
    return (struct dx_str){attr->name, attr->name_len};
}

/* True for xmlns and xmlns:PREFIX. */
static inline bool dx_name_declares(struct dx_str name)
{
    return name.len >= 5 && memcmp(name.ptr, "xmlns", 5) == 0 && (name.len == 5 || name.ptr[5] == ':');
}

/* Bytes of the source between two offsets. */
static inline struct dx_str dx_doc_bytes(const struct dx_doc *doc, size_t begin, size_t end)
{
    return (struct dx_str){doc->source.bytes + begin, end - begin};
}

/* True when a text node holds nothing but white space. */
bool dx_node_is_blank(const struct dx_node *node);

/* The bytes of a text node as they will be written (for white space: exactly). */
struct dx_str dx_node_raw(const struct dx_node *node);

/* Where a node stands: offsets of its first byte and of the end of its start tag (a new one: where it goes in). */
void dx_node_place(const struct dx_node *node, size_t *begin, size_t *end);

/* The same for one of its attributes; false when the attribute does not stand in the source. */
bool dx_attr_place(const struct dx_node *node, const char *name, size_t *begin, size_t *end);

/* Appends a path for people: domain/devices/disk[2] (target vdb). */
void dx_node_path(struct dx_buf *buf, const struct dx_node *node);

/* The last node on each level that was counted among its siblings: who asks for the paths of many in the order of the
 * document need not count from the first each time. Holds while the document is not changed. */
struct dx_counted {
    struct {
        const struct dx_node *node;
        size_t index;
    } levels[8];
};
void dx_node_path_counted(struct dx_buf *buf, const struct dx_node *node, struct dx_counted *counted);

#endif
