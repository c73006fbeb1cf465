#!/usr/bin/env bash
# A stock Salt minion under our master.
# usage: stock_minion_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
need SALT_MINION
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
peer: {stock1: [test.ping]}
peer_run: {stock1: [manage.status]}
CONF
cat >"$work/minion/minion" <<CONF
id: stock1
master: 127.0.0.1
master_port: $request_port
publish_port: $publish_port
root_dir: $work/minion/root
acceptance_wait_time: 1
ipc_mode: ipc
CONF
h() { "$bin/$1" -c "$work/master" "${@:2}"; }

start master "$bin/halite-master" -c "$work/master" -l info
eventually 20 "our master answers" h halite-key -L
start minion $SALT_MINION -c "$work/minion" -l info
minion_pid=$!
is_waiting() { h halite-key -l pre | grep -qx stock1; }
speaks() { is_waiting || grep -q 'it is of level 2; see minimum_auth_version' "$work/master.log"; }
eventually 60 "the stock minion speaks" speaks
if ! is_waiting; then
  # Salt before 3006.12 and 3007.4, and what distributions made of it.
  echo "ok: the stock minion speaks level 2, which is refused unless minimum_auth_version says otherwise"
  echo 'minimum_auth_version: 2' >>"$work/master/master"
  restart master "$bin/halite-master" -c "$work/master" -l info
else
  echo "ok: the stock minion speaks level 3"
fi
eventually 60 "the stock minion asks to join" is_waiting
h halite-key -y -a stock1 || fail "accepting"
pings() { h halite stock1 test.ping | grep -q True; }
eventually 60 "the stock minion answers test.ping" pings
expect "cmd.run" '^ +hello stock$' h halite stock1 cmd.run 'echo hello stock'
expect "pillar.items" 'hello from the pillar' h halite stock1 pillar.items
expect "a dry run" 'Succeeded: 1 \(unchanged=1' h halite stock1 state.apply hello test=True
[ ! -e "$work/greeting.txt" ] || fail "a dry run wrote the file"
expect "state.apply" 'Succeeded: 1 \(changed=1\)' h halite stock1 state.apply hello
[ "$(cat "$work/greeting.txt")" = "hello from the pillar to stock1" ] || fail "wrong content: $(cat "$work/greeting.txt")"
expect "a second run changes nothing" 'Succeeded: 1$' h halite stock1 state.apply hello
expect "a failing command" 'non-zero exit code' h halite stock1 cmd.run 'exit 3'
expect "words of other tongues" 'grün=wässrig' h halite stock1 cmd.run 'echo grün=wässrig'
expect "arguments by name" '"wert": 3' h halite stock1 test.kwarg wert=3 --out=json
[ "$(h halite stock1 cmd.run 'head -c 200000 /dev/zero | tr "\0" x' python_shell=True --out=newline_values_only | tr -d '\n' | wc -c)" = 200000 ] || fail "a large return"
expect "a function that is not there" 'is not available' h halite stock1 nosuch.thing
expect "a function that fails" 'as planned' h halite stock1 test.exception 'as planned'
expect "a job longer than the timeout is waited for" 'True' h halite stock1 test.sleep 4 -t 2

echo "-- mine and events"
expect "mine.send" True h halite stock1 mine.send test.ping
expect "mine.get" True h halite stock1 mine.get stock1 test.ping
"$bin/halite-run" -c "$work/master" state.event count=-1 >"$work/events.txt" 2>&1 &
started+=($!)
sleep 1
h halite stock1 event.send interop/tag '{n: 7}' >/dev/null
was_seen() { grep -q "$1" "$work/events.txt"; }
eventually 10 "the minion's event" was_seen 'interop/tag'

echo "-- a large file, and what the minion asks for by itself"
head -c 20000000 /dev/urandom >"$work/states/large.bin"
expect "20 MB come whole" "$(sha256sum "$work/states/large.bin" | cut -d ' ' -f 1)" h halite stock1 cp.hash_file salt://large.bin
h halite stock1 cp.get_file salt://large.bin "$work/fetched.bin" -t 60 >/dev/null
cmp "$work/states/large.bin" "$work/fetched.bin" || fail "the large file is another"
echo "ok: and are the same there"
if [ -n "${SALT_CALL:-}" ]; then
  salt_call() { $SALT_CALL -c "$work/minion" -l error "$@"; }
  expect "salt-call pillar.items" 'hello from the pillar' salt_call pillar.items
  expect "salt-call state.apply" 'Succeeded: 1$' salt_call state.apply hello
  expect "salt-call cp.get_file" "$work/called.txt" salt_call cp.get_file salt://greeting.jinja "$work/called.txt"
  cmp "$work/states/greeting.jinja" "$work/called.txt" || fail "the file is another"
  expect "salt-call mine.get" 'True' salt_call mine.get stock1 test.ping
  expect "salt-call event.send" 'True' salt_call event.send interop/called '{n: 8}'
  eventually 10 "its event" was_seen 'interop/called'
  expect "salt-call publish.publish" 'True' salt_call publish.publish stock1 test.ping
  expect "salt-call publish.publish of what is not allowed" '^local:|{}' salt_call publish.publish stock1 cmd.run id
  expect "salt-call publish.runner" 'stock1' salt_call publish.runner manage.status
  h halite-run jobs.list_jobs search_user=stock1 --out=json | grep -q '"Function": "state.apply"' || fail "the call is not on record"
else
  echo "SKIPPED: SALT_CALL names no command, so salt-call was not tried"
fi

echo "-- the shared key changes, and either side starts again"
mkdir -p "$work/pki/minions"
openssl genrsa 2048 2>/dev/null | openssl rsa -pubout -out "$work/pki/minions/spare" 2>/dev/null
h halite-key -y --import="$work/pki" >/dev/null && h halite-key -y -d spare >/dev/null || fail "a key to delete"
eventually 30 "after a rotation it answers" pings
restart master "$bin/halite-master" -c "$work/master" -l info
# Stock Salt waits recon_default + recon_max, up to 11 s, and once more as long.
eventually 60 "after a restart of our master it answers" pings
expect "and applies states" 'Succeeded: 1$' h halite stock1 state.apply hello
rm -f "$work"/minion/root/var/run/*.pid  # a killed one leaves it, and stock Salt may believe it
restart minion $SALT_MINION -c "$work/minion" -l info
eventually 60 "after a restart of the minion it answers" pings
h halite-key -y -d stock1 || fail "deleting the key"
if h halite stock1 test.ping -t 2 | grep -q True; then fail "a deleted minion still answers"; fi
echo "ok: a deleted minion is gone at once"
