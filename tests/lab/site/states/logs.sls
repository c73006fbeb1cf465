rsyslog:
  pkg: [installed]
  service.running:
    - enable: True
    - watch:
      - file: /etc/rsyslog.d/*.conf

/etc/rsyslog.d/10-auth.conf:
  file.managed:
    - contents: auth,authpriv.* /var/log/who-came.log
    - require: [{pkg: rsyslog}]
