#!/usr/bin/env bash
# Orchestrations and the reactor, with a master and minions as real processes. The golden files are the layouts of Salt 3006.
# usage: orchestrate_test.sh BIN_DIRECTORY
set -u
bin=$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/shell/processes.sh"
. "$here/../support/shell/steady.sh"
. "$here/fleet.sh"

mkdir -p "$work/states/orch"
cp "$here"/orchestrate/{all,plain,small}.sls "$work/states/orch/"
cp "$here"/orchestrate/{web,still,broken}.sls "$work/states/"
make_master "id: boss
reactor_worker_threads: 1
reactor_worker_hwm: 5"
start_master
make_minion m1
enrol m1
run() { h halite-run "$@"; }
golden() { # golden NAME: standard input must be that file; UPDATE_GOLDEN=1 writes it
  local file=$here/orchestrate/$1
  steady >"$work/got"
  [ -z "${UPDATE_GOLDEN:-}" ] || cp "$work/got" "$file"
  diff -u "$file" "$work/got" || fail "$1 differs"
  echo "ok: $1"
}

echo "-- what stock Salt shows; tests/interop holds it against the same files"
run state.orchestrate orch.plain 2>/dev/null | golden plain.txt
# Salt says of a wheel function in a dry run that it ran, and counts an inner run as a change: those two are left out.
run state.orchestrate orch.plain test=True exclude='[{id: keys}, {id: nested}]' 2>/dev/null | golden plain_test.txt

echo "-- every state of an orchestration"
make_minion m2
enrol m2
run state.orchestrate orch.all >"$work/all.out" 2>"$work/all.err"
[ $? = 1 ] || fail "an orchestration with failures must end with 1"
golden all.txt <"$work/all.out"
grep -qE '^web: state.sls on 2 minions, job [0-9]{20}$' "$work/all.err" || fail "no progress is told: $(cat "$work/all.err")"
run state.orch orch.all test=True 2>/dev/null | golden all_test.txt
run state.orchestrate orch.small 2>/dev/null | golden small.txt
run state.orchestrate orch.small --out=json 2>/dev/null | grep -q '"outputter": "highstate"' || fail "--out=json does not give Salt's layout"
refuses 1 "No matching sls found for 'orch.none' in env 'base'" h halite-run state.orchestrate orch.none
run state.orchestrate_single fun=salt.function name=test.ping tgt=m2 2>/dev/null | golden single.txt
run state.orchestrate_show_sls orch.small 2>/dev/null | golden show.txt

echo "-- jobs: later, elsewhere, and told on the bus"
jid_of() { grep -oE '[0-9]{20}' | head -n 1; }
jid=$(run state.orchestrate orch.small --async | jid_of)
has_ended() { run jobs.exit_success "$jid" --out=json | grep -q '"boss": true'; }
eventually 10 "the run ends by itself" has_ended
run jobs.lookup_jid "$jid" | golden small.txt
run jobs.list_jobs search_function='runner.state.*' --out=json | grep -q 'runner.state.orchestrate' || fail "the run is not listed"
timeout 20 "$bin/halite-run" -c "$work/master" state.event 'salt/run/*' count=2 >"$work/run_events" &
watcher=$!
sleep 0.5
run manage.versions >/dev/null
wait $watcher
grep -qE '^salt/run/[0-9]{20}/new.*"fun": "runner.manage.versions"' "$work/run_events" || fail "no new event: $(cat "$work/run_events")"
grep -qE '^salt/run/[0-9]{20}/ret.*"success": true' "$work/run_events" || fail "no ret event: $(cat "$work/run_events")"
echo "ok: salt/run/JID/new and /ret"

echo "-- Ctrl-C leaves the run alone and says how to come back"
cat >"$work/states/orch/slow.sls" <<'SLS'
slow:
  salt.function:
    - name: test.sleep
    - tgt: m1
    - arg: [3]
last:
  salt.function:
    - name: test.ping
    - tgt: m1
SLS
# A job in the background ignores SIGINT from its start; python3 gives it back.
python3 -c 'import os,signal,sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])' \
  "$bin/halite-run" -c "$work/master" state.orchestrate orch.slow >"$work/slow.out" 2>"$work/slow.err" &
slow=$!
is_told() { grep -q 'test.sleep on 1 minions' "$work/slow.err"; }
eventually 10 "the run is under way" is_told
kill -INT $slow
wait $slow
[ $? = 130 ] || fail "interrupted, it must end with 130"
jid=$(grep 'jobs.lookup_jid' "$work/slow.err" | jid_of)
run jobs.active --out=json | grep -q 'runner.state.orchestrate' || fail "the run is not active"
eventually 15 "the run goes on to its end" has_ended
run jobs.lookup_jid "$jid" | grep -q 'ID: last' || fail "the last state is missing"

echo "-- a run is ended, a process killed, a minion gone: each is named"
jid=$(run state.orchestrate orch.slow --async | jid_of)
sleep 1
run jobs.kill "$jid" | grep -q 'told to end' || fail "jobs.kill"
has_failed() { run jobs.exit_success "$jid" --out=json | grep -q '"boss": false' && ! run jobs.active | grep -q "$jid"; }
eventually 10 "the run ends" has_failed
run jobs.lookup_jid "$jid" | grep -q 'The run was told to end. 1 of 2 states had ended' || fail "not told: $(run jobs.lookup_jid "$jid")"
jid=$(run state.orchestrate orch.slow --async | jid_of)
sleep 1
child=$(pgrep -P "$master_pid" -f orchestration-process) || fail "no process runs the orchestration"
kill -KILL "$child"
eventually 10 "the master sees it" has_failed
run jobs.lookup_jid "$jid" 2>&1 | grep -q 'ended by signal 9' || fail "the kill is not named: $(run jobs.lookup_jid "$jid")"
kill -0 "$master_pid" || fail "the master is gone"
(sleep 1; call m1 state.running >/dev/null; h halite m1 saltutil.find_job 1 >/dev/null; pkill -KILL -P "${started[1]}") &
run state.orchestrate orch.slow >"$work/killed.out" 2>&1 && fail "a job that was killed is no success"
grep -qE 'Interrupted|signal' "$work/killed.out" || fail "the killed job is not named: $(cat "$work/killed.out")"
echo "ok: a job killed on the minion is named"

echo "-- batch and subset go through"
cat >"$work/states/orch/batch.sls" <<SLS
one by one:
  salt.function:
    - name: cmd.run
    - tgt: '*'
    - arg: ['echo begin >> $work/order; sleep 0.4; echo end >> $work/order']
    - batch: 1
half:
  salt.state:
    - tgt: '*'
    - sls: web
    - subset: 1
SLS
run state.orchestrate orch.batch >"$work/batch.out" 2>/dev/null || fail "batch: $(cat "$work/batch.out")"
[ "$(tr '\n' ' ' <"$work/order")" = "begin end begin end " ] || fail "not one after the other: $(cat "$work/order")"
[ "$(grep -c 'Summary for m' "$work/batch.out")" = 1 ] || fail "the subset is not one minion"
echo "ok: a batch of one goes one after the other, a subset of one is one"

echo "-- a result larger than a request may be"
cat >"$work/states/orch/large.sls" <<'SLS'
{% for i in range(5) %}
large {{ i }}:
  salt.function:
    - name: cmd.run
    - tgt: m1
    - arg: ["head -c 4500000 /dev/zero | tr '\\0' x"]
{% endfor %}
SLS
run state.orchestrate orch.large --out=json >"$work/large" 2>/dev/null || fail "a large result: $(head -c 300 "$work/large")"
[ "$(wc -c <"$work/large")" -gt 22000000 ] || fail "the result is cut: $(wc -c <"$work/large") bytes"
echo "ok: $(wc -c <"$work/large") bytes"

echo "-- wheel functions and runners"
run state.orchestrate_single fun=salt.wheel name=key.list match=accepted 2>/dev/null | golden wheel.txt
wheel() { # wheel PATTERN NAME ARGUMENT...: runs the function; its result has to match
  local pattern=$1 name=$2 output
  shift 2
  output=$(run state.orchestrate_single fun=salt.wheel "name=$name" "$@" --out=json 2>&1) || fail "wheel $name: $output"
  tr -d ' \n' <<<"$output" | grep -qE -- "$pattern" || fail "wheel $name: no match for $pattern in $output"
  echo "ok: wheel $name $*"
}
wheel '"minions":\["m1","m2"\].*"local":\["master.pem","master.pub"\]|"local":.*"minions":\["m1","m2"\]' key.list_all
wheel '"return":\{"minions":\["m1"\]\}' key.name_match match='*1'
for name in key.key_str key.print; do wheel '"minions":\{"m1":"-----BEGINPUBLICKEY-----' "$name" match=m1; done
wheel '"m1":"([0-9a-f]{2}:){31}[0-9a-f]{2}"' key.finger match=m1
wheel '"m1":"([0-9a-f]{2}:){15}[0-9a-f]{2}"' key.finger match=m1 hash_type=md5
wheel '"master.pub":"([0-9a-f]{2}:){31}[0-9a-f]{2}"' key.finger_master
wheel '"master.pub":"-----BEGINPUBLICKEY-----' key.master_key_str
wheel '"priv":"-----BEGINRSAPRIVATEKEY-----.*"pub":"-----BEGINPUBLICKEY-----|"pub":.*"priv":' key.gen id_=w9
wheel '"priv":' key.gen_accept id_=w1
wheel '"minions":\["w1"\]' key.name_match match=w1
wheel '"minions_rejected":\["w1"\]|"w1"' key.reject match=w1 include_accepted=True
wheel '"minions_rejected":\["w1"\]' key.list match=rejected
wheel '"w1"' key.accept match=w1 include_rejected=True
wheel '"return":' key.delete match=w1
wheel '"return":\{\}' key.name_match match=w1
wheel '"ret_port":' config.values
wheel '"return":\["m1","m2"\]' minions.connected
run test.arg 1 a=2 | golden test_arg.txt
run survey.hash '*' grains.get id | golden survey_hash.txt
run salt.execute '*' test.ping | golden execute.txt
[ "$(run config.get timeout)" = 5 ] || fail "config.get: $(run config.get timeout)"
run cache.list minions | golden cache_list.txt
refuses 1 "did you mean 'key.list'|no function" h halite-run state.orchestrate_single fun=salt.wheel name=key.lst match=all

echo "-- the reactor"
mkdir -p "$work/states/reactor"
cat >"$work/states/reactor/up.sls" <<SLS
note:
  local.cmd.run:
    - tgt: {{ data.id }}
    - args:
      - cmd: echo {{ data.data.who | tojson }} >> $work/reacted
go on:
  runner.state.orchestrate:
    - args:
      - mods: orch.small
SLS
printf 'x:\n  local.cmd.run:\n    - tgt: m1\n    - arg: [{{ data.data.who }}]\n' >"$work/states/reactor/careless.sls"
run reactor.add site/up 'salt://reactor/up.sls' | grep -q 'Reactor added.' || fail "reactor.add"
run reactor.add site/careless 'salt://reactor/careless.sls' >/dev/null
run reactor.add site/up 'salt://reactor/up.sls' | grep -q 'already exists' || fail "a second time"
run reactor.list | golden reactor_list.txt
call m1 event.send site/up '{who: alice}' >/dev/null
has_reacted() { grep -q alice "$work/reacted"; }
eventually 10 "a minion's event leads to a job" has_reacted
call m1 event.fire_master '{who: carol}' site/up >/dev/null
has_reacted_again() { grep -q carol "$work/reacted"; }
eventually 10 "and so does one by event.fire_master" has_reacted_again
ran_orchestration() { run jobs.list_jobs search_user=Reactor --out=json | grep -q 'runner.state.orchestrate'; }
eventually 10 "and to an orchestration" ran_orchestration
timeout 20 "$bin/halite-run" -c "$work/master" state.event salt/reactor/error count=1 >"$work/reactor_error" &
watcher=$!
sleep 0.5
call m1 event.send site/careless "{who: 'a, touch $work/owned'}" >/dev/null
wait $watcher
grep -q 'would be taken for YAML' "$work/reactor_error" || fail "a careless file is not caught: $(cat "$work/reactor_error")"
[ ! -e "$work/owned" ] || fail "a minion's text became YAML"
call m1 event.send salt/reactor/error '{}' >/dev/null 2>&1
printf 'x:\n  runner.test.sleep:\n    - arg: [0.3]\n' >"$work/states/reactor/slow.sls"
run reactor.add 'flood/*' salt://reactor/slow.sls >/dev/null
timeout 30 "$bin/halite-run" -c "$work/master" state.event salt/reactor/lost count=1 >"$work/lost" &
watcher=$!
sleep 0.5
for i in $(seq 20); do run event.send "flood/$i" >/dev/null; done
wait $watcher
grep -qE '"count": [0-9]+' "$work/lost" || fail "what is dropped is not told: $(cat "$work/lost")"
expect "the master answers during a flood" True h halite m1 test.ping
echo "ok: $(cut -f 1,2 "$work/lost" | cut -c 1-60)"
run reactor.delete site/up | grep -q 'Reactor deleted.' || fail "reactor.delete"
echo "all well"
