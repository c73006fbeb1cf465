/etc/ssh/sshd_config:
  file.managed:
    - source: salt://sshd/sshd_config.jinja
    - template: jinja
    - mode: '0644'
    - check_cmd: /usr/sbin/sshd -t -f

/usr/lib/tmpfiles.d/sshd.conf:
  file.managed:
    - contents: d /run/sshd 0755 root root

ssh:
  service.running:
    - enable: True
    - watch:
      - file: /etc/ssh/sshd_config
