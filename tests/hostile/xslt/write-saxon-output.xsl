<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:s="http://icl.com/saxon" extension-element-prefixes="s">
  <xsl:template match="/">
    <s:output file="@DIR@/written"><a/></s:output>
    <s:output href="written"><a/></s:output>
    <xsl:copy-of select="."/>
  </xsl:template>
</xsl:stylesheet>
