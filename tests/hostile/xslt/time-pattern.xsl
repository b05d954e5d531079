<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="node()[//node()[//node()[//node()[//node()[//node()[count(//node()) = 1]]]]]]"/>
  <xsl:template match="@* | node()" priority="-2">
    <xsl:copy><xsl:apply-templates select="@* | node()"/></xsl:copy>
  </xsl:template>
</xsl:stylesheet>
