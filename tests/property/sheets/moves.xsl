<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="devices">
    <xsl:apply-templates select="disk | controller[position() = last()]"/>
    <xsl:copy>
      <xsl:apply-templates select="@*"/>
      <xsl:copy-of select="../memory"/>
      <xsl:apply-templates select="node()[not(self::disk)][not(self::controller) or following-sibling::controller]"/>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="domain/memory"/>
</xsl:stylesheet>
