# Real processes on loopback for shell tests. Sourced with $bin set; makes $work and removes it and our processes at the end.

work=$(mktemp -d)

# free_ports: sets publish_port and request_port, a pair that nobody listens on. They lie below the range that the
# kernel gives to outgoing connections (ip_local_port_range), so no passing client can hold one.
next_port=$((10000 + $$ % 1000 * 20))
is_free() { ! (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
free_ports() {
  until is_free "$next_port" && is_free "$((next_port + 1))"; do next_port=$((next_port + 2)); done
  publish_port=$next_port request_port=$((next_port + 1))
  next_port=$((next_port + 2))
}
started=()
finish() {
  local pid
  for pid in "${started[@]}"; do kill -TERM "-$pid" 2>/dev/null; done
  sleep 0.5
  for pid in "${started[@]}"; do kill -KILL "-$pid" 2>/dev/null; done
  [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap finish EXIT

need() {
  local name
  for name in "$@"; do
    [ -n "${!name:-}" ] || { echo "SKIPPED: $name names no command; see tests/interop/README.md"; exit 77; }
  done
}

fail() {
  echo "FAILED: $*"
  local file
  for file in "$work"/*.log; do echo "--- $file"; tail -n 20 "$file"; done
  exit 1
}

# start NAME COMMAND...: in a session of its own, so that its children can be ended with it.
declare -A program=() # the process of each name
start() {
  local name=$1
  shift
  setsid "$@" >>"$work/$name.log" 2>&1 </dev/null &
  program[$name]=$!
  started+=($!)
}
# stop_program NAME [SIGNAL]: with all that it started, as stock Salt's many processes need it.
stop_program() {
  kill -"${2:-KILL}" "-${program[$1]}" 2>/dev/null
  wait "${program[$1]}" 2>/dev/null
}
# restart NAME COMMAND...
restart() {
  stop_program "$1"
  start "$@"
}

eventually() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || fail "waited in vain: $what"
    sleep 0.3
  done
  echo "ok: $what"
}

# expect WHAT PATTERN COMMAND...
expect() {
  local what=$1 pattern=$2 output
  shift 2
  output=$("$@" 2>&1)
  grep -qE -- "$pattern" <<<"$output" || { echo "$output"; fail "$what: no match for $pattern"; }
  echo "ok: $what"
}

# A tree with a pillar value and a served file, the same for both directions.
make_site() {
  mkdir -p "$work/states" "$work/pillar"
  printf 'base:\n  "*":\n    - greeting\n' >"$work/pillar/top.sls"
  printf 'greeting: hello from the pillar\n' >"$work/pillar/greeting.sls"
  cat >"$work/states/hello.sls" <<SLS
$work/greeting.txt:
  file.managed:
    - source: salt://greeting.jinja
    - template: jinja
    - mode: '0640'
SLS
  printf '{{ pillar["greeting"] }} to {{ grains["id"] }}\n' >"$work/states/greeting.jinja"
}
