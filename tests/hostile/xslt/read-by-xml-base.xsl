<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xml:base="file://@DIR@/">
  <xsl:template match="/domain">
    <xsl:copy>
      <xsl:copy-of select="@* | node()"/>
      <title xml:base="http://127.0.0.1:@PORT@/"><xsl:value-of select="document('canary.xml')"/></title>
    </xsl:copy>
  </xsl:template>
</xsl:stylesheet>
