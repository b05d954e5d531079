<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:l="http://xmlsoft.org/XSLT/namespace" extension-element-prefixes="l">
  <xsl:template match="/">
    <l:debug/>
    <xsl:copy-of select="."/>
  </xsl:template>
</xsl:stylesheet>
