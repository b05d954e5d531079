<!DOCTYPE xsl:stylesheet [<!ENTITY canary SYSTEM "canary.txt">]>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/domain">
    <domain><title>&canary;</title></domain>
  </xsl:template>
</xsl:stylesheet>
