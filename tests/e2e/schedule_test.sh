#!/usr/bin/env bash
# Jobs that a minion runs by itself: from its configuration, its pillar, and added by an operator.
# usage: schedule_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

make_master
mkdir -p "$work/pillar"
echo "base: {m1: [jobs]}" >"$work/pillar/top.sls"
cat >"$work/pillar/jobs.sls" <<SLS
schedule:
  from_pillar: {function: cmd.run, args: ['echo pillar >> $work/pillar_ran'], seconds: 1}
SLS
cat >"$work/states/jobs.sls" <<SLS
added_by_state:
  schedule.present:
    - function: cmd.run
    - job_args: ['echo state >> $work/state_ran']
    - seconds: 1
    - maxrunning: 1
gone:
  schedule.absent
SLS
make_minion m1 "schedule:
  at_start: {function: cmd.run, args: ['echo start >> $work/start_ran'], hours: 1, run_on_start: true}
  at_a_time: {function: cmd.run, args: ['date +%s >> $work/time_ran'], when: '$(date -d '+10 seconds' '+%Y-%m-%d %H:%M:%S')', splay: 1}
  from_file: {function: test.echo, args: [hello], kwargs: {}, seconds: 1, metadata: {team: web}}
  quiet: {function: cmd.run, args: ['echo quiet >> $work/quiet_ran'], seconds: 1, return_job: false}
  wrong: {function: test.ping, second: 5}"
# What comes each minute: begun here, looked at in the end.
make_minion m2 "mine_interval: 1
mine_functions: {moment: [{mine_function: cmd.run}, 'date +%s%N']}
schedule:
  each_minute: {function: cmd.run, args: ['echo cron >> $work/cron_ran'], cron: '* * * * *'}"
start_master
h halite-run state.event pretty=True tagmatch='salt/job/*/ret/*' count=4 >"$work/events" 2>&1 &
enrol m1
enrol m2
moment() { h halite-run mine.get m2 moment --out=json | grep -o '[0-9]\{19\}'; }
eventually 20 "a minion fills its mine when it starts" moment
first_moment=$(moment)

echo "-- jobs of the configuration and the pillar run, and their results reach the master"
listed() { h halite-run jobs.list_jobs --out=json | grep -q "$1"; }
eventually 20 "the master lists the configured job" listed test.echo
eventually 20 "the pillar's job runs" test -s "$work/pillar_ran"
eventually 20 "the job that returns nothing runs" test -s "$work/quiet_ran"
eventually 10 "one runs at the start" test -s "$work/start_ran"
h halite-run jobs.list_jobs --out=json | grep -q quiet_ran && fail "the job that returns nothing is on record"
told() { grep -q '"schedule": "from_file"' "$work/events" && grep -q '"team": "web"' "$work/events"; }
eventually 20 "the event names the schedule and carries the metadata" told
grep -q "did you mean 'seconds'" "$work/m1.log" || fail "the wrong job is not told"
echo "ok: the wrong job is told"

echo "-- an operator adds, looks, disables, deletes"
expect "added" 'Added job: hourly to schedule' h halite m1 schedule.add hourly function=test.ping hours=1
refuses 1 "already exists" h halite m1 schedule.add hourly function=test.ping hours=1
refuses 1 "did you mean 'seconds'" h halite m1 schedule.add other function=test.ping second=1
call m1 schedule.list --local | sed -n '/hourly:/,/saved/s/^ *//p' >"$work/listed"
diff - "$work/listed" <<'YAML' || fail "the list is another"
hourly:
enabled: true
function: test.ping
hours: 1
jid_include: true
maxrunning: 1
name: hourly
saved: true
YAML
grep -q '^  hourly:' "$work/m1/minion.d/_schedule.conf" || fail "the job is not kept where Salt keeps it"
has_time() { h halite m1 schedule.show_next_fire_time hourly | grep -qE '20[0-9]{2}-[0-9]{2}-[0-9]{2}T'; }
eventually 5 "the daemon has seen it and knows its time" has_time
expect "it runs at once when asked" 'Scheduling Job hourly' h halite m1 schedule.run_job hourly
has_run() { h halite m1 schedule.job_status hourly --out=json | grep -q '"function": "test.ping"' && grep -q "job .*: test.ping" "$work/m1.log"; }
eventually 5 "it ran" has_run
expect "disabled" 'Disabled Job from_file' h halite m1 schedule.disable_job from_file
sleep 2
before=$(grep -c "'from_file' runs" "$work/m1.log")
sleep 2.5
[ "$(grep -c "'from_file' runs" "$work/m1.log")" = "$before" ] || fail "a disabled job runs"
echo "ok: the disabled job rests"
expect "it is enabled again" 'Enabled Job from_file' h halite m1 schedule.enable_job from_file
expect "and is so" '^    True|enabled' h halite m1 schedule.is_enabled from_file
expect "modified" 'Modified job: hourly' h halite m1 schedule.modify hourly function=test.ping hours=2
call m1 --local schedule.list | grep -q '^ *hours: 2$' || fail "schedule.modify: $(call m1 --local schedule.list)"
expect "a run is skipped" 'Added Skip Job hourly' h halite m1 schedule.skip_job hourly '2030-01-01T10:00:00'
expect "and one put off" 'Postponed Job hourly' h halite m1 schedule.postpone_job hourly '2030-01-01T12:00:00' '2030-01-01T13:00:00'
expect "nothing is left to save" True h halite m1 schedule.save
expect "it is read anew" True h halite m1 schedule.reload
refuses 1 "stands in the minion's configuration" h halite m1 schedule.delete from_file
refuses 1 'comes from the pillar' h halite m1 schedule.delete from_pillar
expect "deleted" 'Deleted Job hourly' h halite m1 schedule.delete hourly
refuses 1 'does not exist' h halite m1 schedule.run_job hourly

echo "-- the states"
expect "a dry run says what would be" 'Job: added_by_state would be added' h halite m1 state.apply jobs test=True
[ ! -e "$work/state_ran" ] || fail "a dry run added the job"
expect "it is added" 'Added job: added_by_state' h halite m1 state.apply jobs
expect "and then it is there" 'Job added_by_state in correct state' h halite m1 state.apply jobs
eventually 10 "and runs" test -s "$work/state_ran"

eventually 15 "one ran at its time" test -s "$work/time_ran"

echo "-- no overlap, and the schedule as a whole"
call m1 --local schedule.add slow function=cmd.run job_args="['echo slow >> $work/slow_ran; sleep 30']" seconds=1 >/dev/null
eventually 10 "a slow job runs" test -s "$work/slow_ran"
sleep 3
[ "$(wc -l <"$work/slow_ran")" = 1 ] || fail "a job overlaps itself"
h halite m1 saltutil.running --out=json | grep -q '"schedule": "slow"' || fail "saltutil.running does not show it"
echo "ok: it does not overlap itself, and is shown as running"
expect "the schedule is switched off" 'Disabled schedule' h halite m1 schedule.disable
sleep 2
before=$(wc -l <"$work/pillar_ran")
sleep 2.5
[ "$(wc -l <"$work/pillar_ran")" = "$before" ] || fail "a job runs though the schedule is off"
expect "it is switched on again" 'Enabled schedule' h halite m1 schedule.enable
runs_again() { [ "$(wc -l <"$work/pillar_ran")" -gt "$before" ]; }
eventually 10 "and its jobs run" runs_again
expect "what was added here goes" 'purge|Deleted|Purged' h halite m1 schedule.purge
call m1 --local schedule.list | grep -q added_by_state && fail "schedule.purge left a job"

echo "-- across a restart an interval goes on; one that ended meanwhile is made up, once"
call m1 --local schedule.add rare function=cmd.run job_args="['echo rare >> $work/rare_ran']" seconds=6 >/dev/null
eventually 15 "it runs" test -s "$work/rare_ran"
stop "${program[m1]}"
sleep 7
ended=$(wc -l <"$work/rare_ran")
start_minion m1
eventually 4 "it is made up at the start" eval '[ "$(wc -l <"$work/rare_ran")" = $((ended + 1)) ]'
sleep 2
[ "$(wc -l <"$work/rare_ran")" = $((ended + 1)) ] || fail "it is made up more than once"

echo "-- each minute"
is_renewed() { [ "$(moment)" != "$first_moment" ]; }
eventually 70 "mine_interval: 1 renews the mine after a minute" is_renewed
eventually 65 "a cron job runs at its minute" test -s "$work/cron_ran"
echo "all well"
