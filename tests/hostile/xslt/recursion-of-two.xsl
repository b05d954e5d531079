<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/" name="a">
    <xsl:call-template name="b"/>
  </xsl:template>
  <xsl:template name="b">
    <xsl:call-template name="a"/>
  </xsl:template>
</xsl:stylesheet>
