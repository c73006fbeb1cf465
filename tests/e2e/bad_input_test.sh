#!/usr/bin/env bash
# Mistakes of a sysadmin: each gets one clear line with file, field or option, and nothing is lost.
# usage: bad_input_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

echo "-- configuration"
make_master
make_minion m1
mkdir -p "$work/bad"
printf 'interface: 127.0.0.1\nintreface: 0.0.0.0\n' >"$work/bad/master"
refuses 1 "bad/master:2.*intreface.*did you mean 'interface'" "$bin/halite-master" -c "$work/bad"
printf 'publish_port: many\n' >"$work/bad/master"
refuses 1 "bad/master:1.*publish_port.*integer" "$bin/halite-master" -c "$work/bad"
printf 'a: [1\n' >"$work/bad/master"
refuses 1 "bad/master:2" "$bin/halite-master" -c "$work/bad"
printf 'id: m1\nmastr: localhost\n' >"$work/bad/minion"
refuses 1 "bad/minion:2.*mastr.*did you mean 'master'" "$bin/halite-minion" -c "$work/bad"
for id in 'a/b' 'a\nb' '..'; do
  printf 'id: "%s"\nmaster: localhost\nroot_dir: %s/bad\n' "$id" "$work" >"$work/bad/minion"
  refuses 1 "id" "$bin/halite-minion" -c "$work/bad"
done
# R93 of the table of attacks (tests/hostile/master/rows.md).
printf 'id: m1\nmaster: localhost\nroot_dir: %s/bad\n' "$work" >"$work/bad/minion"
chmod 666 "$work/bad/minion"
refuses 1 "bad/minion has mode 0666.*chmod go-w" "$bin/halite-minion" -c "$work/bad"
chmod 644 "$work/bad/minion"
if [ "$(id -u)" = 0 ]; then
  chown daemon "$work/bad/minion"
  refuses 1 "bad/minion belongs to user .*chown" "$bin/halite-minion" -c "$work/bad"
fi
refuses 64 "no-such-option|nosuch" "$bin/halite-master" --nosuch
refuses 64 "did you mean" "$bin/halite" --tmieout=3 '*' test.ping

echo "-- without a master"
refuses 2 "master" h halite '*' test.ping
refuses 1 "master" h halite-key -L

echo "-- a port in use, an unreadable key"
start_master
mkdir -p "$work/second"
sed "s|$work/master/root|$work/second/root|" "$work/master/master" >"$work/second/master"
refuses 1 "$publish_port|$request_port" "$bin/halite-master" -c "$work/second"
mkdir -p "$work/third/root/var/lib/halite/pki/master"
with_other_ports third >"$work/third/master"
echo "not a key" >"$work/third/root/var/lib/halite/pki/master/master.pem"
refuses 1 "third/root/var/lib/halite/pki/master/master.pem" "$bin/halite-master" -c "$work/third"

echo "-- an unreachable git remote"
with_other_ports fourth >"$work/third/master"
printf 'ext_pillar:\n  - git:\n    - main file://%s/no-such-repository\n' "$work" >>"$work/third/master"
start fourth "$bin/halite-master" -c "$work/third" -l info
eventually 20 "a master with an unreachable remote still serves" "$bin/halite-key" -c "$work/third" -L
refuses 1 "no-such-repository" "$bin/halite-run" -c "$work/third" git_pillar.update

echo "-- targets and functions"
enrol m1
refuses 2 "No minions matched" h halite nobody test.ping
refuses 1 "test.pinng.*not available.*test.ping" h halite m1 test.pinng
refuses 1 "nosuch" h halite-run nosuch.runner
refuses 2 "compound|parenthes" h halite -C 'm1 and (' test.ping

echo "-- states"
state() { cat >"$work/states/$1.sls"; }
state typo <<SLS
a-file:
  file.managed:
    - name: $work/target
    - contnets: x
SLS
refuses 1 "contnets.*did you mean 'contents'" h halite m1 state.apply typo
state unknown <<SLS
a-file:
  file.manged:
    - name: $work/target
SLS
refuses 1 "file.manged.*file.managed" h halite m1 state.apply unknown
state twice_a <<SLS
same:
  test.nop: []
include: [twice_b]
SLS
state twice_b <<SLS
same:
  test.nop: []
SLS
refuses 1 "[Cc]onflicting ID|conflicting.*same" h halite m1 state.apply twice_a
state requisite <<SLS
wants:
  test.nop:
    - require:
      - file: /nowhere
SLS
refuses 1 "requisite.*not found|requisites were not found" h halite m1 state.apply requisite
state jinja <<'SLS'
a:
  test.nop:
    - name: {{ pillar.nosuch.key }}
SLS
refuses 1 "jinja.sls.*3|line 3" h halite m1 state.apply jinja
state yaml <<'SLS'
a:
  test.nop:
   - name: x
  - broken
SLS
refuses 1 "yaml.sls.*4|line 4" h halite m1 state.apply yaml
refuses 1 "No matching sls found for 'nosuch'" h halite m1 state.apply nosuch
[ ! -e "$work/target" ] || fail "a refused state made its file"

# R85 of the table of attacks (tests/hostile/master/rows.md).
echo "-- pillar"
printf 'base:\n  "*": [broken]\n' >"$work/pillar/top.sls"
printf 'a: 1\nb: {{ nosuch_variable }}\n' >"$work/pillar/broken.sls"
state fine <<SLS
a:
  test.nop: []
SLS
refuses 1 "broken" h halite m1 state.apply fine
rm "$work/pillar/top.sls" "$work/pillar/broken.sls"

echo "-- a full disk"
mkdir "$work/small"
if mount -t tmpfs -o size=64k tmpfs "$work/small" 2>/dev/null; then
  echo old >"$work/small/file"
  state full <<SLS
$work/small/file:
  file.managed:
    - source: salt://large
SLS
  head -c 1000000 /dev/zero | tr '\0' x >"$work/states/large"
  refuses 1 "No space left on device" h halite m1 state.apply full
  [ "$(cat "$work/small/file")" = old ] || fail "the old file was lost on a full disk"
  [ "$(ls -A "$work/small")" = file ] || fail "a temporary file was left: $(ls -A "$work/small")"
  echo "ok: the old file stays, nothing else is left"
  umount "$work/small"
else
  echo "SKIPPED: the full disk needs root to mount a small one"
fi

echo "-- the master went on answering through all of it"
pings m1 || fail "m1 does not answer any more"
echo "all well"
