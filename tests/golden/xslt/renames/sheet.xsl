<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@* | node()">
    <xsl:copy>
      <xsl:apply-templates select="@* | node()"/>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="interface/source/@network">
    <xsl:attribute name="bridge"><xsl:value-of select="."/></xsl:attribute>
  </xsl:template>
  <xsl:template match="interface/@type[. = 'network']">
    <xsl:attribute name="type">bridge</xsl:attribute>
  </xsl:template>
</xsl:stylesheet>
