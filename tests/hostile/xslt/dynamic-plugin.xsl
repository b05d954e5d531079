<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:p="http://example.com/plugin"
                extension-element-prefixes="p">
  <xsl:template match="/">
    <p:run/>
    <xsl:copy-of select="."/>
  </xsl:template>
</xsl:stylesheet>
