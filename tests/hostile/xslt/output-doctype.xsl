<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output doctype-system="http://127.0.0.1:@PORT@/x.dtd" standalone="yes" encoding="ISO-8859-1" version="1.1"/>
  <xsl:template match="/"><xsl:copy-of select="."/></xsl:template>
</xsl:stylesheet>
