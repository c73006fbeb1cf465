{% set groups = salt['pillar.get']('sudoer_groups', {}) %}

include:
  - groups

/etc/sudoers.d/site:
  file.managed:
    - source: salt://sudoers/sudoers.jinja
    - template: jinja
    - user: root
    - group: root
    - mode: '0440'
    # Run on the new content before it replaces the old: a sudoers file with an error locks everyone out.
    - check_cmd: /usr/sbin/visudo -c -f
{% if groups %}
    - require:
{% for group in groups %}
      - group: {{ group }}-group
{% endfor %}
{% endif %}
