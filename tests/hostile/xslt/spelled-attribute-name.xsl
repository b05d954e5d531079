<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/domain">
    <domain>
      <xsl:attribute name="{concat('x', ' y')}">1</xsl:attribute>
      <xsl:copy-of select="@* | node()"/>
    </domain>
  </xsl:template>
</xsl:stylesheet>
