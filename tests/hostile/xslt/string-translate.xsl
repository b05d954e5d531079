<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <!-- One call that takes hours: a megabyte is looked up in a megabyte, character by character. -->
  <xsl:template match="/">
    <domain><xsl:call-template name="double"><xsl:with-param name="text" select="'0123456789abcdef'"/></xsl:call-template>
    </domain>
  </xsl:template>
  <xsl:template name="double">
    <xsl:param name="text"/>
    <xsl:param name="times" select="16"/>
    <xsl:choose>
      <xsl:when test="$times > 0">
        <xsl:call-template name="double">
          <xsl:with-param name="text" select="concat($text, $text)"/>
          <xsl:with-param name="times" select="$times - 1"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <title><xsl:value-of select="translate(translate($text, 'f', 'z'), concat($text, 'z'), $text)"/></title>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
