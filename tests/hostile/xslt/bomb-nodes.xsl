<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/" name="double">
    <xsl:param name="nodes"><a/><b/></xsl:param>
    <xsl:call-template name="double">
      <xsl:with-param name="nodes"><xsl:copy-of select="$nodes"/><xsl:copy-of select="$nodes"/></xsl:with-param>
    </xsl:call-template>
  </xsl:template>
</xsl:stylesheet>
