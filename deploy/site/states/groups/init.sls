{% for group in salt['pillar.get']('groups', []) %}
{{ group }}-group:
  group.present:
    - name: {{ group }}
{% endfor %}

{% for group in salt['pillar.get']('sudoer_groups', {}) %}
{{ group }}-group:
  group.present:
    - name: {{ group }}
    - system: true
{% endfor %}
