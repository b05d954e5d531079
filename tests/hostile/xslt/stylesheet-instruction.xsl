<?xml-stylesheet type="text/xml" href="http://127.0.0.1:@PORT@/x.xsl"?>
<?oasis-xml-catalog catalog="http://127.0.0.1:@PORT@/catalog.xml"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:import href="known.xsl"/>
</xsl:stylesheet>
