#!/usr/bin/env bash
# A real host with systemd and sshd follows the pillar: a user logs in with the key from git and becomes root, a key
# added by hand is refused, and after a git push the revoked user is.
# usage: access_test.sh BIN_DIRECTORY SOURCE_DIRECTORY
set -u
bin=$1
top=$2
. "$top/deploy/lab/lab.sh"
. "$top/tests/lab/checks.sh"

lab_open access || exit 77
scratch=$(mktemp -d)
finish() { lab_close; rm -rf "$scratch"; }
trap finish EXIT

lab_host master && lab_host web1 || exit 1
install_master master
install_minion web1

# A site of this test's own: alice's and the intruder's keys are made here.
ssh-keygen -q -t ed25519 -N '' -C alice -f "$scratch/alice"
ssh-keygen -q -t ed25519 -N '' -C intruder -f "$scratch/intruder"
cp -r "$top/deploy/site" "$LAB_DIR/master/root/srv/site"
sed -i "s|- ssh-ed25519 .*|- $(cat "$scratch/alice.pub")|" "$LAB_DIR/master/root/srv/site/pillar/users/alice.sls"
master_with_site_in_git master

step "the minion asks to join and is accepted by the fingerprint that its own console shows"
lab_run master systemctl start halite-master || fail "the master does not start"
lab_run web1 systemctl start halite-minion || fail "the minion does not start"
finger=$(lab_run web1 halite-call --local key.finger --out=newline_values_only)
eventually 20 "web1 waits" waits_for_acceptance web1
check "accept web1" lab_run master halite-key -y -a web1 --finger "$finger"
eventually 30 "web1 answers" lab_run master halite web1 test.ping

login() { # login KEY COMMAND...
  local key=$1
  shift
  lab_here ssh -q -i "$scratch/$key" -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null -o ConnectTimeout=5 "alice@$(lab_address web1)" "$@"
}

step "before the first apply nobody logs in"
check_not "alice has no account yet" login alice true

step "after it alice logs in and is root without a password"
check "apply" lab_run master halite web1 state.apply --state-output=terse
check "alice logs in" login alice true
check "alice is root by sudo" login alice sudo -n true
check_not "the intruder does not" login intruder true

step "a second apply changes nothing"
lab_run master halite web1 state.apply --out=json --static --out-indent=-1 >"$scratch/second.json"
check_not "no state reports changes" grep -q '"changes": {[^}]' "$scratch/second.json"
check "the second run was seen whole" grep -q "\"changes\": {}" "$scratch/second.json"
check_not "no state failed" grep -q '"result": false' "$scratch/second.json"

step "a key added by hand is gone at the next apply"
lab_run web1 sh -c 'cat >> /home/site-users/alice/.ssh/authorized_keys' <"$scratch/intruder.pub"
check "the intruder is in, for now" login intruder true
check "apply" lab_run master halite web1 state.apply --state-output=terse
check_not "the intruder is out" login intruder true
check "alice still is in" login alice true

step "a git push takes alice's key away"
lab_run master sh -c 'cd /root/pillar && sed -i "/ssh_keys:/,\$d" users/alice.sls && git commit -qam "No key" && git push -q origin main' ||
  fail "git push"
check "apply" lab_run master halite web1 state.apply --state-output=terse
check_not "alice is refused" login alice true
lab_run web1 sh -c 'cat >> /home/site-users/alice/.ssh/authorized_keys' <"$scratch/intruder.pub"
check "apply" lab_run master halite web1 state.apply --state-output=terse
check_not "so is a key added by hand" login intruder true

step "a git push takes alice away, with her processes and her home"
lab_run master sh -c 'cd /root/pillar && sed -i "s/fullname:.*/&\n    absent: true/" users/alice.sls && git commit -qam "Alice left" && git push -q origin main' ||
  fail "git push"
check "apply" lab_run master halite web1 state.apply --state-output=terse
check_not "no account" lab_run web1 getent passwd alice
check_not "no home" lab_run web1 test -e /home/site-users/alice

finish_checks
