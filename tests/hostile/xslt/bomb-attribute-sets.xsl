<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:attribute-set name="a" use-attribute-sets="b b b b b b b b b b b b b b b b"/>
  <xsl:attribute-set name="b" use-attribute-sets="c c c c c c c c c c c c c c c c"/>
  <xsl:attribute-set name="c" use-attribute-sets="d d d d d d d d d d d d d d d d"/>
  <xsl:attribute-set name="d" use-attribute-sets="e e e e e e e e e e e e e e e e"/>
  <xsl:attribute-set name="e" use-attribute-sets="f f f f f f f f f f f f f f f f"/>
  <xsl:attribute-set name="f" use-attribute-sets="g g g g g g g g g g g g g g g g"/>
  <xsl:attribute-set name="g" use-attribute-sets="h h h h h h h h h h h h h h h h"/>
  <xsl:attribute-set name="h" use-attribute-sets="i i i i i i i i i i i i i i i i"/>
  <xsl:attribute-set name="i"><xsl:attribute name="type">kvm</xsl:attribute></xsl:attribute-set>
  <xsl:template match="/domain">
    <domain xsl:use-attribute-sets="a"><xsl:copy-of select="node()"/></domain>
  </xsl:template>
</xsl:stylesheet>
