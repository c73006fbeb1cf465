#!/usr/bin/env bash
# State runs killed at random moments: no managed file is ever mixed, empty, or seen with another mode or owner than its
# own, and the next run converges and leaves nothing behind.
# usage: crash_test.sh BIN_DIRECTORY [RUNS]      default 40
# U15 of the table of attacks (tests/hostile/master/rows.md).
set -u
bin=$1
runs=${2:-40}
. "$(dirname "$0")/../support/shell/processes.sh"

files=60
mkdir -p "$work/m/etc" "$work/states" "$work/pillar"
printf 'id: m\nfile_client: local\nroot_dir: %s\nfile_roots: {base: [%s]}\npillar_roots: {base: [%s]}\n' \
  "$work/m/root" "$work/states" "$work/pillar" >"$work/m/minion"
owner=$(id -un)
[ "$(id -u)" != 0 ] || owner=nobody
cat >"$work/states/site.sls" <<SLS
{% for i in range($files) %}
$work/out/d{{ i % 7 }}/file{{ i }}:
  file.managed:
    - contents: {{ (pillar['word'] ~ ' ') * (1 + i * 300) }}
    - user: $owner
    - mode: '0640'
    - makedirs: True
{% endfor %}
SLS
apply() { "$bin/halite-call" -c "$work/m" --local state.apply site pillar="{word: $1}" --out=quiet; }

# Every file holds one word alone, in its full length, and belongs to its owner with its mode.
check_files() {
  local bad
  bad=$(find "$work/out" -type f -name 'file*' \( ! -perm 0640 -o ! -user "$owner" -o -empty \))
  [ -z "$bad" ] || fail "after kill $1: wrong mode, owner or nothing in it: $bad"
  bad=$(find "$work/out" -type f -name 'file*' -exec awk -v path= '
    FNR == 1 { words = NF; first = $1; for (i = 2; i <= NF; i++) if ($i != first) { print FILENAME ": mixed"; nextfile }
      n = FILENAME; sub(/.*file/, "", n); if (words != 1 + n * 300) print FILENAME ": " words " words" }' {} +)
  [ -z "$bad" ] || fail "after kill $1: $bad"
}

before=${EPOCHREALTIME/./}
apply aaaa || fail "the first run"
whole_us=$((${EPOCHREALTIME/./} - before))
apply aaaa || fail "the second run"
killed=0
word=aaaa
for ((run = 1; run <= runs; run++)); do
  [ $word = aaaa ] && word=bbbb || word=aaaa
  # Every fifth time from nothing, so that files and directories are made too.
  [ $((run % 5)) != 0 ] || rm -rf "$work/out"
  (exec "$bin/halite-call" -c "$work/m" --local state.apply site pillar="{word: $word}" --out=quiet) &
  pid=$!
  sleep "$(awk -v us="$whole_us" -v r="$RANDOM" 'BEGIN {printf "%.4f", us / 1e6 * r / 32768}')"
  kill -KILL "$pid" 2>/dev/null && killed=$((killed + 1))
  wait "$pid" 2>/dev/null
  [ ! -d "$work/out" ] || check_files $run
done
[ "$killed" -gt $((runs / 4)) ] || fail "only $killed of $runs runs were caught alive"
echo "ok: $killed of $runs runs were killed; no file was ever mixed, empty, or open to others"

apply cccc || fail "the run after the last kill"
check_files "the last"
[ "$(cat "$work"/out/d*/file* | tr ' ' '\n' | grep -c cccc)" = $((files + 300 * files * (files - 1) / 2)) ] || fail "not converged"
left=$(find "$work/out" -type f ! -name 'file*')
[ -z "$left" ] || fail "left behind: $left"
echo "ok: the next run converges, and nothing is left behind"
echo "all well"
