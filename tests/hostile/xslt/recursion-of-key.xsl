<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:key name="k" match="*" use="key('k', 'x')"/>
  <xsl:template match="/">
    <xsl:copy-of select="key('k', 'x')"/>
  </xsl:template>
</xsl:stylesheet>
