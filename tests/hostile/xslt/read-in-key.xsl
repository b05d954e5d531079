<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:key name="k" match="name" use="document('canary.xml')"/>
  <xsl:template match="/domain">
    <xsl:copy>
      <xsl:copy-of select="@* | node()"/>
      <title><xsl:value-of select="key('k', 'x')"/></title>
    </xsl:copy>
  </xsl:template>
</xsl:stylesheet>
