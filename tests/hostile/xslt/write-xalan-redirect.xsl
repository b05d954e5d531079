<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:r="org.apache.xalan.xslt.extensions.Redirect" extension-element-prefixes="r">
  <xsl:template match="/">
    <r:write file="@DIR@/written" select="'written'"><a/></r:write>
    <xsl:copy-of select="."/>
  </xsl:template>
</xsl:stylesheet>
