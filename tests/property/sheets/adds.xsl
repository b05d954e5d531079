<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="disk | interface | features">
    <xsl:copy>
      <xsl:attribute name="added">yes</xsl:attribute>
      <xsl:apply-templates select="@*|node()"/>
      <new a="1">
        <inner>text &lt;</inner>
        <empty/>
      </new>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="vcpu">
    <xsl:copy-of select="."/>
    <iothreads>2</iothreads>
  </xsl:template>
</xsl:stylesheet>
