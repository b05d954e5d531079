/*
 * domxform: change libvirt domain XML exactly as asked, byte for byte.
 *
 * A document is its bytes; the tree that this header shows is an index over them. Reading goes through
 * dx_node_*, changing through dx_edit_* or a pipeline of passes, and dx_doc_write() gives back the input
 * with only the touched places spelled anew.
 *
 * Manners: functions that can fail return an int, 0 for done, above 0 for a soft outcome that the comment
 * names, below 0 for one of the DX_E codes; the detail is a list of diagnostics on the context. Results are
 * given through the first parameter. "Borrowed" strings live until the object named in the comment goes.
 * A context, and every document made with it, belongs to one thread at a time; a compiled pipeline is
 * immutable and may be shared.
 */
#ifndef DOMXFORM_H
#define DOMXFORM_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define DX_API __attribute__((visibility("default")))
#define DX_FORMAT(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define DX_API
#define DX_FORMAT(fmt, args)
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define DX_VERSION_MAJOR 0
#define DX_VERSION_MINOR 1
#define DX_VERSION_PATCH 0

/* Result codes. New ones are appended; the negated value is the exit code of the command line. */
#define DX_OK 0
#define DX_UNCHANGED 1     /* soft: it was so already, or nothing was there */
#define DX_EUSAGE (-2)     /* a SPEC, option or argument that cannot be meant */
#define DX_EINPUT (-3)     /* the document is refused: malformed, not a domain, over a limit */
#define DX_EIO (-4)        /* something could not be opened, read or written */
#define DX_EREFUSED (-5)   /* a pass cannot do it on this document, or the guard refuses the result */
#define DX_ENOMEM (-6)     /* out of memory */
#define DX_ELIMIT (-7)     /* cancelled, or a limit of a running stylesheet */
#define DX_EINTERNAL (-70) /* a bug: please report it with the document */

/** Bytes that somebody else owns; not terminated by NUL. An absent string has ptr == NULL. */
struct dx_str {
    const char *ptr;
    size_t len;
};

struct dx_ctx;
struct dx_doc;
struct dx_node;
struct dx_attr;
struct dx_pipeline;
struct dx_run;
struct dx_schema;
struct dx_recipe;
struct dx_plan;

/** The version of the library that is running, such as "0.1.0"; static. */
DX_API const char *dx_version(void);

/* ---- process ------------------------------------------------------------------------------------------ */

#define DX_PROCESS_NO_CATALOGS 1u /* libxml2 looks at no XML catalog, whatever the environment says */
#define DX_PROCESS_MEMORY 2u      /* libxml2's memory is counted: a stylesheet that takes too much is stopped */
#define DX_PROCESS_XSLT 4u        /* libxslt is this library's: its messages become diagnostics, xsl:import works */

/**
 * Makes settings of libxml2 and libxslt that hold for the whole process; for programs that own their process.
 *
 * The library itself never touches a global setting. Call it first of all, before any other thread runs and before
 * libxml2 is used. Where it was not called, stylesheets are bounded by time, depth and operations but not by memory,
 * libxslt prints what it finds wrong in a stylesheet on stderr, xsl:import and xsl:include are refused, and libxml2
 * before 2.13 as well as libxslt may crash when memory runs out. Nobody but the program can keep libxslt from loading
 * the plug-ins that a stylesheet names: set LIBXSLT_PLUGINS_PATH to a folder without any.
 * Returns DX_OK, DX_EUSAGE for an unknown flag or DX_ENOMEM (nothing is set then).
 */
DX_API int dx_process_init(unsigned flags);

/** Called with the name of a stylesheet; what it does is up to the program, mostly to end the process. */
typedef void (*dx_stuck_handler)(const char *sheet);

/**
 * Says what to do about a stylesheet that goes on although it was told to stop, or takes far more memory than it may.
 *
 * A single operation of libxslt cannot be interrupted. The handler is called from another thread, or from within an
 * allocation, and may use only what a signal handler may use; nothing of the document was written by then. Without one
 * the library waits, and lets allocations fail.
 */
DX_API void dx_process_on_stuck(dx_stuck_handler handler);

/* ---- context ------------------------------------------------------------------------------------------ */

/** Where the library's own memory comes from. `size` 0 frees and returns NULL; otherwise as realloc(). */
struct dx_allocator {
    void *(*reallocate)(void *user, void *ptr, size_t size);
    void *user;
};

/** What a context can be told; set `size` to sizeof(struct dx_ctx_options) and the rest to 0 for defaults. */
struct dx_ctx_options {
    size_t size;
    const struct dx_allocator *allocator; /* NULL: malloc; must outlive the context */
    size_t max_size;                      /* bytes a document may have; 0: 64 MiB */
    size_t max_nodes;                     /* elements + attributes it may have; 0: 4 000 000 */
    uintptr_t reserved[4];
};

/**
 * Makes a context: allocator, limits and the list of diagnostics of what is done with it.
 *
 * `opts` may be NULL. On success *out is owned by the caller, see dx_ctx_free().
 * Returns DX_OK, DX_ENOMEM, DX_EUSAGE (a `size` this library does not know; *out is NULL then).
 */
DX_API int dx_ctx_new(struct dx_ctx **out, const struct dx_ctx_options *opts);

/** Frees a context; its documents must be gone before. NULL is fine. */
DX_API void dx_ctx_free(struct dx_ctx *ctx);

/** Asks whatever runs with this context to stop with DX_ELIMIT; may be called from a signal handler or thread. */
DX_API void dx_cancel(struct dx_ctx *ctx);

/* ---- diagnostics -------------------------------------------------------------------------------------- */

enum dx_level {
    DX_LEVEL_SCHEMA = 1,
    DX_LEVEL_DEFINE,
    DX_LEVEL_START,
    DX_LEVEL_ADVICE,
    DX_LEVEL_USAGE,
    DX_LEVEL_IO,
    DX_LEVEL_INPUT,
    DX_LEVEL_INTERNAL
};

enum dx_severity { DX_SEVERITY_ERROR = 1, DX_SEVERITY_WARNING, DX_SEVERITY_NOTE };

/**
 * One message. Strings are terminated, UTF-8, borrowed until dx_ctx_clear_diags(); absent ones are NULL.
 * Lines and columns count from 1, columns in code points (0: no position); offsets count bytes from 0.
 */
struct dx_diag {
    size_t size;
    const char *file;
    size_t line, column, end_line, end_column;
    size_t offset, end_offset;
    const char *rule;
    enum dx_level level;
    enum dx_severity severity;
    const char *message;
    const char *expected;
    const char *hint;
    const char *path;
    const char *pass;
    const char *source_line; /* what stands at that line, cut at 160 bytes */
    size_t caret;            /* bytes of source_line before the caret */
};

/** How many diagnostics the context holds. */
DX_API size_t dx_ctx_diag_count(const struct dx_ctx *ctx);

/** The i-th diagnostic in order of report; NULL past the end. Borrowed until dx_ctx_clear_diags(). */
DX_API const struct dx_diag *dx_ctx_diag(const struct dx_ctx *ctx, size_t i);

/** Forgets all diagnostics. */
DX_API void dx_ctx_clear_diags(struct dx_ctx *ctx);

enum dx_format {
    DX_FORMAT_TEXT = 1, /* FILE:LINE:COL: severity[RULE]: message, source line, caret, expected, hint */
    DX_FORMAT_JSON      /* one object, one line */
};
#define DX_RENDER_COLOR 1u
#define DX_RENDER_PATH 2u /* say in a line of its own where in the domain it is */

/**
 * Spells a diagnostic for a person or a machine, with its final newline.
 *
 * *out is terminated by NUL and owned by the caller, see dx_bytes_free(). Returns DX_OK, DX_ENOMEM, DX_EUSAGE.
 */
DX_API int dx_diag_render(char **out, size_t *len, struct dx_ctx *ctx, const struct dx_diag *diag,
                          enum dx_format format, unsigned flags);

/** Reports a message that has no place in a document (usage, I/O). Returns DX_OK or DX_ENOMEM. */
DX_API int dx_ctx_report(struct dx_ctx *ctx, enum dx_level level, enum dx_severity severity, const char *file,
                         const char *hint, const char *format, ...) DX_FORMAT(6, 7);

/** Frees bytes that a function of this library gave away. NULL is fine. */
DX_API void dx_bytes_free(struct dx_ctx *ctx, char *bytes);

/**
 * The candidate nearest to `word` by edit distance, for "did you mean"; NULL when none is near.
 *
 * `candidates` ends with NULL; the result is one of its strings.
 */
DX_API const char *dx_nearest(const char *word, const char *const *candidates);

/* ---- documents ---------------------------------------------------------------------------------------- */

#define DX_PARSE_BORROW 1u /* do not copy the bytes: they must outlive the document */
#define DX_PARSE_SKIP 2u   /* a root that is no domain is no error: a note, and DX_UNCHANGED */

/**
 * Reads a domain document from memory.
 *
 * `name` is what messages call the file. Accepted are UTF-8, US-ASCII and ISO-8859-1; refused are a DOCTYPE,
 * NUL bytes, other encodings, more than one root, a root that is not `domain` in no namespace, and whatever
 * libxml2 calls malformed. On success *out is owned by the caller; it refers to `ctx`.
 * Returns DX_OK, DX_UNCHANGED (only with DX_PARSE_SKIP), DX_EINPUT (with a diagnostic that has a position), DX_ENOMEM,
 * DX_EINTERNAL; *out is NULL but for DX_OK.
 */
DX_API int dx_doc_parse(struct dx_doc **out, struct dx_ctx *ctx, const char *name, const char *bytes, size_t len,
                        unsigned flags);

/** Frees a document and everything borrowed from it. NULL is fine. */
DX_API void dx_doc_free(struct dx_doc *doc);

/** The `domain` element; borrowed until the document goes. */
DX_API struct dx_node *dx_doc_root(const struct dx_doc *doc);

/** The document node: the parent of `domain` and of the comments and PIs beside it; borrowed. */
DX_API struct dx_node *dx_doc_top(const struct dx_doc *doc);

/** The context that the document was made with. */
DX_API struct dx_ctx *dx_doc_ctx(const struct dx_doc *doc);

/** 1 when what would be written differs from the input (edits that cancel out do not count), else 0. */
DX_API int dx_doc_changed(const struct dx_doc *doc);

/**
 * Writes the document: the input's own bytes wherever nothing was touched.
 *
 * *out is terminated by NUL (not counted in *len) and owned by the caller, see dx_bytes_free().
 * Returns DX_OK or DX_ENOMEM (*out is NULL then; the document is unchanged in either case).
 */
DX_API int dx_doc_write(char **out, size_t *len, struct dx_doc *doc);

/**
 * Gives the output as slices, most of them pointing into the input, for writev().
 *
 * *out holds *n slices; both it and what the slices point to are borrowed until the next edit, the next call,
 * or the end of the document. Returns DX_OK or DX_ENOMEM.
 */
DX_API int dx_doc_slices(const struct dx_str **out, size_t *n, struct dx_doc *doc);

/**
 * Writes the difference between input and output as a unified diff that `patch -p1` takes.
 *
 * `name` is the file's name in the header (leading slashes go). Empty (*len == 0) when nothing changed.
 * `flags`: DX_RENDER_COLOR. *out is owned by the caller, see dx_bytes_free(). Returns DX_OK or DX_ENOMEM.
 */
DX_API int dx_doc_diff(char **out, size_t *len, struct dx_doc *doc, const char *name, unsigned flags);

/* ---- nodes: reading ----------------------------------------------------------------------------------- */

enum dx_kind {
    DX_KIND_DOCUMENT = 1,
    DX_KIND_ELEMENT,
    DX_KIND_TEXT,
    DX_KIND_CDATA,
    DX_KIND_COMMENT,
    DX_KIND_PI,
    DX_KIND_DECLARATION /* the XML declaration, first child of the document node */
};

/** What a node is. All nodes here are borrowed from their document. */
DX_API enum dx_kind dx_node_kind(const struct dx_node *node);

/** The node that it stands in; NULL for the document node. */
DX_API struct dx_node *dx_node_parent(const struct dx_node *node);

/** The first and the last child of any kind, text and comments counted; NULL when there is none. */
DX_API struct dx_node *dx_node_first(const struct dx_node *node);
DX_API struct dx_node *dx_node_last(const struct dx_node *node);

/** The sibling of any kind behind and before it; NULL at the end. */
DX_API struct dx_node *dx_node_next(const struct dx_node *node);
DX_API struct dx_node *dx_node_prev(const struct dx_node *node);

/** The qualified name of an element or the target of a PI, as UTF-8; empty for others. Borrowed. */
DX_API struct dx_str dx_node_name(const struct dx_node *node);

/** The namespace name that the element is in; ptr == NULL for none. Borrowed until the next edit. */
DX_API struct dx_str dx_node_namespace(const struct dx_node *node);

/** The namespace name bound to `prefix` (empty: the default) at this element; ptr == NULL for none. */
DX_API struct dx_str dx_node_lookup_namespace(const struct dx_node *node, struct dx_str prefix);

/** 1 when this is an element of that name in no namespace, as libvirt's own elements are; else 0. */
DX_API int dx_node_is(const struct dx_node *node, const char *name);

/** The first child element of that name in no namespace, NULL when there is none. */
DX_API struct dx_node *dx_node_child(const struct dx_node *node, const char *name);

/** The next sibling element of that name in no namespace, NULL when there is none. */
DX_API struct dx_node *dx_node_next_named(const struct dx_node *node, const char *name);

/** The decoded value of the attribute with that qualified name; ptr == NULL when absent. Borrowed until edited. */
DX_API struct dx_str dx_node_attr(const struct dx_node *node, const char *name);

/** How many attributes the element has, namespace declarations counted. */
DX_API size_t dx_node_attr_count(const struct dx_node *node);

/** Gives name and decoded value of the i-th attribute in document order, borrowed until edited. Returns DX_OK, or
 *  DX_UNCHANGED past the end (nothing is given then). */
DX_API int dx_node_attr_at(struct dx_str *name, struct dx_str *value, const struct dx_node *node, size_t i);

/** The decoded content of a text, CDATA, comment or PI node. Borrowed until edited. */
DX_API struct dx_str dx_node_value(const struct dx_node *node);

/** The text directly in an element (text and CDATA children joined); empty when there is none. Borrowed. */
DX_API struct dx_str dx_node_text(const struct dx_node *node);

/** Byte offsets in the input, a BOM counted: of the node's first byte, and behind its last; 0 and 0 for a node that
 *  was inserted. */
DX_API void dx_node_span(size_t *begin, size_t *end, const struct dx_node *node);

/** Line and column (code points) of the node's first character; for an inserted node, of where it goes in. */
DX_API void dx_node_position(size_t *line, size_t *column, const struct dx_node *node);

/* ---- nodes: changing ---------------------------------------------------------------------------------- */

/* All of these return DX_UNCHANGED when the document says so already, DX_EREFUSED for what XML cannot say
 * (a control character, a bad name; with a diagnostic) and DX_ENOMEM; on failure nothing is changed. */

/** Gives an element an attribute or another value for it; the value is spelled in the tag's own quotes. */
DX_API int dx_edit_set_attr(struct dx_node *element, const char *name, struct dx_str value);

/** Takes an attribute away, with the white space before it. */
DX_API int dx_edit_remove_attr(struct dx_node *element, const char *name);

/** Makes `text` the text of an element; the first non-blank text takes it, others go, comments stay. */
DX_API int dx_edit_set_text(struct dx_node *element, struct dx_str text);

/** Gives an element another name in both its tags; attributes and content stay. */
DX_API int dx_edit_rename(struct dx_node *element, const char *name);

/**
 * Inserts a new, empty element, indented as its neighbours are.
 *
 * It stands right behind `after` (a child of `parent`), or before all children when that is NULL.
 * *out is borrowed from the document.
 */
DX_API int dx_edit_insert(struct dx_node **out, struct dx_node *parent, struct dx_node *after, const char *name);

/** As dx_edit_insert(), right before `before` (a child of `parent`), or behind all children when NULL. */
DX_API int dx_edit_insert_before(struct dx_node **out, struct dx_node *parent, struct dx_node *before,
                                 const char *name);

/** Removes a node and the indentation before it. Neither it nor what is below it may be used afterwards;
 *  the `domain` element and the document node are refused. */
DX_API int dx_edit_remove(struct dx_node *node);

/* ---- passes ------------------------------------------------------------------------------------------- */

enum dx_opt_type {
    DX_OPT_STRING = 1, /* struct dx_str */
    DX_OPT_STRINGS,    /* struct dx_strs: items between commas */
    DX_OPT_INT,        /* struct dx_int: min..max, or one of the choices */
    DX_OPT_BOOL,       /* int: 0 absent, DX_NO, DX_YES */
    DX_OPT_ENUM,       /* int: 0 absent, else the 1-based choice */
    DX_OPT_SIZE,       /* struct dx_size: bytes, or one of the choices */
    DX_OPT_CPUSET      /* struct dx_cpuset *: NULL when absent */
};

#define DX_NO 1
#define DX_YES 2

#define DX_OPT_POSITIONAL 1u /* takes the first segment that is no key=value */
#define DX_OPT_REQUIRED 2u
#define DX_OPT_LIST 4u /* a string that may go on over commas */

/* Which keys a dynamic option answers to; it lands in a struct dx_pairs, its `type` is that of the values. */
#define DX_KEY_NUMBER 1u     /* [0-9]+ */
#define DX_KEY_TARGET 2u     /* (vd|sd|hd|xvd|fd)[a-z]+ */
#define DX_KEY_CONTROLLER 4u /* scsi[0-9]+ */
#define DX_KEY_NCNAME 8u     /* any name */

struct dx_strs {
    const struct dx_str *items;
    size_t n;
};

struct dx_int {
    int64_t value;
    int choice; /* 1-based; 0: a number was given */
    int given;
};

struct dx_size {
    uint64_t bytes;
    int choice; /* 1-based; 0: a size was given */
    int given;
};

/** CPUs (or nodes) 0 to 16383, the range that libvirt takes. */
struct dx_cpuset {
    uint64_t word[256];
};

struct dx_pair {
    struct dx_str key;
    size_t column; /* of the key in the SPEC, from 1 */
    struct dx_str text;
    int64_t number;               /* DX_OPT_INT */
    const struct dx_cpuset *cpus; /* DX_OPT_CPUSET */
};

struct dx_pairs {
    const struct dx_pair *items;
    size_t n;
};

/** One option of a pass: parsing, help, completion and introspection all come from this row. */
struct dx_opt {
    const char *name;    /* the key; for a dynamic option what help calls it */
    const char *value;   /* what help calls the value, such as "SIZE" */
    const char *choices; /* "a|b|c" or NULL */
    const char *help;    /* one sentence */
    enum dx_opt_type type;
    unsigned flags; /* DX_OPT_* */
    unsigned keys;  /* DX_KEY_*: a dynamic option */
    int64_t min, max;
    size_t off; /* where in the options struct the value lands */
    uintptr_t reserved[2];
};

#define DX_PASS_INVERSE 1u   /* promise P7 holds for it */
#define DX_PASS_OPEN 2u      /* the first segment is the positional value whatever it looks like */
#define DX_PASS_CONTAINER 4u /* also for domains of type lxc and xen */
#define DX_PASS_ANY_TYPE 8u  /* for a domain of any type or none: it knows nothing of what it edits */

/** One pass. A host may bring its own, see dx_pipeline_add_pass(); all pointers must outlive the pipeline. */
struct dx_pass {
    size_t size; /* sizeof(struct dx_pass) */
    const char *name;
    const char *group;                /* iothreads, storage, memory, cpu, security, other */
    const char *summary;              /* one line for lists */
    const char *doc;                  /* paragraphs for `domxform passes NAME`, lines up to 78 columns */
    const char *example;              /* a SPEC that is right for it */
    const char *since;                /* the libvirt version that knows what it writes */
    const char *element;              /* the libvirt element it serves, as a path */
    const struct dx_opt *opts;        /* ends with a row whose name is NULL */
    const struct dx_opt *remove_opts; /* the same; NULL with remove == NULL */
    size_t opt_size, remove_opt_size; /* bytes of the structs the options land in */
    unsigned flags;                   /* DX_PASS_* */
    /** Looks at the options together, without a document; 0 or DX_EUSAGE after dx_run_error(). May be NULL. */
    int (*check)(struct dx_run *run, const void *opts, void *user);
    /** Makes it so. 0 or a DX_E code after a report; the pipeline gives up the document on failure. */
    int (*run)(struct dx_run *run, const void *opts, void *user);
    /** Takes it away again; the same. NULL: `--remove` is a usage error. */
    int (*remove)(struct dx_run *run, const void *opts, void *user);
    /** Gets ready what the options name (a file, an expression), once, when a pipeline takes the pass; what it puts
     *  into *state is what run() gets as `user`, from several threads at once perhaps. 0 or a DX_E code after a report
     *  (then *state stays NULL). May be NULL. */
    int (*prepare)(void **state, struct dx_run *run, const void *opts, void *user);
    /** Frees what prepare() made; may be NULL where prepare is. */
    void (*release)(void *state);
    /** Looks whether the domain has anything that the pass could serve, and changes nothing: DX_OK, or DX_UNCHANGED
     *  after a dx_run_note() that says what is missing, or a DX_E code. NULL: it serves every domain. */
    int (*applies)(struct dx_run *run, const void *opts, void *user);
    const char *risk; /* what it costs or risks, one sentence in lower case; NULL: nothing worth telling */
    uintptr_t reserved[4];
};

/** The i-th pass that is built in, in the order of the table; NULL past the end. Static. */
DX_API const struct dx_pass *dx_pass_at(size_t i);

/** The built-in pass of that name, NULL when there is none. Static. */
DX_API const struct dx_pass *dx_pass_find(const char *name);

/** The document that the pass works on; NULL in check(). */
DX_API struct dx_doc *dx_run_doc(const struct dx_run *run);

/** 1 when the run was given --force. */
DX_API int dx_run_forced(const struct dx_run *run);

/** Reports an error at `node` (NULL: none) from the running pass; `hint` may be NULL. Returns DX_EREFUSED,
 *  in check() DX_EUSAGE, or DX_ENOMEM. */
DX_API int dx_run_error(struct dx_run *run, const struct dx_node *node, const char *hint, const char *format, ...)
    DX_FORMAT(4, 5);

/** As dx_run_error() with severity warning. Returns DX_OK or DX_ENOMEM. */
DX_API int dx_run_warn(struct dx_run *run, const struct dx_node *node, const char *hint, const char *format, ...)
    DX_FORMAT(4, 5);

/** As dx_run_error() with severity note. Returns DX_OK or DX_ENOMEM. */
DX_API int dx_run_note(struct dx_run *run, const struct dx_node *node, const char *hint, const char *format, ...)
    DX_FORMAT(4, 5);

/** Inserts a new element into `parent` at libvirt's canonical place for it (the order that virsh dumpxml prints).
 *  *out is borrowed from the document. Returns DX_OK, DX_EREFUSED for a bad name, DX_ENOMEM (nothing changes then). */
DX_API int dx_run_insert(struct dx_node **out, struct dx_run *run, struct dx_node *parent, const char *name);

/* ---- pipelines ---------------------------------------------------------------------------------------- */

/** Makes an empty pipeline, owned by the caller. Returns DX_OK or DX_ENOMEM. */
DX_API int dx_pipeline_new(struct dx_pipeline **out, struct dx_ctx *ctx);

/** Frees a pipeline; with the context it was made with or any other that has the same allocator. NULL is fine. */
DX_API void dx_pipeline_free(struct dx_pipeline *pipeline);

/** Appends a pass by its SPEC, such as "hugepages:1G,nodeset=0". Returns DX_OK, DX_EUSAGE (with a diagnostic
 *  that names the column; the pipeline is unchanged), DX_ENOMEM. */
DX_API int dx_pipeline_add(struct dx_pipeline *pipeline, struct dx_ctx *ctx, const char *spec);

/** Appends the removal of what a pass makes, such as "tpm" or "seclabel:model=dac"; as dx_pipeline_add(). */
DX_API int dx_pipeline_add_remove(struct dx_pipeline *pipeline, struct dx_ctx *ctx, const char *spec);

/** Appends a pass of the host's own with the body of its SPEC ("" or NULL for none); `user` is handed to it as it is
 *  and must outlive the pipeline. Returns DX_OK, DX_EUSAGE (also for a `size` that this library does not know; the
 *  pipeline is unchanged), DX_ENOMEM. */
DX_API int dx_pipeline_add_pass(struct dx_pipeline *pipeline, struct dx_ctx *ctx, const struct dx_pass *pass,
                                void *user, const char *body);

/** How many passes the pipeline has. */
DX_API size_t dx_pipeline_count(const struct dx_pipeline *pipeline);

#define DX_RUN_FORCE 1u /* what a pass refuses for fear of a loss is done */

struct dx_run_options {
    size_t size;
    unsigned flags;
    const char *assume_arch;  /* for a domain that names neither arch nor machine; NULL: x86_64 */
    const char *const *allow; /* rule ids whose errors become warnings in the guard */
    size_t n_allow;
    const struct dx_schema *schema; /* input and result are held to it too; NULL: none */
    size_t sheet_timeout;           /* milliseconds that a stylesheet may run; 0: 10 000 */
    uintptr_t reserved[2];
};

/**
 * Runs all passes on a document, then the guard: no error of level define, nor of the schema when one is given, that
 * the input did not have. What the schema does not allow in the input is told in one warning.
 *
 * `opts` may be NULL. Returns DX_OK (the output differs from the input), DX_UNCHANGED (it does not, even where one pass
 * undid what another did), DX_EREFUSED, DX_ENOMEM, DX_ELIMIT, DX_EINTERNAL;
 * after a failure the document must not be written, only freed.
 */
DX_API int dx_pipeline_run(const struct dx_pipeline *pipeline, struct dx_ctx *ctx, struct dx_doc *doc,
                           const struct dx_run_options *opts);

/* ---- recipes ------------------------------------------------------------------------------------------ */

/* A recipe is a text file, a pass a line:
 *
 *   # Memory for a database            the first comment is the description, its first line the summary
 *
 *   # size of a page                   above a parameter: what it is
 *   param size=1G
 *   include low-latency                the lines of another recipe; or of a file, beside this one
 *   # fewer misses in the TLB          above a pass: why
 *   hugepages:${size}                  a SPEC, to the end of the line
 *   try tpm:model=tpm-crb              left out, with a note, where the document does not allow it
 *   remove rdm                         the removal of what a pass makes; `try remove` too
 *
 * Blank lines and other comments mean nothing. ${NAME} stands for the value of a parameter that is declared above,
 * which is put in as it is ($${ is a plain ${); of two declarations the first one holds, so that a recipe can give
 * another value to what it includes. */

/** The name of the i-th recipe that is built in; NULL past the end. Static. */
DX_API const char *dx_recipe_at(size_t i);

/**
 * Reads a recipe: with '/' or '.' in its name a file, else one that is built in.
 *
 * `values` are "NAME=VALUE" for its parameters, the last one of a name holds. A recipe is immutable. On success *out is
 * owned by the caller, see dx_recipe_free(). Returns DX_OK; DX_EUSAGE (no such recipe or parameter, or a line that
 * means nothing, with its place); DX_EIO (a file cannot be read), DX_ENOMEM; *out is NULL then.
 */
DX_API int dx_recipe_load(struct dx_recipe **out, struct dx_ctx *ctx, const char *name, const char *const *values,
                          size_t n_values);

/** Frees a recipe; with the context it was made with or any other that has the same allocator. NULL is fine. */
DX_API void dx_recipe_free(struct dx_recipe *recipe);

/** What it was asked for by, a name or a file; borrowed from the recipe. */
DX_API const char *dx_recipe_name(const struct dx_recipe *recipe);

/** One line that says what it is for, and all of its description (lines ended by LF, the first is the summary); empty
 *  when it has none. Borrowed from the recipe. */
DX_API const char *dx_recipe_summary(const struct dx_recipe *recipe);
DX_API const char *dx_recipe_description(const struct dx_recipe *recipe);

/** One pass of a recipe; strings are borrowed from the recipe, absent ones are NULL. */
struct dx_recipe_line {
    size_t size;
    const char *spec;    /* with the values of parameters put in */
    int remove;          /* 1: the removal of what the pass makes */
    int optional;        /* 1: left out where the document does not allow it */
    const char *why;     /* the comment above */
    const char *file;    /* where it stands: a file, or <recipe NAME> */
    size_t line, column; /* of the SPEC, from 1 */
};

/** The i-th pass, those of included recipes in their place; NULL past the end. Borrowed from the recipe. */
DX_API const struct dx_recipe_line *dx_recipe_line_at(const struct dx_recipe *recipe, size_t i);

/** A parameter of a recipe; strings are borrowed from the recipe, absent ones are NULL. */
struct dx_recipe_param {
    size_t size;
    const char *name;
    const char *preset; /* the value that the recipe gives it */
    const char *value;  /* the one that it has */
    const char *help;   /* the comment above */
};

/** The i-th parameter in the order of their declarations; NULL past the end. Borrowed from the recipe. */
DX_API const struct dx_recipe_param *dx_recipe_param_at(const struct dx_recipe *recipe, size_t i);

/**
 * Appends the passes of a recipe, which may be freed then.
 *
 * Returns DX_OK, DX_EUSAGE (a SPEC that cannot be meant; the diagnostic has its place in the recipe), DX_EIO (a file
 * that a SPEC names), DX_ELIMIT, DX_ENOMEM; the pipeline is unchanged on failure.
 */
DX_API int dx_pipeline_add_recipe(struct dx_pipeline *pipeline, struct dx_ctx *ctx, const struct dx_recipe *recipe);

enum dx_advice_state {
    DX_ADVICE_FOLLOWED = 1,   /* the pass has nothing to do */
    DX_ADVICE_MISSING,        /* the pass would change the document */
    DX_ADVICE_NOT_APPLICABLE, /* the domain has nothing that the pass serves */
    DX_ADVICE_BLOCKED         /* the pass refuses: something in the document is in the way */
};

/** What became of one pass on a document. Strings are borrowed from the document, absent ones are NULL. */
struct dx_advice {
    size_t size;
    enum dx_advice_state state;
    const char *spec, *pass;
    int remove, optional; /* as in struct dx_recipe_line */
    const char *file;     /* where the line of a recipe stands; NULL: it is of none */
    size_t file_line;
    /* Of what would change first, or is in the way; lines and columns from 1 (0: no place), offsets from 0. */
    size_t line, column, end_line, end_column;
    size_t offset, end_offset;
    const char *path;   /* of the element there */
    const char *change; /* missing: what would be written there first, in a few words */
    const char *reason; /* not applicable, blocked: why */
    const char *hint;   /* blocked: what to do */
    const char *brings; /* what is gained: the recipe's word for it, else the pass's summary */
    const char *risk;   /* what it costs or risks */
};

/**
 * Tells of each pass what it would do to a document, which stays as it was read.
 *
 * Each is asked on its own, and again behind those before it that would change something: one that refuses may be
 * possible then, one that had nothing to do may have something. So the missing ones, run in their order, bring the
 * document to where the recipe wants it. `opts` may be NULL; they are
 * what a run would be given. *out holds an item for each pass, in order, borrowed from the document; nothing is
 * reported. Returns DX_OK, DX_EUSAGE (a `size` this library does not know), DX_ENOMEM, DX_ELIMIT, DX_EINTERNAL.
 */
DX_API int dx_doc_advise(const struct dx_advice **out, size_t *n, struct dx_doc *doc,
                         const struct dx_pipeline *pipeline, const struct dx_run_options *opts);

/* ---- rules -------------------------------------------------------------------------------------------- */

/** A version of libvirt as one number, such as DX_LIBVIRT(9, 0) for 9.0.x. */
#define DX_LIBVIRT(major, minor) ((major)*1000000u + (minor)*1000u)

struct dx_rule {
    const char *id;
    enum dx_level level;
    enum dx_severity severity;
    unsigned since;      /* the first libvirt that enforces it, DX_LIBVIRT(); 0: all do */
    unsigned until;      /* the first libvirt that no longer does; 0: all do */
    const char *element; /* the section of libvirt's page on the domain format, without '#'; NULL: none */
    const char *message; /* {0}, {1} … stand for what the finding fills in */
    const char *hint;
};

/** The i-th rule of the catalogue; NULL past the end. Static. */
DX_API const struct dx_rule *dx_rule_at(size_t i);

/** The rule of that id, NULL when there is none. Static. */
DX_API const struct dx_rule *dx_rule_find(const char *id);

/* ---- schemas ------------------------------------------------------------------------------------------ */

/**
 * Reads a RELAX NG schema in XML syntax from a file, with all that it includes.
 *
 * What the validator does not know is an error here, never a silent pass. A schema is immutable: threads share it, and
 * what a context learns of it while validating (the derivatives) stays with that context. On success *out is owned by
 * the caller, see dx_schema_free().
 * Returns DX_OK, DX_EIO (a file cannot be read), DX_ELIMIT (it does not compile), each with a diagnostic, DX_ENOMEM.
 */
DX_API int dx_schema_load(struct dx_schema **out, struct dx_ctx *ctx, const char *path);

/** The same from memory; `name` is what messages call it, and includes are looked for beside it. */
DX_API int dx_schema_parse(struct dx_schema **out, struct dx_ctx *ctx, const char *name, const char *bytes, size_t len);

/**
 * The schema of the libvirt that is installed, from the usual folders; where there is none the one that is built in.
 *
 * The one that is built in knows what the passes write and accepts anything elsewhere. As dx_schema_load().
 */
DX_API int dx_schema_auto(struct dx_schema **out, struct dx_ctx *ctx);

/** Frees a schema; contexts that validated with it may go before or after. NULL is fine. */
DX_API void dx_schema_free(struct dx_schema *schema);

/** The file that it was read from, or "bundled"; borrowed from the schema. */
DX_API const char *dx_schema_name(const struct dx_schema *schema);

/** 1 for the schema that is built in, which does not know all of libvirt's elements; else 0. */
DX_API int dx_schema_partial(const struct dx_schema *schema);

/* ---- validation --------------------------------------------------------------------------------------- */

#define DX_VALIDATE_ORDER 1u /* also say where libxml2's engine, which virsh uses, refuses a valid order */

struct dx_validate_options {
    size_t size;
    unsigned flags;                 /* DX_VALIDATE_* */
    const struct dx_schema *schema; /* NULL: none */
    enum dx_level level;            /* the rules up to this one: schema (no rule), define, start, advice */
    unsigned target;                /* the libvirt that is to take the document, DX_LIBVIRT(); 0: any */
    const char *assume_arch;        /* for a domain that names neither arch nor machine; NULL: x86_64 */
    const char *const *disable;     /* ids of rules that are not to be reported */
    size_t n_disable;
    const struct dx_pipeline *require; /* passes that must have nothing to do; NULL: none */
    uintptr_t reserved[4];
};

/**
 * Judges a document, which stays as it is: the schema, the rules up to a level, and what is required of it.
 *
 * Findings become diagnostics in the order of the document; *errors counts those of severity error. `opts` NULL means
 * no schema and the rules of level define and start. A comment `domxform-disable ID[, ID]` before an element keeps
 * rules from being reported in it and below; what is required (REQ-A01) no comment waives. With a target, a rule that
 * other versions enforce is not looked at, and one that this version enforces is an error though it is a warning for
 * any.
 * Returns DX_OK (also when there are findings), DX_EUSAGE (a `size` this library does not know), DX_ENOMEM, DX_ELIMIT.
 */
DX_API int dx_doc_validate(size_t *errors, struct dx_doc *doc, const struct dx_validate_options *opts);

/* ---- hosts -------------------------------------------------------------------------------------------- */

/* What a set of domains needs of the host that is to run them, and of the guests in them: the half of the guide that
 * is no domain XML. A plan collects what the domains ask for, reads a host (or is told of one) and holds a list of
 * requirements, each with the elements that ask for it, what was found, and what to do. It never changes a host. */

/** Where what is required is to be so, and its remedies are done: on the host, or inside a guest. */
enum dx_scope { DX_SCOPE_HOST = 1, DX_SCOPE_GUEST };

/** A kind of requirement: a row of the table. Strings are static, absent ones NULL. */
struct dx_host_kind {
    size_t size;
    const char *name; /* "hugepage-pool" */
    enum dx_scope scope;
    const char *summary; /* what is required, one line */
    const char *why;     /* what happens without, one sentence */
    const char *guide;   /* the section of the guide that it is of; NULL: the guide has none */
    int always;          /* 1: asked for where there is no domain too */
    uintptr_t reserved[2];
};

/** The i-th kind in the order of the table; NULL past the end. Static. */
DX_API const struct dx_host_kind *dx_host_kind_at(size_t i);

/** An element that asks for something, and where it stands as struct dx_diag says it. Strings are borrowed from the
 * plan, absent ones are NULL. */
struct dx_asker {
    size_t size;
    const char *domain; /* the name in the document; NULL: it has none */
    const char *file;   /* as the document was named when it was parsed */
    size_t line, column, end_line, end_column;
    size_t offset, end_offset;
    const char *path; /* of the element */
    const char *what; /* what it asks for, in a few words */
    uintptr_t reserved[2];
};

/** What a step is, and what its strings mean then; those that are not named are NULL. */
enum dx_remedy_kind {
    DX_REMEDY_WRITE = 1,   /* `value` into the file `path` of sysfs or procfs, read back then */
    DX_REMEDY_KERNEL_ARGS, /* the words of `value` among the arguments of the kernel */
    DX_REMEDY_SETTING,     /* a line of `key`, `separator` and `value` in the file `path` */
    DX_REMEDY_FILE,        /* the file `path` holds `value` and nothing else */
    DX_REMEDY_OWNER,       /* `path` (where it ends with '/', all below it too) is of `owner` and has `mode` */
    DX_REMEDY_PACKAGE,     /* the packages of `value` (RPM) or `other` (Debian), blanks between */
    DX_REMEDY_SERVICE,     /* systemd's units `value`, blanks between, are to be `key`: enabled or masked, or, those
                              of them that run, restarted or reloaded */
    DX_REMEDY_COMMAND,     /* the line of shell `value`; nothing is to be done where the line `other` succeeds */
    DX_REMEDY_MANUAL       /* what only a person can do: `value` */
};

/** How a file of sysfs says what it was told. */
enum dx_readback {
    DX_READBACK_EQUAL,    /* the same words */
    DX_READBACK_AT_LEAST, /* a number, at least that: one that is higher already is left */
    DX_READBACK_CHOICE,   /* "always [madvise] never" */
    DX_READBACK_MASK      /* groups of hexadecimal digits, with zeros before them */
};

#define DX_REMEDY_PERSISTS 1u     /* what keeps it across a reboot */
#define DX_REMEDY_REBOOT 2u       /* takes effect at the next boot only */
#define DX_REMEDY_AFTER_CHANGE 4u /* only where a remedy before it, of the same requirement, changed something */
#define DX_REMEDY_CHOICE 8u       /* told, and left to the administrator: no script does it */

/** One step towards what is required, as data. Strings are borrowed from the plan, absent ones are NULL. */
struct dx_remedy {
    size_t size;
    enum dx_remedy_kind kind;
    unsigned flags;   /* DX_REMEDY_* */
    const char *why;  /* what it does, lower case, no full stop */
    const char *path; /* absolute, of the host or guest: never with the root that was read before it */
    const char *key, *separator, *value, *other;
    const char *owner;         /* USER:GROUP, of OWNER; of FILE, NULL: as it is */
    unsigned mode;             /* of OWNER and FILE; 0: as it is. Folders get the x bits that go with its r bits */
    enum dx_readback readback; /* of WRITE */
    uintptr_t reserved[2];
};

/** What came of looking at the host. */
enum dx_plan_state {
    DX_PLAN_OK = 1,  /* it is so */
    DX_PLAN_MISSING, /* it is not: there is at least one remedy */
    DX_PLAN_UNKNOWN  /* it cannot be told: `found` says why */
};

/** Something that is required. Strings are borrowed from the plan, absent ones are NULL. */
struct dx_requirement {
    size_t size;
    const struct dx_host_kind *kind;
    const char *id;    /* unique in a plan and the same in each run: "hugepage-pool/1048576k/node0" */
    const char *title; /* what is required, with its figures: "16 huge pages of 1 GiB on NUMA node 0" */
    const char *why;   /* one sentence: kind->why, or one of its own */
    const struct dx_asker *askers;
    size_t n_askers; /* 0: no domain does, the guide has it for every host */
    enum dx_plan_state state;
    const char *found;                /* what there is, or why that cannot be told */
    const struct dx_remedy *remedies; /* in the order in which they are to be done, whatever the state is */
    size_t n_remedies;
    const char *persistence; /* what keeps it across a reboot, one sentence */
    const char *verify;      /* a command that shows it, for a person */
    const char *note;        /* what else is worth knowing, one sentence */
};

#define DX_PLAN_ELSEWHERE 1u /* no host is read: what is known of one is what the options and its capabilities say */

/** What a plan can be told; set `size` to sizeof(struct dx_plan_options) and the rest to 0 for defaults. */
struct dx_plan_options {
    size_t size;
    unsigned flags;           /* DX_PLAN_* */
    const char *root;         /* the folder that stands for / of the host; NULL: / */
    const char *host_cpus;    /* the CPUs of the host, "0-63"; NULL: those that are read */
    const char *assume_arch;  /* for a domain that names neither arch nor machine; NULL: x86_64 */
    const char *block_rpcs;   /* what the guests' agent is to refuse, "guest-exec,guest-file-*"; NULL: nothing */
    const char *qemu_version; /* of the guests' agent, "8.2"; NULL: not known */
    uintptr_t reserved[4];
};

/**
 * Makes a plan without domains.
 *
 * `opts` may be NULL; its strings are copied. On success *out is owned by the caller, see dx_plan_free(); it refers to
 * `ctx`, and is of one thread at a time. Returns DX_OK, DX_EUSAGE (a `size` or flag this library does not know, a set,
 * version or RPC that cannot be meant; with a diagnostic), DX_EIO (the root is no folder that can be read), DX_ENOMEM;
 * *out is NULL then.
 */
DX_API int dx_plan_new(struct dx_plan **out, struct dx_ctx *ctx, const struct dx_plan_options *opts);

/** Frees a plan and everything borrowed from it. NULL is fine. */
DX_API void dx_plan_free(struct dx_plan *plan);

/** Takes what libvirt itself says of a host: the XML of virsh capabilities or virsh domcapabilities. `name` is what
 *  messages call it. Returns DX_OK, DX_EINPUT (with a diagnostic), DX_EUSAGE (behind dx_plan_make()), DX_ENOMEM; the
 * plan knows what it knew before then. */
DX_API int dx_plan_add_capabilities(struct dx_plan *plan, const char *name, const char *bytes, size_t len);

/** Takes what a domain asks for; the document is not changed and may be freed then. A host has one domain of a name. Of
 *  two documents of one name the later does not count where it is the same, byte for byte or (with a warning) by its
 *  UUID; else both count, with a warning. Returns DX_OK, DX_EUSAGE (behind dx_plan_make()), DX_ENOMEM. */
DX_API int dx_plan_add_domain(struct dx_plan *plan, struct dx_doc *doc);

/** Works the requirements out, once, from all that was added; the host is read now. What of it cannot be read is no
 *  error, but said in the requirements. Returns DX_OK, DX_EUSAGE (a second call), DX_ENOMEM, DX_ELIMIT (cancelled); the
 *  plan has no requirements then, but those of a first call. */
DX_API int dx_plan_make(struct dx_plan *plan);

/** The i-th requirement: by kind, in the order of dx_host_kind_at(), so that those of the host stand before those of
 *  guests; within a kind in an order that is the same for the same domains. NULL past the end and before
 *  dx_plan_make(). Borrowed from the plan. */
DX_API const struct dx_requirement *dx_plan_at(const struct dx_plan *plan, size_t i);

enum dx_map_role { DX_MAP_VCPU = 1, DX_MAP_EMULATOR, DX_MAP_IOTHREAD };

/** The threads of one role of a domain, as sets. Strings here and below are borrowed from the plan, absent ones NULL.
 */
struct dx_map_part {
    const char *ids;      /* of those that pins hold; of the emulator NULL */
    const char *cpus;     /* the CPUs that they are held to; NULL: none is held */
    const char *floating; /* of those that no pin holds, on any CPU; NULL: there is none. Of the emulator "" */
    uintptr_t reserved[2];
};

/** A domain that was added. */
struct dx_map_domain {
    size_t size;
    const char *sign; /* stands for it in a picture: "A" to "Z", "AA", … */
    const char *name; /* its file's where it has none */
    const char *file;
    struct dx_map_part parts[3]; /* by role, from DX_MAP_VCPU on */
    uintptr_t reserved[2];
};

/** Threads of one role of a domain that pins hold to the same CPUs. */
struct dx_map_threads {
    size_t size;
    const struct dx_map_domain *domain;
    enum dx_map_role role;
    const char *ids; /* "0-3"; of the emulator NULL */
    size_t count;
    const char *cpus; /* "2-3" */
    int alone;        /* it is one thread on one CPU */
    uintptr_t reserved[2];
};

enum dx_cpu_state { DX_CPU_ONLINE = 1, DX_CPU_OFFLINE, DX_CPU_ABSENT /* pinned to, and not there */ };

/** A CPU of the host; of those that are not online, all from `first` to `last` for which the rest is the same. */
struct dx_map_cpu {
    size_t size;
    unsigned first, last;
    int node; /* of NUMA; -1: not known */
    enum dx_cpu_state state;
    int kworkers;                                /* unbound kernel workers may run there when pins are left to guests */
    const struct dx_map_threads *const *threads; /* those that are held to it: first who has it alone */
    size_t n_threads, n_more;                    /* at most 32 are told, at most 1000 counted */
    const char *collision;                       /* what is promised twice there, in words; NULL: nothing */
    uintptr_t reserved[2];
};

/** What runs where on a host. */
struct dx_map {
    size_t size;
    const char *from;              /* what says which CPUs there are */
    const char *online, *kworkers; /* sets of CPUs, "0-3,8" */
    const struct dx_map_domain *domains;
    const struct dx_map_threads *threads; /* by domain and role */
    const struct dx_map_cpu *cpus;        /* by node, those of no known one last */
    size_t n_domains, n_threads, n_cpus;
};

/**
 * Gives the map of the host: its CPUs, and of each what is promised it.
 *
 * *out is borrowed from the plan. Returns DX_OK, DX_EUSAGE (before dx_plan_make()), DX_EREFUSED (the CPUs of the host
 * are not known), both with a diagnostic, DX_ENOMEM; *out is NULL then.
 */
DX_API int dx_plan_map_data(const struct dx_map **out, struct dx_plan *plan);

/** The map as an XML document, whose form the stylesheet xslt/host-map.xsl tells. *out is terminated by NUL and owned
 * by the caller, see dx_bytes_free(). As dx_plan_map_data(). */
DX_API int dx_plan_map(char **out, size_t *len, struct dx_plan *plan);

/** The map as an SVG image, made by that stylesheet; as dx_plan_map(), and DX_ELIMIT where libxslt is not there. */
DX_API int dx_plan_map_svg(char **out, size_t *len, struct dx_plan *plan);

#ifdef __cplusplus
}
#endif

#endif
