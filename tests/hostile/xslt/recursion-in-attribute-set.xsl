<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:attribute-set name="a">
    <xsl:attribute name="x"><xsl:call-template name="again"/></xsl:attribute>
  </xsl:attribute-set>
  <xsl:template match="/" name="again">
    <domain xsl:use-attribute-sets="a"/>
  </xsl:template>
</xsl:stylesheet>
