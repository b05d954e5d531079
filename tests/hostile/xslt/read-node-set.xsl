<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:exsl="http://exslt.org/common">
  <xsl:variable name="names"><n>canary.xml</n><n>@DIR@/canary.xml</n></xsl:variable>
  <xsl:template match="/domain">
    <xsl:copy>
      <xsl:copy-of select="@* | node() | document(exsl:node-set($names)/n)"/>
    </xsl:copy>
  </xsl:template>
</xsl:stylesheet>
