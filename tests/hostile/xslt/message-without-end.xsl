<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/">
    <xsl:for-each select="//node()">
      <xsl:for-each select="//node()">
        <xsl:for-each select="//node()">
          <xsl:for-each select="//node()">
            <xsl:for-each select="//node()">
              <xsl:message>
                <xsl:text>never tired of it, and each time with words enough to fill a line of any width or more, </xsl:text>
                <xsl:text>again and again and again and again and again and again and again and again and again</xsl:text>
              </xsl:message>
            </xsl:for-each>
          </xsl:for-each>
        </xsl:for-each>
      </xsl:for-each>
    </xsl:for-each>
  </xsl:template>
</xsl:stylesheet>
