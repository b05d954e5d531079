<?xml version="1.0" encoding="UTF-8"?>
<!--
  Pins iothreads to host CPUs with <cputune><iothreadpin>: all of them, those named by id, or one CPU each in turn. A
  pin that means the same keeps its spelling, another is changed where it stands. Equals domxform's pass iothreadpin.

  Parameters, one of the three:
    cpus     host CPUs for every iothread, such as 1-3,5,7-12 or 0-7,^4
    pins     host CPUs for iothreads by id, such as '1=1-3,5;2=4'
    spread   one of these host CPUs for each iothread in turn

  xsltproc -stringparam cpus 1-3,5 xslt/iothreadpin.xsl vm.xml

  Where no parameter can be given, as in Terraform, change what stands in its select. An iothread that the domain does
  not have is refused: let iothreads.xsl make it first.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <!-- Where there is white space already, indent adds none: the file only gets a last line end. -->
  <xsl:output method="xml" encoding="UTF-8" indent="yes" omit-xml-declaration="yes"/>

  <xsl:param name="cpus" select="''"/>
  <xsl:param name="pins" select="''"/>
  <xsl:param name="spread" select="''"/>

  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
  </xsl:template>

  <!-- Which iothreads there are: those listed, and the lowest others until there are as many as the count says. -->

  <xsl:variable name="listed" select="/domain/iothreadids/iothread/@id"/>
  <xsl:variable name="stated" select="number(concat('0', normalize-space(/domain/iothreads[1])))"/>

  <!-- In libvirt's order, as records of eleven characters. -->
  <xsl:variable name="ids">
    <xsl:for-each select="$listed">
      <xsl:value-of select="substring(concat('           ', number()), string-length(number()) + 1)"/>
    </xsl:for-each>
    <xsl:call-template name="free-ids">
      <xsl:with-param name="number" select="(1024 >= $stated) * ($stated - count($listed))"/>
    </xsl:call-template>
  </xsl:variable>

  <!-- The lowest ids that are not listed, as many as `number`. -->
  <xsl:template name="free-ids">
    <xsl:param name="number"/>
    <xsl:param name="from" select="1"/>
    <xsl:param name="to" select="$number + count($listed)"/>
    <xsl:variable name="half" select="floor(($from + $to) div 2)"/>
    <xsl:variable name="turn" select="$from - count($listed[$from > .])"/>
    <xsl:choose>
      <xsl:when test="$to > $from">
        <xsl:call-template name="free-ids">
          <xsl:with-param name="number" select="$number"/>
          <xsl:with-param name="from" select="$from"/>
          <xsl:with-param name="to" select="$half"/>
        </xsl:call-template>
        <xsl:call-template name="free-ids">
          <xsl:with-param name="number" select="$number"/>
          <xsl:with-param name="from" select="$half + 1"/>
          <xsl:with-param name="to" select="$to"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:when test="$to = $from and not($listed = $from) and $number >= $turn">
        <xsl:value-of select="substring(concat('           ', $from), string-length($from) + 1)"/>
      </xsl:when>
    </xsl:choose>
  </xsl:template>

  <!-- Sets of CPUs, as masks: one character for each CPU, x where it is in the set; '' for what is no set. -->

  <xsl:variable name="dots">
    <xsl:call-template name="dots"/>
  </xsl:variable>

  <xsl:template name="dots">
    <xsl:param name="dots" select="'................................'"/>
    <xsl:choose>
      <xsl:when test="16384 > string-length($dots)">
        <xsl:call-template name="dots">
          <xsl:with-param name="dots" select="concat($dots, $dots)"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <xsl:value-of select="$dots"/>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- Items count from left to right: what ^N takes out, an item behind it may bring back. -->
  <xsl:template name="mask">
    <xsl:param name="text"/>
    <xsl:param name="mask" select="$dots"/>
    <xsl:variable name="item" select="normalize-space(substring-before(concat($text, ','), ','))"/>
    <xsl:variable name="from" select="normalize-space(substring-before(concat(translate($item, '^', ''), '-'), '-'))"/>
    <xsl:variable name="to">
      <xsl:if test="not(contains($item, '-'))">
        <xsl:value-of select="$from"/>
      </xsl:if>
      <xsl:value-of select="normalize-space(substring-after($item, '-'))"/>
    </xsl:variable>
    <xsl:choose>
      <xsl:when test="$text = ''">
        <xsl:value-of select="$mask"/>
      </xsl:when>
      <xsl:when test="translate(concat($from, $to), '0123456789', '') = '' and $to >= $from and 16384 > $to and
          (not(contains($item, '^')) or $item = concat('^', $from))">
        <xsl:call-template name="mask">
          <xsl:with-param name="text" select="substring-after($text, ',')"/>
          <xsl:with-param name="mask" select="concat(substring($mask, 1, $from), translate(substring($dots, 1,
            $to - $from + 1), '.', substring('x.', contains($item, '^') + 1, 1)), substring($mask, $to + 2))"/>
        </xsl:call-template>
      </xsl:when>
    </xsl:choose>
  </xsl:template>

  <!-- A mask as text, with ranges: ',1-3,5'. What has no border of a range in it is passed over. -->
  <xsl:template name="ranges">
    <xsl:param name="mask"/>
    <xsl:param name="from" select="0"/>
    <xsl:param name="number" select="16384"/>
    <xsl:variable name="part" select="substring(concat('.', $mask, '.'), $from + 1, $number + 2)"/>
    <xsl:variable name="half" select="floor($number div 2)"/>
    <xsl:choose>
      <xsl:when test="not(contains($part, 'x.') or contains($part, '.x'))"/>
      <xsl:when test="$number > 1">
        <xsl:call-template name="ranges">
          <xsl:with-param name="mask" select="$mask"/>
          <xsl:with-param name="from" select="$from"/>
          <xsl:with-param name="number" select="$half"/>
        </xsl:call-template>
        <xsl:call-template name="ranges">
          <xsl:with-param name="mask" select="$mask"/>
          <xsl:with-param name="from" select="$from + $half"/>
          <xsl:with-param name="number" select="$number - $half"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:when test="starts-with($part, '.x')">
        <xsl:value-of select="concat(',', $from)"/>
      </xsl:when>
      <xsl:when test="$part = 'xx.'">
        <xsl:value-of select="concat('-', $from)"/>
      </xsl:when>
    </xsl:choose>
  </xsl:template>

  <!-- The CPUs of a mask one by one, as records of six characters. -->
  <xsl:template name="members">
    <xsl:param name="mask"/>
    <xsl:param name="from" select="0"/>
    <xsl:variable name="half" select="floor(string-length($mask) div 2)"/>
    <xsl:choose>
      <xsl:when test="not(contains($mask, 'x'))"/>
      <xsl:when test="$mask = 'x'">
        <xsl:value-of select="substring(concat('      ', $from), string-length($from) + 1)"/>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="members">
          <xsl:with-param name="mask" select="substring($mask, 1, $half)"/>
          <xsl:with-param name="from" select="$from"/>
        </xsl:call-template>
        <xsl:call-template name="members">
          <xsl:with-param name="mask" select="substring($mask, $half + 1)"/>
          <xsl:with-param name="from" select="$from + $half"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- A set in the one spelling that all others are compared by: '1-3,5'; '' for what is none. -->
  <xsl:template name="set">
    <xsl:param name="text"/>
    <xsl:variable name="ranges">
      <xsl:call-template name="ranges">
        <xsl:with-param name="mask">
          <xsl:call-template name="mask">
            <xsl:with-param name="text" select="normalize-space($text)"/>
          </xsl:call-template>
        </xsl:with-param>
      </xsl:call-template>
    </xsl:variable>
    <xsl:value-of select="substring($ranges, 2)"/>
  </xsl:template>

  <!-- A set that was asked for. -->
  <xsl:template name="asked">
    <xsl:param name="text"/>
    <xsl:variable name="set">
      <xsl:call-template name="set">
        <xsl:with-param name="text" select="$text"/>
      </xsl:call-template>
    </xsl:variable>
    <xsl:if test="$set = ''">
      <xsl:message terminate="yes">
        <xsl:value-of select="concat('iothreadpin: &quot;', $text, '&quot; is no set of CPUs such as 1-3,5')"/>
      </xsl:message>
    </xsl:if>
    <xsl:value-of select="$set"/>
  </xsl:template>

  <!-- What is asked for: the set for all, those by id as ';1=1-3,5;2=4;', and the CPUs to spread one by one. -->

  <xsl:variable name="for-all">
    <xsl:if test="$cpus != ''">
      <xsl:call-template name="asked">
        <xsl:with-param name="text" select="$cpus"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:variable>

  <xsl:variable name="by-id">
    <xsl:text>;</xsl:text>
    <xsl:call-template name="by-id"/>
  </xsl:variable>

  <xsl:template name="by-id">
    <xsl:param name="pairs" select="$pins"/>
    <xsl:param name="done" select="';'"/>
    <xsl:variable name="id" select="normalize-space(substring-before($pairs, '='))"/>
    <xsl:if test="normalize-space($pairs) != ''">
      <xsl:if test="not($id >= 1) or translate($id, '0123456789', '') != '' or
          contains($done, concat(';', number($id), ';'))">
        <xsl:message terminate="yes">iothreadpin: pins is not like '1=1-3,5;2=4', each id once</xsl:message>
      </xsl:if>
      <xsl:if test="not(contains(concat($ids, ' '), concat(' ', number($id), ' ')))">
        <xsl:message terminate="yes">
          <xsl:value-of select="concat('iothreadpin: the domain has no iothread ', $id, '; its iothreads are ',
            normalize-space(concat($ids, substring(' none', 1, 5 * not(string($ids))))))"/>
        </xsl:message>
      </xsl:if>
      <xsl:value-of select="concat(number($id), '=')"/>
      <xsl:call-template name="asked">
        <xsl:with-param name="text" select="substring-before(concat(substring-after($pairs, '='), ';'), ';')"/>
      </xsl:call-template>
      <xsl:text>;</xsl:text>
      <xsl:call-template name="by-id">
        <xsl:with-param name="pairs" select="substring-after($pairs, ';')"/>
        <xsl:with-param name="done" select="concat($done, number($id), ';')"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:template>

  <xsl:variable name="in-turn">
    <xsl:if test="$spread != ''">
      <xsl:variable name="set">
        <xsl:call-template name="asked">
          <xsl:with-param name="text" select="$spread"/>
        </xsl:call-template>
      </xsl:variable>
      <xsl:call-template name="members">
        <xsl:with-param name="mask">
          <xsl:call-template name="mask">
            <xsl:with-param name="text" select="$set"/>
          </xsl:call-template>
        </xsl:with-param>
      </xsl:call-template>
    </xsl:if>
  </xsl:variable>

  <!-- The CPUs that an iothread is to have; '' for none in particular. -->
  <xsl:template name="wanted">
    <xsl:param name="id"/>
    <xsl:variable name="before" select="substring-before(concat($ids, ' '), concat(' ', $id, ' '))"/>
    <xsl:variable name="turn" select="floor(string-length($before) div 11) mod (string-length($in-turn) div 6)"/>
    <xsl:if test="contains(concat($ids, ' '), concat(' ', $id, ' '))">
      <xsl:value-of select="concat($for-all, substring-before(substring-after($by-id, concat(';', $id, '=')), ';'))"/>
      <xsl:value-of select="normalize-space(substring($in-turn, 6 * $turn + 1, 6))"/>
    </xsl:if>
  </xsl:template>

  <!-- What is refused. -->

  <xsl:template match="/">
    <xsl:if test="not(/domain[@type = 'kvm' or @type = 'qemu' or @type = 'hvf' or @type = 'test'])">
      <xsl:message terminate="yes">iothreadpin: only domains of type kvm, qemu, hvf and test are served</xsl:message>
    </xsl:if>
    <xsl:if test="($cpus != '') + ($pins != '') + ($spread != '') != 1">
      <xsl:message terminate="yes">iothreadpin: give one of cpus, pins and spread</xsl:message>
    </xsl:if>
    <xsl:for-each select="$listed | /domain/iothreadids/iothread[not(@id)]">
      <xsl:if test="not(. >= 1 and 4294967295 >= .) or translate(., '0123456789', '') != '' or
          count($listed[. = number(current())]) != 1">
        <xsl:message terminate="yes">iothreadpin: the ids in iothreadids are not unique numbers above 0</xsl:message>
      </xsl:if>
    </xsl:for-each>
    <xsl:if test="not(1024 >= $stated and 1024 >= count($listed)) or
        translate(normalize-space(/domain/iothreads[1]), '0123456789', '') != ''">
      <xsl:message terminate="yes">iothreadpin: the element iothreads holds no number up to 1024</xsl:message>
    </xsl:if>
    <xsl:if test="$ids = ''">
      <xsl:message terminate="yes">iothreadpin: the domain has no iothreads: run iothreads.xsl first</xsl:message>
    </xsl:if>
    <xsl:apply-templates select="node()"/>
  </xsl:template>

  <!-- The elements that change. -->

  <xsl:key name="pin" match="/domain/cputune/iothreadpin" use="number(@iothread)"/>

  <xsl:template match="/domain/cputune/iothreadpin">
    <xsl:variable name="wanted">
      <xsl:if test="generate-id() = generate-id(key('pin', number(@iothread)))">
        <xsl:call-template name="wanted">
          <xsl:with-param name="id" select="number(@iothread)"/>
        </xsl:call-template>
      </xsl:if>
    </xsl:variable>
    <xsl:variable name="there">
      <xsl:call-template name="set">
        <xsl:with-param name="text" select="@cpuset"/>
      </xsl:call-template>
    </xsl:variable>
    <xsl:copy>
      <xsl:apply-templates select="@*"/>
      <xsl:if test="$wanted != '' and $wanted != $there">
        <xsl:attribute name="cpuset"><xsl:value-of select="$wanted"/></xsl:attribute>
      </xsl:if>
      <xsl:apply-templates select="node()"/>
    </xsl:copy>
  </xsl:template>

  <!-- The ids that are to have a pin and have none, as records of eleven characters; by id in the order of asking. -->
  <xsl:variable name="missing">
    <xsl:choose>
      <xsl:when test="$pins != ''">
        <xsl:call-template name="missing-by-id"/>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="missing"/>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:variable>

  <xsl:template name="missing">
    <xsl:param name="records" select="$ids"/>
    <xsl:variable name="half" select="floor(string-length($records) div 22) * 11"/>
    <xsl:choose>
      <xsl:when test="$half > 0">
        <xsl:call-template name="missing">
          <xsl:with-param name="records" select="substring($records, 1, $half)"/>
        </xsl:call-template>
        <xsl:call-template name="missing">
          <xsl:with-param name="records" select="substring($records, $half + 1)"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:when test="not(key('pin', number($records)))">
        <xsl:value-of select="$records"/>
      </xsl:when>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="missing-by-id">
    <xsl:param name="pairs" select="substring($by-id, 2)"/>
    <xsl:variable name="id" select="substring-before($pairs, '=')"/>
    <xsl:if test="$id != ''">
      <xsl:if test="not(key('pin', $id))">
        <xsl:value-of select="substring(concat('           ', $id), string-length($id) + 1)"/>
      </xsl:if>
      <xsl:call-template name="missing-by-id">
        <xsl:with-param name="pairs" select="substring-after($pairs, ';')"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:template>

  <xsl:variable name="cputune" select="(/domain/cputune[1] | /domain/cputune[shares or period or quota or
    global_period or global_quota or emulator_period or emulator_quota or iothread_period or iothread_quota or
    vcpupin or emulatorpin or iothreadpin])[last()]"/>
  <xsl:variable name="home" select="$cputune[$missing != ''] | /domain[$missing != '' and not(cputune)]"/>

  <xsl:template match="/domain">
    <xsl:call-template name="place">
      <xsl:with-param name="own" select="'cputune'"/>
      <xsl:with-param name="order" select="' name uuid genid title description metadata maxMemory memory currentMemory
        blkiotune memtune memoryBacking vcpu vcpus iothreads iothreadids defaultiothread throttlegroups cputune numatune
        resource sysinfo bootloader bootloader_args os idmap features cpu clock on_poweroff on_reboot on_crash
        on_lockfailure pm perf devices seclabel keywrap launchSecurity '"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="/domain/cputune">
    <xsl:call-template name="place">
      <xsl:with-param name="own" select="'iothreadpin'"/>
      <xsl:with-param name="order" select="' shares period quota global_period global_quota emulator_period
        emulator_quota iothread_period iothread_quota vcpupin emulatorpin iothreadpin emulatorsched vcpusched
        iothreadsched cachetune memorytune energytune '"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="domain" mode="new">
    <cputune>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="2"/></xsl:call-template>
      <xsl:call-template name="pins"/>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="1"/></xsl:call-template>
    </cputune>
  </xsl:template>

  <xsl:template match="cputune" mode="new">
    <xsl:call-template name="pins"/>
  </xsl:template>

  <xsl:template name="pins">
    <xsl:param name="records" select="$missing"/>
    <xsl:variable name="half" select="floor(string-length($records) div 22) * 11"/>
    <xsl:choose>
      <xsl:when test="$half > 0">
        <xsl:call-template name="pins">
          <xsl:with-param name="records" select="substring($records, 1, $half)"/>
        </xsl:call-template>
        <xsl:call-template name="line"><xsl:with-param name="depth" select="2"/></xsl:call-template>
        <xsl:call-template name="pins">
          <xsl:with-param name="records" select="substring($records, $half + 1)"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <iothreadpin iothread="{number($records)}">
          <xsl:attribute name="cpuset">
            <xsl:call-template name="wanted">
              <xsl:with-param name="id" select="number($records)"/>
            </xsl:call-template>
          </xsl:attribute>
        </iothreadpin>
      </xsl:otherwise>
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
