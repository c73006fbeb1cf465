#!/usr/bin/env bash
# A minion that forbids things to its master: the master asks by every way there is, and nothing of it runs.
# usage: limits_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

make_master
touched="touch $work/touched"
mkdir -p "$work/pillar"
echo "base: {'*': [all]}" >"$work/pillar/top.sls"
cat >"$work/pillar/all.sls" <<SLS
schedule: {sneaky: {function: cmd.run, args: ['$touched'], seconds: 1}}
mine_functions: {sneaky: [{mine_function: cmd.run}, '$touched']}
SLS
printf 'x:\n  cmd.run:\n    - name: %s\n' "$touched" >"$work/states/state.sls"
printf 'x:\n  test.nop:\n    - onlyif: %s\n' "$touched" >"$work/states/condition.sls"
printf 'x:\n  module.run:\n    - cmd.run:\n      - cmd: %s\n' "$touched" >"$work/states/module.sls"
printf '{%% set x = salt["cmd.run"]("%s") %%}\nx: {test.nop: []}\n' "$touched" >"$work/states/template.sls"
make_minion m1 "disable_modules: [cmdmod]
grains_blacklist: ['os*']"
start_master
enrol m1

echo "-- by every way"
why="disable_modules names 'cmd'"
refuses 1 "$why" h halite m1 cmd.run "$touched"
refuses 1 "$why" h halite m1 test.ping,cmd.run ,"$touched"
refuses 1 "$why" h halite m1 state.apply state
refuses 1 "$why" h halite m1 state.apply condition
refuses 1 "$why" h halite m1 state.single cmd.run "$touched"
refuses 1 "Unavailable function: cmd.run" h halite m1 state.apply module
refuses 1 "cmd.run" h halite m1 state.apply template
refuses 255 "$why" call m1 --local cmd.run "$touched"
h halite m1 mine.update >/dev/null
grep -q "mine function 'sneaky' failed" "$work/m1.log" || fail "the mine did not try, or did not say so"
tried() { grep -q "scheduled job 'sneaky' runs" "$work/m1.log"; }
eventually 10 "the schedule tries too" tried
sleep 1.5
[ ! -e "$work/touched" ] || fail "the command ran"
h halite m1 sys.list_functions cmd --out=json | grep -q 'cmd\.' && fail "cmd is listed"
echo "ok: nothing ran, and cmd is not listed"
h halite m1 grains.items --out=json | grep -q '"os_family"' && fail "a hidden grain is told"
echo "ok: hidden grains are not told"

echo "-- a blackout"
echo "minion_blackout: True
minion_blackout_whitelist: [test.version]" >"$work/pillar/all.sls"
expect "the pillar is made anew" True h halite m1 saltutil.refresh_pillar
refuses 1 "Minion in blackout mode" h halite m1 test.ping
refuses 1 "Minion in blackout mode" h halite m1 test.version,test.ping ,
expect "what is listed runs" '[0-9]' h halite m1 test.version
echo "{}" >"$work/pillar/all.sls"
expect "the master lifts its own blackout" True h halite m1 saltutil.refresh_pillar
expect "and all is as before" True h halite m1 test.ping

echo "all well"
