<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:f="http://exslt.org/file" xmlns:d="http://exslt.org/dynamic">
  <xsl:template match="/domain">
    <xsl:copy>
      <xsl:copy-of select="@* | node()"/>
      <title><xsl:value-of select="unparsed-text('@DIR@/canary.txt')"/></title>
    </xsl:copy>
  </xsl:template>
</xsl:stylesheet>
