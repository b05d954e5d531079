<?xml version="1.0" encoding="UTF-8"?>
<!--
  Gives disks and virtio-scsi controllers iothreads: raises <iothreads> (never lowers it; an <iothreadids> list is
  continued) and writes iothread='ID' into the driver of every virtio disk, and of every virtio-scsi controller with a
  disk or hostdev on it, that has none. What is assigned already stays. Equals domxform's pass iothreads.

  Parameters:
    count       the least number wanted: N, auto (the default: one a device, at most two a vCPU) or per-disk
    assign      round-robin (the default: the least used one for each device without) or none
    assign-to   iothreads by hand, in place of what the devices have, such as 'vda=2 vdb=1 scsi0=1'

  xsltproc -stringparam count 2 xslt/iothreads.xsl vm.xml

  Where no parameter can be given, as in Terraform, change what stands in its select. assign=pool is for the pass alone.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <!-- Where there is white space already, indent adds none: the file only gets a last line end. -->
  <xsl:output method="xml" encoding="UTF-8" indent="yes" omit-xml-declaration="yes"/>

  <xsl:param name="count" select="'auto'"/>
  <xsl:param name="assign" select="'round-robin'"/>
  <xsl:param name="assign-to" select="''"/>

  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
  </xsl:template>

  <!-- Who can have one. A disk without a bus has the one of its target's name. -->

  <xsl:variable name="disks" select="/domain/devices/disk[target[1][@bus = 'virtio' or not(@bus) and
    starts-with(@dev, 'vd')]][not(@device = 'cdrom' or @device = 'floppy' or @type = 'vhostuser')]"/>
  <xsl:variable name="scsi" select="/domain/devices/controller[@type = 'scsi']"/>
  <xsl:variable name="fit" select="$scsi[@model = 'virtio-scsi' or @model = 'virtio-transitional' or
    @model = 'virtio-non-transitional'][not(address[1][@type != 'pci' and @type != 'ccw'])]"/>
  <xsl:variable name="controllers" select="$fit[contains($carrying, concat(' ', substring-before(substring-after(
    $numbered, concat('=', generate-id(), '=')), ' '), ' ')) or $implied and generate-id() = generate-id($scsi)]"/>

  <!-- libvirt takes the first controller for a hostdev without an address. -->
  <xsl:variable name="implied" select="/domain/devices/hostdev[@type = 'scsi'][not(address[1][@type = 'drive'])]"/>

  <!-- ' 0=ID=0 1=ID=1 ': a controller without an index has the lowest that is free, each in its turn. -->
  <xsl:variable name="numbered">
    <xsl:for-each select="$scsi">
      <xsl:variable name="place" select="position()"/>
      <xsl:variable name="own">
        <xsl:choose>
          <xsl:when test="@index >= 0">
            <xsl:value-of select="number(@index)"/>
          </xsl:when>
          <xsl:otherwise>
            <xsl:call-template name="free-index">
              <xsl:with-param name="turn" select="count($scsi[$place > position()][not(@index >= 0)])"/>
            </xsl:call-template>
          </xsl:otherwise>
        </xsl:choose>
      </xsl:variable>
      <xsl:value-of select="concat(' ', $own, '=', generate-id(), '=', $own)"/>
    </xsl:for-each>
    <xsl:text> </xsl:text>
  </xsl:variable>

  <xsl:template name="free-index">
    <xsl:param name="turn"/>
    <xsl:param name="index" select="0"/>
    <xsl:variable name="free" select="not($scsi/@index = $index)"/>
    <xsl:choose>
      <xsl:when test="$free and $turn = 0">
        <xsl:value-of select="$index"/>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="free-index">
          <xsl:with-param name="turn" select="$turn - $free"/>
          <xsl:with-param name="index" select="$index + 1"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- ' 0 2 ': the indexes of controllers that something hangs on. -->
  <xsl:variable name="carrying">
    <xsl:text> </xsl:text>
    <xsl:for-each select="/domain/devices/disk[not(@device = 'cdrom')][target[1][@bus = 'scsi' or not(@bus) and
        starts-with(@dev, 'sd') and not(../@device = 'floppy')]] | /domain/devices/hostdev[@type = 'scsi']">
      <xsl:choose>
        <xsl:when test="address[1]/@type = 'drive'">
          <xsl:value-of select="number(concat('0', address[1]/@controller))"/>
        </xsl:when>
        <xsl:when test="self::disk and not(address)">
          <xsl:apply-templates select="target[1]/@dev" mode="controller"/>
        </xsl:when>
      </xsl:choose>
      <xsl:text> </xsl:text>
    </xsl:for-each>
  </xsl:variable>

  <!-- The controller of a disk without an address: seven disks each, counted by name (sda 0, sdz 25, sdaa 26). -->
  <xsl:template match="@dev" mode="controller">
    <xsl:param name="letters" select="translate(substring-after(., 'd'), '0123456789', '')"/>
    <xsl:param name="index" select="-1"/>
    <xsl:variable name="letter" select="substring($letters, 1, 1)"/>
    <xsl:choose>
      <xsl:when test="$letter = ''">
        <xsl:value-of select="floor($index div 7)"/>
      </xsl:when>
      <xsl:when test="contains('abcdefghijklmnopqrstuvwxyz', $letter) and
          contains(' fd hd vd sd xvd ubd ', concat(' ', substring-before(., 'd'), 'd '))">
        <xsl:apply-templates select="." mode="controller">
          <xsl:with-param name="letters" select="substring($letters, 2)"/>
          <xsl:with-param name="index" select="($index + 1) * 26 +
            string-length(substring-before('abcdefghijklmnopqrstuvwxyz', $letter))"/>
        </xsl:apply-templates>
      </xsl:when>
    </xsl:choose>
  </xsl:template>

  <!-- Which iothreads there are: those listed, and the lowest others until there are as many as the count says. -->

  <xsl:variable name="listed" select="/domain/iothreadids/iothread/@id"/>
  <xsl:variable name="stated" select="number(concat('0', normalize-space(/domain/iothreads[1])))"/>
  <xsl:variable name="there" select="($stated > count($listed)) * ($stated - count($listed)) + count($listed)"/>

  <xsl:variable name="asked">
    <xsl:variable name="vcpus" select="number(normalize-space(/domain/vcpu[1]))"/>
    <xsl:variable name="devices" select="count($disks | $controllers)"/>
    <xsl:choose>
      <xsl:when test="$count >= 1">
        <xsl:value-of select="$count"/>
      </xsl:when>
      <xsl:when test="$count = 'auto' and $devices > 2 and not($vcpus > 1)">2</xsl:when>
      <xsl:when test="$count = 'auto' and $devices > 2 * $vcpus">
        <xsl:value-of select="2 * $vcpus"/>
      </xsl:when>
      <xsl:otherwise>
        <xsl:value-of select="$devices"/>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:variable>

  <!-- An id by hand that is not listed asks for as many. -->
  <xsl:variable name="wanted">
    <xsl:call-template name="most-by-hand">
      <xsl:with-param name="most" select="($there > $asked) * ($there - $asked) + $asked"/>
    </xsl:call-template>
  </xsl:variable>
  <xsl:variable name="bounded" select="($wanted > 1024) * (1024 - $wanted) + $wanted"/>

  <!-- Ids in libvirt's order, as records of eleven characters: those that are there, and those that are made. Beside a
       list, the ones by hand come first. -->
  <xsl:variable name="ids-there">
    <xsl:for-each select="$listed">
      <xsl:value-of select="substring(concat('           ', number()), string-length(number()) + 1)"/>
    </xsl:for-each>
    <xsl:call-template name="free-ids">
      <xsl:with-param name="number" select="(1024 >= $there) * ($there - count($listed))"/>
    </xsl:call-template>
  </xsl:variable>

  <xsl:variable name="ids-made">
    <xsl:variable name="by-hand">
      <xsl:call-template name="new-by-hand"/>
    </xsl:variable>
    <xsl:variable name="number" select="string-length($by-hand) div 11"/>
    <xsl:variable name="lowest">
      <xsl:call-template name="free-ids">
        <xsl:with-param name="number" select="$bounded - count($listed) + $number"/>
        <xsl:with-param name="skip" select="$there - count($listed)"/>
        <xsl:with-param name="except" select="$by-hand"/>
      </xsl:call-template>
    </xsl:variable>
    <xsl:value-of select="concat($by-hand, substring($lowest, 1, 11 * ($bounded - $there - $number)))"/>
  </xsl:variable>

  <xsl:variable name="ids" select="concat($ids-there, $ids-made)"/>
  <xsl:variable name="number" select="string-length($ids) div 11"/>

  <!-- The lowest ids that are not listed, as many as `number`; not the first `skip` of them, and none in `except`. -->
  <xsl:template name="free-ids">
    <xsl:param name="number"/>
    <xsl:param name="skip" select="0"/>
    <xsl:param name="except"/>
    <xsl:param name="from" select="1"/>
    <xsl:param name="to" select="$number + count($listed)"/>
    <xsl:variable name="half" select="floor(($from + $to) div 2)"/>
    <xsl:variable name="turn" select="$from - count($listed[$from > .])"/>
    <xsl:choose>
      <xsl:when test="$to > $from">
        <xsl:call-template name="free-ids">
          <xsl:with-param name="number" select="$number"/>
          <xsl:with-param name="skip" select="$skip"/>
          <xsl:with-param name="except" select="$except"/>
          <xsl:with-param name="from" select="$from"/>
          <xsl:with-param name="to" select="$half"/>
        </xsl:call-template>
        <xsl:call-template name="free-ids">
          <xsl:with-param name="number" select="$number"/>
          <xsl:with-param name="skip" select="$skip"/>
          <xsl:with-param name="except" select="$except"/>
          <xsl:with-param name="from" select="$half + 1"/>
          <xsl:with-param name="to" select="$to"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:when test="$to = $from and not($listed = $from) and $number >= $turn and $turn > $skip and
          not(contains(concat($except, ' '), concat(' ', $from, ' ')))">
        <xsl:value-of select="substring(concat('           ', $from), string-length($from) + 1)"/>
      </xsl:when>
    </xsl:choose>
  </xsl:template>

  <!-- Who has which by hand: ' ID=2 ID=1 '. -->

  <xsl:variable name="by-hand">
    <xsl:text> </xsl:text>
    <xsl:call-template name="by-hand"/>
  </xsl:variable>

  <xsl:template name="by-hand">
    <xsl:param name="pairs" select="concat(normalize-space(translate($assign-to, ',', ' ')), ' ')"/>
    <xsl:variable name="name" select="substring-before($pairs, '=')"/>
    <xsl:variable name="id" select="substring-before(substring-after($pairs, '='), ' ')"/>
    <xsl:variable name="rest" select="substring-after($pairs, ' ')"/>
    <xsl:variable name="named" select="/domain/devices/disk[target[1]/@dev = $name]"/>
    <xsl:variable name="index" select="substring-after($name, 'scsi')"/>
    <xsl:variable name="found" select="($named | $scsi[not($named) and contains($numbered,
      concat(' ', $index, '=', generate-id(), '='))])[1]"/>
    <xsl:if test="normalize-space($pairs) != ''">
      <xsl:if test="not($id >= 1) or translate($id, '0123456789', '') != '' or contains(concat(' ', $rest),
          concat(' ', $name, '='))">
        <xsl:message terminate="yes">iothreads: assign-to is not like 'vda=2 vdb=1', each name once</xsl:message>
      </xsl:if>
      <xsl:if test="not($found[count(. | $disks | $fit) = count($disks | $fit)])">
        <xsl:message terminate="yes">
          <xsl:value-of select="concat('iothreads: ', $name, ' is no device that can have an iothread')"/>
        </xsl:message>
      </xsl:if>
      <xsl:value-of select="concat(generate-id($found), '=', number($id), ' ')"/>
      <xsl:call-template name="by-hand">
        <xsl:with-param name="pairs" select="$rest"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:template>

  <xsl:template name="most-by-hand">
    <xsl:param name="most"/>
    <xsl:param name="pairs" select="concat(normalize-space(translate($assign-to, ',', ' ')), ' ')"/>
    <xsl:variable name="id" select="number(substring-before(substring-after($pairs, '='), ' '))"/>
    <xsl:choose>
      <xsl:when test="normalize-space($pairs) = ''">
        <xsl:value-of select="$most"/>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="most-by-hand">
          <xsl:with-param name="most" select="($id > $most and not($listed = $id)) * ($id - $most) + $most"/>
          <xsl:with-param name="pairs" select="substring-after($pairs, ' ')"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- The ids by hand that are to be listed. -->
  <xsl:template name="new-by-hand">
    <xsl:param name="known" select="concat($ids-there, ' ')"/>
    <xsl:param name="pairs" select="concat(normalize-space(translate($assign-to, ',', ' ')), ' ')"/>
    <xsl:variable name="id" select="number(substring-before(substring-after($pairs, '='), ' '))"/>
    <xsl:if test="/domain/iothreadids and normalize-space($pairs) != ''">
      <xsl:if test="not(contains($known, concat(' ', $id, ' ')))">
        <xsl:value-of select="substring(concat('           ', $id), string-length($id) + 1)"/>
      </xsl:if>
      <xsl:call-template name="new-by-hand">
        <xsl:with-param name="known" select="concat($known, $id, ' ')"/>
        <xsl:with-param name="pairs" select="substring-after($pairs, ' ')"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:template>

  <!-- Who gets which. The ids are taken in turns: in the first those that nobody uses, in the next those with at most
       one user, and so on; once a turn is all of them, so are those behind it. -->

  <xsl:variable name="others" select="(/domain/devices/disk | $scsi)[not(contains($by-hand, concat(' ', generate-id(),
    '=')))]/driver[1]"/>
  <xsl:variable name="users" select="$others/@iothread | $others/iothreads[1]/iothread/@id"/>
  <xsl:variable name="free-disks" select="$disks[$assign = 'round-robin' and not(driver[1][@iothread or
    iothreads[1]/iothread] or contains($by-hand, concat(' ', generate-id(), '=')))]"/>
  <xsl:variable name="free-controllers" select="$controllers[$assign = 'round-robin' and
    not(driver[1][@iothread[. != '0'] or iothreads[1]/iothread] or contains($by-hand, concat(' ', generate-id(),
    '=')))]"/>

  <xsl:variable name="turns">
    <xsl:call-template name="turns">
      <xsl:with-param name="number" select="count($free-disks | $free-controllers)"/>
    </xsl:call-template>
  </xsl:variable>

  <xsl:template name="turns">
    <xsl:param name="number"/>
    <xsl:param name="uses" select="0"/>
    <xsl:variable name="turn">
      <xsl:call-template name="turn">
        <xsl:with-param name="uses" select="$uses"/>
      </xsl:call-template>
    </xsl:variable>
    <xsl:if test="$number > 0 and $ids != ''">
      <xsl:value-of select="$turn"/>
      <xsl:if test="$ids != $turn">
        <xsl:call-template name="turns">
          <xsl:with-param name="number" select="$number - string-length($turn) div 11"/>
          <xsl:with-param name="uses" select="$uses + 1"/>
        </xsl:call-template>
      </xsl:if>
    </xsl:if>
  </xsl:template>

  <!-- Those of the ids that have at most so many users. -->
  <xsl:template name="turn">
    <xsl:param name="uses"/>
    <xsl:param name="records" select="$ids"/>
    <xsl:variable name="half" select="floor(string-length($records) div 22) * 11"/>
    <xsl:choose>
      <xsl:when test="$half > 0">
        <xsl:call-template name="turn">
          <xsl:with-param name="uses" select="$uses"/>
          <xsl:with-param name="records" select="substring($records, 1, $half)"/>
        </xsl:call-template>
        <xsl:call-template name="turn">
          <xsl:with-param name="uses" select="$uses"/>
          <xsl:with-param name="records" select="substring($records, $half + 1)"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <xsl:variable name="by-hand-uses">
          <xsl:call-template name="occurrences">
            <xsl:with-param name="word" select="concat('=', normalize-space($records), ' ')"/>
          </xsl:call-template>
        </xsl:variable>
        <xsl:if test="$uses >= count($users[. = number($records)]) + string-length($by-hand-uses)">
          <xsl:value-of select="$records"/>
        </xsl:if>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- As many characters as there are words in $by-hand. -->
  <xsl:template name="occurrences">
    <xsl:param name="word"/>
    <xsl:param name="text" select="$by-hand"/>
    <xsl:if test="contains($text, $word)">
      <xsl:text>x</xsl:text>
      <xsl:call-template name="occurrences">
        <xsl:with-param name="word" select="$word"/>
        <xsl:with-param name="text" select="substring-after($text, $word)"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:template>

  <!-- ' ID=2 ID=1 ' for all that are assigned one. -->
  <xsl:variable name="plan">
    <xsl:value-of select="$by-hand"/>
    <xsl:for-each select="$free-disks">
      <xsl:call-template name="assignment"/>
    </xsl:for-each>
    <xsl:for-each select="$free-controllers">
      <xsl:call-template name="assignment">
        <xsl:with-param name="at" select="count($free-disks) + position() - 1"/>
      </xsl:call-template>
    </xsl:for-each>
  </xsl:variable>

  <xsl:template name="assignment">
    <xsl:param name="at" select="position() - 1"/>
    <xsl:variable name="made" select="string-length($turns) div 11"/>
    <xsl:variable name="id" select="concat(substring($turns, 11 * $at + 1, 11), substring($ids, 11 * (($at - $made) mod
      $number) + 1, 11 * ($at >= $made)))"/>
    <xsl:if test="$id != ''">
      <xsl:value-of select="concat(generate-id(), '=', normalize-space($id), ' ')"/>
    </xsl:if>
  </xsl:template>

  <!-- What is refused. -->

  <xsl:template match="/">
    <xsl:if test="not(/domain[@type = 'kvm' or @type = 'qemu' or @type = 'hvf' or @type = 'test'])">
      <xsl:message terminate="yes">iothreads: only domains of type kvm, qemu, hvf and test are served</xsl:message>
    </xsl:if>
    <xsl:if test="not($count = 'auto' or $count = 'per-disk' or $count >= 1 and translate($count, '0123456789',
        '') = '')">
      <xsl:message terminate="yes">iothreads: count is a number above 0, auto or per-disk</xsl:message>
    </xsl:if>
    <xsl:if test="not($assign = 'round-robin' or $assign = 'none')">
      <xsl:message terminate="yes">iothreads: assign is round-robin or none</xsl:message>
    </xsl:if>
    <xsl:for-each select="$listed | /domain/iothreadids/iothread[not(@id)]">
      <xsl:if test="not(. >= 1 and 4294967295 >= .) or translate(., '0123456789', '') != '' or
          count($listed[. = number(current())]) != 1">
        <xsl:message terminate="yes">iothreads: the ids in iothreadids are not unique numbers above 0</xsl:message>
      </xsl:if>
    </xsl:for-each>
    <xsl:if test="not($stated >= 0) or translate(normalize-space(/domain/iothreads[1]), '0123456789', '') != ''">
      <xsl:message terminate="yes">iothreads: the element iothreads holds no number</xsl:message>
    </xsl:if>
    <xsl:if test="$wanted > 1024">
      <xsl:message terminate="yes">iothreads: more than 1024; several disks can share an iothread</xsl:message>
    </xsl:if>
    <xsl:apply-templates select="node()"/>
  </xsl:template>

  <!-- The elements that change. -->

  <xsl:variable name="more" select="$ids-made != ''"/>
  <xsl:variable name="list" select="(/domain/iothreadids[1] | /domain/iothreadids[iothread])[last()]"/>
  <xsl:variable name="home" select="/domain[$more and not(iothreads or iothreadids)] | $list[$more] |
    (/domain/devices/disk | $scsi)[not(driver) and contains($plan, concat(' ', generate-id(), '='))]"/>

  <xsl:template match="/domain">
    <xsl:call-template name="place">
      <xsl:with-param name="own" select="'iothreads'"/>
      <xsl:with-param name="order" select="' name uuid genid title description metadata maxMemory memory currentMemory
        blkiotune memtune memoryBacking vcpu vcpus iothreads iothreadids defaultiothread throttlegroups cputune numatune
        resource sysinfo bootloader bootloader_args os idmap features cpu clock on_poweroff on_reboot on_crash
        on_lockfailure pm perf devices seclabel keywrap launchSecurity '"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="domain" mode="new">
    <iothreads><xsl:value-of select="$number"/></iothreads>
  </xsl:template>

  <xsl:template match="/domain/iothreads[1]">
    <xsl:variable name="text" select="text()[normalize-space()]"/>
    <xsl:copy>
      <xsl:apply-templates select="@*"/>
      <xsl:for-each select="node()[not($more and self::text()[normalize-space()]) or
          generate-id() = generate-id($text)]">
        <xsl:choose>
          <xsl:when test="$more and generate-id() = generate-id($text)">
            <xsl:value-of select="$number"/>
          </xsl:when>
          <xsl:otherwise>
            <xsl:apply-templates select="."/>
          </xsl:otherwise>
        </xsl:choose>
      </xsl:for-each>
      <xsl:if test="$more and not($text)">
        <xsl:value-of select="$number"/>
      </xsl:if>
    </xsl:copy>
  </xsl:template>

  <xsl:template match="/domain/iothreadids">
    <xsl:call-template name="place">
      <xsl:with-param name="own" select="'iothread'"/>
      <xsl:with-param name="order" select="' iothread '"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="iothreadids" mode="new">
    <xsl:param name="records" select="$ids-made"/>
    <xsl:variable name="half" select="floor(string-length($records) div 22) * 11"/>
    <xsl:choose>
      <xsl:when test="$half > 0">
        <xsl:apply-templates select="." mode="new">
          <xsl:with-param name="records" select="substring($records, 1, $half)"/>
        </xsl:apply-templates>
        <xsl:call-template name="line"/>
        <xsl:apply-templates select="." mode="new">
          <xsl:with-param name="records" select="substring($records, $half + 1)"/>
        </xsl:apply-templates>
      </xsl:when>
      <xsl:otherwise>
        <iothread id="{number($records)}"/>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template match="/domain/devices/disk">
    <xsl:call-template name="place">
      <xsl:with-param name="own" select="'driver'"/>
      <xsl:with-param name="order" select="' driver auth source backingStore backenddomain geometry blockio mirror
        target iotune throttlefilters readonly shareable transient serial wwn vendor product encryption boot alias
        address '"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="/domain/devices/controller">
    <xsl:call-template name="place">
      <xsl:with-param name="own" select="'driver'"/>
      <xsl:with-param name="order" select="' model target driver boot alias master rom acpi address pcihole64 '"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="disk|controller" mode="new">
    <driver iothread="{substring-before(substring-after($plan, concat(' ', generate-id(), '=')), ' ')}"/>
  </xsl:template>

  <!-- A map gives way to an iothread by hand. -->
  <xsl:template match="/domain/devices/disk/driver[1] | /domain/devices/controller/driver[1]">
    <xsl:variable name="id" select="substring-before(substring-after($plan, concat(' ', generate-id(..), '=')), ' ')"/>
    <xsl:variable name="gone" select="iothreads[contains($by-hand, concat(' ', generate-id(current()/..), '='))]"/>
    <xsl:copy>
      <xsl:apply-templates select="@*"/>
      <xsl:if test="$id != ''">
        <xsl:attribute name="iothread"><xsl:value-of select="$id"/></xsl:attribute>
      </xsl:if>
      <xsl:apply-templates select="node()[count(. | $gone) != count($gone) and not(self::text()[not(normalize-space())]
        and following-sibling::node()[1][count(. | $gone) = count($gone)])]"/>
    </xsl:copy>
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
