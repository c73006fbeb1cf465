#!/usr/bin/env bash
# A highstate of 250 states on a real lab host that has nothing to change (tests/lab/site with more people): wall time of
# the whole command, what the states that start child processes take of it, and the minion's memory before, during and
# after.
# usage: bench/states/highstate.sh [RUNS]      default 21
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
bin=$top/build/release/bin
runs=${1:-21}
. "$top/deploy/lab/lab.sh"
. "$top/tests/lab/checks.sh"

row() { printf '%-58s %8s %8s %8s %s\n' "$@"; }

host_id=shop1.example.org
states=
scratch=$(mktemp -d)
cp -r "$top/tests/lab/site" "$scratch/site"
users_in=$scratch/site/pillar
roles_in=$users_in/roles.sls
# Three states a person; the site alone has 42.
for i in $(seq 70); do
  printf 'users:\n  person%s:\n    fullname: Person %s\n    access: {shop: {allowed: true, groups: [stock]}}\n    ssh_keys: []\n' "$i" "$i" >"$users_in/users/person$i.sls"
done
furnish() {
  cp -r "$scratch/site" "$1/srv/site"
  printf 'user: halite\nfile_roots: {base: [/srv/site/states]}\npillar_roots: {base: [/srv/keys, /srv/site/pillar]}\n' >"$1/etc/halite/master"
}
lab_open highstate || exit 1
finish() { lab_close; rm -rf "$scratch"; }
trap finish EXIT
. "$top/tests/lab/whole_host.sh"
whole_host_up rsyslog unattended-upgrades iptables-persistent netfilter-persistent libpam-passwdqc zsh
apply >"$scratch/first.json"
judge done "$scratch/first.json" || fail "the first run"
apply >"$scratch/quiet.json"
judge quiet "$scratch/quiet.json" || fail "something still changes"

measured() { lab_run "$1" bash -c "$(cat "$top/bench/measure.sh"); ${*:2}"; }
echo
row "whole process, ms" min median max ""
row "halite-call state.apply on the host, nothing to change" $(measured host repeat "$runs" halite-call state.apply) "goal 500"
row "halite HOST state.apply from the master" $(measured master repeat "$runs" halite "$host_id" state.apply) ""
echo
python3 - "$scratch/quiet.json" <<'PY'
import collections, json, sys
states = next(iter(json.load(open(sys.argv[1])).values()))
took = collections.Counter()
number = collections.Counter()
for tag, state in states.items():
    function = tag.split("_|-")[0] + "." + tag.split("_|-")[3]
    took[function] += state["duration"]
    number[function] += 1
total = sum(took.values())
children = sum(ms for function, ms in took.items() if function.startswith(("cmd.", "git.", "module.")))
print(f"{len(states)} states took {total:.1f} ms, of which those that start child processes {children:.1f} ms ({100 * children / total:.0f} %)")
for function, ms in took.most_common(6):
    print(f"  {function:<24} {number[function]:4} states {ms:8.1f} ms")
PY

# Memory: every process of the minion together, looked at as often as the machine lets us while a run goes on.
minion_mb() { measured host 'pss $(pgrep -x halite-minion)' 2>/dev/null; }
sleep 5
before=$(minion_mb)
lab_run host bash -c "$(cat "$top/bench/measure.sh")"'
  until [ -e /run/lab-done ]; do pss $(pgrep -x halite-minion); done 2>/dev/null | sort -n | tail -n 1' >"$scratch/peak" &
watcher=$!
for i in $(seq 5); do lab_run master halite "$host_id" state.apply --out=quiet >/dev/null; done
lab_run host touch /run/lab-done
wait $watcher
peak=$(cat "$scratch/peak")
sleep 5
after=$(minion_mb)
echo
row "memory of the minion, MB (PSS, all its processes)" before during after ""
row "a run of $(python3 -c 'import json,sys; print(len(next(iter(json.load(open(sys.argv[1])).values()))))' "$scratch/quiet.json") states" "$before" "$peak" "$after" "goal: after is before, within 1"
