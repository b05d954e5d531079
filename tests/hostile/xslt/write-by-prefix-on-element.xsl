<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/">
    <x:document href="written" xmlns:x="http://exslt.org/common" xsl:extension-element-prefixes="x"><a/></x:document>
    <xsl:copy-of select="."/>
  </xsl:template>
</xsl:stylesheet>
