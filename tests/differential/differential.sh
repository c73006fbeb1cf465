#!/bin/sh
# Random templates and YAML, ours against Python's Jinja2 and PyYAML. Usage: differential.sh RENDER_CASES [COUNT] [SEED]
# COUNT of each kind; the seeds are printed, and the same seed makes the same cases. With PYTHONPATH=SALT, a checkout of stock
# Salt 3006, also COUNT templates with Salt's own filters, tests and tags.
set -eu
render_cases=$1
count=${2:-5000}
seed=${3:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
here=$(dirname "$0")
python=/usr/bin/python3
if ! "$python" -c 'import jinja2, yaml; yaml.CSafeLoader' 2>/dev/null; then
  echo "SKIPPED: needs python3-jinja2 and python3-yaml"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" "$here/jinja_cases.py" "$count" "$seed" > "$work/jinja"
"$python" "$here/yaml_cases.py" load "$count" "$seed" > "$work/load"
"$python" "$here/yaml_cases.py" dump "$count" "$seed" > "$work/dump"
touch "$work/salt"
if [ -n "${PYTHONPATH:-}" ]; then
  # The order of Python's sets of texts differs from run to run, and with it the outcome of a few: those are left out.
  for order in 1 2; do
    PYTHONHASHSEED=$order "$python" "$here/jinja_cases.py" "$count" "$seed" --salt | sort > "$work/salt.$order"
  done
  comm -12 "$work/salt.1" "$work/salt.2" > "$work/salt"
fi
"$render_cases" "$work/jinja" "$work/load" "$work/dump" "$work/salt"
