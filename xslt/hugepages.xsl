<?xml version="1.0" encoding="UTF-8"?>
<!--
  Backs the guest's memory with huge pages: <memoryBacking><hugepages> with a <page> of the size. A page of another size
  is changed where it stands; the same size in another unit stays. Equals domxform's pass hugepages.

  Parameters:
    size     the page size, such as 1G, 2M or 2048KiB, or the word default for the host's default size; it must be given
    nodeset  the guest NUMA nodes that get these pages, such as 0-1; without it, all

  xsltproc -stringparam size 1G xslt/hugepages.xsl vm.xml
  xsltproc -stringparam size 2M -stringparam nodeset 0-1 xslt/hugepages.xsl vm.xml

  Where no parameter can be given, as in Terraform, change what stands in its select.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <!-- Where there is white space already, indent adds none: the file only gets a last line end. -->
  <xsl:output method="xml" encoding="UTF-8" indent="yes" omit-xml-declaration="yes"/>

  <xsl:param name="size" select="''"/>
  <xsl:param name="nodeset" select="''"/>

  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
  </xsl:template>

  <!-- The size in bytes, and in its largest whole unit. A size in the document without a unit is in KiB. -->

  <xsl:variable name="upper" select="'ABCDEFGHIJKLMNOPQRSTUVWXYZ'"/>
  <xsl:variable name="lower" select="'abcdefghijklmnopqrstuvwxyz'"/>
  <xsl:variable name="units" select="' =1024 b=1 byte=1 bytes=1
    k=1024 kib=1024 kb=1000
    m=1048576 mib=1048576 mb=1000000
    g=1073741824 gib=1073741824 gb=1000000000
    t=1099511627776 tib=1099511627776 tb=1000000000000
    p=1125899906842624 pib=1125899906842624 pb=1000000000000000
    e=1152921504606846976 eib=1152921504606846976 eb=1000000000000000000 '"/>
  <xsl:variable name="count" select="translate($size, translate($size, '0123456789', ''), '')"/>
  <xsl:variable name="suffix" select="translate(substring-after($size, $count), $upper, $lower)"/>
  <xsl:variable name="scale" select="substring-before(substring-after($units, concat(' ', $suffix, '=')), ' ')"/>
  <xsl:variable name="bytes" select="$count * $scale"/>
  <xsl:variable name="unit">
    <xsl:choose>
      <xsl:when test="$bytes mod 1152921504606846976 = 0">EiB</xsl:when>
      <xsl:when test="$bytes mod 1125899906842624 = 0">PiB</xsl:when>
      <xsl:when test="$bytes mod 1099511627776 = 0">TiB</xsl:when>
      <xsl:when test="$bytes mod 1073741824 = 0">GiB</xsl:when>
      <xsl:when test="$bytes mod 1048576 = 0">MiB</xsl:when>
      <xsl:when test="$bytes mod 1024 = 0">KiB</xsl:when>
      <xsl:otherwise>b</xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:variable name="unit-bytes" select="substring-before(substring-after($units, concat(' ', translate($unit, $upper,
    $lower), '=')), ' ')"/>

  <!-- What is there: pages of that size, and pages for all nodes that no other page names. Without guest NUMA
       nodeset='0' means nothing. -->

  <xsl:variable name="cells" select="/domain/cpu[1]/numa[1]/cell"/>
  <xsl:variable name="hugepages" select="/domain/memoryBacking/hugepages"/>
  <xsl:variable name="pages" select="$hugepages/page"/>
  <xsl:variable name="same" select="$pages[@size * substring-before(substring-after($units, concat(' ',
    translate(@unit, $upper, $lower), '=')), ' ') = $bytes]"/>
  <xsl:variable name="general" select="$pages[not(@nodeset) or not($cells or translate(@nodeset, '0,-', ''))]"/>

  <!-- Sets of guest nodes are spelled ' 0 1 3 '; those of the pages stand in one string, ';ID: 0 1 3 ;' each. -->

  <xsl:variable name="for-nodes" select="$nodeset != '' and ($cells or translate($nodeset, '0,-', ''))"/>
  <xsl:variable name="asked">
    <xsl:call-template name="nodes"><xsl:with-param name="set" select="$nodeset"/></xsl:call-template>
  </xsl:variable>
  <xsl:variable name="sets">
    <xsl:for-each select="$pages">
      <xsl:value-of select="concat(';', generate-id(), ':')"/>
      <xsl:call-template name="nodes"><xsl:with-param name="set" select="@nodeset"/></xsl:call-template>
      <xsl:text>;</xsl:text>
    </xsl:for-each>
  </xsl:variable>
  <xsl:variable name="covered">
    <xsl:for-each select="$same">
      <xsl:value-of select="substring-before(substring-after($sets, concat(';', generate-id(), ':')), ';')"/>
    </xsl:for-each>
  </xsl:variable>
  <xsl:variable name="uncovered" select="$cells[not(contains($covered, concat(' ', count(preceding-sibling::cell),
    ' ')))]"/>
  <xsl:variable name="left" select="$uncovered[contains($asked, concat(' ', count(preceding-sibling::cell), ' '))]"/>
  <!-- The nodes that have pages of another size. -->
  <xsl:variable name="taken">
    <xsl:for-each select="$pages[count(. | $same) != count($same)]">
      <xsl:value-of select="substring-before(substring-after($sets, concat(';', generate-id(), ':')), ';')"/>
    </xsl:for-each>
  </xsl:variable>
  <xsl:variable name="other" select="$cells[contains($asked, concat(' ', count(preceding-sibling::cell), ' ')) and
    contains($taken, concat(' ', count(preceding-sibling::cell), ' '))]"/>

  <!-- A page for all nodes is for those that are asked for, too. -->
  <xsl:variable name="met" select="$general[count(. | $same) = count($same)] and not($other)"/>

  <!-- What is to be done: drop all pages, set the size of $page, add one; or nothing. -->

  <xsl:variable name="page" select="($general[not($for-nodes)] | $pages[$for-nodes][@nodeset][substring-before(
    substring-after($sets, concat(';', generate-id(), ':')), ';') = $asked])[1]"/>
  <xsl:variable name="todo">
    <xsl:choose>
      <xsl:when test="$size = 'default' and $pages">drop</xsl:when>
      <xsl:when test="$size = 'default' and $hugepages"/>
      <xsl:when test="$size = 'default'">add</xsl:when>
      <xsl:when test="$page and count($page | $same) = count($same)"/>
      <xsl:when test="$page">set</xsl:when>
      <xsl:when test="$for-nodes and ($met or not($left))"/>
      <xsl:when test="not($for-nodes) and $cells and not($uncovered)"/>
      <xsl:otherwise>add</xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:variable name="backing" select="/domain/memoryBacking"/>
  <xsl:variable name="home" select="(($hugepages[1] | $hugepages[page])[last()] | $backing[not($hugepages)][1] |
    /domain[not($backing)])[$todo = 'add']"/>

  <xsl:template match="/">
    <xsl:if test="$size != 'default' and (concat($count, substring-after($size, $count)) != $size or $suffix = '' or
      $scale mod 1000 = 0 or not($bytes > 0))">
      <xsl:message terminate="yes">hugepages: name a page size, such as 1G, 2M or 2048KiB, or default</xsl:message>
    </xsl:if>
    <xsl:if test="$nodeset != '' and $size = 'default'">
      <xsl:message terminate="yes">hugepages: default takes no nodeset</xsl:message>
    </xsl:if>
    <xsl:if test="not(/domain[@type = 'kvm' or @type = 'qemu' or @type = 'hvf' or @type = 'test'])">
      <xsl:message terminate="yes">hugepages: only domains of type kvm, qemu, hvf and test are served</xsl:message>
    </xsl:if>
    <xsl:if test="$for-nodes and not($met)">
      <xsl:call-template name="check-nodes"/>
    </xsl:if>
    <xsl:if test="$todo = 'drop' and count($general) != count($pages)">
      <xsl:message terminate="yes">
        <xsl:text>hugepages: a page size for some guest nodes stands here, and the default is for all: </xsl:text>
        <xsl:text>remove the page first</xsl:text>
      </xsl:message>
    </xsl:if>
    <xsl:if test="$todo = 'add' and $for-nodes and $left[contains($taken, concat(' ', count(preceding-sibling::cell),
      ' '))]">
      <xsl:message terminate="yes">
        <xsl:text>hugepages: a page of another size covers some of the asked nodes: </xsl:text>
        <xsl:text>name the same nodes as the page does</xsl:text>
      </xsl:message>
    </xsl:if>
    <xsl:if test="$todo != '' and /domain/@type != 'test' and (($backing/source)[1]/@type = 'anonymous' or
      ($backing/allocation)[1]/@mode = 'ondemand')">
      <xsl:message terminate="yes">
        <xsl:text>hugepages: QEMU takes neither source type='anonymous' nor allocation mode='ondemand' </xsl:text>
        <xsl:text>beside huge pages</xsl:text>
      </xsl:message>
    </xsl:if>
    <xsl:apply-templates select="node()"/>
  </xsl:template>

  <xsl:template match="/domain/memoryBacking/hugepages/page">
    <xsl:choose>
      <xsl:when test="$todo = 'drop'"/>
      <xsl:when test="$todo = 'set' and generate-id() = generate-id($page)">
        <xsl:copy>
          <xsl:apply-templates select="@*"/>
          <xsl:call-template name="size"/>
          <xsl:apply-templates select="node()"/>
        </xsl:copy>
      </xsl:when>
      <xsl:otherwise>
        <xsl:copy-of select="."/>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- The white space before a page goes with it. -->
  <xsl:template match="/domain/memoryBacking/hugepages/text()[following-sibling::node()[1][self::page]]">
    <xsl:if test="$todo != 'drop' or normalize-space()">
      <xsl:value-of select="."/>
    </xsl:if>
  </xsl:template>

  <xsl:template match="/domain">
    <xsl:call-template name="place">
      <xsl:with-param name="own" select="'memoryBacking'"/>
      <xsl:with-param name="order" select="' name uuid genid title description metadata maxMemory memory currentMemory
        blkiotune memtune memoryBacking vcpu vcpus iothreads iothreadids defaultiothread throttlegroups cputune numatune
        resource sysinfo bootloader bootloader_args os idmap features cpu clock on_poweroff on_reboot on_crash
        on_lockfailure pm perf devices seclabel keywrap launchSecurity '"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="/domain/memoryBacking">
    <xsl:call-template name="place">
      <xsl:with-param name="own" select="'hugepages'"/>
      <xsl:with-param name="order" select="' hugepages nosharepages locked source access allocation discard '"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="/domain/memoryBacking/hugepages">
    <xsl:call-template name="place">
      <xsl:with-param name="own" select="'page'"/>
      <xsl:with-param name="order" select="' page '"/>
    </xsl:call-template>
  </xsl:template>

  <!-- What is new in an element. -->

  <xsl:template match="domain" mode="new">
    <memoryBacking>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="2"/></xsl:call-template>
      <xsl:call-template name="hugepages"/>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="1"/></xsl:call-template>
    </memoryBacking>
  </xsl:template>

  <xsl:template match="memoryBacking" mode="new">
    <xsl:call-template name="hugepages"/>
  </xsl:template>

  <xsl:template match="hugepages" mode="new">
    <xsl:call-template name="page"/>
  </xsl:template>

  <xsl:template name="hugepages">
    <hugepages>
      <xsl:if test="$size != 'default'">
        <xsl:call-template name="line"><xsl:with-param name="depth" select="3"/></xsl:call-template>
        <xsl:call-template name="page"/>
        <xsl:call-template name="line"><xsl:with-param name="depth" select="2"/></xsl:call-template>
      </xsl:if>
    </hugepages>
  </xsl:template>

  <xsl:template name="page">
    <page>
      <xsl:call-template name="size"/>
      <xsl:if test="$nodeset != ''">
        <xsl:attribute name="nodeset"><xsl:call-template name="spell"/></xsl:attribute>
      </xsl:if>
    </page>
  </xsl:template>

  <xsl:template name="size">
    <xsl:attribute name="size"><xsl:value-of select="$bytes div $unit-bytes"/></xsl:attribute>
    <xsl:attribute name="unit"><xsl:value-of select="$unit"/></xsl:attribute>
  </xsl:template>

  <!-- Sets of nodes. -->

  <!-- The nodes that are left to be asked for, as libvirt spells them: 0-2,5. -->
  <xsl:template name="spell">
    <xsl:if test="not($for-nodes)">0</xsl:if>
    <xsl:for-each select="$left">
      <xsl:variable name="id" select="count(preceding-sibling::cell)"/>
      <xsl:variable name="follows" select="$left[count(preceding-sibling::cell) = $id - 1]"/>
      <xsl:variable name="goes-on" select="$left[count(preceding-sibling::cell) = $id + 1]"/>
      <xsl:if test="not($follows) and position() > 1">,</xsl:if>
      <xsl:if test="$follows and not($goes-on)">-</xsl:if>
      <xsl:if test="not($follows and $goes-on)"><xsl:value-of select="$id"/></xsl:if>
    </xsl:for-each>
  </xsl:template>

  <!-- ' 0 1 2 5 ' of a set such as 0-2,5. -->
  <xsl:template name="nodes">
    <xsl:param name="set"/>
    <xsl:text> </xsl:text>
    <xsl:for-each select="$cells">
      <xsl:variable name="has">
        <xsl:call-template name="has">
          <xsl:with-param name="set" select="$set"/>
          <xsl:with-param name="id" select="position() - 1"/>
        </xsl:call-template>
      </xsl:variable>
      <xsl:if test="$has = 'true'">
        <xsl:value-of select="concat(position() - 1, ' ')"/>
      </xsl:if>
    </xsl:for-each>
  </xsl:template>

  <!-- Whether a set such as 0-7,^3 has a node: the last word that names it decides. -->
  <xsl:template name="has">
    <xsl:param name="set"/>
    <xsl:param name="id"/>
    <xsl:param name="so-far" select="false()"/>
    <xsl:variable name="word" select="substring-before(concat($set, ','), ',')"/>
    <xsl:variable name="range" select="translate($word, '^', '')"/>
    <xsl:variable name="ends" select="concat($range, '-', $range, '-')"/>
    <xsl:variable name="named" select="$id >= substring-before($ends, '-') and
      substring-before(substring-after($ends, '-'), '-') >= $id"/>
    <xsl:choose>
      <xsl:when test="$set = ''">
        <xsl:value-of select="$so-far"/>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="has">
          <xsl:with-param name="set" select="substring-after($set, ',')"/>
          <xsl:with-param name="id" select="$id"/>
          <xsl:with-param name="so-far" select="($so-far or $named) and not($named and starts-with($word, '^'))"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- Each word of the asked set names nodes that the guest has, or that pages of the size name already. -->
  <xsl:template name="check-nodes">
    <xsl:param name="set" select="$nodeset"/>
    <xsl:variable name="range" select="translate(substring-before(concat($set, ','), ','), '^', '')"/>
    <xsl:variable name="ends" select="concat($range, '-', $range, '-')"/>
    <xsl:variable name="first" select="number(substring-before($ends, '-'))"/>
    <xsl:variable name="last" select="number(substring-before(substring-after($ends, '-'), '-'))"/>
    <xsl:variable name="named">
      <xsl:for-each select="$same">
        <xsl:call-template name="has">
          <xsl:with-param name="set" select="@nodeset"/>
          <xsl:with-param name="id" select="$first"/>
        </xsl:call-template>
        <xsl:text>-</xsl:text>
        <xsl:call-template name="has">
          <xsl:with-param name="set" select="@nodeset"/>
          <xsl:with-param name="id" select="$last"/>
        </xsl:call-template>
        <xsl:text> </xsl:text>
      </xsl:for-each>
    </xsl:variable>
    <xsl:if test="not($last >= $first and (count($cells) > $last or contains($named, 'true-true')))">
      <xsl:message terminate="yes">hugepages: nodeset is no set such as 0-1,3 of nodes that the guest has</xsl:message>
    </xsl:if>
    <xsl:if test="contains($set, ',')">
      <xsl:call-template name="check-nodes">
        <xsl:with-param name="set" select="substring-after($set, ',')"/>
      </xsl:call-template>
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
