#include "load.h"

#include "../process.h"
#include "listen.h"
#include "sheet.h"

#include <dlfcn.h>
#include <pthread.h>

static const char *const names[] = {"libxslt.so.1", "libxslt.1.dylib"};

static struct dx_libxslt lib;
static bool loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static bool find(void *handle, const char *name, void *to, size_t size)
{
    void *symbol = dlsym(handle, name);

    memcpy(to, &symbol, size);
    return symbol != NULL;
}

/* Fields of its contexts are written to: those of before OLDEST do not have them all. And its libxml2 has to be the one
 * that makes its trees here: a program with a copy of its own would have two. */
static bool fits(void *handle)
{
    enum { OLDEST = 10134 };
    void **(*their_context)(void);
    const int *version;

    return find(handle, "xsltLibxsltVersion", &version, sizeof version) && *version >= OLDEST &&
           (!find(handle, "__xmlGenericErrorContext", &their_context, sizeof their_context) ||
            their_context() == &xmlGenericErrorContext);
}

static bool forbid_all(void)
{
    static const xsltSecurityOption all[] = {XSLT_SECPREF_READ_FILE, XSLT_SECPREF_WRITE_FILE,
                                             XSLT_SECPREF_CREATE_DIRECTORY, XSLT_SECPREF_READ_NETWORK,
                                             XSLT_SECPREF_WRITE_NETWORK};

    lib.forbid = lib.xsltNewSecurityPrefs();
    for (size_t i = 0; lib.forbid && i < sizeof all / sizeof all[0]; i++) {
        if (lib.xsltSetSecurityPrefs(lib.forbid, all[i], lib.xsltSecurityForbid) != 0) {
            return false;
        }
    }
    return lib.forbid != NULL;
}

static void load(void)
{
    void *handle = NULL;

    for (size_t i = 0; !handle && i < sizeof names / sizeof names[0]; i++) {
        handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    }
    loaded = handle != NULL && fits(handle);
#define DX_XSLT_ROW(name) loaded = loaded && find(handle, #name, &lib.name, sizeof lib.name);
    DX_XSLT_FUNCTIONS(DX_XSLT_ROW)
#undef DX_XSLT_ROW
    if (!loaded) {
        return;
    }
    lib.xsltInit();
    loaded = forbid_all();
    lib.loads = loaded && dx_process_has(DX_PROCESS_XSLT);
    if (lib.loads) {
        lib.xsltSetGenericErrorFunc(NULL, dx_listen_to);
        lib.xsltSetLoaderFunc(dx_sheet_load_part);
    }
}

const struct dx_libxslt *dx_libxslt(void)
{
    pthread_once(&once, load);
    return loaded ? &lib : NULL;
}
