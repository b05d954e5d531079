<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:str="http://exslt.org/strings">
  <xsl:template match="/">
    <domain><title><xsl:value-of select="str:padding(2000000000, 'x')"/></title></domain>
  </xsl:template>
</xsl:stylesheet>
