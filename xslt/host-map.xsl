<?xml version="1.0" encoding="UTF-8"?>
<!--
  host-map.xsl: what runs on which CPU of a host, as an image.

    domxform host map - -format=xml vm.xml | xsltproc host-map.xsl - > map.svg      (no blank between the two dashes)

  It takes the document that domxform host map writes:

    <map from="WHAT SAYS WHICH CPUS THERE ARE" online="CPUS" kworkers="CPUS">
      <domain id="0" sign="A" name="NAME" file="FILE">   sign: what stands for it in a picture
        <vcpu ids="0-3" cpus="2-5" floating="4-7"/>      those that pins hold, all CPUs they are held to, and those
        <emulator cpus="0-1"/>                           that no pin holds; each absent where there is none; an
        <iothread ids="1" cpus="0-1"/>                   emulator has no ids: floating is there, and empty
      </domain>
      <threads id="0" domain="0" role="vcpu" ids="0" count="1" cpus="2" alone="yes"/>
                                                         threads of a role that are held to the same CPUs; alone: it is
                                                         one thread on one CPU
      <node id="0">                                      of NUMA; without id: those CPUs whose node is not known
        <cpu id="2" state="online" kworkers="yes" more="1" collision="WHAT IS PROMISED TWICE, IN WORDS">
          <runs threads="0"/>                            who is held to it, first those that are alone; more: how many
        </cpu>                                           others. kworkers: unbound kernel workers may run there
        <cpu id="8" last="63" state="offline"/>          offline, or absent (pinned to, and not there): with last, all
      </node>                                            up to that one for which the rest is the same
    </map>

  A set is written as 0-3,8. XSLT 1.0 alone, without extensions; the image has no script and loads nothing.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://www.w3.org/2000/svg">
  <xsl:output method="xml" encoding="UTF-8" indent="no"/>
  <xsl:strip-space elements="*"/>

  <xsl:key name="domain" match="/map/domain" use="@id"/>
  <xsl:key name="threads" match="/map/threads" use="@id"/>

  <!-- Measures. A cell has a head and slots below it, one for each of those that are held to the CPU. -->
  <xsl:variable name="width" select="760"/>
  <xsl:variable name="margin" select="20"/>
  <xsl:variable name="per-row" select="16"/>
  <xsl:variable name="pitch" select="45"/>
  <xsl:variable name="line" select="18"/>
  <xsl:variable name="node-head" select="34"/>
  <xsl:variable name="slots-most" select="3"/>
  <xsl:variable name="block" select="4 * $line + 8"/>
  <xsl:variable name="listed-most" select="40"/>
  <xsl:variable name="told-most" select="8"/>

  <xsl:variable name="online" select="/map/node/cpu[@state = 'online']"/>
  <xsl:variable name="collisions" select="/map/node/cpu[@collision]"/>

  <xsl:variable name="slots">
    <xsl:choose>
      <xsl:when test="$online[runs[$slots-most]]"><xsl:value-of select="$slots-most"/></xsl:when>
      <xsl:when test="$online[runs[2]]">2</xsl:when>
      <xsl:otherwise>1</xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:variable name="cell-height" select="19 + 15 * $slots"/>
  <xsl:variable name="row-height" select="$cell-height + 4"/>

  <!-- Where the parts begin: nodes, what the signs mean, domains, collisions. -->
  <xsl:variable name="nodes-top" select="54"/>
  <xsl:variable name="key-top" select="$nodes-top + $node-head * count(/map/node) +
    $row-height * count(/map/node/cpu[@state = 'online'][position() mod $per-row = 1]) +
    $line * count(/map/node/cpu[@state != 'online']) + 14"/>
  <xsl:variable name="domains-top" select="$key-top + 90"/>
  <xsl:variable name="domains" select="/map/domain[position() &lt;= $listed-most]"/>
  <xsl:variable name="collisions-top" select="$domains-top + $block * ceiling(count($domains) div 2) +
    $line * (count(/map/domain) > $listed-most)"/>
  <xsl:variable name="listed" select="$collisions[position() &lt;= $listed-most]"/>
  <xsl:variable name="height" select="$collisions-top + $line * (count($listed) + (count($collisions) > $listed-most)) +
    26 * (count($collisions) > 0) + 12"/>

  <xsl:template match="/map">
    <svg width="{$width}" height="{$height}" viewBox="0 0 {$width} {$height}" role="img"
      aria-labelledby="map-title map-desc">
      <title id="map-title">What runs where on the host</title>
      <desc id="map-desc">
        <xsl:call-template name="summary"/>
      </desc>
      <style>
        <xsl:call-template name="style"/>
      </style>
      <defs>
        <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path class="hatch" d="M0 0h2.2v5h-2.2z"/>
        </pattern>
      </defs>
      <rect class="page" width="{$width}" height="{$height}" rx="8"/>
      <text class="title" x="{$margin}" y="32">What runs where</text>
      <text class="soft end" x="{$width - $margin}" y="32">
        <xsl:call-template name="summary"/>
      </text>
      <xsl:text>&#10;</xsl:text>
      <xsl:apply-templates select="node"/>
      <xsl:call-template name="signs"/>
      <xsl:call-template name="domains"/>
      <xsl:call-template name="collisions"/>
    </svg>
  </xsl:template>

  <!-- "64 CPUs on 2 NUMA nodes, 3 domains, 2 collisions" -->
  <xsl:template name="summary">
    <xsl:call-template name="count">
      <xsl:with-param name="n" select="count($online)"/>
      <xsl:with-param name="what">CPU</xsl:with-param>
    </xsl:call-template>
    <xsl:if test="node[@id]">
      <xsl:text> on </xsl:text>
      <xsl:call-template name="count">
        <xsl:with-param name="n" select="count(node[@id])"/>
        <xsl:with-param name="what">NUMA node</xsl:with-param>
      </xsl:call-template>
    </xsl:if>
    <xsl:text>, </xsl:text>
    <xsl:call-template name="count">
      <xsl:with-param name="n" select="count(domain)"/>
      <xsl:with-param name="what">domain</xsl:with-param>
    </xsl:call-template>
    <xsl:if test="$collisions">
      <xsl:text>, </xsl:text>
      <xsl:call-template name="count">
        <xsl:with-param name="n" select="count($collisions)"/>
        <xsl:with-param name="what">collision</xsl:with-param>
      </xsl:call-template>
    </xsl:if>
  </xsl:template>

  <xsl:template name="count">
    <xsl:param name="n"/>
    <xsl:param name="what"/>
    <xsl:value-of select="concat($n, ' ', $what, substring('s', 1, number($n != 1)))"/>
  </xsl:template>

  <!-- The end of a text that would not fit goes; the whole is in the tooltip. -->
  <xsl:template name="cut">
    <xsl:param name="text"/>
    <xsl:param name="most"/>
    <xsl:choose>
      <xsl:when test="string-length($text) > $most">
        <xsl:value-of select="concat(substring($text, 1, $most - 1), '…')"/>
      </xsl:when>
      <xsl:otherwise><xsl:value-of select="$text"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- Nodes. -->

  <xsl:template match="node">
    <xsl:variable name="before" select="preceding-sibling::node"/>
    <xsl:variable name="top" select="$nodes-top + $node-head * count($before) +
      $row-height * count($before/cpu[@state = 'online'][position() mod $per-row = 1]) +
      $line * count($before/cpu[@state != 'online'])"/>
    <xsl:variable name="rows-top" select="$top + $node-head - 6"/>
    <xsl:variable name="lines-top" select="$rows-top +
      $row-height * count(cpu[@state = 'online'][position() mod $per-row = 1])"/>
    <text class="head" x="{$margin}" y="{$top + 20}">
      <xsl:choose>
        <xsl:when test="@id"><xsl:value-of select="concat('NUMA node ', @id)"/></xsl:when>
        <xsl:when test="../node/@id">On no known NUMA node</xsl:when>
        <xsl:otherwise>CPUs</xsl:otherwise>
      </xsl:choose>
    </text>
    <xsl:text>&#10;</xsl:text>
    <xsl:for-each select="cpu[@state = 'online']">
      <xsl:call-template name="cell">
        <xsl:with-param name="x" select="$margin + ((position() - 1) mod $per-row) * $pitch"/>
        <xsl:with-param name="y" select="$rows-top + floor((position() - 1) div $per-row) * $row-height"/>
      </xsl:call-template>
    </xsl:for-each>
    <xsl:for-each select="cpu[@state != 'online']">
      <xsl:call-template name="line">
        <xsl:with-param name="y" select="$lines-top + (position() - 1) * $line + 12"/>
      </xsl:call-template>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="cell">
    <xsl:param name="x"/>
    <xsl:param name="y"/>
    <g transform="translate({$x} {$y})">
      <title><xsl:call-template name="tell"/></title>
      <rect width="42" height="{$cell-height}" rx="4">
        <xsl:attribute name="class">
          <xsl:choose>
            <xsl:when test="@collision">cell clash</xsl:when>
            <xsl:when test="runs">cell</xsl:when>
            <xsl:otherwise>cell free</xsl:otherwise>
          </xsl:choose>
        </xsl:attribute>
      </rect>
      <xsl:if test="@collision">
        <rect width="42" height="16" rx="4" fill="url(#hatch)"/>
        <xsl:call-template name="warning"/>
      </xsl:if>
      <text class="number" x="4" y="12"><xsl:value-of select="@id"/></text>
      <xsl:if test="@kworkers">
        <text class="small end" x="{38 - 12 * count(@collision)}" y="12">k</text>
      </xsl:if>
      <xsl:variable name="cut" select="count(runs) + number(concat('0', @more)) > $slots"/>
      <xsl:for-each select="runs[position() &lt;= $slots - $cut]">
        <xsl:apply-templates select="key('threads', @threads)">
          <xsl:with-param name="y" select="1 + 15 * position()"/>
        </xsl:apply-templates>
      </xsl:for-each>
      <xsl:if test="$cut">
        <text class="small middle" x="21" y="{12 + 15 * $slots}">
          <xsl:value-of select="concat('+', count(runs) + number(concat('0', @more)) - $slots + 1)"/>
        </text>
      </xsl:if>
      <xsl:if test="not(runs)">
        <text class="small middle" x="21" y="{15 + 7.5 * $slots + 5}">free</text>
      </xsl:if>
    </g>
    <xsl:text>&#10;</xsl:text>
  </xsl:template>

  <xsl:template name="warning">
    <path class="sign" d="M33 1.5l6.5 12h-13z"/>
    <text class="mark middle" x="33" y="12.5">!</text>
  </xsl:template>

  <!-- Threads in a slot: "A v3", "A 10v", "A emu", "A io1". -->
  <xsl:template match="threads">
    <xsl:param name="y"/>
    <rect x="2.5" y="{$y + 1}" width="37" height="13" rx="2.5">
      <xsl:attribute name="class">
        <xsl:value-of select="concat('d', @domain mod 8)"/>
        <xsl:if test="not(@alone)"> set</xsl:if>
      </xsl:attribute>
    </rect>
    <text class="slot middle" x="21" y="{$y + 11}">
      <xsl:variable name="role" select="substring-before(substring-after('vcpu=v emulator=emu iothread=io ',
        concat(@role, '=')), ' ')"/>
      <xsl:value-of select="concat(key('domain', @domain)/@sign, ' ')"/>
      <xsl:choose>
        <xsl:when test="string-length(@ids) &lt; 4"><xsl:value-of select="concat($role, @ids)"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="concat(@count, $role)"/></xsl:otherwise>
      </xsl:choose>
    </text>
  </xsl:template>

  <!-- CPUs that are not online, in a line of their own. -->
  <xsl:template name="line">
    <xsl:param name="y"/>
    <xsl:variable name="text"><xsl:call-template name="tell"/></xsl:variable>
    <text x="{$margin}" y="{$y}">
      <xsl:attribute name="class">
        <xsl:choose>
          <xsl:when test="runs">bad</xsl:when>
          <xsl:otherwise>soft</xsl:otherwise>
        </xsl:choose>
      </xsl:attribute>
      <title><xsl:value-of select="$text"/></title>
      <xsl:if test="runs">! </xsl:if>
      <xsl:call-template name="cut">
        <xsl:with-param name="text" select="$text"/>
        <xsl:with-param name="most" select="104"/>
      </xsl:call-template>
    </text>
    <xsl:text>&#10;</xsl:text>
  </xsl:template>

  <!-- "CPU 5: vcpu 3 of web (A), alone; emulator of db (B), on 0-1,5; kernel workers" -->
  <xsl:template name="tell">
    <xsl:call-template name="cpus"/>
    <xsl:text>: </xsl:text>
    <xsl:choose>
      <xsl:when test="@state = 'absent'">not there, though pinned to; </xsl:when>
      <xsl:when test="@state = 'offline'">
        <xsl:text>offline</xsl:text>
        <xsl:if test="runs">, though pinned to; </xsl:if>
      </xsl:when>
      <xsl:when test="not(runs)">
        <xsl:text>free</xsl:text>
        <xsl:if test="@kworkers">; </xsl:if>
      </xsl:when>
    </xsl:choose>
    <xsl:for-each select="runs[position() &lt;= $told-most]">
      <xsl:if test="position() > 1">; </xsl:if>
      <xsl:for-each select="key('threads', @threads)">
        <xsl:value-of select="concat(@role, substring('s', 1, number(@count > 1)), ' ', @ids, substring(' ', 1,
          string-length(@ids)), 'of ', key('domain', @domain)/@name, ' (', key('domain', @domain)/@sign, ')')"/>
        <xsl:choose>
          <xsl:when test="@alone">, pinned to it alone</xsl:when>
          <xsl:otherwise>
            <xsl:text>, on </xsl:text>
            <xsl:call-template name="cut">
              <xsl:with-param name="text" select="@cpus"/>
              <xsl:with-param name="most" select="60"/>
            </xsl:call-template>
          </xsl:otherwise>
        </xsl:choose>
      </xsl:for-each>
    </xsl:for-each>
    <xsl:if test="runs[$told-most + 1]">
      <xsl:value-of select="concat('; ', count(runs) + number(concat('0', @more)) - $told-most, ' more')"/>
    </xsl:if>
    <xsl:if test="@kworkers">
      <xsl:if test="runs">; </xsl:if>
      <xsl:text>kernel workers</xsl:text>
    </xsl:if>
    <xsl:if test="@collision"><xsl:value-of select="concat('. Collision: ', @collision)"/></xsl:if>
  </xsl:template>

  <xsl:template name="cpus">
    <xsl:choose>
      <xsl:when test="@last"><xsl:value-of select="concat('CPUs ', @id, '-', @last)"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="concat('CPU ', @id)"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- What the signs mean. -->

  <xsl:template name="signs">
    <path class="rule" d="M{$margin} {$key-top - 4}H{$width - $margin}"/>
    <g transform="translate({$margin} {$key-top + 10})">
      <rect class="d0" x="0" y="0" width="37" height="13" rx="2.5"/>
      <text class="slot middle" x="18.5" y="10">A v3</text>
      <text class="small" x="44" y="10.5">vCPU 3 of domain A, pinned to this CPU alone</text>
      <rect class="d0 set" x="360" y="0" width="37" height="13" rx="2.5"/>
      <text class="slot middle" x="378.5" y="10">A 4v</text>
      <text class="small" x="404" y="10.5">4 vCPUs of it, which share a set of CPUs</text>
      <rect class="d0 set" x="0" y="22" width="37" height="13" rx="2.5"/>
      <text class="slot middle" x="18.5" y="32">A emu</text>
      <text class="small" x="44" y="32.5">its emulator; io1: its iothread 1</text>
      <text class="small middle" x="378.5" y="32">k</text>
      <text class="small" x="404" y="32.5">unbound kernel workers, where guests have their pins</text>
      <rect class="cell free" x="0.5" y="44" width="36" height="13" rx="2.5"/>
      <text class="small middle" x="18.5" y="54">free</text>
      <text class="small" x="44" y="54.5">nobody is pinned to it</text>
      <rect class="cell clash" x="361" y="44" width="35" height="15" rx="3"/>
      <rect x="361" y="44" width="35" height="15" rx="3" fill="url(#hatch)"/>
      <g transform="translate(345.5 44)"><xsl:call-template name="warning"/></g>
      <text class="small" x="404" y="55">a collision: the CPU is promised twice</text>
    </g>
    <xsl:text>&#10;</xsl:text>
  </xsl:template>

  <xsl:template name="domains">
    <xsl:for-each select="$domains">
      <xsl:variable name="row" select="floor((position() - 1) div 2)"/>
      <g transform="translate({$margin + 360 * ((position() - 1) mod 2)} {$domains-top + $block * $row})">
        <title><xsl:value-of select="concat(@name, ' (', @file, ')')"/></title>
        <rect class="d{@id mod 8}" y="1" width="26" height="16" rx="3"/>
        <text class="name middle" x="13" y="13"><xsl:value-of select="@sign"/></text>
        <text class="text" x="34" y="13.5">
          <tspan class="name">
            <xsl:call-template name="cut">
              <xsl:with-param name="text" select="@name"/>
              <xsl:with-param name="most" select="22"/>
            </xsl:call-template>
          </tspan>
          <!-- A domain without a name is called by its file. -->
          <xsl:if test="@file != @name">
            <tspan class="soft" dx="8">
              <xsl:call-template name="cut">
                <xsl:with-param name="text" select="@file"/>
                <xsl:with-param name="most" select="22"/>
              </xsl:call-template>
            </tspan>
          </xsl:if>
        </text>
        <xsl:for-each select="*">
          <xsl:variable name="text"><xsl:apply-templates select="." mode="tell"/></xsl:variable>
          <text class="text" x="34" y="{13.5 + $line * position()}">
            <title><xsl:value-of select="$text"/></title>
            <xsl:call-template name="cut">
              <xsl:with-param name="text" select="$text"/>
              <xsl:with-param name="most" select="48"/>
            </xsl:call-template>
          </text>
        </xsl:for-each>
      </g>
      <xsl:text>&#10;</xsl:text>
    </xsl:for-each>
    <xsl:if test="count(/map/domain) > $listed-most">
      <text class="soft" x="{$margin}" y="{$collisions-top - 5}">
        <xsl:value-of select="concat('and ', count(/map/domain) - $listed-most, ' more')"/>
      </text>
    </xsl:if>
  </xsl:template>

  <!-- "vCPUs 0-3 on CPUs 2-5; 4-7 on any CPU" -->
  <xsl:template match="domain/*" mode="tell">
    <xsl:variable name="ids" select="concat(@ids, @floating)"/>
    <xsl:value-of select="substring-before(substring-after('vcpu=vCPU emulator=emulator iothread=iothread ',
      concat(name(), '=')), ' ')"/>
    <xsl:if test="translate($ids, ',-', '') != $ids or (@ids and @floating != '')">s</xsl:if>
    <xsl:text> </xsl:text>
    <xsl:if test="@cpus">
      <xsl:value-of select="concat(@ids, substring(' ', 1, string-length(@ids)), 'on CPU',
        substring('s', 1, number(translate(@cpus, ',-', '') != @cpus)), ' ', @cpus)"/>
    </xsl:if>
    <xsl:if test="@cpus and @floating">; </xsl:if>
    <xsl:if test="@floating">
      <xsl:value-of select="concat(@floating, substring(' ', 1, string-length(@floating)), 'on any CPU')"/>
    </xsl:if>
  </xsl:template>

  <xsl:template name="collisions">
    <xsl:if test="$collisions">
      <text class="head" x="{$margin}" y="{$collisions-top + 20}">Collisions</text>
    </xsl:if>
    <xsl:for-each select="$listed">
      <text class="bad" x="{$margin}" y="{$collisions-top + 20 + $line * position()}">
        <title><xsl:value-of select="@collision"/></title>
        <xsl:call-template name="cut">
          <xsl:with-param name="text" select="concat('! CPU ', @id, ': ', @collision)"/>
          <xsl:with-param name="most" select="106"/>
        </xsl:call-template>
      </text>
      <xsl:text>&#10;</xsl:text>
    </xsl:for-each>
    <xsl:if test="count($collisions) > $listed-most">
      <text class="soft" x="{$margin}" y="{$height - 18}">
        <xsl:value-of select="concat('and ', count($collisions) - $listed-most, ' more')"/>
      </text>
    </xsl:if>
  </xsl:template>

  <!-- Two sets of colours: text has a contrast of at least 4.5 on each of them, and no two domains are told apart by
       colour alone. Plain rules: what draws images outside a browser knows no custom properties. -->
  <xsl:template name="style">
    <xsl:text>
text{font:12px system-ui,sans-serif;fill:#1c2128;white-space:pre}
.page{fill:#fff}
.title{font-size:18px;font-weight:600}
.head{font-size:13px;font-weight:600}
.name{font-weight:700}
.number{font-size:10.5px;font-weight:600}
.small{font-size:10.5px}
.slot{font-size:10px}
.mark{font-size:10px;font-weight:700;fill:#fff}
.middle{text-anchor:middle}
.end{text-anchor:end}
.soft,.small{fill:#57606a}
.bad{fill:#b3261e}
.cell{fill:#f2f4f7;stroke:#8b949e}
.free{fill:#fff;stroke:#b6bec8;stroke-dasharray:2 2}
.clash{stroke:#b3261e;stroke-width:2.5}
.hatch{fill:#f6c3bf}
.sign{fill:#b3261e}
.rule{stroke:#d0d7de}
.set{fill-opacity:.4;stroke-dasharray:3 2}
.d0{fill:#9ecbf0;stroke:#1f6fb2}
.d1{fill:#ffc27a;stroke:#a65c00}
.d2{fill:#8fd8be;stroke:#00755a}
.d3{fill:#e5aed3;stroke:#9a3b7c}
.d4{fill:#f0e27c;stroke:#857400}
.d5{fill:#f7a98a;stroke:#b8440f}
.d6{fill:#bcbdf0;stroke:#5557b5}
.d7{fill:#cdc6b4;stroke:#6e6650}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}
.page{fill:#0d1117}
.soft,.small{fill:#9da7b3}
.bad{fill:#ff8f85}
.cell{fill:#1b222b;stroke:#6e7681}
.free{fill:#0d1117;stroke:#49515b}
.clash,.sign{stroke:#ff7b72}
.sign{fill:#ff7b72}
.mark{fill:#0d1117}
.hatch{fill:#70302c}
.rule{stroke:#30363d}
.d0{fill:#1d4f7d;stroke:#6cb0ea}
.d1{fill:#754400;stroke:#f0a040}
.d2{fill:#0b5c47;stroke:#4fc3a1}
.d3{fill:#6d305d;stroke:#df92c6}
.d4{fill:#5c5200;stroke:#d8c840}
.d5{fill:#7d3214;stroke:#f59068}
.d6{fill:#40428f;stroke:#a5a7f0}
.d7{fill:#514b3c;stroke:#bdb499}
}
</xsl:text>
  </xsl:template>
</xsl:stylesheet>
