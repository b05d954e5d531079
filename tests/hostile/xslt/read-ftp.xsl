<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/domain">
    <xsl:copy>
      <xsl:copy-of select="@* | node() | document('ftp://127.0.0.1:@PORT@/x')"/>
    </xsl:copy>
  </xsl:template>
</xsl:stylesheet>
