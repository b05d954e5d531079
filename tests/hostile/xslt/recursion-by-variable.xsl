<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/" name="again">
    <xsl:param name="n" select="0"/>
    <xsl:variable name="text">
      <xsl:call-template name="again">
        <xsl:with-param name="n" select="$n + 1"/>
      </xsl:call-template>
    </xsl:variable>
    <xsl:value-of select="$text"/>
  </xsl:template>
</xsl:stylesheet>
