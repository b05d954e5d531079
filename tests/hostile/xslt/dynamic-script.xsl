<xsl:stylesheet version="1.1" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:my="urn:my"
                extension-element-prefixes="my">
  <xsl:script implements-prefix="my" language="ecmascript">function f() { return 1; }</xsl:script>
  <xsl:template match="/">
    <xsl:copy-of select="my:f()"/>
  </xsl:template>
</xsl:stylesheet>
