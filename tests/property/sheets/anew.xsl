<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/">
    <domain type="kvm">
      <name>
        <xsl:value-of select="concat(domain/name, '-new')"/>
      </name>
      <memory unit="GiB">1</memory>
      <devices/>
    </domain>
  </xsl:template>
</xsl:stylesheet>
