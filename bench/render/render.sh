#!/bin/sh
# Parse and render times of templates, and load and dump times of YAML, ours beside Python's Jinja2 and PyYAML, in one run.
# Usage: render.sh RENDER_BENCH [REPEATS]
set -eu
bench=$1
repeats=${2:-10}
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
/usr/bin/python3 "$here/inputs.py" "$work"

printf '%-12s %10s %10s %7s %10s %10s %7s %10s %7s\n' template parse_us peer_us ratio render_us peer_us ratio bytes both
for file in "$work"/*.jinja; do
  ours=$("$bench" jinja "$file" "$repeats")
  peer=$(/usr/bin/python3 "$here/render_peer.py" jinja "$file" "$repeats")
  echo "$(basename "$file" .jinja) $ours $peer" | awk '{
    if ($4 != $7) note = "OUTPUT DIFFERS"
    printf "%-12s %10.0f %10.0f %6.1fx %10.0f %10.0f %6.1fx %10d %6.1fx %s\n", $1, $2, $5, $5 / $2, $3, $6, $6 / $3, $4, ($5 + $6) / ($2 + $3), note }'
done
printf '\n%-12s %10s %10s %7s %10s %7s %10s %10s %7s %10s\n' yaml load_us pure_us ratio c_us ratio dump_us c_us ratio bytes
for file in "$work"/*.yaml; do
  ours=$("$bench" yaml "$file" "$repeats")
  peer=$(/usr/bin/python3 "$here/render_peer.py" yaml "$file" "$repeats")
  echo "$(basename "$file" .yaml) $ours $peer" | awk '{
    printf "%-12s %10.0f %10.0f %6.1fx %10.0f %6.1fx %10.0f %10.0f %6.1fx %10d\n", $1, $2, $5, $5 / $2, $6, $6 / $2, $3, $7, $7 / $3, $4 }'
done
