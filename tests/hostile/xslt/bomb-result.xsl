<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/">
    <domain>
      <xsl:for-each select="//node()">
        <xsl:for-each select="//node()">
          <xsl:for-each select="//node()">
            <xsl:for-each select="//node()">
              <xsl:copy-of select="/"/>
            </xsl:for-each>
          </xsl:for-each>
        </xsl:for-each>
      </xsl:for-each>
    </domain>
  </xsl:template>
</xsl:stylesheet>
