#!/usr/bin/env bash
# Files of a minion come to the master by cp.push, where its option file_recv is on, and nowhere else.
# usage: push_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

make_master
start_master
make_minion m1
enrol m1
mkdir -p "$work/logs/sub"
head -c 700000 /dev/urandom >"$work/logs/large"
echo "one line" >"$work/logs/sub/app.log"
: >"$work/logs/empty"
pushed=$work/master/root/var/cache/halite/master/minions

echo "-- without the option there is nothing to push to"
refuses 1 'False' h halite m1 cp.push "$work/logs/large"
[ ! -e "$pushed" ] || fail "something was kept all the same"

echo "-- with it a file arrives whole, and for the master alone"
stop "$master_pid"
printf 'file_recv: true\nfile_recv_max_size: 1\nfile_recv_quota: 3\n' >>"$work/master/master"
start_master
eventually 20 "m1 answers again" pings m1
expect "it is taken" True h halite m1 cp.push "$work/logs/large"
cmp "$work/logs/large" "$pushed/m1/files$work/logs/large" || fail "it is not the same file"
[ "$(stat -c %a "$pushed/m1/files$work/logs/large")" = 600 ] || fail "others can read it"
expect "a directory is taken" True h halite m1 cp.push_dir "$work/logs" glob='*.log' upload_path=/collected
[ "$(cat "$pushed/m1/files/collected/sub/app.log")" = "one line" ] || fail "the log is not there"
expect "an empty file is one too" True h halite m1 cp.push "$work/logs/empty" upload_path=nothing
[ -f "$pushed/m1/files/nothing" ] || fail "the empty file is not there"

echo "-- what is too large is refused with the reason in the log, and what is there stays"
head -c 1100000 /dev/zero >"$work/logs/large"
refuses 1 'False' h halite m1 cp.push "$work/logs/large"
grep -q "refused what m1 pushes: .*file_recv_max_size" "$work/master.log" || fail "the log does not say why"
[ "$(stat -c %s "$pushed/m1/files$work/logs/large")" = 700000 ] || fail "the old file is not there"
head -c 1000000 /dev/zero >"$work/logs/large"
for i in 1 2; do expect "there is room for $i" True h halite m1 cp.push "$work/logs/large" upload_path="/n$i"; done
refuses 1 'False' h halite m1 cp.push "$work/logs/large" upload_path=/n3
[ -z "$(ls "$pushed/m1/incoming")" ] || fail "a half file is left"
echo "-- a source that was asked to go is gone when the master has it"
expect "moved" True h halite m1 cp.push "$work/logs/sub/app.log" remove_source=True
[ ! -e "$work/logs/sub/app.log" ] || fail "the source is still there"
echo "all well"
