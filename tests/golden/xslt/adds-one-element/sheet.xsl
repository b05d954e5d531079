<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@* | node()">
    <xsl:copy>
      <xsl:apply-templates select="@* | node()"/>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="disk/target[not(../driver)]">
    <xsl:copy-of select="."/>
    <driver name="qemu" cache="none"/>
  </xsl:template>
</xsl:stylesheet>
