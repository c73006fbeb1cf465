#!/usr/bin/env bash
# Jobs that come while a minion is still getting ready: before it knows its grains and its pillar.
# usage: first_moment_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

make_master
start_master
for id in m1 m2 m3; do
  make_minion "$id"
  start_minion "$id"
  eventually 20 "$id waits" is_waiting "$id"
  h halite-key -y -a "$id" >/dev/null || fail "accepting $id"
  for _ in {1..40}; do
    h halite "$id" test.ping --async >/dev/null
    grep -q "ready as" "$work/$id.log" && break
  done
  is_ready() { grep -q "ready as" "$work/$id.log"; }
  eventually 10 "$id is ready all the same" is_ready
  eventually 10 "$id answers" pings "$id"
done
echo "all well"
