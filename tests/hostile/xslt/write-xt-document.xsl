<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:xt="http://www.jclark.com/xt" extension-element-prefixes="xt">
  <xsl:template match="/">
    <xt:document href="{concat('@DIR@', '/written')}"><a/></xt:document>
    <xsl:copy-of select="."/>
  </xsl:template>
</xsl:stylesheet>
