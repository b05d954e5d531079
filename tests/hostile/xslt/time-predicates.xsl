<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/">
    <domain>
      <xsl:value-of select="count(//node()[//node()[//node()[//node()[//node()[//node()[count(//node()) = 1]]]]]])"/>
    </domain>
  </xsl:template>
</xsl:stylesheet>
