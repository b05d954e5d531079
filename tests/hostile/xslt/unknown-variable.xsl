<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/domain">
    <domain><xsl:copy-of select="@* | node()[$nothing]"/></domain>
  </xsl:template>
</xsl:stylesheet>
