/* What of libxml2 differs from version to version. */
#ifndef DX_LIBXML_H
#define DX_LIBXML_H

#include <libxml/xmlerror.h>
#include <libxml/xmlversion.h>

#if LIBXML_VERSION >= 21200
typedef const xmlError *dx_xml_error;
#else
typedef xmlError *dx_xml_error;
#endif

#endif
