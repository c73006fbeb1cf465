#!/usr/bin/env bash
# A master and two minions of real processes: enrolment, jobs, states, restarts, rotation, revocation.
# usage: journey_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

make_master
start_master
make_minion m1
make_minion m2

echo "-- keys"
start_minion m1
eventually 20 "m1 waits" is_waiting m1
expect "its fingerprint is what the minion says" "$(call m1 --local key.finger --out=newline_values_only)" h halite-key -f m1
refuses 1 "fingerprint" h halite-key -y -a m1 --finger 00:11:22
is_waiting m1 || fail "a wrong fingerprint accepted the key"
h halite-key -y -a m1 >/dev/null
eventually 20 "m1 answers" pings m1
enrol m2

echo "-- jobs"
expect "both answer" 'm[12]: True' h halite '*' test.ping --out=txt
expect "arguments are YAML" 'True' h halite m1 test.arg 1 true name=x --out=txt
expect "json output" '"m1": "3' h halite m1 cmd.run 'echo $((1+2))' --out=json --static
refuses 1 "non-zero" h halite m1 cmd.run 'exit 3'
jid=$(h halite m1 test.sleep 3 --async | grep -oE '[0-9]{20}')
expect "find_job answers while the job runs" "$jid" h halite m1 saltutil.running
sleep 3
eventually 10 "its return is kept" h halite-run jobs.lookup_jid "$jid"
jid=$(h halite m1 test.sleep 60 --async | grep -oE '[0-9]{20}')
sleep 0.5
h halite m1 saltutil.kill_job "$jid" >/dev/null
not_running() { ! h halite m1 saltutil.running | grep -q "$jid"; }
eventually 10 "a killed job is gone" not_running
expect "a job is listed" 'test.ping' h halite-run jobs.list_jobs

echo "-- states"
cat >"$work/states/site.sls" <<SLS
$work/out/file:
  file.managed:
    - contents: {{ pillar.get('word', 'none') }}
    - makedirs: True
restart:
  cmd.run:
    - name: echo restarted >> $work/restarts
    - onchanges:
      - file: $work/out/file
SLS
printf 'base:\n  "m1": [words]\n' >"$work/pillar/top.sls"
printf 'word: one\n' >"$work/pillar/words.sls"
expect "a dry run predicts" 'Succeeded: 2 \(unchanged=2, changed=1\)|Succeeded: 2 \(unchanged=[12]' h halite m1 state.apply site test=True
[ ! -e "$work/out" ] || fail "the dry run made something"
expect "apply" 'Succeeded: 2 \(changed=2\)' h halite m1 state.apply site
expect "no change" 'Succeeded: 2$' h halite m1 state.apply site
printf 'word: two\n' >"$work/pillar/words.sls"
expect "a new pillar value counts at once, with its diff" '\+two' h halite m1 state.apply site
[ "$(cat "$work/out/file")" = two ] || fail "the file is not two"
[ "$(wc -l <"$work/restarts")" = 2 ] || fail "restarted $(wc -l <"$work/restarts") times, not 2"

echo "-- a state run that is cut off says how far it came"
nap="sleep 50.$$"
cat >"$work/states/long.sls" <<SLS
first:
  test.nop: []
second:
  cmd.run:
    - name: $nap
third:
  test.nop: []
SLS
has_returned() { h halite-run jobs.lookup_jid "$1" | grep -q "$2"; }
second_runs() { h halite m1 saltutil.running | grep -q "$jid" && pgrep -f "^$nap\$" >/dev/null; }
jid=$(h halite m1 state.apply long --async | grep -oE '[0-9]{20}')
eventually 10 "the second state runs" second_runs
h halite m1 saltutil.term_job "$jid" >/dev/null
eventually 10 "told to end: what had ended is shown, and that the rest is missing" has_returned "$jid" '2 of 3 states had ended'
jid=$(h halite m1 state.apply long --async | grep -oE '[0-9]{20}')
eventually 10 "the second state runs" second_runs
job_pid=$(h halite m1 saltutil.running --out=json --static | grep -A20 "\"jid\": \"$jid\"" | grep -m1 -oE '"pid": [0-9]+' | grep -oE '[0-9]+')
left=$(pgrep -P "$job_pid")
kill -KILL "$job_pid"
eventually 10 "killed: the last state is named" has_returned "$jid" "1 of 3 states had ended, 'test.nop first' the last; 'cmd.run $nap' was next"
kill $left

echo "-- the progress of a state run is told while it lasts"
h halite-run state.event 'salt/job/*/prog/m1/*' count=1 >"$work/progress.log" 2>&1 &
watcher=$!
sed "s/$nap/sleep 3/" "$work/states/long.sls" >"$work/states/short.sls"
expect "the run ends well" 'Succeeded: 3 \(changed=1\)' h halite m1 state.apply short
wait "$watcher"
expect "an event told of the second state" 'cmd.run sleep 3' cat "$work/progress.log"

echo "-- the master restarts"
stop "$master_pid" KILL
start_master
eventually 30 "m1 answers the new process" pings m1
eventually 30 "m2 answers the new process" pings m2

echo "-- a minion is killed and comes back, and runs no job twice"
m1_pid=$(pgrep -f "halite-minion -c $work/m1" | head -n 1)
stop "$m1_pid" KILL
start_minion m1
eventually 30 "m1 is back" pings m1
[ "$(wc -l <"$work/restarts")" = 2 ] || fail "an old job ran again"

echo "-- a minion that is away is named at once"
m2_pid=$(pgrep -f "halite-minion -c $work/m2" | head -n 1)
stop "$m2_pid"
sleep 4  # longer than a reconnection takes
refuses 1 "Not connected" "$bin/halite" -c "$work/master" '*' test.ping -t 60  # refuses ends what takes 20 s
start_minion m2
eventually 30 "m2 is back" pings m2

echo "-- revocation"
h halite-key -y -d m2 >/dev/null || fail "deleting m2"
refuses 2 "No minions matched" h halite m2 test.ping
expect "m1 has the new key" True h halite m1 test.ping
h halite-key -L | grep -A1 'Accepted Keys' | grep -q m1 || fail "m1 is not accepted any more"

echo "-- noise on both ports"
for port in $publish_port $request_port; do
  head -c 20000 /dev/urandom | timeout 2 bash -c "cat > /dev/tcp/127.0.0.1/$port" 2>/dev/null
  printf 'GET / HTTP/1.0\r\n\r\n' | timeout 2 bash -c "cat > /dev/tcp/127.0.0.1/$port" 2>/dev/null
done
pings m1 || fail "noise stopped the master"
echo "ok: the master goes on answering"
echo "all well"
