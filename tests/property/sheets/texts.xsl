<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="name/text() | uuid/text()">
    <xsl:value-of select="translate(., 'abcdef', 'ABCDEF')"/>
  </xsl:template>
  <xsl:template match="disk/source | emulator">before<xsl:copy-of select="."/> after <xsl:text/>
  </xsl:template>
  <xsl:template match="description | title">
    <xsl:copy>changed</xsl:copy>
  </xsl:template>
  <xsl:template match="memory">
    <xsl:copy>
      <xsl:apply-templates select="@*"/>
    </xsl:copy>
  </xsl:template>
</xsl:stylesheet>
