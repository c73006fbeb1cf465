#!/bin/sh
# Parse and render times of templates, ours beside Python's Jinja2, in one run. Usage: render.sh RENDER_BENCH [REPEATS]
set -eu
bench=$1
repeats=${2:-10}
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

/usr/bin/python3 - "$work" <<'PYTHON'
import json, sys
work = sys.argv[1]
users = {f"user{i}": {"uid": 2000 + i, "fullname": f"User Number {i}", "groups": ["admin", "web"] if i % 3 else ["db"], "shell": "/bin/zsh"} for i in range(5000)}
templates = {
    "loop_10000": ("{% for i in range(10000) %}{{ i }},{% endfor %}\n", {}),
    "conditions": ("{% for i in range(10000) %}{% if i % 3 == 0 and i > 5 %}fizz{% elif i % 5 == 0 %}buzz{% else %}{{ i * 2 + 1 }}{% endif %}\n{% endfor %}", {}),
    "users_5000": ("{% for name, user in pillar.users.items()|sort %}\n{{ name }}:\n  user.present:\n    - uid: {{ user.uid }}\n    - fullname: {{ user['fullname'] }}\n    - shell: {{ user.get('shell', '/bin/sh') }}\n    - groups:{% for g in user.groups %}\n      - {{ g|upper }}{% endfor %}\n{% endfor %}\n", {"pillar": {"users": users}}),
    "macros": ("{% macro row(a, b='x') %}<{{ a }}:{{ b }}>{% endmacro %}{% for i in range(5000) %}{{ row(i) }}{{ row(i, b='y') }}{% endfor %}\n", {}),
    "output_1mb": ("{% for i in range(2000) %}" + "x" * 500 + "{{ i }}\n{% endfor %}", {}),
    "filters": ("{% for s in words %}{{ s|upper|replace('A', 'b')|truncate(9) }}{{ s|default('x')|length }}{{ [3, 1, 2]|sort|join(',') }}\n{% endfor %}", {"words": ["lorem ipsum dolor", "sit amet"] * 2000}),
    "large_dict": ("{% for i in range(100) %}{{ pillar }}{% endfor %}\n", {"pillar": {"k%d" % i: ["a", i, {"b": None}] for i in range(100)}}),
}
for name, (text, variables) in templates.items():
    open(f"{work}/{name}", "w").write(text)
    json.dump(variables, open(f"{work}/{name}.json", "w"))
PYTHON

printf '%-12s %12s %12s %7s %12s %12s %7s %10s\n' template parse_us peer_us ratio render_us peer_us ratio bytes
for file in "$work"/*.json; do
  file=${file%.json}
  ours=$("$bench" "$file" "$repeats")
  peer=$(/usr/bin/python3 "$here/render_peer.py" "$file" "$repeats")
  echo "$(basename "$file") $ours $peer" | awk '{
    if ($4 != $7) note = "OUTPUT DIFFERS"
    printf "%-12s %12.0f %12.0f %6.1fx %12.0f %12.0f %6.1fx %10d %s\n", $1, $2, $5, $5 / $2, $3, $6, $6 / $3, $4, note }'
done
