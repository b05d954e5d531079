<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:f="http://exslt.org/functions" xmlns:my="urn:my" extension-element-prefixes="f">
  <f:function name="my:again">
    <f:result select="my:again()"/>
  </f:function>
  <xsl:template match="/">
    <xsl:copy-of select="my:again()"/>
  </xsl:template>
</xsl:stylesheet>
