<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:s="http://icl.com/saxon">
  <xsl:template match="/">
    <xsl:copy-of select="s:evaluate('/') | s:eval(s:expression('/'))"/>
  </xsl:template>
</xsl:stylesheet>
