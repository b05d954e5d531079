/* Settings of libxml2 that hold for the whole process: the program makes them by asking, the library never does. */
#include "base.h"

#include <libxml/catalog.h>
#include <libxml/parser.h>

int dx_process_init(unsigned flags)
{
    if (flags & ~DX_PROCESS_NO_CATALOGS) {
        return DX_EUSAGE;
    }
    xmlInitParser();
#ifdef LIBXML_CATALOG_ENABLED
    if (flags & DX_PROCESS_NO_CATALOGS) {
        xmlCatalogSetDefaults(XML_CATA_ALLOW_NONE);
    }
#endif
    return DX_OK;
}
