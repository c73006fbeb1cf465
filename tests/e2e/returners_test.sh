#!/usr/bin/env bash
# Results go to a file on the minion too: named by a job, by a schedule, by the minion itself, by halite-call.
# usage: returners_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

make_master
make_minion m1 "return_file_size: 4096
return_file_count: 2
schedule:
  quiet: {function: test.echo, args: [hello], seconds: 1, return_job: false, returner: file}
  wrong: {function: cmd.run, args: ['echo ran >> $work/wrong_ran'], seconds: 1, returner: mysql}"
make_minion m2 "return: [file]
return_file_dir: /srv/returned"
make_minion m3 "return: file
disable_returners: [file]"
start_master
for id in m1 m2 m3; do enrol "$id"; done
file=$work/m1/root/var/lib/halite/minion/returned/returns.jsonl
has() { grep -q "$2" "$1"; }   # has FILE PATTERN

echo "-- a job names it"
refuses 64 "there is no returner 'mysql'; there are file \(a file on the minion\) and local" h halite m1 test.ping --return mysql
refuses 1 "there is no returner 'redis'" h halite-run salt.execute m1 test.ping ret=redis
h halite-run jobs.list_jobs --out=json | grep -q redis && fail "a job with an unknown returner was recorded"
refuses 64 "the minion's configuration says where" h halite m1 test.ping --return file --return_config other
expect "the result comes back as ever" '^    True$' h halite m1 test.ping --return file,local
has "$file" '"fun": "test.ping".*"return": true' || fail "it is not in the file"
expect "a job in a process too" 'said' h halite m1 cmd.run 'echo said' --return file
has "$file" '"id": "m1".*"fun": "cmd.run".*"fun_args": \["echo said"\].*"return": "said".*"retcode": 0' || { cat "$file"; fail "it is not in the file"; }
[ "$(stat -c %a "$file")" = 600 ] && [ "$(stat -c %a "$(dirname "$file")")" = 700 ] || fail "others may read it"
echo "ok: it is the minion's alone"

echo "-- a schedule names it"
eventually 10 "the result of a scheduled job that returns nothing" has "$file" '"schedule": "quiet"'
eventually 10 "a scheduled job with an unknown returner runs all the same" test -s "$work/wrong_ran"
has "$work/m1.log" "scheduled job 'wrong': there is no returner 'mysql'" || fail "that is not told"
refuses 1 "there is no returner 'mysql'" h halite m1 schedule.add other function=test.ping hours=1 returner=mysql
ended=$(grep -c 'quiet' "$file")
eventually 60 "full files make room" test -e "$file.2"
sleep 2
[ ! -e "$file.3" ] || fail "more files are kept than return_file_count says"
[ "$(stat -c %s "$file.1")" -le 4096 ] || fail "a file is larger than return_file_size says"

echo "-- the minion names it, or forbids it"
expect "an answer" True h halite m2 test.ping
has "$work/m2/root/srv/returned/returns.jsonl" '"fun": "test.ping"' || fail "m2's option return does nothing"
has "$work/m2/root/srv/returned/returns.jsonl" find_job && fail "the master's questions are in the file"
expect "an answer" True h halite m3 test.ping --return file
[ ! -e "$work/m3/root/var/lib/halite/minion/returned" ] || fail "m3's disable_returners does nothing"
has "$work/m3.log" "disable_returners names it" || fail "m3 does not say why"
echo "ok: m2 writes, m3 does not"

echo "-- halite-call"
call m2 --local test.echo by-hand --return file >/dev/null
has "$work/m2/root/srv/returned/returns.jsonl" 'by-hand' || fail "halite-call --return"
refuses 64 "there is no returner 'slack'" call m2 --local test.ping --return slack

echo "-- a disk that takes nothing costs nobody a result"
stop "${started[2]}"
rm -r "$work/m2/root/srv/returned" && : >"$work/m2/root/srv/returned"
start_minion m2
eventually 20 "m2 answers" pings m2
has "$work/m2.log" "the returner 'file' does not have its result: .*is not a directory" || fail "that is not told"
echo "all well"
