#!/usr/bin/env bash
# 200 managed files: all created, and then none to change. The whole process of each tool, in a directory of its own.
# usage: bench/states/states.sh [RUNS]      default 21 for us, fewer for slow peers
# Peers beside it, each if installed: cf-agent (cfengine3), puppet (puppet-agent), ansible-playbook (ansible-core), and
# stock Salt when SALT_CALL names a salt-call. `cat` reads the sources: the floor of any tool.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
bin=$top/build/release/bin
runs=${1:-21}
files=200
. "$top/bench/measure.sh"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/tree/src"
for i in $(seq 0 19); do head -c 2000 /dev/urandom | base64 >"$scratch/tree/src/$i"; done

row() { printf '%-46s %9s %9s %9s %s\n' "$@"; }

# measure_tool NAME RUNS COMMAND...: the first run makes the files; with every file gone it is measured RUNS/3 times too.
measure_tool() {
  local name=$1 count=$2 made
  shift 2
  "$@" >"$scratch/log" 2>&1 || { echo "$name failed:"; tail -n 5 "$scratch/log"; return; }
  made=$(find "$scratch/out" -regex '.*/file[0-9]*' | wc -l)
  [ "$made" = $files ] || { echo "$name made $made files, not $files"; tail -n 5 "$scratch/log"; return; }
  row "$name, nothing to change" $(repeat "$count" "$@") "$(goal "$name" 30)"
  row "$name, all $files created" $(repeat $((count / 3 + 1)) from_nothing "$@") "$(goal "$name" 300)"
  rm -rf "$scratch/out"
}
goal() { [ "$1" = halite-call ] && echo "goal $2"; }
from_nothing() { rm -rf "$scratch/out"; "$@"; }

tree_for_salt() {
  mkdir -p "$scratch/$1"
  printf 'id: bench\nfile_client: local\nroot_dir: %s\nfile_roots: {base: [%s]}\n' "$scratch/$1/root" "$scratch/tree" >"$scratch/$1/minion"
}
cat >"$scratch/tree/files.sls" <<SLS
{% for i in range($files) %}
$scratch/out/file{{ i }}:
  file.managed:
    - source: salt://src/{{ i % 20 }}
    - mode: '0644'
    - makedirs: True
{% endfor %}
SLS

echo
row "whole process, ms" min median max ""
tree_for_salt halite
measure_tool halite-call "$runs" "$bin/halite-call" -c "$scratch/halite" --local state.apply files

if command -v cf-agent >/dev/null; then
  {
    printf 'body common control { bundlesequence => { "main" }; }\nbody copy_from from(p) { source => "$(p)"; compare => "digest"; }\n'
    printf 'body perms mode(m) { mode => "$(m)"; }\nbundle agent main {\n files:\n'
    for ((i = 0; i < files; i++)); do
      printf '  "%s" copy_from => from("%s"), perms => mode("0644"), create => "true";\n' "$scratch/out/file$i" "$scratch/tree/src/$((i % 20))"
    done
    printf '}\n'
  } >"$scratch/files.cf"
  chmod 600 "$scratch/files.cf"
  measure_tool cf-agent "$runs" cf-agent --no-lock --file "$scratch/files.cf"
fi

if command -v puppet >/dev/null; then
  {
    printf 'file { "%s": ensure => directory }\n' "$scratch/out"
    for ((i = 0; i < files; i++)); do
      printf 'file { "%s": source => "%s", mode => "0644" }\n' "$scratch/out/file$i" "$scratch/tree/src/$((i % 20))"
    done
  } >"$scratch/files.pp"
  measure_tool "puppet apply" 5 puppet apply --confdir "$scratch/puppet" --vardir "$scratch/puppet" "$scratch/files.pp"
fi

if command -v ansible-playbook >/dev/null; then
  {
    printf -- '- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n'
    printf '    - file: {path: "%s", state: directory}\n' "$scratch/out"
    printf '    - copy: {src: "%s/{{ item %% 20 }}", dest: "%s/file{{ item }}", mode: "0644"}\n      loop: "{{ range(%s) }}"\n' \
      "$scratch/tree/src" "$scratch/out" $files
  } >"$scratch/files.yml"
  measure_tool ansible-playbook 1 ansible-playbook -i localhost, "$scratch/files.yml"
fi

if [ -n "${SALT_CALL:-}" ]; then
  tree_for_salt salt
  measure_tool "stock salt-call" 3 $SALT_CALL -c "$scratch/salt" --local state.apply files
fi
row "cat reads the 20 sources" $(repeat "$runs" sh -c "cat $scratch/tree/src/* >/dev/null") ""
