#!/usr/bin/env bash
# Networks that lose, forget and cut: rows F19, F20 and F22 to F24 of the table of failures, and how soon a minion is back
# when its master was restarted. Each minion has a proxy of its own between itself and the master (support/network), so
# that all suffer at once.
# usage: network_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"
proxy=$(dirname "$0")/../support/network/faulty_proxy.py
jid_of() { grep -oE '[0-9]{20}' | head -n 1; }
outcome_of() { h halite-run jobs.list_job "$1" --out=json | tr -d ' \n' | grep -oE "\"$2\":\{[^}]*\"outcome\":\"[a-z ]*\"" | grep -oE '"[a-z ]*"$' | tr -d '"'; }
answers() { h halite "$1" test.ping -t 2 --out=txt | grep -q 'True'; }
is_away() { h halite "$1" test.ping -t 2 --out=txt | grep -q 'Not connected'; }
network() { echo "${*:2}" >"$work/$1.mode.new"; mv "$work/$1.mode.new" "$work/$1.mode"; sleep 0.2; }

make_master 'gather_job_timeout: 2'
start_master
master_publish=$publish_port master_request=$request_port

# behind_proxy ID
behind_proxy() {
  free_ports
  network "$1" pass
  start "$1-publish" /usr/bin/python3 "$proxy" "$publish_port" "$master_publish" "$work/$1.mode"
  start "$1-request" /usr/bin/python3 "$proxy" "$request_port" "$master_request" "$work/$1.mode"
  eventually 10 "$1's proxy listens" eval "! is_free $publish_port && ! is_free $request_port"
  make_minion "$1" "publish_port: $publish_port"
  start "$1" "$bin/halite-minion" -c "$work/$1" -l info
  eventually 20 "$1 waits" is_waiting "$1"
  h halite-key -y -a "$1" >/dev/null || fail "accepting $1"
  eventually 20 "$1 answers" answers "$1"
}
for id in half forgotten outage slow oneway; do behind_proxy "$id"; done
publish_port=$master_publish request_port=$master_request

echo "-- a minion is back soon after its master"
stop "$master_pid" KILL
start master "$bin/halite-master" -c "$work/master" -l info
master_pid=$!
eventually 20 "the master answers" h halite-key -L
before=$SECONDS
for id in half forgotten outage slow oneway; do eventually 4 "$id is back" answers "$id"; done
[ $((SECONDS - before)) -le 5 ] || fail "the minions took $((SECONDS - before)) s"

echo "-- what goes wrong, all at once"
network forgotten forget 30
# F22: jobs that end while there is no network.
jids=()
for i in 1 2 3; do jids+=("$(h halite outage cmd.run "sleep $((1 + i)); echo done $i" --async | jid_of)"); done
sleep 0.5
network outage reset
# F19: both ends of half's connections believe that the other is there.
network half hole
network half pass
hole_at=$SECONDS
# F24: nothing that oneway sends arrives, and it hears everything.
network oneway downward
oneway_at=$SECONDS

echo "-- F23 two seconds of latency at 64 kbit/s"
network slow slow 1000 8000
head -c 40000 /dev/urandom | base64 -w 0 >"$work/states/file"
printf '%s:\n  file.managed:\n    - source: salt://file\n' "$work/slow-file" >"$work/states/one.sls"
h halite slow state.apply one -t 120 --out=json >"$work/slow-answer" || { cat "$work/slow-answer"; fail "a state does not apply on a slow line"; }
cmp -s "$work/states/file" "$work/slow-file" || fail "the file came otherwise"
network slow pass

eventually 60 "F19: half notices, and answers again" answers half
[ $((SECONDS - hole_at)) -le 60 ] || fail "it took $((SECONDS - hole_at)) s"
echo "   after $((SECONDS - hole_at)) s"
eventually 60 "F24: a minion that is not heard is not connected" is_away oneway
echo "   after $((SECONDS - oneway_at)) s"
network oneway pass
eventually 60 "and is there when it is heard again" answers oneway

echo "-- F22 after the outage the returns come"
for jid in "${jids[@]}"; do [ "$(outcome_of "$jid" outage)" != ok ] || fail "$jid was answered through no network"; done
[ "$(find "$work/outage/root/var/lib/halite/minion/returns" -type f | wc -l)" = 3 ] || fail "the returns are not kept"
network outage pass
is_ok() { [ "$(outcome_of "$1" outage)" = ok ]; }
for jid in "${jids[@]}"; do eventually 40 "the return of $jid has come" is_ok "$jid"; done
eventually 20 "outage answers" answers outage

echo "-- F20 flows that a firewall forgets after 30 s of silence"
sleep $((hole_at + 65 - SECONDS > 0 ? hole_at + 65 - SECONDS : 0))
answers forgotten || fail "a minion with idle connections does not answer"
h halite forgotten pillar.items -t 40 --out=json >/dev/null || fail "a request after a forgotten connection fails"
answers forgotten || fail "forgotten does not answer"

echo "-- a connection that is cut again and again"
network half cut 30000
for _ in 1 2 3 4 5 6; do h halite half cmd.run 'head -c 20000 /dev/zero | tr "\0" x' -t 5 >/dev/null 2>&1; done
network half pass
eventually 20 "half answers" answers half
echo "all well"
