<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:exsl="http://exslt.org/common">
  <!-- Each copy stands a hundred levels deeper: what copies trees by recursion runs out of stack. -->
  <xsl:template match="/" name="deep">
    <xsl:param name="nodes"><a/></xsl:param>
    <xsl:param name="n" select="900"/>
    <xsl:choose>
      <xsl:when test="$n > 0">
        <xsl:call-template name="deep">
          <xsl:with-param name="nodes">
            <a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>
              <a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>
                <xsl:copy-of select="exsl:node-set($nodes)"/>
              </a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a>
              </a></a></a></a></a></a></a></a></a>
            </a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a>
            </a></a></a></a></a></a></a></a>
          </xsl:with-param>
          <xsl:with-param name="n" select="$n - 1"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <domain><xsl:copy-of select="$nodes"/></domain>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
