<domain xsl:version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:document href="written"><a/></xsl:document>
</domain>
