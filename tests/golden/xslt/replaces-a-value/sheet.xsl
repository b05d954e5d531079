<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@* | node()">
    <xsl:copy>
      <xsl:apply-templates select="@* | node()"/>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="interface/model/@type">
    <xsl:attribute name="type">virtio</xsl:attribute>
  </xsl:template>
  <xsl:template match="vcpu/text()">4</xsl:template>
</xsl:stylesheet>
