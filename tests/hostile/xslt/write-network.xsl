<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:exsl="http://exslt.org/common" extension-element-prefixes="exsl">
  <xsl:template match="/">
    <exsl:document href="http://127.0.0.1:@PORT@/written"><a/></exsl:document>
    <xsl:copy-of select="."/>
  </xsl:template>
</xsl:stylesheet>
