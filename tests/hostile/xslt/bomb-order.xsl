<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:exsl="http://exslt.org/common">
  <!-- Every axis of every node, sorted into document order. -->
  <xsl:template match="/" name="double">
    <xsl:param name="nodes"><a>1</a><b>1 </b></xsl:param>
    <xsl:param name="times" select="16"/>
    <xsl:choose>
      <xsl:when test="$times > 0">
        <xsl:call-template name="double">
          <xsl:with-param name="nodes"><xsl:copy-of select="$nodes"/><xsl:copy-of select="$nodes"/></xsl:with-param>
          <xsl:with-param name="times" select="$times - 1"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <domain>
          <xsl:value-of select="count(exsl:node-set($nodes)//preceding::node()/following::node()/preceding::a)"/>
        </domain>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
