<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/">
    <xsl:for-each select="//node()">
      <xsl:for-each select="//node()">
        <xsl:sort select="count(//node()[count(//node()) > 3])"/>
        <xsl:sort select="name()" lang="en" case-order="upper-first" order="descending"/>
        <xsl:for-each select="//node()">
          <xsl:sort select="." data-type="number"/>
          <xsl:sort select="count(//node()[count(//node()[. = current()]) > 2])"/>
        </xsl:for-each>
      </xsl:for-each>
    </xsl:for-each>
  </xsl:template>
</xsl:stylesheet>
