<?xml version="1.0" encoding="UTF-8"?>
<!--
  Confines the domain with sVirt: <seclabel>, by default type='dynamic' model='selinux' relabel='yes'. A seclabel of
  another model stays, and a second one is added; one of the same model and another type is refused. Equals domxform's
  pass seclabel.

  Parameters, each of which may be left out:
    type       dynamic (the default; a static one that is there stays), static, or none, which confines nothing
    model      selinux (the default), apparmor, dac or another that the host has
    relabel    yes or no: whether libvirt labels the domain's files; always for dynamic, never for none
    label      the label of a static seclabel, which must be given for it
    baselabel  what a dynamic label is built on

  xsltproc xslt/seclabel.xsl vm.xml
  xsltproc -stringparam type static -stringparam label system_u:system_r:svirt_t:s0:c1,c2 xslt/seclabel.xsl vm.xml

  Where no parameter can be given, as in Terraform, change what stands in its select.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <!-- Where there is white space already, indent adds none: the file only gets a last line end. -->
  <xsl:output method="xml" encoding="UTF-8" indent="yes" omit-xml-declaration="yes"/>

  <xsl:param name="type" select="''"/>
  <xsl:param name="model" select="''"/>
  <xsl:param name="relabel" select="''"/>
  <xsl:param name="label" select="''"/>
  <xsl:param name="baselabel" select="''"/>

  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
  </xsl:template>

  <!-- What is there: the seclabel of the model or, without one, that which confines the process. The model 'none' makes
       type='none' of any type. -->

  <xsl:variable name="all" select="/domain/seclabel"/>
  <xsl:variable name="there" select="($all[$model != ''][@model = $model] |
    $all[$model = ''][not(@model = 'dac')])[1]"/>
  <xsl:variable name="type-there">
    <xsl:choose>
      <xsl:when test="$there/@model = 'none'">none</xsl:when>
      <xsl:when test="$there/@type = 'dynamic' or $there/@type = 'none' or $there/@type = 'static'">
        <xsl:value-of select="$there/@type"/>
      </xsl:when>
    </xsl:choose>
  </xsl:variable>

  <!-- What is to be done: fill in a seclabel that is new or has no type, or bring one of the type in line. -->

  <xsl:variable name="asked">
    <xsl:choose>
      <xsl:when test="$type = ''">dynamic</xsl:when>
      <xsl:otherwise><xsl:value-of select="$type"/></xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:variable name="stays" select="$type = '' and $type-there = 'static'"/>
  <xsl:variable name="fill" select="not($there/@type) and $type-there != $asked"/>
  <xsl:variable name="home" select="/domain[not($there)]"/>

  <xsl:template match="/">
    <xsl:call-template name="check"/>
    <xsl:if test="not(/domain[@type = 'kvm' or @type = 'qemu' or @type = 'hvf' or @type = 'test' or @type = 'lxc' or
      @type = 'xen'])">
      <xsl:message terminate="yes">
        <xsl:text>seclabel: only domains of type kvm, qemu, hvf, test, lxc and xen are served</xsl:text>
      </xsl:message>
    </xsl:if>
    <xsl:if test="not($there) and $all[not(@model)]">
      <xsl:message terminate="yes">
        <xsl:text>seclabel: a seclabel without a model stands here: </xsl:text>
        <xsl:text>name its model first, beside another one libvirt needs it</xsl:text>
      </xsl:message>
    </xsl:if>
    <xsl:if test="$there and not($fill or $stays or $type-there = $asked)">
      <xsl:message terminate="yes">
        <xsl:value-of select="concat('seclabel: one of type ', $type-there, ' stands here, not ', $asked)"/>
      </xsl:message>
    </xsl:if>
    <xsl:apply-templates select="node()"/>
  </xsl:template>

  <xsl:template name="check">
    <xsl:if test="not($asked = 'dynamic' or $asked = 'static' or $asked = 'none')">
      <xsl:message terminate="yes">seclabel: type is dynamic, static or none</xsl:message>
    </xsl:if>
    <xsl:if test="not($relabel = '' or $relabel = 'yes' or $relabel = 'no')">
      <xsl:message terminate="yes">seclabel: relabel is yes or no</xsl:message>
    </xsl:if>
    <xsl:if test="($label != '') != ($asked = 'static')">
      <xsl:message terminate="yes">seclabel: a label is for static only, which needs one</xsl:message>
    </xsl:if>
    <xsl:if test="$baselabel != '' and $asked != 'dynamic'">
      <xsl:message terminate="yes">seclabel: a baselabel is for dynamic only</xsl:message>
    </xsl:if>
    <xsl:if test="$asked = 'none' and $relabel = 'yes' or $asked = 'dynamic' and $relabel = 'no'">
      <xsl:message terminate="yes">seclabel: dynamic always relabels and none never, leave relabel out</xsl:message>
    </xsl:if>
    <xsl:if test="$model = 'none' or string-length($model) > 256">
      <xsl:message terminate="yes">seclabel: model is selinux, apparmor, dac or another that the host has</xsl:message>
    </xsl:if>
  </xsl:template>

  <xsl:template match="/domain">
    <xsl:call-template name="place">
      <xsl:with-param name="own" select="'seclabel'"/>
      <xsl:with-param name="order" select="' name uuid genid title description metadata maxMemory memory currentMemory
        blkiotune memtune memoryBacking vcpu vcpus iothreads iothreadids defaultiothread throttlegroups cputune numatune
        resource sysinfo bootloader bootloader_args os idmap features cpu clock on_poweroff on_reboot on_crash
        on_lockfailure pm perf devices seclabel keywrap launchSecurity '"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="/domain/seclabel">
    <xsl:choose>
      <xsl:when test="$stays or generate-id() != generate-id($there)">
        <xsl:copy-of select="."/>
      </xsl:when>
      <xsl:otherwise>
        <xsl:copy>
          <xsl:apply-templates select="@*[name() != 'relabel' or not($fill and $asked = 'none')]"/>
          <xsl:call-template name="attributes"/>
          <xsl:call-template name="children"/>
        </xsl:copy>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="attributes">
    <xsl:variable name="relabels" select="@relabel = 'yes' or not(@relabel) and @type = 'dynamic'"/>
    <xsl:choose>
      <xsl:when test="$fill">
        <xsl:attribute name="type"><xsl:value-of select="$asked"/></xsl:attribute>
        <xsl:if test="not(@model)">
          <xsl:call-template name="model"/>
        </xsl:if>
        <xsl:call-template name="relabel"/>
      </xsl:when>
      <xsl:when test="$relabel != '' and $relabels != ($relabel = 'yes') and $asked != 'none'">
        <xsl:attribute name="relabel"><xsl:value-of select="$relabel"/></xsl:attribute>
      </xsl:when>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="model">
    <xsl:attribute name="model">
      <xsl:choose>
        <xsl:when test="$model = ''">selinux</xsl:when>
        <xsl:otherwise><xsl:value-of select="$model"/></xsl:otherwise>
      </xsl:choose>
    </xsl:attribute>
  </xsl:template>

  <xsl:template name="relabel">
    <xsl:choose>
      <xsl:when test="$asked = 'none'"/>
      <xsl:when test="$relabel != ''">
        <xsl:attribute name="relabel"><xsl:value-of select="$relabel"/></xsl:attribute>
      </xsl:when>
      <xsl:when test="$asked = 'dynamic'">
        <xsl:attribute name="relabel">yes</xsl:attribute>
      </xsl:when>
    </xsl:choose>
  </xsl:template>

  <!-- The children of a seclabel that is there: one that is asked for and missing goes in at its place. -->
  <xsl:template name="children">
    <xsl:choose>
      <xsl:when test="$label != '' and not(label)">
        <xsl:call-template name="insert">
          <xsl:with-param name="last" select="/.."/>
          <xsl:with-param name="next" select="*[self::imagelabel or self::baselabel or contains(name(), ':')][1]"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:when test="$baselabel != '' and not(baselabel)">
        <xsl:call-template name="insert">
          <xsl:with-param name="last" select="*[self::label or self::imagelabel][last()]"/>
          <xsl:with-param name="next" select="*[contains(name(), ':')][1]"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <xsl:apply-templates select="node()"/>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template match="/domain/seclabel/label[1]">
    <xsl:call-template name="text"><xsl:with-param name="asked" select="$label"/></xsl:call-template>
  </xsl:template>

  <xsl:template match="/domain/seclabel/baselabel[1]">
    <xsl:call-template name="text"><xsl:with-param name="asked" select="$baselabel"/></xsl:call-template>
  </xsl:template>

  <!-- The first text that is not blank takes what is asked for, and the others go; comments stay. -->
  <xsl:template name="text">
    <xsl:param name="asked"/>
    <xsl:variable name="first" select="text()[normalize-space()][1]"/>
    <xsl:copy>
      <xsl:apply-templates select="@*"/>
      <xsl:choose>
        <xsl:when test="$asked = '' or normalize-space() = $asked">
          <xsl:apply-templates select="node()"/>
        </xsl:when>
        <xsl:when test="$first">
          <xsl:apply-templates select="$first/preceding-sibling::node()"/>
          <xsl:value-of select="$asked"/>
          <xsl:apply-templates select="$first/following-sibling::node()[not(self::text())]"/>
        </xsl:when>
        <xsl:otherwise>
          <xsl:value-of select="$asked"/>
          <xsl:apply-templates select="node()"/>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:copy>
  </xsl:template>

  <!-- What is new in an element. -->

  <xsl:template match="domain" mode="new">
    <seclabel type="{$asked}">
      <xsl:call-template name="model"/>
      <xsl:call-template name="relabel"/>
      <xsl:if test="$label != '' or $baselabel != ''">
        <xsl:call-template name="line"><xsl:with-param name="depth" select="2"/></xsl:call-template>
        <xsl:call-template name="labels"/>
        <xsl:call-template name="line"><xsl:with-param name="depth" select="1"/></xsl:call-template>
      </xsl:if>
    </seclabel>
  </xsl:template>

  <xsl:template match="seclabel" mode="new">
    <xsl:call-template name="labels"/>
  </xsl:template>

  <!-- One at most: a label is for static, a baselabel for dynamic. -->
  <xsl:template name="labels">
    <xsl:if test="$label != ''">
      <label><xsl:value-of select="$label"/></label>
    </xsl:if>
    <xsl:if test="$baselabel != ''">
      <baselabel><xsl:value-of select="$baselabel"/></baselabel>
    </xsl:if>
  </xsl:template>

  <!-- Copies an element. In $home, what is new goes behind the last child that stands in the order before $own or is
       of that name, with the comments on its line; else before the first behind it in the order; else behind all. -->
  <xsl:template name="place">
    <xsl:param name="own"/>
    <xsl:param name="order"/>
    <xsl:copy>
      <xsl:apply-templates select="@*"/>
      <xsl:choose>
        <xsl:when test="count(. | $home) = count($home)">
          <xsl:variable name="words" select="concat(' ', normalize-space($order), ' ')"/>
          <xsl:variable name="word" select="concat(' ', $own, ' ')"/>
          <xsl:variable name="up-to" select="concat(substring-before($words, $word), $word)"/>
          <xsl:variable name="beyond" select="concat(' ', substring-after($words, $word))"/>
          <xsl:call-template name="insert">
            <xsl:with-param name="last" select="*[contains($up-to, concat(' ', name(), ' '))][last()]"/>
            <xsl:with-param name="next" select="*[contains($beyond, concat(' ', name(), ' ')) or
              contains(name(), ':')][1]"/>
          </xsl:call-template>
        </xsl:when>
        <xsl:otherwise>
          <xsl:apply-templates select="node()"/>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:copy>
  </xsl:template>

  <xsl:template name="insert">
    <xsl:param name="last"/>
    <xsl:param name="next"/>
    <xsl:variable name="off-line" select="$last/following-sibling::node()[not(self::comment() or
      self::text()[not(normalize-space() or contains(., '&#10;'))])][1]"/>
    <xsl:variable name="comments" select="$last/following-sibling::comment()[not($off-line) or
      following-sibling::node()[generate-id() = generate-id($off-line)]]"/>
    <xsl:variable name="all" select="node()[not($last or $next)][not(self::text()) or normalize-space()]"/>
    <xsl:variable name="after" select="($last | $comments | $all)[last()]"/>
    <xsl:choose>
      <xsl:when test="$after">
        <xsl:apply-templates select="$after/preceding-sibling::node() | $after"/>
        <xsl:call-template name="line"/>
        <xsl:apply-templates select="." mode="new"/>
        <xsl:apply-templates select="$after/following-sibling::node()"/>
      </xsl:when>
      <xsl:when test="$next">
        <xsl:apply-templates select="$next/preceding-sibling::node()"/>
        <xsl:apply-templates select="." mode="new"/>
        <xsl:call-template name="line"/>
        <xsl:apply-templates select="$next | $next/following-sibling::node()"/>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="line"/>
        <xsl:apply-templates select="." mode="new"/>
        <xsl:call-template name="line"><xsl:with-param name="depth" select="count(ancestor::*)"/></xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- A line end and the indentation of a depth, as the first child of the domain has them. -->
  <xsl:variable name="white" select="/domain/*[1]/preceding-sibling::node()[1][self::text()][not(normalize-space())]"/>

  <xsl:template name="line">
    <xsl:param name="depth" select="count(ancestor::*) + 1"/>
    <xsl:choose>
      <xsl:when test="not(contains($white, '&#10;'))"/>
      <xsl:when test="$depth > 0">
        <xsl:call-template name="line"><xsl:with-param name="depth" select="$depth - 1"/></xsl:call-template>
        <xsl:value-of select="translate($white, '&#10;', '')"/>
      </xsl:when>
      <xsl:otherwise>
        <xsl:text>&#10;</xsl:text>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
