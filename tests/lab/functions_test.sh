#!/usr/bin/env bash
# The state functions that no other lab uses, on a real host (tests/lab/functions): the dry run touches nothing and says
# what the run then does, a second run changes nothing, and runs killed at random moments, to and fro, are finished by
# the next one.
# usage: functions_test.sh BIN_DIRECTORY SOURCE_DIRECTORY [KILLS]      default 8
set -u
bin=$1
top=$2
kills=${3:-8}
. "$top/deploy/lab/lab.sh"
. "$top/tests/lab/checks.sh"

lab_open functions || exit 77
scratch=$(mktemp -d)
finish() { lab_close; rm -rf "$scratch"; }
trap finish EXIT
lab_host box || exit 1
lab_debs box patch libarchive-tools || exit 77
lab_run box apt-get -qq -y install patch libarchive-tools >/dev/null 2>&1 || fail "the host's programs"
root=$LAB_DIR/box/root
lab_install box "$bin/halite-call" /usr/bin/halite-call
mkdir -p "$root/etc/halite" "$root/srv/pillar"
cp -r "$top/tests/lab/functions" "$root/srv/salt"
printf 'id: box\nfile_client: local\nfile_roots: {base: [/srv/salt]}\npillar_roots: {base: [/srv/pillar]}\n' >"$root/etc/halite/minion"
mkdir -p "$root/srv/salt/tree/deep/empty" "$scratch/app/bin"
for name in one deep/two; do echo "file $name" >"$root/srv/salt/tree/$name"; done
chmod 750 "$root/srv/salt/tree/one"
echo 'echo hello' >"$scratch/app/bin/hello"
tar -C "$scratch" -czf "$root/srv/salt/app.tar.gz" app
printf '%s\n' '--- a' '+++ b' '@@ -1 +1 @@' '-old' '+new' >"$root/srv/salt/app.patch"
printf '#!/bin/sh\ntouch /srv/ran\n' >"$root/srv/salt/setup.sh"
printf '# lab\n5 4 * * * /usr/bin/true\n' >"$root/srv/salt/crontab"
lab_run box sh -c '
  git init -q -b main /srv/repository && cd /srv/repository && echo one >file && git add . &&
  git -c user.name=Lab -c user.email=lab@example.org commit -qm one && git tag v1' || fail "the repository"

judge() { python3 "$top/tests/lab/tools/compare_runs.py" "$@"; }
apply() { lab_run box halite-call --local state.apply "$@" --out=json --out-indent=-1; }
# What rename, tidied and pruned find.
furnish() { lab_run box sh -c 'mkdir -p /srv/in/old/deep /srv/in/empty; touch /srv/in/old/a.tmp /srv/in/old/deep/b.tmp /srv/in/old/keep; [ -e /srv/out/renamed ] || echo x >/srv/in/rename-me'; }
# Everything a run could have touched.
everything() {
  lab_run box sh -c '
    find /srv /etc /var/spool/cron /home /root -xdev ! -type d -printf "%p %y %m %U %G %s %T@ %l\n" -o -type d -printf "%p %y %m %U %G\n" | sort
    iptables-save | grep -v "^[#:]"; nft list ruleset; getent passwd; getent group; systemctl is-enabled cron; systemctl is-active cron'
}
# proved SLS: dry run, run, second run.
proved() {
  furnish
  everything >"$scratch/before"
  apply "$1" test=True >"$scratch/dry.json"
  everything >"$scratch/after"
  check "the dry run of $1 touches nothing" diff "$scratch/before" "$scratch/after"
  apply "$1" >"$scratch/first.json"
  check "no state of $1 fails" judge done "$scratch/first.json"
  check "each change was predicted, and no other" judge predicted "$scratch/dry.json" "$scratch/first.json"
  apply "$1" >"$scratch/second.json"
  check "a second run changes nothing" judge quiet "$scratch/second.json"
}

step "there"
proved here
step "and back"
proved gone

step "killed on the way"
caught=0
took_us=${EPOCHREALTIME/./}
furnish
apply here >"$scratch/first.json"
took_us=$((${EPOCHREALTIME/./} - took_us))
apply gone >/dev/null
for run in $(seq "$kills"); do
  for way in here gone; do
    furnish
    lab_run box setsid halite-call --local state.apply "$way" --out=quiet &
    pid=$!
    sleep "$(awk -v us="$took_us" -v r="$RANDOM" 'BEGIN {printf "%.3f", us / 1e6 * r / 32768}')"
    lab_run box sh -c 'for pid in $(pgrep -x halite-call); do pkill -KILL -s "$pid"; done'
    wait $pid 2>/dev/null || caught=$((caught + 1))
    furnish
    apply "$way" >"$scratch/next.json"
    judge done "$scratch/next.json" >"$scratch/judged" || { cat "$scratch/judged"; failures=$((failures + 1)); }
    apply "$way" >"$scratch/quiet.json"
    judge quiet "$scratch/quiet.json" >"$scratch/judged" || { cat "$scratch/judged"; failures=$((failures + 1)); }
  done
done
check "$caught of $((2 * kills)) runs were caught alive, and each was finished by the next" test "$failures" = 0 -a "$caught" -gt 0
check "nothing is left behind" lab_run box sh -c '! find /srv /etc /home /root -xdev -name ".*halite*" | grep .'
finish_checks
