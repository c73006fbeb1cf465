#!/usr/bin/python3
"""inputs.py DIRECTORY: the templates (NAME.jinja, NAME.json with variables and files) and YAML files of the benchmark."""
import json
import sys

work = sys.argv[1]
users = {f"user{i}": {"uid": 2000 + i, "fullname": f"User Number {i}", "groups": ["admin", "web"] if i % 3 else ["db"], "shell": "/bin/zsh"} for i in range(5000)}
deep = {f"part{i}": f"{{% set level = {i} %}}# part {i}\n" + (f"{{% include 'part{i + 1}' %}}" if i < 40 else "") for i in range(41)}
sls = """{% from 'map' import settings with context %}
{% set names = ['api', 'web', 'worker', 'cron'] %}
include:
  - base
{% for name in names %}
{{ name }}-packages:
  pkg.installed:
    - pkgs: {{ settings.packages|tojson }}
{% if grains.os_family == 'Debian' and settings.enabled %}
/etc/{{ name }}/{{ name }}.conf:
  file.managed:
    - source: salt://{{ slspath }}/files/{{ name }}.conf
    - mode: '0644'
    - context:
        port: {{ settings.ports.get(name, 8080) }}
        hosts: {{ pillar.hosts|selectattr('role', 'equalto', name)|map(attribute='fqdn')|join(', ') }}
{% endif %}
{% for user, values in pillar.users.items() if name in values.roles %}
{{ name }}-{{ user }}:
  user.present:
    - name: {{ user }}
    - uid: {{ values.uid }}
    - fullname: {{ values.fullname|yaml_dquote }}
{% endfor %}
{% endfor %}
"""
sls_values = {
    "slspath": "apps", "grains": {"os_family": "Debian", "id": "web1"},
    "pillar": {"hosts": [{"fqdn": f"h{i}.example.org", "role": ["api", "web", "worker", "cron"][i % 4]} for i in range(40)],
               "users": {f"u{i}": {"uid": 1000 + i, "fullname": f"U {i}", "roles": ["web"] if i % 2 else ["api", "cron"]} for i in range(60)}}}
templates = {
    "sls": (sls, sls_values, {"map": "{% set settings = {'packages': ['nginx', 'curl'], 'enabled': true, 'ports': {'api': 8000}} %}"}),
    "loop_10000": ("{% for i in range(10000) %}{{ i }},{% endfor %}\n", {}, {}),
    "conditions": ("{% for i in range(10000) %}{% if i % 3 == 0 and i > 5 %}fizz{% elif i % 5 == 0 %}buzz{% else %}{{ i * 2 + 1 }}{% endif %}\n{% endfor %}", {}, {}),
    "users_5000": ("{% for name, user in pillar.users.items()|sort %}\n{{ name }}:\n  user.present:\n    - uid: {{ user.uid }}\n    - fullname: {{ user['fullname'] }}\n    - shell: {{ user.get('shell', '/bin/sh') }}\n    - groups:{% for g in user.groups %}\n      - {{ g|upper }}{% endfor %}\n{% endfor %}\n", {"pillar": {"users": users}}, {}),
    "macros": ("{% macro row(a, b='x') %}<{{ a }}:{{ b }}>{% endmacro %}{% for i in range(5000) %}{{ row(i) }}{{ row(i, b='y') }}{% endfor %}\n", {}, {}),
    "output_1mb": ("{% for i in range(2000) %}" + "x" * 500 + "{{ i }}\n{% endfor %}", {}, {}),
    "filters": ("{% for s in words %}{{ s|upper|replace('A', 'b')|truncate(9) }}{{ s|default('x')|length }}{{ [3, 1, 2]|sort|join(',') }}\n{% endfor %}", {"words": ["lorem ipsum dolor", "sit amet"] * 2000}, {}),
    "large_dict": ("{% for i in range(100) %}{{ pillar }}{% endfor %}\n", {"pillar": {"k%d" % i: ["a", i, {"b": None}] for i in range(100)}}, {}),
    "includes": ("{% for i in range(20) %}{% include 'part0' %}{% endfor %}\n", {}, deep),
}
for name, (text, variables, files) in templates.items():
    open(f"{work}/{name}.jinja", "w").write(text)
    json.dump({"variables": variables, "files": files}, open(f"{work}/{name}.json", "w"))

states = "".join(f"/etc/app/{i}.conf:\n  file.managed:\n    - source: salt://app/{i}.conf\n    - user: root\n    - mode: '0644'\n    - require:\n      - pkg: app-{i}\n" for i in range(500))
pillar = "users:\n" + "".join(f"  {name}:\n    uid: {u['uid']}\n    fullname: {u['fullname']}\n    shell: {u['shell']}\n    groups: [{', '.join(u['groups'])}]\n    ssh_keys:\n      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{name} {name}@example.org\n" for name, u in users.items())
scalars = "".join(f"- {value}\n" for value in ["10", "0x1F", "1.5e3", "true", "~", "2001-01-01", "plain text", "'quoted'", '"double\\tquoted"', "12:30:45"] * 500)
blocks = "".join(f"script{i}: |\n" + "  echo line of a script\n" * 20 for i in range(200))
for name, text in {"states_500": states, "users_5000": pillar, "scalars": scalars, "blocks": blocks}.items():
    open(f"{work}/{name}.yaml", "w").write(text)
