<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/domain">
    <xsl:copy>
      <xsl:copy-of select="@* | node()[not(self::title)]"/>
      <title><xsl:value-of select="unparsed-entity-uri('canary')"/></title>
    </xsl:copy>
  </xsl:template>
</xsl:stylesheet>
