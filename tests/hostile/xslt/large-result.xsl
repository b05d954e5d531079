<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <!-- What libxslt makes in no time must not take long to be compared with what was there. -->
  <xsl:template match="/domain">
    <domain type="kvm">
      <xsl:call-template name="lines"/>
      <xsl:copy-of select="node()"/>
      <xsl:call-template name="lines"/>
    </domain>
  </xsl:template>
  <xsl:template name="lines">
    <xsl:param name="n" select="13"/>
    <xsl:choose>
      <xsl:when test="$n > 0">
        <xsl:call-template name="lines"><xsl:with-param name="n" select="$n - 1"/></xsl:call-template>
        <xsl:call-template name="lines"><xsl:with-param name="n" select="$n - 1"/></xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <line n="{$n}"><name>demo</name></line>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
