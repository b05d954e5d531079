<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/">
    <domain><xsl:call-template name="fibonacci"><xsl:with-param name="n" select="60"/></xsl:call-template></domain>
  </xsl:template>
  <xsl:template name="fibonacci">
    <xsl:param name="n"/>
    <xsl:if test="$n > 1">
      <xsl:call-template name="fibonacci"><xsl:with-param name="n" select="$n - 1"/></xsl:call-template>
      <xsl:call-template name="fibonacci"><xsl:with-param name="n" select="$n - 2"/></xsl:call-template>
    </xsl:if>
  </xsl:template>
</xsl:stylesheet>
