<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <!-- There is a part of that name here; libxslt is sent to another. -->
  <xsl:import href="known.xsl" xml:base="http://127.0.0.1:@PORT@/"/>
</xsl:stylesheet>
