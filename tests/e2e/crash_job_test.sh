#!/usr/bin/env bash
# State runs that a master asked for, with minion and job killed at random moments: after a restart the master has each
# as interrupted, naming the state that ended last and the one that was next, and the host shows that this is true. A
# job whose daemon alone is killed goes on, and its return comes. No job runs twice, and the next one converges.
# usage: crash_job_test.sh BIN_DIRECTORY [RUNS]      default 6
set -u
bin=$1
runs=${2:-6}
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

steps=40
make_master
start_master
make_minion m1
enrol m1
mkdir -p "$work/out"
cat >"$work/states/steps.sls" <<SLS
{% for i in range($steps) %}
step{{ i }}:
  cmd.run: [{name: 'sleep 0.05; echo {{ pillar.run }} >> $work/out/{{ i }}'}]
{% endfor %}
SLS
is_over() { h halite-run jobs.lookup_jid "$1" --out=json | grep -q m1; }
outcome() { h halite-run jobs.list_job "$1" --out=json; }
said() { h halite-run jobs.lookup_jid "$1" --out=json; }
minion_pid() { pgrep -f "halite-minion -c $work/m1" | head -n 1; }

interrupted=0
for ((run = 1; run <= runs; run++)); do
  jid=$(h halite m1 state.apply steps pillar="{run: $run}" --async | grep -oE '[0-9]{20}')
  [ -n "$jid" ] || fail "run $run was not published"
  sleep "$(awk -v r="$RANDOM" 'BEGIN {printf "%.2f", 0.3 + 2 * r / 32768}')"
  minion=$(minion_pid)
  job=$(pgrep -P "$minion")
  [ -n "$job" ] || continue  # it has ended already
  # Each third time the daemon dies alone, and its job goes on.
  [ $((run % 3)) = 0 ] && doomed=$minion || doomed="$minion $job"
  kill -KILL $doomed
  while kill -0 "$minion" 2>/dev/null; do sleep 0.05; done
  sleep 0.2  # the command of the step that ran then outlives its job
  done_steps=$(grep -lx "$run" "$work"/out/* 2>/dev/null | wc -l)
  start_minion m1
  eventually 30 "run $run has come to a named end" is_over "$jid"
  if [ "$doomed" = "$minion" ]; then
    done_steps=$(grep -lx "$run" "$work"/out/* | wc -l)
    [ "$done_steps" = $steps ] || fail "run $run went on without its daemon, and $done_steps of $steps states did their work"
    grep -q interrupted < <(outcome "$jid") && fail "run $run came to its end, and is said to be interrupted"
    continue
  fi
  # It may have come to its end just before.
  [ "$done_steps" = $steps ] && outcome "$jid" | grep -q '"outcome": "ok"' && continue
  outcome "$jid" | grep -q interrupted || fail "run $run is no interrupted one: $(outcome "$jid")"
  interrupted=$((interrupted + 1))
  text=$(said "$jid")
  ended=$(grep -oE "[0-9]+ of $steps states had ended" <<<"$text" | cut -d' ' -f1)
  if [ -n "$ended" ]; then
    # A command may have done its work and not have been seen to end.
    [ "$done_steps" -ge "$ended" ] && [ "$done_steps" -le $((ended + 1)) ] || fail "run $run: $ended states had ended, it says, and $done_steps did their work"
    [ "$ended" = 0 ] || grep -q "out/$((ended - 1))' the last; 'cmd.run .*out/$ended' was next" <<<"$text" || fail "run $run does not name the last state: $text"
  else
    [ "$done_steps" = 0 ] || fail "run $run does not say how far it came, and $done_steps states did their work: $text"
  fi
  sleep 0.5
  [ "$(cat "$work"/out/* | grep -cx "$run")" = "$done_steps" ] || fail "run $run went on, or ran again"
done
[ "$interrupted" -gt 0 ] || fail "no run was caught alive"
echo "ok: $interrupted of $runs runs were killed; the master has each as interrupted, with the state that ended last"
expect "the next run converges" "Succeeded: $steps \(changed=$steps\)" h halite m1 state.apply steps pillar='{run: last}'
echo "all well"
