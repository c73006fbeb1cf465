#!/usr/bin/env bash
# What goes wrong by itself: killed minions, used-up descriptors, giant returns, storms, odd starts. Rows F07 and on of the
# table of failures; tests/e2e/faults.md says where each is tried.
# usage: faults_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"
jid_of() { grep -oE '[0-9]{20}' | head -n 1; }
outcome_of() { h halite-run jobs.list_job "$1" --out=json | tr -d ' \n' | grep -oE "\"$2\":\{[^}]*\"outcome\":\"[a-z ]*\"" | grep -oE '"[a-z ]*"$' | tr -d '"'; }
answers() { h halite "$1" test.ping -t 2 --out=txt | grep -q 'True'; }

make_master 'keep_jobs: 1
gather_job_timeout: 2'
start_master
for id in m1 m2; do
  make_minion "$id"
  enrol "$id"
done
restart_master() { stop "$master_pid" "${1:-KILL}"; start master "$bin/halite-master" -c "$work/master" -l info; master_pid=$!; eventually 20 "the master answers" h halite-key -L; }

echo "-- F28 F29 kill -9 of the minion: its job goes on and is reported; kill -9 of both: interrupted, and not run again"
kill_minion() { pkill -KILL -f "halite-minion -c $work/m1"; }
begin() { h halite m1 cmd.run "echo x >>$work/$1; sleep $2" --async | jid_of; }
has_begun() { [ -s "$work/$1" ]; }
is_so() { [ "$(outcome_of "$1" m1)" = "$2" ]; }
jid=$(begin goes-on 4)
eventually 10 "it runs" has_begun goes-on
kill_minion
start m1 "$bin/halite-minion" -c "$work/m1" -l info
eventually 30 "the job is done and reported" is_so "$jid" ok
jid=$(begin cut 31)
eventually 10 "the next one runs" has_begun cut
job_process=$(pgrep -f 'sleep 31' | while read -r pid; do ps -o ppid= "$pid"; done | xargs -n 1 ps -o pid=,args= | awk '/halite-minion --job/ {print $1}')
kill_minion
kill -KILL $job_process || fail "the job has no process"
start m1 "$bin/halite-minion" -c "$work/m1" -l info
eventually 30 "m1 answers again" answers m1
eventually 60 "the job is interrupted" is_so "$jid" interrupted
for name in goes-on cut; do [ "$(wc -l <"$work/$name")" = 1 ] || fail "a job ran twice"; done

echo "-- F08 F07 a second master, and no descriptors left"
for _ in $(seq 20); do "$bin/halite-master" -c "$work/master" >>"$work/second.log" 2>&1 & seconds+=($!); done
for pid in "${seconds[@]}"; do wait "$pid" && fail "a second master started"; done
[ "$(grep -c 'another master' "$work/second.log")" = 20 ] || { cat "$work/second.log"; fail "not all say why"; }
answers m1 || fail "the master does not answer any more"
stop "$master_pid"
(ulimit -n 64; exec setsid "$bin/halite-master" -c "$work/master" -l info >"$work/few.log" 2>&1) &
started+=($!)
master_pid=$!
eventually 20 "a master with 64 descriptors answers" h halite-key -L
/usr/bin/python3 - "$request_port" "$publish_port" <<'PY'
import socket, sys, time
held = []
for port in sys.argv[1:]:
    for _ in range(250):
        s = socket.socket()
        s.settimeout(0.2)
        try:
            s.connect(("127.0.0.1", int(port)))
        except OSError:
            pass
        held.append(s)
time.sleep(2)
PY
kill -0 "$master_pid" 2>/dev/null || fail "500 connections ended the master"
eventually 40 "and answers again" answers m1
restart_master TERM

mkdir -p "$work/clone"
cp -r "$work/m2/root" "$work/clone/root"
sed "s|$work/m2/root|$work/clone/root|" "$work/m2/minion" >"$work/clone/minion"
start clone "$bin/halite-minion" -c "$work/clone" -l info  # told of below, when it has been there for a while
# F35 begins here, and is looked at below: a minion looks at its disk every 15 s.
narrow=$work/narrow/root/var/lib/halite/minion
mkdir -p "$narrow"
if mount -t tmpfs -o size=2m,mode=0700 tmpfs "$narrow" 2>/dev/null; then
  let_go() { umount -l "$narrow" 2>/dev/null; finish; }
  trap let_go EXIT
  make_minion narrow
  enrol narrow
  start disk_events "$bin/halite-run" -c "$work/master" state.event salt/minion/narrow/disk_full
  head -c 4000000 /dev/zero >"$narrow/filler" 2>/dev/null
  h halite narrow cmd.run 'echo alive' -t 20 --out=txt | grep -q 'narrow: alive' || fail "no command runs on the reserve"
  head -c 4000000 /dev/zero >"$narrow/more" 2>/dev/null  # what the reserve had been
else
  narrow=
  echo "SKIPPED: no small disk can be mounted here, so F35 is not tried"
fi

echo "-- F42 a giant return"
eventually 40 "m1 is there" answers m1
h halite m1 cmd.run 'head -c 300000000 /dev/zero | tr "\0" x' -t 60 --out=txt >"$work/giant" 2>&1
size=$(stat -c %s "$work/giant")
rss=$(awk '/VmHWM/ {print $2}' "/proc/$master_pid/status")
[ "$size" -lt 80000000 ] || fail "$size bytes came through"
grep -aqi 'truncated\|cut\|larger' "$work/giant" || { head -c 300 "$work/giant"; fail "it is not said that something is missing"; }
[ "$rss" -lt 600000 ] || fail "the master took $rss KiB"
answers m1 || fail "m1 does not answer after it"
echo "ok: $size bytes of 300000000, the master's peak $rss KiB"

echo "-- F06 no memory left: what needs it is refused, and all else goes on"
address_space=$(awk '/VmSize/ {print $2}' "/proc/$master_pid/status")
prlimit --pid "$master_pid" --as=$(((address_space + 120000) * 1024)):
/usr/bin/python3 - "$request_port" <<'PY'
import socket, struct, sys, time
greeting = b"\xff" + bytes(8) + b"\x7f\x03\x01NULL" + bytes(48)
ready = b"\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER"
opening = greeting + b"\x04" + bytes([len(ready)]) + ready
size = 60 << 20
held, refused = [], 0
for _ in range(40):
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    s.settimeout(5)
    held.append(s)
    try:
        s.sendall(opening + b"\x01\x00\x02" + struct.pack(">Q", size))
        for _ in range(59):
            s.sendall(bytes(1 << 20))
    except OSError:
        refused += 1
print(refused, "of 40 were cut off")
time.sleep(1)
sys.exit(0 if refused > 10 else 1)
PY
[ $? = 0 ] || fail "there was memory for all"
kill -0 "$master_pid" 2>/dev/null || fail "the master ended for want of memory"
eventually 20 "m2 is answered by the little that is left" answers m2
prlimit --pid "$master_pid" --as=unlimited:
grep -q 'no memory left' "$work/master.log" || fail "it is not said"
for _ in 1 2 3; do answers m1 || fail "m1 is not answered when there is memory again"; done

echo "-- F44 an event storm"
storm() { for _ in $(seq 400); do call m1 event.send "storm/$1" "{n: $1}" >/dev/null 2>&1; done; }
for i in 1 2; do storm $i & storms+=($!); done
for _ in $(seq 10); do
  before=${EPOCHREALTIME/./}
  answers m2 || fail "m2 does not answer in the storm"
  [ $((${EPOCHREALTIME/./} - before)) -lt 1500000 ] || fail "m2 took more than 1.5 s in the storm"
done
kill "${storms[@]}" 2>/dev/null
wait "${storms[@]}" 2>/dev/null
echo "ok: others are answered"

if [ -n "$narrow" ]; then
  echo "-- F35 the master hears that a minion's disk is full, and that it is not any more"
  told_full() { tr -d ' ' <"$work/disk_events.log" | grep -q "\"full\":$1"; }
  eventually 40 "the full disk is told" told_full true
  rm "$narrow/filler" "$narrow/more"
  eventually 40 "and that there is room again" told_full false
  [ "$(grep -c disk_full "$work/disk_events.log")" = 2 ] || { cat "$work/disk_events.log"; fail "it was told more than twice"; }
fi

echo "-- F47 the caller is gone, the job goes on"
h halite m1 cmd.run "sleep 2; echo x >>$work/went-on" >/dev/null 2>&1 &
caller=$!
sleep 0.5
kill -KILL "$caller"
went_on() { [ -s "$work/went-on" ]; }
eventually 10 "the job goes on" went_on
jid=$(h halite-run jobs.last_run --out=json | jid_of)
is_ok() { [ "$(outcome_of "$jid" m1)" = ok ]; }
eventually 10 "and is on record" is_ok

echo "-- F39 F40 a cloned minion, and another under its name"
told() { grep -q "DUPLICATE IDENTITY: two connections listen as 'm2'" "$work/master.log"; }
eventually 100 "two of one key are told" told
answers m2 || fail "m2 does not answer"
make_minion other
sed -i 's/^id: .*/id: m1/' "$work/other/minion"
start other "$bin/halite-minion" -c "$work/other" -l info
is_denied() { h halite-key -l den | grep -qx m1; }
eventually 20 "another key for m1 is refused" is_denied
answers m1 || fail "m1 does not answer"

echo "-- F58 signals"
for signal in HUP USR1 HUP USR2; do pkill -"$signal" -f "halite-minion -c $work/m2"; kill -"$signal" "$master_pid"; sleep 0.05; done
answers m2 || fail "a signal that means nothing ended a daemon"
for signal in TERM TERM; do kill -"$signal" "$master_pid" 2>/dev/null; sleep 0.05; done
over=$((SECONDS + 10))
while kill -0 "$master_pid" 2>/dev/null; do [ $SECONDS -lt $over ] || fail "the master does not stop"; sleep 0.1; done
echo "-- F60 an odd place to start from"
mkdir "$work/gone"
(
  cd "$work/gone" && rmdir "$work/gone"
  umask 0777
  exec env -i LC_ALL=nosuch.locale setsid "$bin/halite-master" -c "$work/master" -l info <&- >&- 2>&-
) &
started+=($!)
master_pid=$!
eventually 20 "a master without directory, environment and descriptors serves" h halite-key -L
eventually 40 "and minions come" answers m1
echo "all well"
