#include "sheets.h"

#include <dlfcn.h>
#include <libxml/tree.h>

enum { MOST_PARAMS = 8 };

struct t_sheet {
    void *compiled;
    xmlDoc *source; /* belongs to what is compiled */
};

typedef void (*error_function)(void *user, const char *format, ...);

static struct {
    void *(*xsltParseStylesheetDoc)(xmlDoc *source);
    xmlDoc *(*xsltApplyStylesheet)(void *compiled, xmlDoc *dom, const char **params);
    void (*xsltFreeStylesheet)(void *compiled);
    void (*xsltSetGenericErrorFunc)(void *user, error_function function);
} xslt;

static char said[2000];

static void hear(void *user, const char *format, ...) DX_FORMAT(2, 3);
static void hear(void *user, const char *format, ...)
{
    size_t len = strlen(said);
    va_list args;

    (void)user;
    va_start(args, format);
    vsnprintf(said + len, sizeof said - len, format, args);
    va_end(args);
}

bool t_sheets_can_run(void)
{
    static void *library;
    const struct {
        const char *name;
        void *function;
    } functions[] = {
        {"xsltParseStylesheetDoc", &xslt.xsltParseStylesheetDoc},
        {"xsltApplyStylesheet", &xslt.xsltApplyStylesheet},
        {"xsltFreeStylesheet", &xslt.xsltFreeStylesheet},
        {"xsltSetGenericErrorFunc", &xslt.xsltSetGenericErrorFunc},
    };

    if (library) {
        return true;
    }
    library = dlopen("libxslt.so.1", RTLD_NOW);
    if (!library) {
        return false;
    }
    for (size_t i = 0; i < COUNT(functions); i++) {
        void *symbol = dlsym(library, functions[i].name);

        assert_non_null(symbol);
        memcpy(functions[i].function, &symbol, sizeof symbol);
    }
    xslt.xsltSetGenericErrorFunc(NULL, hear);
    return true;
}

struct t_sheet *t_sheet_read(const char *path)
{
    struct t_bytes bytes = t_read(path);
    xmlDoc *source = bytes.ptr ? t_dom_parse(bytes.ptr, bytes.len) : NULL;
    struct t_sheet *sheet = NULL;
    void *compiled;

    assert_true(t_sheets_can_run());
    said[0] = '\0';
    compiled = source ? xslt.xsltParseStylesheetDoc(source) : NULL;
    if (compiled) {
        sheet = malloc(sizeof *sheet);
        assert_non_null(sheet);
        *sheet = (struct t_sheet){compiled, source};
    } else {
        print_error("%s: %s\n%s", path, bytes.ptr ? "no stylesheet" : "cannot be read", said);
        xmlFreeDoc(source);
    }
    t_bytes_free(&bytes);
    return sheet;
}

void t_sheet_free(struct t_sheet *sheet)
{
    if (sheet) {
        xslt.xsltFreeStylesheet(sheet->compiled);
        free(sheet);
    }
}

static const char *attr_of(const xmlNode *node, const char *name)
{
    for (const xmlAttr *attr = node->properties; attr; attr = attr->next) {
        if (strcmp((const char *)attr->name, name) == 0 && attr->children) {
            return (const char *)attr->children->content;
        }
    }
    return "";
}

static bool is_named(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

const char *t_sheet_param(const struct t_sheet *sheet, size_t index)
{
    for (xmlNode *node = xmlDocGetRootElement(sheet->source)->children; node; node = node->next) {
        if (is_named(node, "param") && index-- == 0) {
            return attr_of(node, "name");
        }
    }
    return NULL;
}

bool t_sheet_takes(const struct t_sheet *sheet, const char *param)
{
    const char *name;

    for (size_t i = 0; (name = t_sheet_param(sheet, i)) != NULL; i++) {
        if (strcmp(name, param) == 0) {
            return true;
        }
    }
    return false;
}

const char *t_sheet_order(const struct t_sheet *sheet, size_t index, const char **match)
{
    for (xmlNode *rule = xmlDocGetRootElement(sheet->source)->children; rule; rule = rule->next) {
        for (xmlNode *call = rule->children; call && is_named(rule, "template"); call = call->next) {
            for (xmlNode *param = call->children; param && is_named(call, "call-template"); param = param->next) {
                if (is_named(param, "with-param") && strcmp(attr_of(param, "name"), "order") == 0 && index-- == 0) {
                    *match = attr_of(rule, "match");
                    return attr_of(param, "select");
                }
            }
        }
    }
    return NULL;
}

xmlDoc *t_sheet_apply(const struct t_sheet *sheet, xmlDoc *dom, const char *const *params)
{
    struct t_bytes values[MOST_PARAMS] = {{0}};
    const char *quoted[2 * MOST_PARAMS + 1] = {NULL};
    xmlDoc *result;

    for (size_t i = 0; params[2 * i]; i++) {
        const char *quote = strchr(params[2 * i + 1], '\'') ? "\"" : "'";

        assert_true(i < MOST_PARAMS && !strstr(params[2 * i + 1], "\""));
        t_bytes_format(&values[i], "%s%s%s", quote, params[2 * i + 1], quote);
        quoted[2 * i] = params[2 * i];
        quoted[2 * i + 1] = values[i].ptr;
    }
    said[0] = '\0';
    result = xslt.xsltApplyStylesheet(sheet->compiled, dom, quoted);
    for (size_t i = 0; i < MOST_PARAMS; i++) {
        t_bytes_free(&values[i]);
    }
    return result;
}

const char *t_sheet_said(void)
{
    return said;
}
