<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:variable name="checked">
    <xsl:if test="not(/domain/title)">
      <xsl:message terminate="yes">only domains with a title</xsl:message>
    </xsl:if>
  </xsl:variable>
  <xsl:template match="/"><xsl:copy-of select="."/><xsl:value-of select="substring($checked, 1, 0)"/></xsl:template>
</xsl:stylesheet>
