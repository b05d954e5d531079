<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/domain">
    <domain>
      <xsl:copy-of select="@* | node()"/>
      <xsl:processing-instruction name="xml">version="1.1"</xsl:processing-instruction>
    </domain>
  </xsl:template>
</xsl:stylesheet>
