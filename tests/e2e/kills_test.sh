#!/usr/bin/env bash
# Rows F01, F02, F28 and F29 of the table of failures at random moments: while a caller sends jobs as fast as it can and an
# operator accepts keys, the master or a minion is killed and started again, KILLS times. No job, return or key that was
# acknowledged is lost, and nothing runs twice. CI has a few lives; the long form is
#   tests/e2e/kills_test.sh build/release/bin 1000 all
# usage: kills_test.sh BIN_DIRECTORY [KILLS [JOBS LOOKED AT]]      default 12 and 60
set -u
bin=$1
kills=${2:-12}
looked_at=${3:-60}
[ "$looked_at" = all ] && looked_at=10000000
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"
jid_of() { grep -oE '[0-9]{20}' | head -n 1; }
answers() { h halite "$1" test.ping -t 2 --out=txt | grep -q 'True'; }

make_master 'gather_job_timeout: 2'
start master "$bin/halite-master" -c "$work/master" -l warning
declare -A pids=([master]=$!)
eventually 20 "the master answers" h halite-key -L
for id in m1 m2 m3; do
  make_minion "$id"
  start "$id" "$bin/halite-minion" -c "$work/$id" -l warning
  pids[$id]=$!
  eventually 20 "$id waits" is_waiting "$id"
  h halite-key -y -a "$id" >/dev/null || fail "accepting $id"
  eventually 20 "$id answers" pings "$id"
done
mkdir -p "$work/pki/minions" "$work/pki/minions_pre" "$work/ran"
openssl genrsa 2048 2>/dev/null | openssl rsa -pubout -out "$work/pki/minions_pre/k1" 2>/dev/null
for i in $(seq 2 400); do cp "$work/pki/minions_pre/k1" "$work/pki/minions_pre/k$i"; done
h halite-key -y --import="$work/pki" >/dev/null || fail "importing keys"

# The daemon alone: the jobs that it has started go on, as after a crash of it.
kill_and_restart() {
  local kind=minion
  [ "$1" = master ] && kind=master
  kill -KILL "${pids[$1]}"
  wait "${pids[$1]}" 2>/dev/null
  setsid "$bin/halite-$kind" -c "$work/$1" -l warning >>"$work/$1.log" 2>&1 </dev/null &
  pids[$1]=$!
  started+=($!)
}

: >"$work/jids"
: >"$work/keys"
# Each job leaves one file a run, with the job's process in its name.
publish() {
  local i=0 jid
  until [ -e "$work/enough" ]; do
    if [ -e "$work/rest" ]; then sleep 0.1; continue; fi
    i=$((i + 1))
    jid=$(h halite 'm*' cmd.run "echo x >>$work/ran/$i-\$PPID" --async 2>/dev/null | jid_of)
    [ -z "$jid" ] || echo "$jid $i" >>"$work/jids"
  done
}
accept() {
  local i
  for i in $(seq 400); do
    [ -e "$work/enough" ] && return
    h halite-key -y -a "k$i" >/dev/null 2>&1 && echo "k$i" >>"$work/keys"
    sleep 1
  done
}
publish &
publisher=$!
accept &
accepter=$!

no_job_runs() { [ "$(h halite-run jobs.active --out=json | tr -d ' \n')" = '{}' ]; }
# A master that lives for half a second at a time asks nobody what became of a job; so all come to their end now and then,
# else the limit of jobs that run at once ends the load.
settle() {
  touch "$work/rest"
  eventually 180 "every job has ended after $1 kills" no_job_runs
  rm "$work/rest"
}
lives=0
for ((kill = 1; kill <= kills; kill++)); do
  sleep "0.$((RANDOM % 6))$((RANDOM % 10))"
  case $((RANDOM % 6)) in
    0) kill_and_restart m1 ;;
    1) kill_and_restart m2 ;;
    2) kill_and_restart m3 ;;
    *)
      lives=$((lives + 1))
      kill_and_restart master
      until h halite-key -L >/dev/null 2>&1; do
        kill -0 "${pids[master]}" 2>/dev/null || fail "the master does not start after kill $kill"
        sleep 0.05
      done
      ;;
  esac
  [ $((kill % 50)) != 0 ] || settle "$kill"
done
touch "$work/enough"
wait "$publisher" "$accepter"

sent=$(wc -l <"$work/jids")
[ "$sent" -gt "$kills" ] || fail "only $sent jobs were acknowledged in $kills kills"
for id in m1 m2 m3; do eventually 60 "$id is back" answers "$id"; done
settle "$kills"
all_delivered() { [ -z "$(find "$work"/m?/root/var/lib/halite/minion/returns -type f)" ]; }
eventually 60 "the minions have no return left" all_delivered

h halite-key -l acc >"$work/accepted"
while read -r key; do grep -qx "$key" "$work/accepted" || fail "the key of '$key' was accepted, and is so no more"; done <"$work/keys"
twice=$(find "$work/ran" -type f -size +2c | head -n 3)
[ -z "$twice" ] || fail "ran twice: $twice"
# Each job looked at is on record, every minion has an outcome, each run too, as done or as interrupted, and only once.
ls "$work/ran" | cut -d- -f1 | sort -n | uniq -c | awk '{print $2, $1}' >"$work/runs"
unrecorded=0 runs=0 done_ok=0 cut_off=0 absent=0 looked=0
while read -r jid name; do
  ran=$(awk -v n="$name" '$1 == n {print $2}' "$work/runs")
  ran=${ran:-0}
  [ "$ran" -le 3 ] || fail "$jid ($name) ran $ran times on three minions"
  h halite-run jobs.list_job "$jid" --out=json | tr -d ' \n' >"$work/job"
  grep -q '"Function":"cmd.run"' "$work/job" || fail "the acknowledged job $jid ($name) is lost: $(cat "$work/job")"
  grep -q '"outcome":"running"' "$work/job" && fail "$jid ($name) has no outcome: $(cat "$work/job")"
  count() { grep -o "\"outcome\":\"$1\"" "$work/job" | wc -l; }
  ok=$(count ok) interrupted=$(count interrupted)
  [ "$ok" -le "$ran" ] || fail "$jid ($name): $ok minions are said to have run it, $ran did"
  [ "$ran" -le $((ok + interrupted)) ] || { unrecorded=$((unrecorded + ran - ok - interrupted)); echo "   $jid ($name): ran $ran, on record $(cat "$work/job" | grep -o '"outcome":"[a-z]*"' | xargs)"; }
  looked=$((looked + 1)) runs=$((runs + ran)) done_ok=$((done_ok + ok)) cut_off=$((cut_off + interrupted))
done < <(shuf -n "$looked_at" "$work/jids")
[ "$unrecorded" = 0 ] || fail "$unrecorded runs of $looked jobs are not on record"
echo "ok: $kills kills, $lives of them of the master; $sent jobs and $(wc -l <"$work/keys") keys acknowledged, none lost, none run twice"
echo "ok: of $looked jobs looked at, $runs runs: $done_ok on record as done, $cut_off as interrupted"
