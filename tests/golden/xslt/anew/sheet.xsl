<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@* | node()">
    <xsl:copy>
      <xsl:apply-templates select="@* | node()"/>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="/domain">
    <domain type="kvm"><name>other</name><memory unit="MiB">512</memory><os><type arch="x86_64">hvm</type></os></domain>
  </xsl:template>
</xsl:stylesheet>
