# A master and minions of ours on loopback, in $work. Sourced after processes.sh.

free_ports

# with_other_ports NAME: the master's configuration again, with a root directory and ports of its own.
with_other_ports() {
  local root=$work/$1/root old_publish=$publish_port old_request=$request_port
  free_ports
  sed "s|$work/master/root|$root|; s|: $old_publish|: $publish_port|; s|: $old_request|: $request_port|" "$work/master/master"
  publish_port=$old_publish request_port=$old_request
}

make_master() {
  mkdir -p "$work/master" "$work/states" "$work/pillar"
  cat >"$work/master/master" <<CONF
interface: 127.0.0.1
publish_port: $publish_port
ret_port: $request_port
root_dir: $work/master/root
user: root
file_roots: {base: [$work/states]}
pillar_roots: {base: [$work/pillar]}
timeout: 5
${1:-}
CONF
}

make_minion() { # make_minion ID [MORE CONFIGURATION]
  mkdir -p "$work/$1"
  cat >"$work/$1/minion" <<CONF
id: $1
master: 127.0.0.1
master_port: $request_port
root_dir: $work/$1/root
acceptance_wait_time: 0.2
${2:-}
CONF
}

start_master() { start master "$bin/halite-master" -c "$work/master" -l debug; master_pid=$!; eventually 20 "the master answers" h halite-key -L; }
start_minion() { start "$1" "$bin/halite-minion" -c "$work/$1" -l debug; }
stop() { kill -"${2:-TERM}" "$1" 2>/dev/null; while kill -0 "$1" 2>/dev/null; do sleep 0.05; done; }

h() { "$bin/$1" -c "$work/master" "${@:2}"; }                 # an operator's tool
call() { "$bin/halite-call" -c "$work/$1" "${@:2}"; }         # halite-call on a minion
is_waiting() { h halite-key -l pre | grep -qx "$1"; }
pings() { h halite "$1" test.ping -t 2 | grep -q True; }

enrol() {
  start_minion "$1"
  eventually 20 "$1 waits" is_waiting "$1"
  h halite-key -y -a "$1" >/dev/null || fail "accepting $1"
  eventually 20 "$1 answers" pings "$1"
}

# refuses CODE PATTERN COMMAND...: ends with that code, and one of its lines matches.
refuses() {
  local code=$1 pattern=$2 output status=0
  shift 2
  # A program that should have refused and runs instead must not hang the test.
  [ "$(type -t "$1")" = function ] || set -- timeout 20 "$@"
  output=$("$@" 2>&1) || status=$?
  [ "$status" = "$code" ] || { echo "$output"; fail "'$*' ended with $status, not $code"; }
  grep -qE -- "$pattern" <<<"$output" || { echo "$output"; fail "'$*': no line matches $pattern"; }
  echo "ok: $(grep -m1 -E -- "$pattern" <<<"$output" | cut -c1-150)"
}
