<xsl:stylesheet version="1.1" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/">
    <xsl:document href="@DIR@/written"><a/></xsl:document>
    <xsl:copy-of select="."/>
  </xsl:template>
</xsl:stylesheet>
