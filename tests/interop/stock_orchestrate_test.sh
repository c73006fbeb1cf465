#!/usr/bin/env bash
# An orchestration under a stock Salt master and minion: its layout is the golden file of ours.
# usage: stock_orchestrate_test.sh BIN_DIRECTORY
set -u
bin=$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/shell/processes.sh"
. "$here/../support/shell/steady.sh"
need SALT_MASTER SALT_MINION SALT SALT_RUN
free_ports
golden=$here/../e2e/orchestrate

mkdir -p "$work/master" "$work/m1" "$work/states/orch"
cp "$golden"/{plain,small}.sls "$work/states/orch/"
cp "$golden"/{web,still,broken}.sls "$work/states/"
cat >"$work/master/master" <<CONF
interface: 127.0.0.1
publish_port: $publish_port
ret_port: $request_port
root_dir: $work/master/root
id: boss
file_roots: {base: [$work/states]}
worker_threads: 2
auto_accept: true
CONF
cat >"$work/m1/minion" <<CONF
id: m1
master: 127.0.0.1
master_port: $request_port
root_dir: $work/m1/root
acceptance_wait_time: 1
CONF
start master $SALT_MASTER -c "$work/master" -l warning
start m1 $SALT_MINION -c "$work/m1" -l warning
pings() { $SALT -c "$work/master" m1 test.ping | grep -q True; }
eventually 120 "the stock minion answers" pings

same() { # same GOLDEN ARGUMENTS...
  local file=$golden/$1
  shift
  $SALT_RUN -c "$work/master" -l quiet state.orchestrate orch.plain "$@" 2>/dev/null | sed -n '/^boss:/,$p' | steady >"$work/got"
  diff -u "$file" "$work/got" || fail "$(basename "$file") differs from what stock Salt shows"
  echo "ok: $(basename "$file") is what stock Salt shows"
}
same plain.txt
same plain_test.txt test=True exclude='[{id: keys}, {id: nested}]'
echo "all well"
