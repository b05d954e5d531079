<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:dyn="http://exslt.org/dynamic">
  <xsl:template match="/">
    <xsl:copy-of select="dyn:evaluate('document(&quot;canary.xml&quot;) | /')"/>
  </xsl:template>
</xsl:stylesheet>
