/* libxslt, opened when the first stylesheet asks for it: nothing links to it. */
#ifndef DX_XSLT_LOAD_H
#define DX_XSLT_LOAD_H

#include "../ctx.h"

#include <libxslt/documents.h>
#include <libxslt/extensions.h>
#include <libxslt/extra.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/variables.h>
#include <libxslt/xslt.h>
#include <libxslt/xsltInternals.h>
#include <libxslt/xsltutils.h>

/* What is used of it: one row each. */
#define DX_XSLT_FUNCTIONS(ROW)                                                                                         \
    ROW(xsltInit)                                                                                                      \
    ROW(xsltParseStylesheetDoc)                                                                                        \
    ROW(xsltFreeStylesheet)                                                                                            \
    ROW(xsltNewTransformContext)                                                                                       \
    ROW(xsltFreeTransformContext)                                                                                      \
    ROW(xsltApplyStylesheetUser)                                                                                       \
    ROW(xsltQuoteUserParams)                                                                                           \
    ROW(xsltSetTransformErrorFunc)                                                                                     \
    ROW(xsltSetGenericErrorFunc)                                                                                       \
    ROW(xsltSetLoaderFunc)                                                                                             \
    ROW(xsltNewSecurityPrefs)                                                                                          \
    ROW(xsltSetSecurityPrefs)                                                                                          \
    ROW(xsltSecurityForbid)                                                                                            \
    ROW(xsltSetCtxtSecurityPrefs)                                                                                      \
    ROW(xsltRegisterExtFunction)                                                                                       \
    ROW(xsltFunctionNodeSet)

struct dx_libxslt {
#define DX_XSLT_ROW(name) __typeof__(&name) name;
    DX_XSLT_FUNCTIONS(DX_XSLT_ROW)
#undef DX_XSLT_ROW
    xsltSecurityPrefsPtr forbid; /* everything */
    bool loads;                  /* it reads what is imported through us */
};

/* The library, opened at the first call; NULL where it is not there. */
const struct dx_libxslt *dx_libxslt(void);

#endif
