<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/" name="again">
    <xsl:param name="n"><xsl:call-template name="again"/></xsl:param>
    <xsl:value-of select="$n"/>
  </xsl:template>
</xsl:stylesheet>
