/etc/update-motd.d/10-uname:
  file.managed:
    - mode: '0644'
    - replace: False

/etc/update-motd.d/99-site:
  file.managed:
    - mode: '0755'
    - contents: |
        #!/bin/sh
        echo 'This host is managed: changes by hand are reverted.'
