<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:xi="http://www.w3.org/2001/XInclude">
  <xsl:template match="/domain">
    <xsl:copy>
      <xsl:copy-of select="@* | node()"/>
      <title><xi:include href="canary.txt" parse="text"/></title>
    </xsl:copy>
  </xsl:template>
</xsl:stylesheet>
