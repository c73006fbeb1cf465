#!/bin/bash
# What the master counts, by hand and for Prometheus.
set -u
bin=${1:?usage: metrics_test.sh BIN_DIR}
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

metrics_port=$((publish_port + 7))
make_master "metrics_address: 127.0.0.1:$metrics_port"
start_master
make_minion m1
enrol m1
h halite m1 test.ping >/dev/null || fail "the ping"
h halite m1 test.false >/dev/null

page() { curl -sS "http://127.0.0.1:$metrics_port/metrics"; }
value() { page | sed -n "s/^halite_$1 //p"; }

[ "$(value accepted_minions)" = 1 ] || fail "accepted_minions: $(value accepted_minions)"
[ "$(value 'outcomes_total{outcome="failed"}')" = 1 ] || fail "outcomes: $(page | grep outcomes)"
[ "$(value 'request_seconds_count')" -gt 5 ] || fail "request_seconds"
curl -sSI "http://127.0.0.1:$metrics_port/metrics" | grep -q "^Content-Type: text/plain; version=0.0.4" || fail "the type of the page"
[ "$(curl -s -o "$work/other" -w '%{http_code}' "http://127.0.0.1:$metrics_port/etc/passwd")" = 404 ] || fail "another path"

status=$(h halite-run status.master) || fail "status.master"
for line in "accepted_minions:" "refused_requests_total:" "pillar_seconds:"; do
  grep -q "^ *$line" <<<"$status" || fail "status.master lacks $line: $status"
done
awk 'length > 80' <<<"$status" | grep . && fail "lines longer than 80 columns"

# Not on unless asked for, and a bad address is told at the start.
stop "$master_pid"
sed -i 's/^metrics_address.*/metrics_address: localhost:9106/' "$work/master/master"
refuses 1 "'localhost:9106' is not IP:PORT.*metrics_address" "$bin/halite-master" -c "$work/master"
sed -i '/^metrics_address/d' "$work/master/master"
start_master
curl -s "http://127.0.0.1:$metrics_port/metrics" && fail "the page is there without being asked for"
exit 0
