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
minimum_auth_version: 2
file_roots: {base: [$work/states]}
pillar_roots: {base: [$work/pillar]}
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
is_waiting() { h halite-key -l pre | grep -qx stock1; }
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
h halite-key -y -d stock1 || fail "deleting the key"
if h halite stock1 test.ping -t 2 | grep -q True; then fail "a deleted minion still answers"; fi
echo "ok: a deleted minion is gone at once"
