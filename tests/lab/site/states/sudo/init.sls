sudo:
  pkg.installed

/etc/sudoers.d/people:
  file.managed:
    - source: salt://sudo/sudoers.jinja
    - template: jinja
    - mode: '0440'
    - check_cmd: /usr/sbin/visudo -c -f
    - require: [{pkg: sudo}]
