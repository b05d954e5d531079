<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <!-- Long strings that differ in their last characters alone. -->
  <xsl:template match="/" name="double">
    <xsl:param name="text" select="'aaaaaaaaaaaaaaaa'"/>
    <xsl:param name="times" select="16"/>
    <xsl:choose>
      <xsl:when test="$times > 0">
        <xsl:call-template name="double">
          <xsl:with-param name="text" select="concat($text, $text)"/>
          <xsl:with-param name="times" select="$times - 1"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <domain>
          <xsl:if test="contains(concat($text, $text), concat(substring($text, 2), 'b', $text))"><a/></xsl:if>
          <xsl:value-of select="string-length(substring-before(concat($text, $text), concat($text, 'b')))"/>
        </domain>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
