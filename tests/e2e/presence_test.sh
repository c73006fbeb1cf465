#!/usr/bin/env bash
# The master tells on the event bus which minions come and go.
# usage: presence_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

make_master "presence_events: True"
make_minion m1
start_master
start events "$bin/halite-run" -c "$work/master" state.event pretty=True tagmatch='salt/presence/*'
sleep 1
times_told() { [ "$(tr -d ' \n' <"$work/events.log" | grep -oF "$1" | wc -l)" = "$2" ]; }

start_minion m1
minion_pid=${started[-1]}
eventually 20 "m1 waits" is_waiting m1
sleep 2
times_told '"m1"' 0 || fail "a minion that waits is told of"
echo "ok: a minion that waits is not told of"
h halite-key -y -a m1 >/dev/null || fail "accepting m1"
eventually 20 "the arrival is told" times_told '"lost":[],"new":["m1"]' 1
stop "$minion_pid"
eventually 20 "the loss is told" times_told '"lost":["m1"],"new":[]' 1
start_minion m1
eventually 20 "it comes again" times_told '"lost":[],"new":["m1"]' 2
h halite-key -y -d m1 >/dev/null || fail "deleting m1"
eventually 20 "a deleted key is a loss" times_told '"lost":["m1"],"new":[]' 2
eventually 70 "who is there is told once a minute" times_told '"present":[' 1
echo "all well"
