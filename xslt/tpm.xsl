<?xml version="1.0" encoding="UTF-8"?>
<!--
  Gives the guest a virtual TPM: <devices><tpm>, by default an emulated TPM 2.0 of the model that the architecture has.
  A domain that has a TPM stays as it is; one of another model, backend or version than was asked for is refused, since
  keys sealed in it would be lost. Equals domxform's pass tpm.

  Parameters, each of which may be left out:
    model    auto (the default: what the architecture has), tpm-tis, tpm-crb, tpm-spapr or tpm-tis-device
    version  of the emulated TPM: 2.0 (the default) or 1.2
    backend  emulator (the default), passthrough (the host's own TPM) or external (a swtpm that runs already)
    device   the host's TPM for the backend passthrough, /dev/tpm0 by default
    source   the socket of the running swtpm for the backend external
    dialect  openeuler writes its own libvirt's tpm-tis-device on AArch64, where upstream (libvirt, the default) has
             tpm-tis

  xsltproc xslt/tpm.xsl vm.xml
  xsltproc -stringparam model tpm-crb xslt/tpm.xsl vm.xml

  Where no parameter can be given, as in Terraform, change what stands in its select.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <!-- Where there is white space already, indent adds none: the file only gets a last line end. -->
  <xsl:output method="xml" encoding="UTF-8" indent="yes" omit-xml-declaration="yes"/>

  <xsl:param name="model" select="''"/>
  <xsl:param name="version" select="''"/>
  <xsl:param name="backend" select="''"/>
  <xsl:param name="device" select="''"/>
  <xsl:param name="source" select="''"/>
  <xsl:param name="dialect" select="''"/>

  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
  </xsl:template>

  <!-- The architecture follows from the machine where it is not stated; each has its models, the default first. -->

  <xsl:variable name="os" select="(/domain/os/type)[1]"/>
  <xsl:variable name="arch">
    <xsl:choose>
      <xsl:when test="$os/@arch"><xsl:value-of select="$os/@arch"/></xsl:when>
      <xsl:when test="starts-with($os/@machine, 'pseries')">ppc64</xsl:when>
      <xsl:when test="starts-with($os/@machine, 's390-ccw')">s390x</xsl:when>
      <xsl:when test="starts-with($os/@machine, 'virt')">aarch64</xsl:when>
      <xsl:otherwise>x86_64</xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:variable name="x86" select="$arch = 'x86_64' or $arch = 'i686'"/>
  <xsl:variable name="offered">
    <xsl:choose>
      <xsl:when test="$x86">tpm-tis tpm-crb </xsl:when>
      <xsl:when test="$arch = 'aarch64'">tpm-tis tpm-tis-device </xsl:when>
      <xsl:when test="$arch = 'armv7l' or $arch = 'armv6l'">tpm-tis </xsl:when>
      <xsl:when test="$arch = 'ppc64' or $arch = 'ppc64le'">tpm-spapr </xsl:when>
      <xsl:when test="$arch = 'riscv64' or $arch = 'riscv32' or $arch = 'loongarch64'">tpm-tis </xsl:when>
    </xsl:choose>
  </xsl:variable>

  <!-- What is asked for. tpm-tis and openEuler's tpm-tis-device are one device under two names. -->

  <xsl:variable name="any-model" select="$model = '' or $model = 'auto'"/>
  <xsl:variable name="asked">
    <xsl:choose>
      <xsl:when test="$any-model"><xsl:value-of select="substring-before($offered, ' ')"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="$model"/></xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:variable name="spelled">
    <xsl:choose>
      <xsl:when test="$dialect = 'openeuler' and $arch = 'aarch64' and $asked = 'tpm-tis'">tpm-tis-device</xsl:when>
      <xsl:when test="$dialect != 'openeuler' and $asked = 'tpm-tis-device'">tpm-tis</xsl:when>
      <xsl:otherwise><xsl:value-of select="$asked"/></xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:variable name="kind">
    <xsl:choose>
      <xsl:when test="$backend = ''">emulator</xsl:when>
      <xsl:otherwise><xsl:value-of select="$backend"/></xsl:otherwise>
    </xsl:choose>
  </xsl:variable>

  <!-- What is there, with what libvirt fills in. -->

  <xsl:variable name="tpm" select="(/domain/devices/tpm[not(@model = 'spapr-tpm-proxy')])[1]"/>
  <xsl:variable name="there" select="$tpm/backend[1]"/>
  <xsl:variable name="model-there">
    <xsl:choose>
      <xsl:when test="$tpm/@model"><xsl:value-of select="$tpm/@model"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="substring-before($offered, ' ')"/></xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:variable name="version-there">
    <xsl:choose>
      <xsl:when test="$there/@version"><xsl:value-of select="$there/@version"/></xsl:when>
      <xsl:when test="$x86 and $model-there = 'tpm-tis'">1.2</xsl:when>
      <xsl:otherwise>2.0</xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:variable name="device-there">
    <xsl:choose>
      <xsl:when test="$there/device"><xsl:value-of select="$there/device[1]/@path"/></xsl:when>
      <xsl:otherwise>/dev/tpm0</xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:variable name="other">
    <xsl:choose>
      <xsl:when test="not($tpm)"/>
      <xsl:when test="not($any-model) and $model-there != $model and not(starts-with($model-there, 'tpm-tis') and
        starts-with($model, 'tpm-tis'))">model</xsl:when>
      <xsl:when test="$backend != '' and not($there/@type = $backend)">backend</xsl:when>
      <xsl:when test="$version != '' and $there/@type = 'emulator' and $version-there != $version">version</xsl:when>
      <xsl:when test="$device != '' and $device-there != $device">device</xsl:when>
      <xsl:when test="$source != '' and not($there/source[1]/@path = $source)">source</xsl:when>
    </xsl:choose>
  </xsl:variable>

  <!-- What is to be done: give a TPM to an element, or spell the model of the one that is there in the other way. -->

  <xsl:variable name="respell" select="$tpm and not($any-model) and
    ($tpm/@model = 'tpm-tis-device' and $model = 'tpm-tis' and $spelled = 'tpm-tis' or
    not($tpm/@model = 'tpm-tis-device') and $spelled = 'tpm-tis-device')"/>
  <xsl:variable name="devices" select="/domain/devices"/>
  <xsl:variable name="home" select="(($devices[1] | $devices[emulator or disk or controller or lease or filesystem or
    interface or smartcard or serial or parallel or console or channel or input or tpm])[last()] |
    /domain[not($devices)])[not($tpm)]"/>

  <xsl:template match="/">
    <xsl:call-template name="check"/>
    <xsl:if test="not(/domain[@type = 'kvm' or @type = 'qemu' or @type = 'hvf' or @type = 'test'])">
      <xsl:message terminate="yes">tpm: only domains of type kvm, qemu, hvf and test are served</xsl:message>
    </xsl:if>
    <xsl:if test="$other != ''">
      <xsl:message terminate="yes">
        <xsl:text>tpm: the domain has a TPM of another </xsl:text>
        <xsl:value-of select="$other"/>
        <xsl:text>: a change loses what is sealed in it</xsl:text>
      </xsl:message>
    </xsl:if>
    <xsl:if test="not($tpm) or $respell">
      <xsl:call-template name="check-model"/>
    </xsl:if>
    <xsl:apply-templates select="node()"/>
  </xsl:template>

  <xsl:template name="check">
    <xsl:if test="not($any-model or $model = 'tpm-tis' or $model = 'tpm-crb' or $model = 'tpm-spapr' or
      $model = 'tpm-tis-device')">
      <xsl:message terminate="yes">tpm: model is auto, tpm-tis, tpm-crb, tpm-spapr or tpm-tis-device</xsl:message>
    </xsl:if>
    <xsl:if test="not($version = '' or $version = '2.0' or $version = '1.2')">
      <xsl:message terminate="yes">tpm: version is 2.0 or 1.2</xsl:message>
    </xsl:if>
    <xsl:if test="not($kind = 'emulator' or $kind = 'passthrough' or $kind = 'external')">
      <xsl:message terminate="yes">tpm: backend is emulator, passthrough or external</xsl:message>
    </xsl:if>
    <xsl:if test="not($dialect = '' or $dialect = 'libvirt' or $dialect = 'openeuler')">
      <xsl:message terminate="yes">tpm: dialect is libvirt or openeuler</xsl:message>
    </xsl:if>
    <xsl:if test="$device != '' and $kind != 'passthrough'">
      <xsl:message terminate="yes">tpm: device is for the passthrough backend</xsl:message>
    </xsl:if>
    <xsl:if test="($source != '') != ($kind = 'external')">
      <xsl:message terminate="yes">tpm: source is for the external backend, which needs it</xsl:message>
    </xsl:if>
    <xsl:if test="$version != '' and $kind != 'emulator'">
      <xsl:message terminate="yes">tpm: version is for the emulator backend, libvirt drops it elsewhere</xsl:message>
    </xsl:if>
    <xsl:if test="$version = '1.2' and $model = 'tpm-tis-device'">
      <xsl:message terminate="yes">tpm: tpm-tis-device has no version 1.2</xsl:message>
    </xsl:if>
  </xsl:template>

  <xsl:template name="check-model">
    <xsl:if test="$asked = '' or not(contains(concat(' ', $offered), concat(' ', $asked, ' ')))">
      <xsl:message terminate="yes">
        <xsl:value-of select="concat('tpm: there is no ', $asked, ' for ', $arch)"/>
      </xsl:message>
    </xsl:if>
    <xsl:if test="$version = '1.2' and not($x86 and $asked = 'tpm-tis')">
      <xsl:message terminate="yes">tpm: only x86's tpm-tis has a version 1.2</xsl:message>
    </xsl:if>
  </xsl:template>

  <xsl:template match="/domain/devices/tpm">
    <xsl:copy>
      <xsl:apply-templates select="@*"/>
      <xsl:if test="$respell and generate-id() = generate-id($tpm)">
        <xsl:attribute name="model"><xsl:value-of select="$spelled"/></xsl:attribute>
      </xsl:if>
      <xsl:apply-templates select="node()"/>
    </xsl:copy>
  </xsl:template>

  <xsl:template match="/domain">
    <xsl:call-template name="place">
      <xsl:with-param name="own" select="'devices'"/>
      <xsl:with-param name="order" select="' name uuid genid title description metadata maxMemory memory currentMemory
        blkiotune memtune memoryBacking vcpu vcpus iothreads iothreadids defaultiothread throttlegroups cputune numatune
        resource sysinfo bootloader bootloader_args os idmap features cpu clock on_poweroff on_reboot on_crash
        on_lockfailure pm perf devices seclabel keywrap launchSecurity '"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="/domain/devices">
    <xsl:call-template name="place">
      <xsl:with-param name="own" select="'tpm'"/>
      <xsl:with-param name="order" select="' emulator disk controller lease filesystem interface smartcard serial
        parallel console channel input tpm graphics sound audio video hostdev redirdev redirfilter hub watchdog
        memballoon rng nvram panic shmem memory crypto iommu vsock pstore '"/>
    </xsl:call-template>
  </xsl:template>

  <!-- What is new in an element. -->

  <xsl:template match="domain" mode="new">
    <devices>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="2"/></xsl:call-template>
      <xsl:call-template name="tpm"/>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="1"/></xsl:call-template>
    </devices>
  </xsl:template>

  <xsl:template match="devices" mode="new">
    <xsl:call-template name="tpm"/>
  </xsl:template>

  <xsl:template name="tpm">
    <tpm model="{$spelled}">
      <xsl:call-template name="line"><xsl:with-param name="depth" select="3"/></xsl:call-template>
      <xsl:call-template name="backend"/>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="2"/></xsl:call-template>
    </tpm>
  </xsl:template>

  <xsl:template name="backend">
    <backend type="{$kind}">
      <xsl:choose>
        <xsl:when test="$kind = 'emulator' and $version != ''">
          <xsl:attribute name="version"><xsl:value-of select="$version"/></xsl:attribute>
        </xsl:when>
        <xsl:when test="$kind = 'emulator'">
          <xsl:attribute name="version">2.0</xsl:attribute>
        </xsl:when>
        <xsl:otherwise>
          <xsl:call-template name="line"><xsl:with-param name="depth" select="4"/></xsl:call-template>
          <xsl:call-template name="of-the-host"/>
          <xsl:call-template name="line"><xsl:with-param name="depth" select="3"/></xsl:call-template>
        </xsl:otherwise>
      </xsl:choose>
    </backend>
  </xsl:template>

  <xsl:template name="of-the-host">
    <xsl:choose>
      <xsl:when test="$kind = 'external'"><source type="unix" mode="connect" path="{$source}"/></xsl:when>
      <xsl:when test="$device != ''"><device path="{$device}"/></xsl:when>
      <xsl:otherwise><device path="/dev/tpm0"/></xsl:otherwise>
    </xsl:choose>
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
