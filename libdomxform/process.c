/* The program makes these settings by asking, the library never does. */
#include "process.h"

#include <libxml/catalog.h>
#include <libxml/parser.h>
#include <libxml/xmlmemory.h>

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>

/* What is given back to the system when it has no more memory, so that work can end in an orderly way. */
enum { RESERVE = 4 * 1024 * 1024 };

static atomic_uint settings;
static _Atomic(void *) reserve;
static _Atomic(dx_stuck_handler) on_stuck;
/* libxml2's hooks are told nothing of who allocates: the thread is all there is to go by. */
static _Thread_local struct dx_budget *current;

bool dx_process_has(unsigned flag)
{
    return (atomic_load(&settings) & flag) == flag;
}

void dx_process_on_stuck(dx_stuck_handler handler)
{
    atomic_store(&on_stuck, handler);
}

void dx_process_stuck(const char *what)
{
    dx_stuck_handler handler = atomic_load(&on_stuck);

    if (handler) {
        handler(what);
    }
}

/* ---- memory ---- */

void dx_budget_begin(struct dx_budget *budget)
{
    budget->used = 0;
    budget->over = budget->exhausted = false;
    current = budget;
}

void dx_budget_end(struct dx_budget *budget)
{
    (void)budget;
    current = NULL;
}

static void tell_to_stop(struct dx_budget *budget)
{
    if (!budget->over) {
        budget->over = true;
        budget->stop(budget->user);
    }
}

/* False when it cannot be let have so much more. */
static bool admits(size_t more)
{
    struct dx_budget *budget = current;

    if (!budget) {
        return true;
    }
    if (budget->used > 0 ? more > SIZE_MAX / 2 || (size_t)budget->used + more > budget->soft : more > budget->soft) {
        tell_to_stop(budget);
    }
    if (budget->used > 0 ? (size_t)budget->used + more > budget->hard : more > budget->hard) {
        dx_process_stuck(budget->what);
        return false;
    }
    return true;
}

static void *counted(void *ptr)
{
    if (ptr && current) {
        current->used += (int64_t)malloc_usable_size(ptr);
    }
    return ptr;
}

static void uncount(void *ptr)
{
    if (ptr && current) {
        current->used -= (int64_t)malloc_usable_size(ptr);
    }
}

/* True when there is hope that another try succeeds. */
static bool give_up_reserve(void)
{
    void *block = atomic_exchange(&reserve, NULL);

    if (current) {
        current->exhausted = true;
        tell_to_stop(current);
    }
    free(block);
    return block != NULL;
}

static void *allocate(size_t size)
{
    void *ptr;

    if (!admits(size)) {
        return NULL;
    }
    ptr = malloc(size);
    if (!ptr && give_up_reserve()) {
        ptr = malloc(size);
    }
    return counted(ptr);
}

static void *reallocate(void *old, size_t size)
{
    int64_t was = old && current ? (int64_t)malloc_usable_size(old) : 0;
    void *ptr;

    if (!admits(size)) {
        return NULL;
    }
    ptr = realloc(old, size);
    if (!ptr && size && give_up_reserve()) {
        ptr = realloc(old, size);
    }
    if (ptr && current) {
        current->used += (int64_t)malloc_usable_size(ptr) - was;
    }
    return ptr;
}

static void release(void *ptr)
{
    uncount(ptr);
    free(ptr);
}

static char *duplicate(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = allocate(size);

    if (copy) {
        memcpy(copy, text, size);
    }
    return copy;
}

/* ---- settings ---- */

int dx_process_init(unsigned flags)
{
    if (flags & ~(DX_PROCESS_NO_CATALOGS | DX_PROCESS_MEMORY | DX_PROCESS_XSLT)) {
        return DX_EUSAGE;
    }
    if (flags & DX_PROCESS_MEMORY && !dx_process_has(DX_PROCESS_MEMORY)) {
        void *block = malloc(RESERVE);

        /* The layout is malloc's own: what libxml2 allocated before can still be freed. */
        if (!block || xmlMemSetup(release, allocate, reallocate, duplicate) != 0) {
            free(block);
            return DX_ENOMEM;
        }
        atomic_store(&reserve, block);
    }
    xmlInitParser();
#ifdef LIBXML_CATALOG_ENABLED
    if (flags & DX_PROCESS_NO_CATALOGS) {
        xmlCatalogSetDefaults(XML_CATA_ALLOW_NONE);
    }
#endif
    atomic_fetch_or(&settings, flags);
    return DX_OK;
}
