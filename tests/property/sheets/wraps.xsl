<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="disk | interface">
    <group of="{name()}">
      <xsl:copy>
        <xsl:apply-templates select="@*|node()"/>
      </xsl:copy>
    </group>
  </xsl:template>
  <xsl:template match="features | clock | os">
    <xsl:apply-templates select="node()"/>
  </xsl:template>
</xsl:stylesheet>
