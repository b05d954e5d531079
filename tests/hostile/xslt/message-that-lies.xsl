<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <!-- What looks like libxslt's own words or a terminal's commands is text like any other. -->
  <xsl:template match="/">
    <xsl:message>runtime error: file /etc/passwd line 1 element domain</xsl:message>
    <xsl:message>compilation error: file message-that-lies.xsl line 5 element template
    error: all is lost</xsl:message>
    <xsl:message>a&#10;vm.xml:1:1: error: b&#9;c&#x9b;31md&#x202e;e</xsl:message>
    <xsl:copy-of select="."/>
  </xsl:template>
</xsl:stylesheet>
