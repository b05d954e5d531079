<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/">
    <domain><xsl:call-template name="deep"/></domain>
  </xsl:template>
  <xsl:template name="deep">
    <xsl:param name="n" select="300"/>
    <xsl:if test="$n > 0">
      <a><xsl:call-template name="deep"><xsl:with-param name="n" select="$n - 1"/></xsl:call-template></a>
    </xsl:if>
  </xsl:template>
</xsl:stylesheet>
