<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@* | node()">
    <xsl:copy>
      <xsl:apply-templates select="@* | node()"/>
    </xsl:copy>
  </xsl:template>
  <xsl:param name="model" select="'e1000'"/>
  <xsl:template match="interface/model/@type">
    <xsl:attribute name="type"><xsl:value-of select="$model"/></xsl:attribute>
  </xsl:template>
</xsl:stylesheet>
