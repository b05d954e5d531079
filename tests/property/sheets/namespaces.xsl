<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0" xmlns:my="urn:my">
  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="domain">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
      <qemu:commandline>
        <qemu:arg value="-x"/>
      </qemu:commandline>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="metadata">
    <metadata my:kind="x">
      <my:data xmlns="urn:other">
        <plain/>
      </my:data>
      <xsl:apply-templates select="node()"/>
    </metadata>
  </xsl:template>
  <xsl:template match="features">
    <xsl:element name="{name()}" namespace="urn:default">
      <xsl:apply-templates select="node()"/>
    </xsl:element>
  </xsl:template>
</xsl:stylesheet>
