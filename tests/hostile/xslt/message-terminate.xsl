<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/">
    <xsl:copy-of select="."/>
    <xsl:message terminate="yes">only domains with a title</xsl:message>
  </xsl:template>
</xsl:stylesheet>
