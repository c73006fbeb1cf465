#!/usr/bin/env bash
# The figures of the main job: a master and three minions as services on real hosts, with the shipped site.
# usage: bench/figures.sh [RUNS]      default 21; stock Salt beside it when SALT_CALL names a salt-call
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
bin=$top/build/release/bin
runs=${1:-21}
. "$top/deploy/lab/lab.sh"
. "$top/tests/lab/checks.sh"

row() { printf '%-52s %8s %8s %8s %s\n' "$@"; }
measured() { lab_run "$1" bash -c "$(cat "$top/bench/measure.sh"); ${*:2}"; }

lab_open bench || exit 1
minions="web1 web2 db1"
for host in master $minions; do lab_host "$host" || exit 1; done
install_master master
cp -r "$top/deploy/site" "$LAB_DIR/master/root/srv/site"
master_with_site_in_git master
lab_run master systemctl start halite-master || fail "the master does not start"
for host in $minions; do
  install_minion "$host"
  lab_run "$host" systemctl start halite-minion || fail "the minion does not start"
  eventually 20 "$host waits" waits_for_acceptance "$host" >/dev/null
done
lab_run master halite-key -y -A >/dev/null
all_answer() { [ "$(lab_run master halite '*' test.ping --out=txt | grep -c True)" = 3 ]; }
eventually 30 "all answer" all_answer >/dev/null
lab_run master halite '*' state.apply >/dev/null

# The memory of daemons that have done real work and now wait.
sleep 5
echo
row "whole process, ms" min median max ""
row "halite web1 test.ping" $(measured master repeat "$runs" halite web1 test.ping) "goal 20"
row "halite '*' test.ping, three minions" $(measured master repeat "$runs" "halite '*' test.ping") ""
row "halite-call --local test.ping" $(measured web1 repeat "$runs" halite-call --local test.ping) "goal 15"
row "halite web1 state.apply, nothing to change" $(measured master repeat "$runs" halite web1 state.apply) "goal 100"
row "halite-call state.apply, nothing to change" $(measured web1 repeat "$runs" halite-call state.apply) ""
if [ -n "${SALT_CALL:-}" ]; then
  . "$top/bench/measure.sh"
  scratch=$(mktemp -d)
  printf 'root_dir: %s\nfile_client: local\nid: stock\n' "$scratch" >"$scratch/minion"
  row "stock salt-call --local test.ping" $(repeat 5 $SALT_CALL -c "$scratch" --local test.ping) ""
  rm -rf "$scratch"
fi
echo
row "proportional set size, MB" "" "" "" ""
for host in master $minions; do
  program=halite-minion
  [ "$host" = master ] && program=halite-master
  pids=$(lab_run "$host" pgrep -x "$program" | tr '\n' ' ')
  row "idle $program on $host ($(wc -w <<<"$pids") process)" "" "$(measured "$host" pss $pids)" "" "$([ "$host" = master ] && echo goal 25 || echo goal 8)"
done
echo
ls -l "$bin"/halite* | awk '{printf "%-52s %8.1f MB\n", $NF, $5 / 1048576}' | sed "s|$bin/||"
