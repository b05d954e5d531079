<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="driver">
    <engine>
      <xsl:apply-templates select="@*|node()"/>
    </engine>
  </xsl:template>
  <xsl:template match="@dev">
    <xsl:attribute name="device">
      <xsl:value-of select="."/>
    </xsl:attribute>
  </xsl:template>
  <xsl:template match="features">
    <xsl:element name="traits">
      <xsl:apply-templates select="@*|node()"/>
      <one-more/>
    </xsl:element>
  </xsl:template>
</xsl:stylesheet>
