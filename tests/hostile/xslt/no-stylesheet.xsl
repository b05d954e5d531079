<html>
  <body/>
</html>
