#!/usr/bin/env bash
# Our minion under a stock Salt master.
# usage: stock_master_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
need SALT_MASTER SALT SALT_KEY SALT_RUN
free_ports
make_site

mkdir -p "$work/master" "$work/minion"
cat >"$work/master/master" <<CONF
interface: 127.0.0.1
publish_port: $publish_port
ret_port: $request_port
root_dir: $work/master/root
file_roots: {base: [$work/states]}
pillar_roots: {base: [$work/pillar]}
worker_threads: 2
CONF
cat >"$work/minion/minion" <<CONF
id: halite1
master: 127.0.0.1
master_port: $request_port
root_dir: $work/minion/root
acceptance_wait_time: 1
enrolment_token: enrol-$(printf '%064d' 7)
CONF

rm -f "$work"/master/root/var/run/*.pid
start master $SALT_MASTER -c "$work/master" -l info
start minion "$bin/halite-minion" -c "$work/minion" -l info
is_waiting() { $SALT_KEY -c "$work/master" -l pre | grep -qx halite1; }
eventually 90 "our minion asks to join" is_waiting
$SALT_KEY -c "$work/master" -y -a halite1 || fail "accepting"
run() { $SALT -c "$work/master" halite1 "$@"; }
pings() { run test.ping | grep -q True; }
eventually 60 "our minion answers test.ping" pings
expect "a returner of ours" True run test.ping --return file
grep -q '"fun": "test.ping"' "$work/minion/root/var/lib/halite/minion/returned/returns.jsonl" || fail "the returner file has nothing"
expect "cmd.run" '^ +hello halite$' run cmd.run 'echo hello halite'
expect "pillar.items" 'hello from the pillar' run pillar.items
expect "a dry run" 'Succeeded: 1 \(unchanged=1' run state.apply hello test=True
[ ! -e "$work/greeting.txt" ] || fail "a dry run wrote the file"
expect "state.apply" 'Succeeded: 1 \(changed=1\)' run state.apply hello
[ "$(cat "$work/greeting.txt")" = "hello from the pillar to halite1" ] || fail "wrong content: $(cat "$work/greeting.txt")"
expect "a second run changes nothing" 'Succeeded: 1$' run state.apply hello
expect "a failing command" 'non-zero exit code' run cmd.run 'exit 3'
expect "words of other tongues" 'grün=wässrig' run cmd.run 'echo grün=wässrig'
expect "arguments by name" '"wert": 3' run test.kwarg wert=3 --out=json
[ "$(run cmd.run 'head -c 200000 /dev/zero | tr "\0" x' python_shell=True --out=newline_values_only | tr -d '\n' | wc -c)" = 200000 ] || fail "a large return"
expect "a function that is not there" 'is not available' run nosuch.thing
expect "a job longer than the timeout is waited for" 'True' run test.sleep 4 -t 2

echo "-- mine and events"
expect "mine.send" True run mine.send test.ping
expect "mine.get" True run mine.get halite1 test.ping
$SALT_RUN -c "$work/master" state.event count=-1 >"$work/events.txt" 2>&1 &
started+=($!)
sleep 3
run event.send interop/tag '{n: 7}' >/dev/null
was_seen() { grep -q "$1" "$work/events.txt"; }
eventually 10 "our minion's event" was_seen 'interop/tag'

echo "-- the shared key changes, and either side starts again"
mkdir -p "$work/spare"
sed "s|halite1|spare|; s|$work/minion|$work/spare|" "$work/minion/minion" >"$work/spare/minion"
start spare "$bin/halite-minion" -c "$work/spare" -l info
spare_is_waiting() { $SALT_KEY -c "$work/master" -l pre | grep -qx spare; }
eventually 30 "another minion asks to join" spare_is_waiting
$SALT_KEY -c "$work/master" -y -a spare >/dev/null && $SALT_KEY -c "$work/master" -y -d spare >/dev/null || fail "a key to delete"
eventually 60 "after a rotation it answers" pings
rm -f "$work"/master/root/var/run/*.pid  # a killed one leaves it, and stock Salt may believe it
restart master $SALT_MASTER -c "$work/master" -l info
eventually 90 "after a restart of the stock master it answers" pings
expect "and applies states" 'Succeeded: 1$' run state.apply hello
restart minion "$bin/halite-minion" -c "$work/minion" -l info
eventually 60 "after a restart of our minion it answers" pings

echo "-- its key is deleted, and the master becomes another"
$SALT_KEY -c "$work/master" -y -d halite1 >/dev/null || fail "deleting the key"
restart minion "$bin/halite-minion" -c "$work/minion" -l info
eventually 60 "our minion asks to join again" is_waiting
$SALT_KEY -c "$work/master" -y -a halite1 >/dev/null || fail "accepting"
eventually 60 "and answers" pings
stop_program master
rm "$work"/master/root/etc/salt/pki/master/master.p*
rm -f "$work"/master/root/var/run/*.pid
start master $SALT_MASTER -c "$work/master" -l info
restart minion "$bin/halite-minion" -c "$work/minion" -l info
wait "${program[minion]}"
[ $? = 77 ] || fail "our minion did not end with 77 at a master with another key"
grep -q 'fingerprint\|another key' "$work/minion.log" || fail "it does not say why"
echo "ok: a master with another key is refused"
