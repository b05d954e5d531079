<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/">
    <xsl:for-each select="//node()">
      <xsl:for-each select="//node()">
        <xsl:message>again</xsl:message>
      </xsl:for-each>
    </xsl:for-each>
    <xsl:message terminate="yes">only domains with a title</xsl:message>
  </xsl:template>
</xsl:stylesheet>
