<?xml version="1.0" encoding="UTF-8"?>
<!--
  Tells the guest that its vCPUs have host CPUs of their own: <features><kvm><hint-dedicated state='on'/>. A Linux guest
  then polls before it halts and uses no paravirtual spinlocks. x86 only. Equals domxform's pass hint-dedicated.

  Parameter:
    state   on (the default) or off

  xsltproc xslt/hint-dedicated.xsl vm.xml
  xsltproc -stringparam state off xslt/hint-dedicated.xsl vm.xml

  Where no parameter can be given, as in Terraform, change what stands in its select.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <!-- Where there is white space already, indent adds none: the file only gets a last line end. -->
  <xsl:output method="xml" encoding="UTF-8" indent="yes" omit-xml-declaration="yes"/>

  <xsl:param name="state" select="'on'"/>

  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
  </xsl:template>

  <!-- What is there. The architecture follows from the machine where it is not stated. -->

  <xsl:variable name="os" select="(/domain/os/type)[1]"/>
  <xsl:variable name="x86" select="$os/@arch = 'x86_64' or $os/@arch = 'i686' or not($os/@arch or
    starts-with($os/@machine, 'virt') or starts-with($os/@machine, 'pseries') or
    starts-with($os/@machine, 's390-ccw'))"/>
  <xsl:variable name="hint" select="(/domain/features/kvm/hint-dedicated)[last()]"/>

  <!-- What is to be done. Where there is no hint, the innermost element that is there gets it. -->

  <xsl:variable name="change" select="not($hint/@state = $state) and ($hint or $x86)"/>
  <xsl:variable name="kvm" select="/domain/features/kvm"/>
  <xsl:variable name="in-kvm" select="($kvm[1] | $kvm[hidden or hint-dedicated])[last()]"/>
  <xsl:variable name="features" select="/domain/features[not($kvm)]"/>
  <xsl:variable name="in-features" select="($features[1] | $features[acpi or apic or pae or hap or viridian or
    privnet or hyperv])[last()]"/>
  <xsl:variable name="home" select="($in-kvm | $in-features | /domain[not(features)])[$change and not($hint)]"/>

  <xsl:template match="/">
    <xsl:if test="not($state = 'on' or $state = 'off')">
      <xsl:message terminate="yes">hint-dedicated: state is on or off</xsl:message>
    </xsl:if>
    <xsl:if test="not(/domain[@type = 'kvm' or @type = 'qemu' or @type = 'hvf' or @type = 'test'])">
      <xsl:message terminate="yes">hint-dedicated: only domains of type kvm, qemu, hvf and test are served</xsl:message>
    </xsl:if>
    <xsl:if test="$state = 'on' and not($hint/@state = 'on' or $x86)">
      <xsl:message terminate="yes">
        <xsl:text>hint-dedicated: x86 only; elsewhere use the guest's kernel arguments </xsl:text>
        <xsl:text>cpuidle_haltpoll.force=Y haltpoll.enable=Y</xsl:text>
      </xsl:message>
    </xsl:if>
    <xsl:apply-templates select="node()"/>
  </xsl:template>

  <xsl:template match="/domain/features/kvm/hint-dedicated">
    <xsl:copy>
      <xsl:apply-templates select="@*"/>
      <xsl:if test="$change and generate-id() = generate-id($hint)">
        <xsl:attribute name="state"><xsl:value-of select="$state"/></xsl:attribute>
      </xsl:if>
      <xsl:apply-templates select="node()"/>
    </xsl:copy>
  </xsl:template>

  <xsl:template match="/domain">
    <xsl:call-template name="place">
      <xsl:with-param name="own" select="'features'"/>
      <xsl:with-param name="order" select="' name uuid genid title description metadata maxMemory memory currentMemory
        blkiotune memtune memoryBacking vcpu vcpus iothreads iothreadids defaultiothread throttlegroups cputune numatune
        resource sysinfo bootloader bootloader_args os idmap features cpu clock on_poweroff on_reboot on_crash
        on_lockfailure pm perf devices seclabel keywrap launchSecurity '"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="/domain/features">
    <xsl:call-template name="place">
      <xsl:with-param name="own" select="'kvm'"/>
      <xsl:with-param name="order" select="' acpi apic pae hap viridian privnet hyperv kvm pvspinlock capabilities pmu
        vmport gic smm ioapic hpt vmcoreinfo htm nested-hv msrs ccf-assist xen cfpc sbbc ibs tcg async-teardown ras ps2
        aia '"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="/domain/features/kvm">
    <xsl:call-template name="place">
      <xsl:with-param name="own" select="'hint-dedicated'"/>
      <xsl:with-param name="order" select="' hidden hint-dedicated poll-control pv-ipi dirty-ring '"/>
    </xsl:call-template>
  </xsl:template>

  <!-- What is new in an element. -->

  <xsl:template match="domain" mode="new">
    <features>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="2"/></xsl:call-template>
      <xsl:apply-templates select="." mode="new-kvm"/>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="1"/></xsl:call-template>
    </features>
  </xsl:template>

  <xsl:template match="features" mode="new">
    <xsl:apply-templates select="." mode="new-kvm"/>
  </xsl:template>

  <xsl:template match="domain|features" mode="new-kvm">
    <kvm>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="3"/></xsl:call-template>
      <hint-dedicated state="{$state}"/>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="2"/></xsl:call-template>
    </kvm>
  </xsl:template>

  <xsl:template match="kvm" mode="new">
    <hint-dedicated state="{$state}"/>
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
