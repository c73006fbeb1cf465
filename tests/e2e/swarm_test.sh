#!/usr/bin/env bash
# Two hundred simulated minions: none may be refused, no return may be lost and no descriptor may stay behind. Times don't matter.
# usage: swarm_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

make_master "auto_accept: True
minimum_auth_version: 2"
head -c 1000000 /dev/urandom >"$work/states/payload"
printf 'base:\n  "*":\n    - swarm\n' >"$work/pillar/top.sls"
printf 'number: {{ grains["id"] }}\n' >"$work/pillar/swarm.sls"
start_master

# A restart by a script, as an operator's would be: the new master's id stands in a file.
echo "$master_pid" >"$work/pid"
cat >"$work/restart" <<SCRIPT
#!/usr/bin/env bash
old=\$(cat "$work/pid")
kill -TERM "\$old"
while kill -0 "\$old" 2>/dev/null; do sleep 0.02; done
setsid "$bin/halite-master" -c "$work/master" -l warning >>"$work/restarted.log" 2>&1 </dev/null &
echo \$! >"$work/pid"
SCRIPT
chmod +x "$work/restart"
end_restarted() { kill -TERM "-$(cat "$work/pid")" 2>/dev/null; finish; }
trap end_restarted EXIT

swarm() {
  timeout 120 "$bin/halite-swarm" -n 200 --master-port "$request_port" --keys "$work/keys" --key-pool 4 \
    --step-limit 60 --cli "$bin/halite -c $work/master" --restart "$work/restart" --target-pid-file "$work/pid" "$@"
}
descriptors() { ls "/proc/$(cat "$work/pid")/fd" | wc -l; }
is_back_at() { [ "$(descriptors)" -le "$1" ]; }

before=$(descriptors)
swarm enrol ping:2 job:1024 returns:1024:3 pillar file:payload events:2 mine reauth mixed:5:2 >"$work/swarm.log" 2>&1 || fail "the swarm lost work"
echo "ok: 200 minions at level 3 did all steps"
# Nothing of the steps may keep one; what the master opens once for its work may stay.
eventually 20 "the master closed the connections of the minions that went" is_back_at $((before + 8))
swarm --target "swarm-*" enrol returns:1024:50 >"$work/swarm43.log" 2>&1 || { cat "$work/swarm43.log"; fail "returns were lost when 10,000 came at once"; }
echo "ok: 10,000 returns at once, none lost (F43)"
# Other ids: who has spoken level 3 is not taken at level 2 any more.
swarm --protocol 2 --id "old-{}" --target "old-*" enrol ping returns:1024:2 pillar events >"$work/swarm2.log" 2>&1 || fail "the swarm lost work at level 2"
echo "ok: 200 minions at level 2 did theirs"
eventually 20 "no descriptor stayed" is_back_at $((before + 8))
swarm --target "swarm-*" enrol storm ping >"$work/swarm3.log" 2>&1 || fail "the swarm lost work when the master was restarted"
echo "ok: all authenticated again after a restart, and none lost its return"

# The test can fail: a minion that the master does not take is an error.
"$bin/halite-key" -c "$work/master" -y -r swarm-00007 --include-accepted >/dev/null 2>&1
swarm enrol >"$work/swarm4.log" 2>&1 && fail "a rejected minion went unnoticed"
grep -q 'FAILED, 1 times: the master rejects the key' "$work/swarm4.log" || { cat "$work/swarm4.log"; fail "the rejected minion is not named as such"; }
echo "ok: a rejected minion is an error"
