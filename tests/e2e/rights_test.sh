#!/usr/bin/env bash
# What users may do who are not root, and what is on record afterwards.
# usage: rights_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"
[ "$(id -u)" = 0 ] || { echo "SKIP: only root can act as another user"; exit 77; }

make_master '
publisher_acl:
  daemon:
    - "m*": [test.ping, "grains.*", test.arg: {args: ["[a-z]+"]}]
    - "@jobs": [list_jobs, lookup_jid]
  "mail%":
    - "@wheel": [{key.list: {}}, {key.accept: {args: ["n.*"]}}]
publisher_acl_blacklist: {modules: [cmd.shell]}
external_auth: {pam: {games: [test.ping]}}
peer: {"m*": [db1: [test.ping, test.arg: {args: ["[a-z]+"], kwargs: {n: "[0-9]"}}]]}
peer_run: {m1: [manage.status]}'
chmod a+x "$work" "$work/master"
chmod a+r "$work/master/master"
start_master
for id in m1 m2 db1; do
  make_minion "$id"
  enrol "$id"
done

as() { # as USER TOOL ARGUMENTS...
  local user=$1
  shift
  setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups --inh-caps=-all env -u SUDO_USER HOME=/nonexistent "$bin/$1" -c "$work/master" "${@:2}"
}

echo "-- what is allowed works"
expect "both" 'm2: True' as daemon halite 'm*' test.ping --out=txt
expect "of a list" 'm1: True' as daemon halite -L m1,m2 test.ping --out=txt
expect "with arguments" '- abc' as daemon halite 'm*' test.arg abc
expect "by external_auth" 'db1: True' as games halite '*' test.ping --out=txt
expect "its jobs" 'Function' as daemon halite-run jobs.list_jobs
expect "who is meant" 'm1' as daemon halite '*' --preview-target
as daemon halite '*' --preview-target | grep -q db1 && fail "a minion without rights is shown"

echo "-- and nothing else"
refuses 2 "'daemon' may not run test.ping on db1; nothing was sent" as daemon halite '*' test.ping
refuses 2 "may not run cmd.run" as daemon halite 'm*' cmd.run id
refuses 2 "may not run cmd.run" as daemon halite 'm*' test.ping,cmd.run ,id
refuses 2 "may not run test.arg with these arguments" as daemon halite 'm*' test.arg abc def
refuses 2 "may not run test.arg with these arguments" as daemon halite 'm*' test.arg ABC
refuses 2 "may not run test.ping on db1" as daemon halite -G 'id:*' test.ping
# R06 of the table of attacks (tests/hostile/master/rows.md).
refuses 2 "may not run test.ping on db1" as daemon halite -b 1 '*' test.ping
refuses 1 "may not run jobs.active" as daemon halite-run jobs.active
refuses 1 "may not run state.event" as daemon halite-run state.event
refuses 1 "may not do key.list" as daemon halite-key -L
refuses 2 "'nobody' may not give orders" as nobody halite '*' test.ping
refuses 2 "nobody may run cmd.shell" h halite '*' cmd.shell id
SUDO_USER=root as nobody halite '*' test.ping 2>&1 | grep -q "'nobody' may not" || fail "SUDO_USER is believed"

echo "-- minions that give orders"
expect "a minion asks another one" '"m1": {"db1": true}' h halite m1 publish.publish db1 test.ping --out=json --out-indent=-1
expect "with arguments" '"args": \["abc"\], "kwargs": {"n": 5}' h halite m1 publish.full_data db1 test.arg '[abc, n=5]' --out=json --out-indent=-1
expect "on that host" '"local": {"db1": true}' call m2 publish.publish db1 test.ping --out=json --out-indent=-1
refuses 1 "its option peer does not allow it" h halite m1 publish.publish m2 test.ping
refuses 1 "its option peer does not allow it" h halite m1 publish.publish '*' test.ping
refuses 1 "its option peer does not allow it" h halite m1 publish.publish db1 cmd.run id
refuses 1 "its option peer does not allow it" h halite m1 publish.publish db1 test.arg '[abc, n=55]'
refuses 1 "its option peer does not allow it" h halite db1 publish.publish m1 test.ping
refuses 1 "takes none of those" h halite m1 publish.publish db1 publish.publish
expect "and the master" '- db1' h halite m1 publish.runner manage.status
h halite m1 publish.runner jobs.active --out=json --out-indent=-1 | grep -q '"m1": {}' || fail "another function of the master ran"
expect "its job names it" 'minion m1' h halite-run jobs.list_jobs search_user='minion m1'
expect "refusals are on record" 'minion db1 REFUSED minion_pub test.ping on .*m1' h halite-run audit.list refused=True user='minion *'

echo "-- keys, by a group"
make_minion n1
make_minion x1
start_minion n1
start_minion x1
eventually 20 "n1 waits" is_waiting n1
eventually 20 "x1 waits" is_waiting x1
refuses 1 "may not do key.accept to the key of 'x1'" as mail halite-key -y -a '*'
is_waiting x1 || fail "x1 was accepted all the same"
is_waiting n1 && fail "n1 comes before x1 and was not accepted"
refuses 1 "may not do key.delete" as mail halite-key -y -d m1
refuses 1 "may not do key.reject" as mail halite-key -y -r x1

echo "-- the record"
SUDO_USER=alice h halite m1 test.ping >/dev/null || fail "root's own job"
record() { h halite-run audit.list limit=1000 details=True --out=json "$@"; }
record | grep -q '"sudo_alice"' || fail "who is behind root is not on record"
[ "$(record user=daemon refused=True | grep -c '"act": "job.publish"')" = 7 ] || { record user=daemon; fail "a refused job is missing"; }
record act=key.accept | grep -q '"user": "mail"' || fail "who accepted n1 is not on record"
record user=nobody | grep -q '"allowed": false' || fail "the refusal of nobody is missing"
expect "as a person reads it" "daemon REFUSED job.publish test.ping on [*]: 'daemon' may not" h halite-run audit.list user=daemon limit=50
refuses 1 "may not run audit.list" as daemon halite-run audit.list

echo "-- one user can't take all places"
setpriv --reuid=nobody --regid=nogroup --clear-groups /usr/bin/python3 -c '
import select, socket, sys, time
callers = [socket.socket(socket.AF_UNIX) for _ in range(60)]
for caller in callers:
    caller.connect(sys.argv[1])
time.sleep(1)
print(len(select.select(callers, [], [], 0)[0]), flush=True)  # those that were told something
time.sleep(60)' "$work/master/root/run/halite/master/control.sock" >"$work/turned_away" &
hog=$!
turned_away() { [ -s "$work/turned_away" ]; }
eventually 10 "one user has many connections" turned_away
[ "$(cat "$work/turned_away")" = 44 ] || fail "$(cat "$work/turned_away") of 60 were turned away, not 44"
expect "root is served" 'm1: True' h halite m1 test.ping --out=txt
expect "another user, too" 'm1: True' as daemon halite m1 test.ping --out=txt
kill "$hog"
echo "all well"
