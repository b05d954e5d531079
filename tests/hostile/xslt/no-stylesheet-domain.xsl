<domain type='kvm'>
  <name>demo</name>
</domain>
