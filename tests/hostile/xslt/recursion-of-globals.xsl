<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:variable name="a" select="$b + 1"/>
  <xsl:variable name="b"><xsl:value-of select="$a"/></xsl:variable>
  <xsl:template match="/">
    <domain><title><xsl:value-of select="$a"/></title></domain>
  </xsl:template>
</xsl:stylesheet>
