<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/">
    <xsl:for-each-group select="//*" group-by="name()"><xsl:sequence select="."/></xsl:for-each-group>
    <xsl:copy-of select="."/>
  </xsl:template>
</xsl:stylesheet>
