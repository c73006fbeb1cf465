/etc/security/limits.d/core.conf:
  file.managed:
    - contents: '* hard core 0'
    - mode: '0440'

/etc/shadow:
  file.managed:
    - user: root
    - group: root
    - mode: '0600'
    - replace: False

/bin/su:
  file.managed:
    - mode: '0750'
    - replace: False

umask:
  file.replace:
    - name: /etc/login.defs
    - pattern: '^UMASK\s.*$'
    - repl: "UMASK\t\t027"

libpam-passwdqc:
  pkg.installed

{% for folder in ['/usr/local/bin', '/usr/bin'] %}
nobody else writes to {{ folder }}:
  cmd.run:
    - name: chmod -R go-w {{ folder }}
    - onlyif: find {{ folder }} -perm /go+w -type f | grep -q .
{% endfor %}
