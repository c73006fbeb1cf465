include:
  - groups

/home/site-users:
  file.directory:
    - mode: '0755'

{% for name, user in salt['pillar.get']('users', {}).items() %}
{% set access = {'allowed': user.get('admin', false), 'sudo': user.get('admin', false), 'groups': []} %}
{% for role, given in user.get('access', {}).items()
   if salt['match.compound'](salt['pillar.get']('roles:' ~ role ~ ':pattern', 'no-such-role')) %}
{% do access.update({'allowed': access.allowed or given.get('allowed', false),
                     'sudo': access.sudo or given.get('sudo', false)}) %}
{% do access.groups.extend(given.get('groups', [])) %}
{% endfor %}

{% if access.allowed and not user.get('absent', false) %}
{% if access.sudo %}
{% do access.groups.extend(salt['pillar.get']('sudoer_groups', {}).keys()) %}
{% endif %}
{{ name }}-account:
  user.present:
    - name: {{ name }}
    - fullname: {{ user.get('fullname', name) | yaml_dquote }}
    - home: /home/site-users/{{ name }}
    - shell: {{ user.get('shell', '/bin/bash') }}
    - groups: {{ access.groups | unique | list | json }}
    - require:
      - file: /home/site-users
{% for group in access.groups | unique %}
      - group: {{ group }}-group
{% endfor %}

# Root owns the directory and the file, so that nobody adds a key by hand. sshd accepts both as long as they are
# readable for the user.
{{ name }}-ssh-directory:
  file.directory:
    - name: /home/site-users/{{ name }}/.ssh
    - user: root
    - group: root
    - mode: '0755'
    - require:
      - user: {{ name }}-account

{{ name }}-keys:
  file.managed:
    - name: /home/site-users/{{ name }}/.ssh/authorized_keys
    - source: salt://users/authorized_keys.jinja
    - template: jinja
    - user: root
    - group: root
    - mode: '0644'
    - context:
        keys: {{ user.get('ssh_keys', []) | json }}
    - require:
      - file: {{ name }}-ssh-directory

{% else %}
{{ name }}-account:
  user.absent:
    - name: {{ name }}
    - purge: true
    - force: true
{% endif %}
{% endfor %}
