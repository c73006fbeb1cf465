#!/usr/bin/env bash
# Our minion under a stock Salt master.
# usage: stock_master_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
need SALT_MASTER SALT SALT_KEY
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
CONF

start master $SALT_MASTER -c "$work/master" -l info
start minion "$bin/halite-minion" -c "$work/minion" -l info
is_waiting() { $SALT_KEY -c "$work/master" -l pre | grep -qx halite1; }
eventually 90 "our minion asks to join" is_waiting
$SALT_KEY -c "$work/master" -y -a halite1 || fail "accepting"
run() { $SALT -c "$work/master" halite1 "$@"; }
pings() { run test.ping | grep -q True; }
eventually 60 "our minion answers test.ping" pings
expect "cmd.run" '^ +hello halite$' run cmd.run 'echo hello halite'
expect "pillar.items" 'hello from the pillar' run pillar.items
expect "a dry run" 'Succeeded: 1 \(unchanged=1' run state.apply hello test=True
[ ! -e "$work/greeting.txt" ] || fail "a dry run wrote the file"
expect "state.apply" 'Succeeded: 1 \(changed=1\)' run state.apply hello
[ "$(cat "$work/greeting.txt")" = "hello from the pillar to halite1" ] || fail "wrong content: $(cat "$work/greeting.txt")"
expect "a second run changes nothing" 'Succeeded: 1$' run state.apply hello
expect "a failing command" 'non-zero exit code' run cmd.run 'exit 3'
expect "a job longer than the timeout is waited for" 'True' run test.sleep 4 -t 2
