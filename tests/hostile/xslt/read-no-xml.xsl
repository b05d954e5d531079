<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <!-- A parser's message would show the first line. -->
  <xsl:template match="/domain">
    <xsl:copy>
      <xsl:copy-of select="@* | node() | document('@DIR@/canary.txt')"/>
    </xsl:copy>
  </xsl:template>
</xsl:stylesheet>
