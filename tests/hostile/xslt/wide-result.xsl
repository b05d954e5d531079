<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/domain">
    <domain type="kvm">
      <xsl:call-template name="attributes"/>
      <xsl:copy-of select="node()"/>
    </domain>
  </xsl:template>
  <xsl:template name="attributes">
    <xsl:param name="from" select="1"/>
    <xsl:param name="to" select="2000"/>
    <xsl:choose>
      <xsl:when test="$to > $from">
        <xsl:call-template name="attributes">
          <xsl:with-param name="from" select="$from"/>
          <xsl:with-param name="to" select="floor(($from + $to) div 2)"/>
        </xsl:call-template>
        <xsl:call-template name="attributes">
          <xsl:with-param name="from" select="floor(($from + $to) div 2) + 1"/>
          <xsl:with-param name="to" select="$to"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <xsl:attribute name="a{$from}">1</xsl:attribute>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
