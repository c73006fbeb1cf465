#!/usr/bin/env bash
# The whole site of tests/lab/site, with its packages, killed at random moments on a real host: the run and all that it
# started, as when the power fails for it. Nothing that matters is ever half there, the next run converges, and the one
# after changes nothing.
# usage: crash_test.sh BIN_DIRECTORY SOURCE_DIRECTORY [RUNS]      default 6
set -u
bin=$1
top=$2
runs=${3:-6}
. "$top/deploy/lab/lab.sh"
. "$top/tests/lab/checks.sh"

lab_open crash || exit 77
scratch=$(mktemp -d)
finish() { lab_close; rm -rf "$scratch"; }
trap finish EXIT
lab_host shop1 || exit 1
lab_debs shop1 rsyslog unattended-upgrades iptables-persistent netfilter-persistent libpam-passwdqc zsh || exit 77
root=$LAB_DIR/shop1/root
lab_install shop1 "$bin/halite-call" /usr/bin/halite-call
mkdir -p "$root/etc/halite"
cp -r "$top/tests/lab/site" "$root/srv/site"
printf 'id: shop1.example.org\nfile_client: local\nfile_roots: {base: [/srv/site/states]}\npillar_roots: {base: [/srv/site/pillar]}\n' >"$root/etc/halite/minion"
ssh-keygen -q -t rsa -b 2048 -N '' -C '' -f "$root/etc/ssh/ssh_host_rsa_key"

judge() { python3 "$top/tests/lab/tools/compare_runs.py" "$@"; }
apply() { lab_run shop1 halite-call --local state.apply --out=json --out-indent=-1 >"$scratch/$1.json"; }
# What a person or a daemon may look at at any moment.
sound() {
  lab_run shop1 sh -c '
    [ ! -s /etc/sudoers.d/people ] || visudo -q -c -f /etc/sudoers.d/people || { echo sudoers; exit 1; }
    sshd -t || { echo sshd; exit 1; }
    pwck -qr >/tmp/pwck; grep -v "does not exist" /tmp/pwck | grep . && { echo accounts; exit 1; }
    bad=$(find /etc/sudoers.d/people /etc/ssh/sshd_config /etc/security/limits.d/core.conf /etc/apt/apt.conf.d/10periodic /home/people/*/.ssh/authorized_keys -empty 2>/dev/null)
    [ -z "$bad" ] || { echo "empty: $bad"; exit 1; }
    bad=$(find /etc/sudoers.d/people ! -perm 0440 2>/dev/null; find /home/people/*/.ssh/authorized_keys ! -perm 0600 2>/dev/null; find /etc/shadow -perm /0007)
    [ -z "$bad" ] || { echo "mode: $bad"; exit 1; }'
}

step "the first run takes its time"
before=${EPOCHREALTIME/./}
apply first
took_us=$((${EPOCHREALTIME/./} - before))
check "no state fails" judge done "$scratch/first.json"
finished=0 interrupted=0
for run in $(seq "$runs"); do
  step "kill $run"
  lab_run shop1 sh -c '
    exec >/dev/null 2>&1
    DEBIAN_FRONTEND=noninteractive apt-get -q -y purge zsh rsyslog iptables-persistent netfilter-persistent libpam-passwdqc
    iptables -F; cp /usr/share/openssh/sshd_config /etc/ssh/sshd_config; rm -rf /etc/sudoers.d/people /etc/iptables; userdel -r bo; userdel -r cy; groupdel wheelers'
  lab_run shop1 setsid halite-call --local state.apply --out=quiet &
  pid=$!
  sleep "$(awk -v us="$took_us" -v r="$RANDOM" 'BEGIN {printf "%.3f", us / 1e6 * r / 32768}')"
  # Everything of the run's session, in the host.
  lab_run shop1 sh -c 'for pid in $(pgrep -x halite-call); do pkill -KILL -s "$pid"; done; pgrep -x "apt-get|dpkg" | xargs -r kill -KILL' 
  wait $pid 2>/dev/null && finished=$((finished + 1))
  lab_run shop1 sh -c 'ls -A /var/lib/dpkg/updates | grep -q [0-9] || dpkg --audit | grep -q .' && interrupted=$((interrupted + 1))
  check "what is there is whole" sound
  apply next
  check "the next run converges" judge done "$scratch/next.json"
  apply quiet
  check "the one after changes nothing" judge quiet "$scratch/quiet.json"
  check "nothing is left behind" lab_run shop1 sh -c '! find /etc /home /usr/share -xdev -name ".*halite*" | grep .'
done
step "$((runs - finished)) of $runs runs were caught alive, $interrupted of them amid an installation"
check "some were" test "$finished" -lt "$runs"
finish_checks
