/* Runs the command line in process, with descriptors and faults of the test's own. */
#ifndef DX_TEST_STAGE_H
#define DX_TEST_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli.h"

#include <stdatomic.h>

enum { OUTPUT_MOST = 1 << 20, ARGS_MOST = 32 };

/* What a run left behind; borrowed until the next one. */
struct result {
    int code;
    const char *out, *err;
    size_t out_len, err_len;
};

/* What is to go wrong: the `nth` (from 1) call of that name fails with `error`. */
struct fault {
    const char *call;
    int nth, error;
    atomic_int count; /* calls so far */
    atomic_bool hit;
};

/* What a test changes in the table of the system's functions; zero is what a process has. */
struct stage {
    struct fault fault;
    size_t fail_alloc;   /* the n-th allocation and all that follow fail; 0: none */
    size_t short_writes; /* at most that many bytes a write; 0: as many as there are */
    bool terminal;       /* descriptors are terminals */
    bool no_color;       /* NO_COLOR is set */
    bool bad_out;        /* stdout is no open descriptor */
    unsigned processors; /* 0: two */
    uint64_t step;       /* milliseconds that pass whenever the clock is read */
    void (*before_close)(void);
    /* counted by a run, in any thread */
    atomic_size_t allocs;
    atomic_long balance;
    atomic_ullong clock;
};

/* `input` NULL: empty. The list of arguments ends with NULL. */
struct result run_staged(struct stage *stage, const char *input, const char *const *args);

#define ARGS(...) ((const char *const[]){"domxform", __VA_ARGS__, NULL})
#define RUN(input, ...) run_staged(NULL, input, ARGS(__VA_ARGS__))

/* A small domain that is right for libvirt; and the one that --pass=hugepages:1G makes of it. */
extern const char domain[];
extern const char domain_hugepages[];

/* A scratch directory is the working directory of each test. */
int enter_scratch(void **state);
int leave_scratch(void **state);

void write_file(const char *path, const char *text);
/* The content of a file; borrowed until the next call. NULL when there is none. */
const char *read_file(const char *path);
/* How many names the working directory has, `.` and `..` not counted. */
size_t count_files(void);

void assert_has(const char *text, const char *part);
void assert_has_not(const char *text, const char *part);

#endif
