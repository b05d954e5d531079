<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="/">
    <xsl:comment> first </xsl:comment>
    <xsl:apply-templates/>
    <xsl:processing-instruction name="last">one</xsl:processing-instruction>
  </xsl:template>
  <xsl:template match="comment()">
    <xsl:comment> changed </xsl:comment>
  </xsl:template>
  <xsl:template match="disk | name">
    <xsl:comment>of <xsl:value-of select="name()"/></xsl:comment>
    <xsl:copy-of select="."/>
    <xsl:processing-instruction name="p">q</xsl:processing-instruction>
  </xsl:template>
</xsl:stylesheet>
