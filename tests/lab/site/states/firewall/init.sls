firewall:
  pkg.installed:
    - pkgs: [iptables-persistent, netfilter-persistent]
  service.enabled:
    - name: netfilter-persistent
    - require: [{pkg: firewall}]
  module.watch:
    - name: service.restart
    - m_name: netfilter-persistent
    - watch:
      - file: /etc/iptables/*

{% for version in [4, 6] %}
/etc/iptables/rules.v{{ version }}:
  file.managed:
    - source: salt://firewall/rules.jinja
    - template: jinja
    - mode: '0600'
    - context:
        version: {{ version }}
    - require: [{pkg: firewall}]
{% endfor %}
