<?xml version="1.0" encoding="UTF-8"?>
<!--
  Maps a SCSI device of the host into the guest: makes a disk a raw device mapping on a virtio-scsi controller, with an
  address of its own, cache='none' and io='native'. What only virtio disks have, or a lun cannot have, goes; an iothread
  moves to the controller. Equals domxform's pass rdm.

  Parameters:
    disk         the disk, by target name or by source; a /dev/… path that no disk has adds one
    mode         physical (the default): the guest talks to the device; virtual: to an emulated disk on it
    source       another host device for the disk; needed for one that is a file
    target       another target name, sdX; without it the name is kept
    rawio        yes or no; yes by default for a new physical mapping
    controller   the index of the virtio-scsi controller; made when it is not there

  xsltproc -stringparam disk /dev/disk/by-id/scsi-36001405 xslt/rdm.xsl vm.xml

  Where no parameter can be given, as in Terraform, change what stands in its select. Refused as well, though the pass
  takes it: a disk without the name of a target.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <!-- Where there is white space already, indent adds none: the file only gets a last line end. -->
  <xsl:output method="xml" encoding="UTF-8" indent="yes" omit-xml-declaration="yes"/>

  <xsl:param name="disk" select="''"/>
  <xsl:param name="mode" select="'physical'"/>
  <xsl:param name="source" select="''"/>
  <xsl:param name="target" select="''"/>
  <xsl:param name="rawio" select="''"/>
  <xsl:param name="controller" select="''"/>

  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
  </xsl:template>

  <!-- Which disk is meant. A second run meets it under its new name, or by its new source. -->

  <xsl:variable name="lun" select="$mode = 'physical'"/>
  <xsl:variable name="path" select="starts-with($disk, '/')"/>
  <xsl:variable name="disks" select="/domain/devices/disk"/>
  <xsl:variable name="with-source" select="$disks[$source != ''][source[1][@dev = $source or not(@dev) and
    (@file = $source or not(@file) and (@name = $source or not(@name) and @dir = $source))]]"/>
  <xsl:variable name="with-target" select="$disks[$target != '' and target[1]/@dev = $target]"/>
  <xsl:variable name="named" select="$disks[$path and source[1][@dev = $disk or not(@dev) and (@file = $disk or
    not(@file) and (@name = $disk or not(@name) and @dir = $disk))] or not($path) and target[1]/@dev = $disk]"/>
  <xsl:variable name="self" select="($named | $with-source[$path and not($named)] |
    $with-target[not($path or $named)])[1]"/>

  <!-- What hangs where on scsi controllers: ' 0:0:0:1 ', the controller, bus, target and unit of each. -->

  <xsl:variable name="letters" select="'abcdefghijklmnopqrstuvwxyz'"/>
  <xsl:variable name="scsi-disks" select="$disks[target[1][@bus = 'scsi' or not(@bus) and starts-with(@dev, 'sd') and
    not(../@device = 'floppy')]]"/>
  <xsl:variable name="hanging" select="$scsi-disks[generate-id() != generate-id($self)] |
    /domain/devices/hostdev[@type = 'scsi']"/>

  <xsl:variable name="drives">
    <xsl:text> </xsl:text>
    <xsl:apply-templates select="$hanging" mode="drive"/>
  </xsl:variable>

  <xsl:template match="*" mode="drive">
    <xsl:variable name="address" select="address[1]"/>
    <xsl:variable name="index">
      <xsl:apply-templates select="self::disk/target[1]/@dev" mode="index"/>
    </xsl:variable>
    <xsl:choose>
      <xsl:when test="$address/@type = 'drive'">
        <xsl:value-of select="concat(number(concat('0', $address/@controller)), ':', number(concat('0',
          $address/@bus)), ':', number(concat('0', $address/@target)), ':', number(concat('0', $address/@unit)), ' ')"/>
      </xsl:when>
      <xsl:when test="not($address) and $index != ''">
        <xsl:value-of select="concat(floor($index div 7), ':0:0:', $index mod 7, ' ')"/>
      </xsl:when>
    </xsl:choose>
  </xsl:template>

  <!-- The number in a target's name: sda 0, sdz 25, sdaa 26. -->
  <xsl:template match="@dev" mode="index">
    <xsl:param name="rest" select="translate(substring-after(., 'd'), '0123456789', '')"/>
    <xsl:param name="index" select="-1"/>
    <xsl:variable name="letter" select="substring($rest, 1, 1)"/>
    <xsl:choose>
      <xsl:when test="$letter = '' and $index >= 0">
        <xsl:value-of select="$index"/>
      </xsl:when>
      <xsl:when test="$letter != '' and contains($letters, $letter) and
          contains(' fd hd vd sd xvd ubd ', concat(' ', substring-before(., 'd'), 'd '))">
        <xsl:apply-templates select="." mode="index">
          <xsl:with-param name="rest" select="substring($rest, 2)"/>
          <xsl:with-param name="index" select="($index + 1) * 26 + string-length(substring-before($letters, $letter))"/>
        </xsl:apply-templates>
      </xsl:when>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="letters">
    <xsl:param name="index"/>
    <xsl:if test="$index >= 26">
      <xsl:call-template name="letters">
        <xsl:with-param name="index" select="floor($index div 26) - 1"/>
      </xsl:call-template>
    </xsl:if>
    <xsl:value-of select="substring($letters, $index mod 26 + 1, 1)"/>
  </xsl:template>

  <!-- The lowest number that does not stand in the text between the two words. -->
  <xsl:template name="lowest">
    <xsl:param name="text"/>
    <xsl:param name="before" select="' '"/>
    <xsl:param name="after" select="' '"/>
    <xsl:param name="from" select="0"/>
    <xsl:param name="to" select="count($disks | $hanging | $controllers)"/>
    <xsl:variable name="half" select="floor(($from + $to) div 2)"/>
    <xsl:variable name="low">
      <xsl:if test="$to > $from">
        <xsl:call-template name="lowest">
          <xsl:with-param name="text" select="$text"/>
          <xsl:with-param name="before" select="$before"/>
          <xsl:with-param name="after" select="$after"/>
          <xsl:with-param name="from" select="$from"/>
          <xsl:with-param name="to" select="$half"/>
        </xsl:call-template>
      </xsl:if>
    </xsl:variable>
    <xsl:choose>
      <xsl:when test="$to > $from and $low = ''">
        <xsl:call-template name="lowest">
          <xsl:with-param name="text" select="$text"/>
          <xsl:with-param name="before" select="$before"/>
          <xsl:with-param name="after" select="$after"/>
          <xsl:with-param name="from" select="$half + 1"/>
          <xsl:with-param name="to" select="$to"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:when test="$to > $from">
        <xsl:value-of select="$low"/>
      </xsl:when>
      <xsl:when test="not(contains($text, concat($before, $from, $after)))">
        <xsl:value-of select="$from"/>
      </xsl:when>
    </xsl:choose>
  </xsl:template>

  <!-- Controllers by number, ' 0=ID=0 1=ID=1 ': one without an index has the lowest that is free, each in its turn. -->

  <xsl:variable name="controllers" select="/domain/devices/controller[@type = 'scsi']"/>
  <xsl:variable name="fit" select="$controllers[@model = 'virtio-scsi' or @model = 'virtio-transitional' or
    @model = 'virtio-non-transitional']"/>

  <xsl:variable name="numbered">
    <xsl:for-each select="$controllers">
      <xsl:variable name="place" select="position()"/>
      <xsl:variable name="own">
        <xsl:choose>
          <xsl:when test="@index >= 0">
            <xsl:value-of select="number(@index)"/>
          </xsl:when>
          <xsl:otherwise>
            <xsl:call-template name="free-index">
              <xsl:with-param name="turn" select="count($controllers[$place > position()][not(@index >= 0)])"/>
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
    <xsl:variable name="free" select="not($controllers/@index = $index)"/>
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

  <!-- Where the disk goes: it stays on a virtio-scsi controller, else moves to the lowest free unit of the first. -->

  <xsl:variable name="own-drive">
    <xsl:apply-templates select="$self[count(. | $scsi-disks) = count($scsi-disks)]" mode="drive"/>
  </xsl:variable>
  <xsl:variable name="own-controller" select="substring-before($own-drive, ':')"/>
  <xsl:variable name="held" select="$fit[$own-drive != '' and ($controller = '' or $controller = $own-controller) and
    contains($numbered, concat(' ', $own-controller, '=', generate-id(), '='))][1]"/>
  <xsl:variable name="of-index" select="$controllers[contains($numbered, concat(' ', $controller, '=', generate-id(),
    '='))]"/>
  <xsl:variable name="seat" select="($held | $fit[not($held) and ($controller = '' or count(. | $of-index) =
    count($of-index))])[1]"/>

  <xsl:variable name="drive">
    <xsl:variable name="index">
      <xsl:choose>
        <xsl:when test="$seat">
          <xsl:value-of select="substring-before(substring-after($numbered, concat('=', generate-id($seat), '=')),
            ' ')"/>
        </xsl:when>
        <xsl:when test="$controller != ''">
          <xsl:value-of select="number($controller)"/>
        </xsl:when>
        <xsl:otherwise>
          <xsl:call-template name="lowest">
            <xsl:with-param name="text" select="concat(translate($numbered, '=', ':'), $drives)"/>
            <xsl:with-param name="after" select="':'"/>
          </xsl:call-template>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:variable>
    <xsl:choose>
      <xsl:when test="$held">
        <xsl:value-of select="normalize-space($own-drive)"/>
      </xsl:when>
      <xsl:otherwise>
        <xsl:value-of select="concat($index, ':0:0:')"/>
        <xsl:call-template name="lowest">
          <xsl:with-param name="text" select="$drives"/>
          <xsl:with-param name="before" select="concat(' ', $index, ':0:0:')"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:variable>

  <!-- What is to be done: nothing, another disk than it is, or a new one. -->

  <xsl:variable name="mapped" select="$self[not(@type = 'block' and (@device = 'lun' and $lun or (@device = 'disk' or
    not(@device)) and not($lun)) and $held and address and driver[1][not(@iothread) and (@name = 'qemu' or not(@name))
    and (@type = 'raw' or not(@type)) and @cache = 'none' and @io = 'native'] and ($source = '' or
    count(. | $with-source) = count($with-source)) and ($target = '' or target[1]/@dev = $target) and ($rawio = '' or
    (@rawio = 'yes') = ($rawio = 'yes')))]"/>
  <xsl:variable name="adds" select="not($self)"/>
  <xsl:variable name="makes-controller" select="($adds or $mapped) and not($seat)"/>
  <xsl:variable name="keeps-address" select="$held and $mapped/address[1]/@type = 'drive'"/>

  <!-- The iothread of the disk serves the controller, when the domain has it and the controller has none. -->
  <xsl:variable name="thread" select="$mapped/driver[1]/@iothread |
    $mapped/driver[1][not(@iothread)]/iothreads[1]/iothread[1]/@id"/>
  <xsl:variable name="id" select="number($thread)"/>
  <xsl:variable name="listed" select="/domain/iothreadids/iothread/@id"/>
  <xsl:variable name="carries" select="($listed = $id or $id >= 1 and /domain/iothreads[1] - count($listed) >= $id -
    count($listed[$id > .])) and not($seat/driver[1][@iothread[. != '0'] or iothreads])"/>

  <!-- What goes: attributes, elements, and the white space before those. -->
  <xsl:variable name="driver" select="$mapped/driver[1]"/>
  <xsl:variable name="new-source" select="$mapped[$source != '']/source[1]"/>
  <xsl:variable name="parts" select="$driver/iothreads | $driver/metadata_cache | $mapped/address[not($keeps-address)] |
    $mapped[not($lun)]/source[1]/reservations | $mapped[$lun]/*[self::serial or self::wwn or self::vendor or
    self::product or self::geometry or self::blockio or self::iotune] | $new-source/*[self::host or self::auth or
    self::snapshot or self::config or self::initiator or self::address or self::ssl or self::readahead or
    self::cookies or self::identity or self::reconnect or self::knownHosts or self::timeout]"/>
  <xsl:variable name="gone" select="$parts | $parts/preceding-sibling::node()[1][self::text()][not(normalize-space())] |
    $mapped/@model | $mapped[$lun]/@snapshot | $mapped[$rawio = 'no' or not($lun)]/@rawio[. = 'yes' or not($lun)] |
    $mapped[not($lun)]/@sgio | $driver/@iothread | $driver/@queues | $driver/@queue_size | $driver/@event_idx |
    $driver/@ioeventfd | $driver/@iommu | $driver/@ats | $driver/@packed | $driver/@page_per_vq |
    $driver/@discard_no_unref | $driver[$lun]/@copy_on_read | $mapped/target[1][$lun or @bus = 'usb']/@removable |
    $mapped[$lun]/target[1]/@rotation_rate | $new-source/@*[name() != 'dev' and contains(' file name dir protocol pool
    volume mode query startupPolicy tls namespace managed index path type cluster tlsHostname fdgroup ',
    concat(' ', name(), ' '))]"/>

  <!-- What is refused. -->

  <!-- A partition, volume or other device that takes no SCSI commands. -->
  <xsl:variable name="device" select="concat($source, substring($disk, 1, ($source = '' and $adds) * 9999),
    ($mapped/source[1]/@dev | $mapped/source[1][not(@dev)]/@file | $mapped/source[1][not(@dev or @file)]/@name |
    $mapped/source[1][not(@dev or @file or @name)]/@dir)[$source = ''])"/>
  <xsl:variable name="nines" select="translate($device, '012345678', '999999999')"/>
  <xsl:variable name="behind-sd" select="substring-after($device, '/dev/sd')"/>
  <xsl:variable name="below-dev" select="substring-after($device, '/dev/')"/>
  <xsl:variable name="no-scsi" select="$lun and starts-with($device, '/dev/') and (
    substring($nines, string-length($nines) - 5) = '-part9' or substring($nines, string-length($nines) - 6) = '-part99'
    or substring($nines, string-length($nines) - 7) = '-part999' or
    starts-with($below-dev, 'sd') and translate(substring($behind-sd, 1, 1), $letters, '') = '' and
    starts-with(translate($nines, $letters, ''), '//9') or
    starts-with($below-dev, 'disk/by-path/') and contains($device, '-nvme-') or
    starts-with($below-dev, 'vd') or starts-with($below-dev, 'xvd') or starts-with($below-dev, 'disk/by-id/virtio-') or
    starts-with($below-dev, 'nvme') or starts-with($below-dev, 'disk/by-id/nvme-') or
    starts-with($below-dev, 'loop') or starts-with($below-dev, 'md') or starts-with($below-dev, 'nbd') or
    starts-with($below-dev, 'rbd') or starts-with($below-dev, 'mmcblk') or
    starts-with($below-dev, 'disk/by-id/dm-') and not(starts-with($below-dev, 'disk/by-id/dm-uuid-mpath-') or
    starts-with($below-dev, 'disk/by-id/dm-name-mpath')) or
    starts-with($below-dev, 'disk/by-label/') or starts-with($below-dev, 'disk/by-uuid/') or
    starts-with($below-dev, 'disk/by-partuuid/') or starts-with($below-dev, 'disk/by-partlabel/') or
    starts-with($below-dev, 'disk/by-path/virtio-') or
    starts-with($below-dev, 'mapper/') and not(starts-with($below-dev, 'mapper/mpath')) or
    contains($below-dev, '/') and not(starts-with($below-dev, 'disk/') or starts-with($below-dev, 'mapper/') or
    starts-with($below-dev, 'dm-') or starts-with($below-dev, 'bsg/') or starts-with($below-dev, 'block/')))"/>

  <xsl:template match="/">
    <xsl:variable name="folders" select="concat($disk, ' ', $source, ' ')"/>
    <xsl:variable name="wrong">
      <xsl:choose>
        <xsl:when test="not(/domain[@type = 'kvm' or @type = 'qemu' or @type = 'hvf' or @type = 'test'])">
          <xsl:text>only domains of type kvm, qemu, hvf and test are served</xsl:text>
        </xsl:when>
        <xsl:when test="$disk = ''">name the disk by its target or its source</xsl:when>
        <xsl:when test="not($lun or $mode = 'virtual')">mode is physical or virtual</xsl:when>
        <xsl:when test="$rawio != '' and $rawio != 'yes' and $rawio != 'no'">rawio is yes or no</xsl:when>
        <xsl:when test="$rawio = 'yes' and not($lun)">rawio is for a physical mapping</xsl:when>
        <xsl:when test="$source != '' and not(starts-with($source, '/'))">source is a path, /dev/…</xsl:when>
        <xsl:when test="starts-with($folders, '/') and contains(concat(' ', $folders), '/ ')">
          <xsl:text>a directory is no device</xsl:text>
        </xsl:when>
        <xsl:when test="$target != '' and not(starts-with($target, 'sd') and $target != 'sd' and
            translate(substring($target, 3), $letters, '') = '')">target is a name such as sda</xsl:when>
        <xsl:when test="$controller != '' and not($controller >= 0 and 255 >= $controller and
            string(floor($controller)) = $controller)">controller is a number from 0 to 255</xsl:when>
        <xsl:when test="count($named) > 1">two disks have that source or target: name the one that is meant</xsl:when>
        <xsl:when test="not($path or $named) and ($mapped or not($self))">no disk has that target</xsl:when>
        <xsl:when test="not($held) and count($of-index[1] | $fit) > count($fit)">
          <xsl:text>the scsi controller of that index is not virtio-scsi</xsl:text>
        </xsl:when>
        <xsl:when test="not($mapped or $adds)"/>
        <xsl:when test="$mapped and not($mapped/target[1]/@dev)">the disk has no target name</xsl:when>
        <xsl:when test="$mapped[@device[. != 'disk' and . != 'lun']]">that is no disk and cannot be mapped</xsl:when>
        <xsl:when test="$source = '' and $mapped[not(@type = 'block')]">
          <xsl:text>a raw device mapping needs a block device: name it with source</xsl:text>
        </xsl:when>
        <xsl:when test="$lun and $source = '' and $mapped[not(source or @device = 'lun')]">
          <xsl:text>the disk has no source</xsl:text>
        </xsl:when>
        <xsl:when test="$mapped[backingStore[1][@* or source] or mirror or encryption or transient or
            source[1][slices or encryption]]">
          <xsl:text>the disk has a backing chain, mirror, encryption, slices or is transient</xsl:text>
        </xsl:when>
        <xsl:when test="$source = '' and $driver/@type[. != 'raw']">
          <xsl:text>the disk holds an image: convert it to raw first</xsl:text>
        </xsl:when>
        <xsl:when test="$no-scsi">
          <xsl:value-of select="concat($device, ' is no whole SCSI device: name one, or use mode=virtual')"/>
        </xsl:when>
        <xsl:when test="$with-target and generate-id($with-target) != generate-id($self)">
          <xsl:text>the target is taken by another disk</xsl:text>
        </xsl:when>
        <xsl:when test="$with-source and (generate-id($with-source) != generate-id($self) or $with-source[2])">
          <xsl:text>the source is another disk's already</xsl:text>
        </xsl:when>
      </xsl:choose>
    </xsl:variable>
    <xsl:if test="$wrong != ''">
      <xsl:message terminate="yes"><xsl:value-of select="concat('rdm: ', $wrong)"/></xsl:message>
    </xsl:if>
    <xsl:apply-templates select="node()"/>
  </xsl:template>

  <!-- Attributes that an element is to have. -->

  <xsl:template match="*" mode="put"/>

  <xsl:template match="disk" mode="put">
    <xsl:if test="generate-id() = generate-id($mapped)">
      <xsl:attribute name="type">block</xsl:attribute>
      <xsl:if test="$lun or @device">
        <xsl:attribute name="device"><xsl:value-of select="substring('disklun', $lun * 4 + 1, 4)"/></xsl:attribute>
      </xsl:if>
      <xsl:if test="$lun and $rawio != 'no' and ($rawio = 'yes' or not(@device = 'lun'))">
        <xsl:attribute name="rawio">yes</xsl:attribute>
      </xsl:if>
    </xsl:if>
  </xsl:template>

  <xsl:template match="disk/driver" mode="put">
    <xsl:if test="generate-id() = generate-id($driver)">
      <xsl:attribute name="name">qemu</xsl:attribute>
      <xsl:attribute name="type">raw</xsl:attribute>
      <xsl:attribute name="cache">none</xsl:attribute>
      <xsl:attribute name="io">native</xsl:attribute>
    </xsl:if>
  </xsl:template>

  <xsl:template match="disk/source" mode="put">
    <xsl:if test="generate-id() = generate-id($new-source)">
      <xsl:attribute name="dev"><xsl:value-of select="$source"/></xsl:attribute>
    </xsl:if>
  </xsl:template>

  <xsl:template match="disk/target" mode="put">
    <xsl:if test="generate-id() = generate-id($mapped/target)">
      <xsl:if test="$target != ''">
        <xsl:attribute name="dev"><xsl:value-of select="$target"/></xsl:attribute>
      </xsl:if>
      <xsl:attribute name="bus">scsi</xsl:attribute>
    </xsl:if>
  </xsl:template>

  <xsl:template match="controller/driver" mode="put">
    <xsl:if test="$carries and generate-id() = generate-id($seat/driver)">
      <xsl:attribute name="iothread"><xsl:value-of select="$thread"/></xsl:attribute>
    </xsl:if>
  </xsl:template>

  <!-- What is new in an element. -->

  <xsl:template match="domain" mode="new">
    <devices>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="2"/></xsl:call-template>
      <xsl:call-template name="new-disk"/>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="2"/></xsl:call-template>
      <xsl:call-template name="new-controller"/>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="1"/></xsl:call-template>
    </devices>
  </xsl:template>

  <xsl:template match="devices" mode="new">
    <xsl:param name="name"/>
    <xsl:choose>
      <xsl:when test="$name = 'disk'"><xsl:call-template name="new-disk"/></xsl:when>
      <xsl:otherwise><xsl:call-template name="new-controller"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template match="disk" mode="new">
    <xsl:param name="name"/>
    <xsl:choose>
      <xsl:when test="$name = 'driver'"><driver name="qemu" type="raw" cache="none" io="native"/></xsl:when>
      <xsl:when test="$name = 'source'"><source dev="{$source}"/></xsl:when>
      <xsl:otherwise><xsl:call-template name="new-address"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template match="controller" mode="new">
    <driver iothread="{$thread}"/>
  </xsl:template>

  <xsl:template name="new-controller">
    <controller type="scsi" index="{substring-before($drive, ':')}" model="virtio-scsi">
      <xsl:if test="$carries">
        <xsl:call-template name="line"><xsl:with-param name="depth" select="3"/></xsl:call-template>
        <driver iothread="{$thread}"/>
        <xsl:call-template name="line"><xsl:with-param name="depth" select="2"/></xsl:call-template>
      </xsl:if>
    </controller>
  </xsl:template>

  <xsl:template name="new-disk">
    <xsl:variable name="taken">
      <xsl:text> </xsl:text>
      <xsl:for-each select="$disks/target[1]/@dev[starts-with(., 'sd')]">
        <xsl:apply-templates select="." mode="index"/>
        <xsl:text> </xsl:text>
      </xsl:for-each>
    </xsl:variable>
    <xsl:variable name="index">
      <xsl:call-template name="lowest"><xsl:with-param name="text" select="$taken"/></xsl:call-template>
    </xsl:variable>
    <xsl:variable name="name">
      <xsl:text>sd</xsl:text>
      <xsl:call-template name="letters"><xsl:with-param name="index" select="$index"/></xsl:call-template>
    </xsl:variable>
    <disk type="block" device="{substring('disklun', $lun * 4 + 1, 4)}">
      <xsl:if test="$lun and $rawio != 'no'">
        <xsl:attribute name="rawio">yes</xsl:attribute>
      </xsl:if>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="3"/></xsl:call-template>
      <driver name="qemu" type="raw" cache="none" io="native"/>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="3"/></xsl:call-template>
      <source dev="{$device}"/>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="3"/></xsl:call-template>
      <target dev="{concat($target, substring($name, 1, ($target = '') * 16))}" bus="scsi"/>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="3"/></xsl:call-template>
      <xsl:call-template name="new-address"/>
      <xsl:call-template name="line"><xsl:with-param name="depth" select="2"/></xsl:call-template>
    </disk>
  </xsl:template>

  <xsl:template name="new-address">
    <xsl:variable name="rest" select="substring-after($drive, ':')"/>
    <address type="drive" controller="{substring-before($drive, ':')}" bus="{substring-before($rest, ':')}"
      target="{substring-before(substring-after($rest, ':'), ':')}"
      unit="{substring-after(substring-after($rest, ':'), ':')}"/>
  </xsl:template>

  <!-- The elements that change, with the names of the children that they lack, in their order. -->

  <xsl:template match="/domain">
    <xsl:call-template name="fit">
      <xsl:with-param name="lacks" select="substring('devices ', 1, ($adds and not(devices)) * 8)"/>
      <xsl:with-param name="order" select="' name uuid genid title description metadata maxMemory memory currentMemory
        blkiotune memtune memoryBacking vcpu vcpus iothreads iothreadids defaultiothread throttlegroups cputune numatune
        resource sysinfo bootloader bootloader_args os idmap features cpu clock on_poweroff on_reboot on_crash
        on_lockfailure pm perf devices seclabel keywrap launchSecurity '"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:variable name="devices" select="/domain/devices"/>
  <xsl:variable name="for-disk" select="($devices[1] | $devices[emulator or disk])[last()]"/>
  <xsl:variable name="for-controller" select="($devices[1] | $devices[emulator or disk or controller])[last()]"/>

  <xsl:template match="/domain/devices">
    <xsl:call-template name="fit">
      <xsl:with-param name="lacks" select="concat(
        substring('disk ', 1, ($adds and generate-id() = generate-id($for-disk)) * 5),
        substring('controller ', 1, ($makes-controller and generate-id() = generate-id($for-controller)) * 11))"/>
      <xsl:with-param name="order" select="' emulator disk controller lease filesystem interface smartcard serial
        parallel console channel input tpm graphics sound audio video hostdev redirdev redirfilter hub watchdog
        memballoon rng nvram panic shmem memory crypto iommu vsock pstore '"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="/domain/devices/disk">
    <xsl:variable name="here" select="generate-id() = generate-id($mapped)"/>
    <xsl:call-template name="fit">
      <xsl:with-param name="lacks" select="concat(substring('driver ', 1, ($here and not(driver)) * 7),
        substring('source ', 1, ($here and not(source) and $source != '') * 7),
        substring('address ', 1, ($here and not($keeps-address)) * 8))"/>
      <xsl:with-param name="order" select="' driver auth source backingStore backenddomain geometry blockio mirror
        target iotune throttlefilters readonly shareable transient serial wwn vendor product encryption boot alias
        address '"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="/domain/devices/controller">
    <xsl:call-template name="fit">
      <xsl:with-param name="lacks" select="substring('driver ', 1, ($carries and generate-id() = generate-id($seat) and
        not(driver)) * 7)"/>
      <xsl:with-param name="order" select="' model target driver boot alias master rom acpi address pcihole64 '"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="/domain/devices/disk/* | /domain/devices/controller/driver">
    <xsl:call-template name="fit"/>
  </xsl:template>

  <!-- Copies an element with what it is to have, and without what goes. A new child has its place behind the last
       child that stands in the order before it or is of its name, with the comments on that line; else before the first
       behind it in the order; else behind all. -->
  <xsl:template name="fit">
    <xsl:param name="lacks"/>
    <xsl:param name="order"/>
    <xsl:variable name="places">
      <xsl:text> </xsl:text>
      <xsl:call-template name="places">
        <xsl:with-param name="names" select="$lacks"/>
        <xsl:with-param name="words" select="concat(' ', normalize-space($order), ' ')"/>
      </xsl:call-template>
    </xsl:variable>
    <xsl:copy>
      <xsl:apply-templates select="@*[count(. | $gone) != count($gone)]"/>
      <xsl:apply-templates select="." mode="put"/>
      <xsl:for-each select="node()">
        <xsl:if test="contains($places, concat(' before-', generate-id(), '='))">
          <xsl:call-template name="put-new">
            <xsl:with-param name="place" select="concat(' before-', generate-id(), '=')"/>
            <xsl:with-param name="places" select="$places"/>
          </xsl:call-template>
        </xsl:if>
        <xsl:apply-templates select="self::node()[count(. | $gone) != count($gone)]"/>
        <xsl:if test="contains($places, concat(' behind-', generate-id(), '='))">
          <xsl:call-template name="put-new">
            <xsl:with-param name="place" select="concat(' behind-', generate-id(), '=')"/>
            <xsl:with-param name="places" select="$places"/>
          </xsl:call-template>
        </xsl:if>
      </xsl:for-each>
      <xsl:if test="contains($places, ' alone=')">
        <xsl:call-template name="put-new">
          <xsl:with-param name="place" select="' alone='"/>
          <xsl:with-param name="places" select="$places"/>
          <xsl:with-param name="parent" select="."/>
        </xsl:call-template>
        <xsl:call-template name="line"><xsl:with-param name="depth" select="count(ancestor::*)"/></xsl:call-template>
      </xsl:if>
    </xsl:copy>
  </xsl:template>

  <!-- Where the new children go: ' behind-ID=driver before-ID=address '. What goes is away before an address comes. -->
  <xsl:template name="places">
    <xsl:param name="names"/>
    <xsl:param name="words"/>
    <xsl:variable name="own" select="concat(' ', substring-before($names, ' '), ' ')"/>
    <xsl:variable name="to-own" select="concat(substring-before($words, $own), $own)"/>
    <xsl:variable name="behind" select="concat(' ', substring-after($words, $own))"/>
    <xsl:variable name="away" select="$gone[$own = ' address ']"/>
    <xsl:if test="$names != ''">
      <xsl:variable name="last" select="*[contains($to-own, concat(' ', name(), ' '))][count(. | $away) !=
        count($away)][last()]"/>
      <xsl:variable name="next" select="*[contains($behind, concat(' ', name(), ' ')) or
        contains(name(), ':')][count(. | $away) != count($away)][1]"/>
      <xsl:variable name="stop" select="$last/following-sibling::node()[not(self::comment() or
        self::text()[not(normalize-space() or contains(., '&#10;'))])][count(. | $away) != count($away)][1]"/>
      <xsl:variable name="after" select="($last | $last/following-sibling::comment()[not($stop) or
        count(following-sibling::node() | $stop) = count(following-sibling::node())] |
        node()[not($last or $next)][not(self::text()) or
        normalize-space()][count(. | $away) != count($away)])[last()]"/>
      <xsl:choose>
        <xsl:when test="$after">
          <xsl:value-of select="concat('behind-', generate-id($after))"/>
        </xsl:when>
        <xsl:when test="$next">
          <xsl:value-of select="concat('before-', generate-id($next))"/>
        </xsl:when>
        <xsl:otherwise>alone</xsl:otherwise>
      </xsl:choose>
      <xsl:value-of select="concat('=', substring($own, 2))"/>
      <xsl:call-template name="places">
        <xsl:with-param name="names" select="substring-after($names, ' ')"/>
        <xsl:with-param name="words" select="$words"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:template>

  <!-- The new children of one place. -->
  <xsl:template name="put-new">
    <xsl:param name="place"/>
    <xsl:param name="places"/>
    <xsl:param name="parent" select=".."/>
    <xsl:variable name="depth" select="count($parent/ancestor::*) + 1"/>
    <xsl:variable name="before" select="starts-with($place, ' before')"/>
    <xsl:if test="contains($places, $place)">
      <xsl:if test="not($before)">
        <xsl:call-template name="line"><xsl:with-param name="depth" select="$depth"/></xsl:call-template>
      </xsl:if>
      <xsl:apply-templates select="$parent" mode="new">
        <xsl:with-param name="name" select="substring-before(substring-after($places, $place), ' ')"/>
      </xsl:apply-templates>
      <xsl:if test="$before">
        <xsl:call-template name="line"><xsl:with-param name="depth" select="$depth"/></xsl:call-template>
      </xsl:if>
      <xsl:call-template name="put-new">
        <xsl:with-param name="place" select="$place"/>
        <xsl:with-param name="places" select="concat(' ', substring-after(substring-after($places, $place), ' '))"/>
        <xsl:with-param name="parent" select="$parent"/>
      </xsl:call-template>
    </xsl:if>
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
