#!/usr/bin/env bash
# An operator's day: batches, jobs that are ended, documentation, and keys that a Salt master has on record.
# usage: operator_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

make_master "keep_jobs_size: 3
loop_interval: 1"
start_master
for id in m1 m2 m3; do
  make_minion "$id"
  enrol "$id"
done

echo "-- batches"
jid_of() { grep -oE '[0-9]{20}' | head -n 1; }
expect "a batch of one reaches all" 'm[123]: True' h halite '*' test.ping -b 1 --out=txt
jid=$(h halite '*' cmd.run "sleep 0.5; date +%s%N >> $work/times" -b 1 --show-jid | jid_of)
sorted() { sort -c "$work/times"; }
[ "$(wc -l <"$work/times")" = 3 ] && sorted || fail "not one after the other: $(cat "$work/times")"
spans=$(awk 'NR > 1 && $1 - last < 450000000 { short++ } { last = $1 } END { print short + 0 }' "$work/times")
[ "$spans" = 0 ] || fail "two ran at the same time"
[ "$(h halite-run jobs.lookup_jid "$jid" --out=json | grep -c '"m[123]"')" = 3 ] || fail "the batch is not one job"
echo "ok: one after the other, and one job"
refuses 1 "Not delivered" h halite '*' cmd.run 'exit 1' -b 1 --failhard
refuses 64 "--batch" h halite '*' test.ping --failhard
refuses 2 "share as 25%" h halite '*' test.ping -b none

echo "-- a job is ended everywhere, and a batch goes no further"
jid=$(h halite '*' test.sleep 60 -b 2 --async | jid_of)
sleep 1
expect "it is told" 'saltutil.kill_job was sent' h halite-run jobs.kill "$jid"
is_over() { ! h halite-run jobs.active | grep -q "$jid"; }
eventually 20 "the job is over" is_over
h halite-run jobs.list_job "$jid" --out=json | grep -q 'not delivered' || fail "the minion that the batch had not come to is not named"
refuses 1 "no job $jid is running" h halite-run jobs.kill "$jid"

echo "-- Ctrl-C leaves the job alone and says how to come back"
# interrupted NAME COMMAND...: interrupts it once it has said a job id on either stream
interrupted() {
  local name=$1
  shift
  # A job in the background ignores SIGINT from its start; python3 gives it back.
  python3 -c 'import os,signal,sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])' \
    "$bin/halite" -c "$work/master" "$@" >"$work/$name.out" 2>"$work/$name.err" &
  local pid=$!
  has_begun() { grep -qE '[0-9]{20}' "$work/$name.out"; }
  eventually 10 "the job has begun" has_begun
  kill -INT $pid
  wait $pid
  [ $? = 130 ] || fail "interrupted, it must end with 130"
}
interrupted ctrl_c '*' test.sleep 2 --show-jid
jid=$(grep -oE 'halite-run jobs.lookup_jid [0-9]{20}' "$work/ctrl_c.err") || fail "it does not say how to come back: $(cat "$work/ctrl_c.err")"
has_all() { [ "$(h $jid --out=json | grep -c true)" = 3 ]; }
eventually 10 "the job goes on without its caller, and its results are there" has_all
interrupted ctrl_c_batch '*' test.sleep 2 --show-jid -b 1
grep -q 'The minions that the batch had not come to are left out' "$work/ctrl_c_batch.err" || fail "what became of the batch is not said"

echo "-- documentation comes once"
[ "$(h halite -d '*' test.ping | grep -c '^test.ping:')" = 1 ] || fail "test.ping is not documented once"

echo "-- the keys of a Salt master"
mkdir -p "$work/salt/minions" "$work/salt/minions_pre"
openssl genrsa 2048 2>/dev/null | openssl rsa -pubout -out "$work/salt/minions/old1" 2>/dev/null
cp "$work/salt/minions/old1" "$work/salt/minions/m1"
openssl genrsa 2048 2>/dev/null | openssl rsa -pubout -out "$work/salt/minions_pre/old2" 2>/dev/null
echo "not a key" >"$work/salt/minions_pre/old3"
refuses 1 "another accepted key is on record" h halite-key -y --import "$work/salt"
h halite-key -l acc | grep -qx old1 || fail "old1 is not accepted"
h halite-key -l pre | grep -qx old2 || fail "old2 does not wait"
h halite-key -L | grep -q old3 && fail "old3 has no key and was taken over"
expect "m1 keeps its key" True h halite m1 test.ping
refuses 1 "no folder 'minions'" h halite-key -y --import "$work/pillar"

echo "-- the oldest results go when all take too much room"
first=$(h halite m2 test.echo first --async | jid_of)
for _ in 1 2 3 4; do newest=$(h halite m2 cmd.run "head -c 1000000 /dev/zero | tr '\\0' x" --show-jid | jid_of); done
is_forgotten() { h halite-run jobs.lookup_jid "$first" 2>&1 | grep -q "there is no job $first"; }
eventually 10 "the oldest is forgotten" is_forgotten
h halite-run jobs.lookup_jid "$newest" | grep -q xxxx || fail "the newest is forgotten too"
grep -q 'more than keep_jobs_size: the [0-9]* oldest jobs are forgotten before their time' "$work/master.log" || fail "that is not told"
echo "all well"
