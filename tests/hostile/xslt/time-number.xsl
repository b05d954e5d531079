<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/">
    <xsl:for-each select="//node()">
      <xsl:for-each select="//node()">
        <xsl:for-each select="//node()">
          <xsl:for-each select="//node()">
            <xsl:for-each select="//node()">
              <xsl:number level="any" count="node()" from="domain"/>
              <xsl:number level="multiple" count="*" format="I.i.A.a.001"/>
            </xsl:for-each>
          </xsl:for-each>
        </xsl:for-each>
      </xsl:for-each>
    </xsl:for-each>
  </xsl:template>
</xsl:stylesheet>
