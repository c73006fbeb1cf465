{% for group in pillar.groups + pillar.sudoer_groups.keys() | list %}
{{ group }}-group:
  group.present:
    - name: {{ group }}
{% endfor %}

/home/people:
  file.directory:
    - mode: '0755'

{% for name, user in pillar.users.items() %}
{% set access = {'allowed': user.get('admin', false), 'sudo': user.get('admin', false), 'groups': []} %}
{% for role, given in user.get('access', {}).items() if salt['match.compound'](pillar.roles[role].pattern) %}
{% do access.update({'allowed': access.allowed or given.get('allowed', false), 'sudo': access.sudo or given.get('sudo', false)}) %}
{% do access.groups.extend(given.get('groups', [])) %}
{% endfor %}
{% if access.allowed %}
{% if access.sudo %}{% do access.groups.extend(pillar.sudoer_groups) %}{% endif %}
{{ name }}:
{% if user.packages is defined %}
  pkg.installed:
    - pkgs: {{ user.packages | json }}
{% endif %}
  user.present:
    - fullname: {{ user.fullname | yaml_dquote }}
    - home: /home/people/{{ name }}
    - shell: {{ user.get('shell', '/bin/bash') }}
    - groups: {{ access.groups | json }}
    - require:
      - file: /home/people
{% for group in access.groups %}
      - group: {{ group }}
{% endfor %}

/home/people/{{ name }}/.ssh:
  file.directory:
    - user: {{ name }}
    - mode: '0700'
    - require: [{user: {{ name }}}]

/home/people/{{ name }}/.ssh/authorized_keys:
  file.managed:
    - source: salt://accounts/authorized_keys.jinja
    - template: jinja
    - user: {{ name }}
    - mode: '0600'
    - context:
        keys: {{ user.ssh_keys | json }}
    - require: [{user: {{ name }}}]
{% else %}
{{ name }}:
  user.absent:
    - purge: True
    - force: True
{% endif %}
{% endfor %}
