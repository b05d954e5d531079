<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:q="http://libvirt.org/schemas/domain/qemu/1.0">
  <xsl:template match="@* | node()">
    <xsl:copy>
      <xsl:apply-templates select="@* | node()"/>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="domain[not(q:commandline)]">
    <xsl:copy>
      <xsl:apply-templates select="@* | node()"/>
      <q:commandline>
        <q:arg value="-snapshot"/>
      </q:commandline>
    </xsl:copy>
  </xsl:template>
</xsl:stylesheet>
