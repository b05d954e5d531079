<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@* | node()">
    <xsl:copy>
      <xsl:apply-templates select="@* | node()"/>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="interface[model/@type = 'e1000']">
    <xsl:message terminate="yes">e1000 is slow: let the guest have virtio first</xsl:message>
  </xsl:template>
</xsl:stylesheet>
