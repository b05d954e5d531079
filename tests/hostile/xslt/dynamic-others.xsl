<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:date="http://exslt.org/dates-and-times" xmlns:math="http://exslt.org/math"
                xmlns:set="http://exslt.org/sets" xmlns:crypto="http://exslt.org/crypto"
                xmlns:regexp="http://exslt.org/regular-expressions">
  <xsl:template match="/">
    <domain>
      <title><xsl:value-of select="date:date-time()"/></title>
      <title><xsl:value-of select="math:random()"/></title>
      <title><xsl:value-of select="crypto:md5('x')"/></title>
      <title><xsl:value-of select="regexp:test('aaaaaaaaaaaaaaaaaaaaaaaa', '(a*)*b')"/></title>
      <title><xsl:value-of select="set:distinct(//*)"/></title>
    </domain>
  </xsl:template>
</xsl:stylesheet>
