#!/usr/bin/env bash
# Row F37 of the table of failures: clocks that are off by an hour, by ten years, in 1970 or past 2038, and that jump while
# the minion runs.
# usage: machine_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"
fake=$(ls /usr/lib/*/faketime/libfaketimeMT.so.1 2>/dev/null | head -n 1)
[ -n "$fake" ] || { echo "SKIPPED: no libfaketime"; exit 77; }
answers() { h halite "$1" test.ping -t 2 --out=txt | grep -q 'True'; }
# The minion with the clock that its file says; what measures how long something takes stays right.
start_minion_at_its_clock() {
  start "$1" env LD_PRELOAD="$fake" FAKETIME_TIMESTAMP_FILE="$work/$1.clock" FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 \
    "$bin/halite-minion" -c "$work/$1" -l info
}
clock() { echo "${*:2}" >"$work/$1.clock.new"; mv "$work/$1.clock.new" "$work/$1.clock"; }

make_master 'gather_job_timeout: 2'
start_master
printf '%s:\n  file.managed:\n    - contents: {{ grains.id }}\n' "$work/{{ grains.id }}.txt" >"$work/states/one.sls"
join() {
  make_minion "$1"
  start_minion_at_its_clock "$1"
  eventually 20 "$1 waits" is_waiting "$1"
  h halite-key -y -a "$1" >/dev/null || fail "accepting $1"
  eventually 20 "$1 answers" answers "$1"
}
echo "-- F37 clocks that are wrong from the start"
clock hour-behind -1h
clock hour-ahead +1h
clock decade-ahead +10y
clock epoch '1970-01-01 00:00:10'
clock past-2038 '2038-02-01 00:00:00'
for id in hour-behind hour-ahead decade-ahead epoch past-2038; do
  join "$id"
  h halite "$id" state.apply one -t 30 --out=json >"$work/answer" || { cat "$work/answer"; fail "$id applies no state"; }
  [ "$(cat "$work/$id.txt")" = "$id" ] || fail "$id wrote otherwise"
done
grep -q '^1970-' "$work/epoch.log" || fail "the clock of that minion is not wrong"

echo "-- F37 a clock that jumps while the minion runs"
clock jumping +0
join jumping
cat >>"$work/jumping/minion" <<CONF
schedule:
  each: {function: cmd.run, args: ['echo x >>$work/each'], seconds: 2, return_job: False}
CONF
stop "${program[jumping]}"
start_minion_at_its_clock jumping
has_run() { [ "$(cat "$work/each" 2>/dev/null | wc -l)" -ge "$1" ]; }
eventually 20 "the scheduled job runs" has_run 2
for jump in +1h -1h +10y +0; do
  clock jumping "$jump"
  sleep 1
  before=$(wc -l <"$work/each")
  answers jumping || fail "no answer after a jump to $jump"
  sleep 6
  runs=$(($(wc -l <"$work/each") - before))
  [ "$runs" -ge 2 ] && [ "$runs" -le 5 ] || fail "after a jump to $jump what runs each 2 s ran $runs times in 6 s"
  echo "ok: a jump to $jump; $runs runs in 6 s"
done
echo "all well"
