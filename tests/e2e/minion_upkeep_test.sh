#!/usr/bin/env bash
# What minions leave with the master (mine.*), and what they are told about themselves (saltutil.*).
# usage: minion_upkeep_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

make_master
cat >"$work/pillar/top.sls" <<SLS
base: {'*': [mine]}
SLS
cat >"$work/pillar/mine.sls" <<SLS
mine_functions:
  who: [{mine_function: test.echo}, from-pillar]
  test.ping: []
  secret: {mine_function: test.echo, text: for-m1, allow_tgt: m1}
  no.such: []
SLS
make_minion m1 "mine_functions:
  who: [{mine_function: test.echo}, from-option]
disable_modules: [cmdd, slsutil]"
make_minion m2
start_master
enrol m1
m1_pid=${started[-1]}
enrol m2
# says MINION FUNCTION... JSON: what the minion answers is this
says() { local id=$1 wanted=${*: -1} got; shift; set -- "${@:1:$#-1}"
  got=$(h halite "$id" "$@" --out=json --out-indent=-1 2>/dev/null)
  [ "$got" = "{\"$id\": $wanted}" ] || fail "$id $*: $got, not $wanted"
  echo "ok: $id $*"
}

echo "-- mine"
says m1 mine.valid '{"who": {"test.echo": ["from-option"]}, "test.ping": [], "secret": {"test.echo": [{"text": "for-m1"}]}}'
says m1 mine.update true
says m2 mine.update true
says m2 mine.get '*' who '{"m1": "from-option", "m2": "from-pillar"}'
says m2 mine.get '*' who exclude_minion=True '{"m1": "from-option"}'
says m2 mine.get 'm1' 'who,test.ping' '{"who": {"m1": "from-option"}, "test.ping": {"m1": true}}'
says m2 mine.get 'm1' secret '{}'
says m1 mine.get 'm1' secret '{"m1": "for-m1"}'
says m2 mine.get 'os:*' who grain '{"m1": "from-option", "m2": "from-pillar"}'
says m1 mine.send mine_function=test.echo greeting hello true
says m2 mine.get '*' greeting '{"m1": "hello"}'
says m1 mine.delete greeting true
says m2 mine.get '*' greeting '{}'
says m1 mine.update mine_functions='{extra: [{mine_function: test.echo}, 1]}' clear=True true
says m2 mine.get m1 who '{}'
says m2 mine.get m1 extra '{"m1": 1}'
says m1 mine.flush true
says m2 mine.get m1 extra '{}'

echo "-- jobs"
jid=$(h halite m1 test.sleep 60 --async | grep -oE '[0-9]{20}')
runs() { h halite m1 saltutil.find_job "$jid" --out=json | grep -q '"fun": "test.sleep"'; }
eventually 10 "the job is found" runs
expect "and by its function" '"jid": "'"$jid" h halite m1 saltutil.is_running 'test.sl*' --out=json
expect "it is asked to end" "Signal 15 sent to job $jid at pid [0-9]+" h halite m1 saltutil.term_all_jobs
is_over() { ! runs; }
eventually 10 "it is over" is_over
jid=$(h halite m1 test.sleep 60 --async | grep -oE '[0-9]{20}')
eventually 10 "another one is found" runs
expect "all are ended" "Signal 9 sent to job $jid" h halite m1 saltutil.kill_all_jobs
eventually 10 "it is over" is_over
says m1 saltutil.find_job 20260101000000000000 '{}'
says m1 saltutil.signal_job 20260101000000000000 15 '""'

echo "-- caches, modules, keys"
printf 'hello: {test.nop: []}\n' >"$work/states/hello.sls"
h halite m1 state.apply hello >/dev/null || fail "state.apply"
[ -d "$work/m1/root/var/cache/halite/minion/files" ] || fail "nothing is cached"
says m1 saltutil.clear_cache true
[ ! -e "$work/m1/root/var/cache/halite/minion/files" ] || fail "the cache is not cleared"
h halite m1 state.apply hello >/dev/null || fail "state.apply after the cache was cleared"
echo "ok: a state runs after that"
says m1 saltutil.clear_job_cache hours=1 true
says m1 saltutil.sync_all "$(h halite m2 saltutil.sync_all --out=json --out-indent=-1 | sed 's/^{"m2": //; s/}$//')"
says m1 saltutil.sync_modules refresh=False '[]'
says m1 saltutil.refresh_pillar true
says m1 saltutil.refresh_grains true
says m1 saltutil.list_extmods '{}'
refuses 1 "'saltutil.runner' is not available" h halite m1 saltutil.runner jobs.active
grep -q "disable_modules names 'cmdd', and there is no such module; did you mean 'cmd'?" "$work/m1.log" || fail "a wrong name in disable_modules is not told"
grep -q "names 'slsutil'" "$work/m1.log" && fail "a right name is told as wrong"
echo "ok: a wrong name in disable_modules is told"

old=$(call m1 --local key.finger --out=txt)
expect "the keys go" "The minion makes new ones when it starts again" h halite m1 saltutil.regen_keys
stop "$m1_pid"
start_minion m1
is_denied() { h halite-key -l den | grep -qx m1; }
eventually 20 "the new key is another, so it is not let in" is_denied
[ "$(call m1 --local key.finger --out=txt)" != "$old" ] || fail "the key is the old one"
[ "$(grep -c "FIRST CONTACT" "$work/m1.log")" = 1 ] || fail "the minion forgot its master"
h halite m2 saltutil.revoke_auth >/dev/null
is_unknown() { ! h halite-key -l acc | grep -qx m2; }
eventually 20 "a minion revokes its own key" is_unknown
echo "all well"
