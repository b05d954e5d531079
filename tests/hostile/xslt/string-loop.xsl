<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <!-- Takes a character at a time from a long string, and copies the rest each time. -->
  <xsl:template match="/">
    <domain>
      <xsl:call-template name="double"><xsl:with-param name="text" select="'0123456789abcdef'"/></xsl:call-template>
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
        <xsl:call-template name="eat"><xsl:with-param name="text" select="$text"/></xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>
  <xsl:template name="eat">
    <xsl:param name="text"/>
    <xsl:param name="from" select="1"/>
    <xsl:param name="to" select="string-length($text)"/>
    <xsl:choose>
      <xsl:when test="$to > $from">
        <xsl:call-template name="eat">
          <xsl:with-param name="text" select="$text"/>
          <xsl:with-param name="from" select="$from"/>
          <xsl:with-param name="to" select="floor(($from + $to) div 2)"/>
        </xsl:call-template>
        <xsl:call-template name="eat">
          <xsl:with-param name="text" select="$text"/>
          <xsl:with-param name="from" select="floor(($from + $to) div 2) + 1"/>
          <xsl:with-param name="to" select="$to"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <xsl:value-of select="substring(normalize-space(translate($text, 'a', 'A')), $from, 1)"/>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
