#!/usr/bin/env bash
# Runs of a highstate of many kinds (files in every way, links, trees, crontab, users) killed at random moments: nothing
# is ever half written, owner and mode are final from the first visible byte, the next run converges, and a run after
# that changes nothing. Users and cron are tried where this process is root in a mount namespace of its own, over copies
# of /etc and cron's spool.
# usage: crash_states_test.sh BIN_DIRECTORY [RUNS]      default 20
set -u
bin=$1
runs=${2:-20}
# The user database and the crontabs are copies that go with this process.
if [ "$(id -u)" = 0 ] && [ -z "${CRASH_OWN_ETC:-}" ] && command -v useradd >/dev/null; then
  if unshare -m --propagation private true 2>/dev/null; then CRASH_OWN_ETC=1 exec unshare -m --propagation private bash "$0" "$@"; fi
fi
. "$(dirname "$0")/../support/shell/processes.sh"

mkdir -p "$work/m" "$work/states/tree/deep" "$work/pillar"
accounts=
if [ -n "${CRASH_OWN_ETC:-}" ]; then
  for place in /etc $(command -v crontab >/dev/null && echo /var/spool/cron); do
    mkdir -p "$work/own$place"
    cp -a "$place/." "$work/own$place/"
    mount --bind "$work/own$place" "$place" || exit 77
  done
  accounts=yes
fi
printf 'id: m\nfile_client: local\nroot_dir: %s\nfile_roots: {base: [%s]}\npillar_roots: {base: [%s]}\n' \
  "$work/m/root" "$work/states" "$work/pillar" >"$work/m/minion"
owner=$(id -un)
[ "$(id -u)" != 0 ] || owner=nobody
for i in $(seq 12); do printf 'word {{ pillar.word }}\n%.0s' $(seq $((i * 200))) >"$work/states/tree/deep/file$i"; done
cat >"$work/states/site.sls" <<SLS
{% set word = pillar.word %}
{% set out = '$work/out' %}
{{ out }}/whole:
  file.directory: [{user: $owner}, {mode: '0750'}, {makedirs: True}]
{% for i in range(20) %}
{{ out }}/whole/file{{ i }}:
  file.managed:
    - contents: {{ (word ~ ' ') * (500 + i * 700) }}
    - {user: $owner}
    - {mode: '0640'}
{{ out }}/whole/edited{{ i }}:
  file.managed:
    - contents: {{ ('kept ' ~ i ~ ' ') * 3000 }}
    - {replace: False}
    - {mode: '0600'}
edit {{ i }}:
  file.blockreplace:
    - name: {{ out }}/whole/edited{{ i }}
    - {append_if_not_found: True, marker_start: '# begin', marker_end: '# end', show_changes: False}
    - content: {{ (word ~ ' ') * 2000 }}
link {{ i }}:
  file.symlink: [{name: {{ out }}/link{{ i }}}, {target: {{ out }}/whole/file{{ i }}-{{ word }}}, {force: True}]
{% endfor %}
{{ out }}/tree:
  file.recurse: [{source: salt://tree}, {template: jinja}, {file_mode: '0440'}, {user: $owner}, {clean: True}, {include_empty: True}]
{{ out }}/data.json:
  file.serialize:
    - {mode: '0600'}
    - serializer: json
    - dataset: {words: {{ [word] * 4000 }}}
{{ out }}/pairs:
  file.managed: [{contents: ''}, {replace: False}]
pairs:
  file.keyvalue: [{name: {{ out }}/pairs}, {key_values: {a: {{ word }}, b: {{ word }}}}, {separator: '='}, {append_if_not_found: True}]
{{ out }}/old-{{ 'aaaa' if word == 'bbbb' else 'bbbb' }}: {file.absent: []}
{{ out }}/old-{{ word }}: {file.touch: []}
marker:
  cmd.run: [{name: 'echo {{ word }} > {{ out }}/marker'}, {unless: 'grep -qx {{ word }} {{ out }}/marker'}]
{% if '$accounts' %}
crash groups:
  group.present: [{names: [crash0, crash1, crash2]}]
{% for i in range(3) %}
crash{{ i }}:
  user.present: [{fullname: 'Crash {{ word }}'}, {groups: [crash{{ (i + 1) % 3 }}]}, {usergroup: True}, {home: {{ out }}/home{{ i }}}]
{% if '$(command -v crontab)' %}
job {{ i }}:
  cron.present: [{name: 'true {{ word }}'}, {identifier: crash{{ i }}}, {minute: {{ i }}}]
{% endif %}
{% endfor %}
{% endif %}
SLS
apply() { "$bin/halite-call" -c "$work/m" --local --retcode-passthrough state.apply site pillar="{word: $1}" --out="${2:-quiet}"; }

one_word() { # one_word FILE...: fails on a file that holds two of the words
  awk '{for (i = 1; i <= NF; i++) if ($i == "aaaa" || $i == "bbbb") {if (seen[FILENAME] && seen[FILENAME] != $i) {print FILENAME; exit 1}; seen[FILENAME] = $i}}' "$@"
}
# What must hold after any kill.
check_all() {
  local bad file
  [ -d "$work/out" ] || return 0
  bad=$(find "$work/out/whole" -name 'file*' -type f \( ! -perm 0640 -o ! -user "$owner" -o -empty \) 2>/dev/null
        find "$work/out/whole" -name 'edited*' -type f \( ! -perm 0600 -o -empty \) 2>/dev/null
        find "$work/out/tree" -type f -name 'file*' \( ! -perm 0440 -o ! -user "$owner" -o -empty \) 2>/dev/null
        find "$work/out" -maxdepth 1 -name data.json \( ! -perm 0600 -o -empty \)
        find "$work/out/whole" -maxdepth 0 ! -perm 0750 2>/dev/null)
  [ -z "$bad" ] || fail "after kill $1: wrong mode or owner, or empty: $bad"
  mapfile -t files < <(find "$work/out/whole" "$work/out/tree" -type f \( -name 'file*' -o -name 'edited*' \) 2>/dev/null)
  [ ${#files[@]} = 0 ] || bad=$(one_word "${files[@]}") || fail "after kill $1: mixed: $bad"
  for file in "$work"/out/whole/file*; do
    [ ! -e "$file" ] || [ "$(wc -w <"$file")" = $((500 + ${file##*file} * 700)) ] || fail "after kill $1: $file is cut"
  done
  for file in "$work"/out/whole/edited*; do
    [ ! -e "$file" ] || case "$(wc -w <"$file")" in 6000|8004) ;; *) fail "after kill $1: $file is cut: $(wc -w <"$file")" ;; esac
  done
  for file in "$work"/out/tree/deep/file*; do
    [ ! -e "$file" ] || [ "$(wc -l <"$file")" = $((${file##*file} * 200)) ] || fail "after kill $1: $file is cut"
  done
  [ ! -e "$work/out/data.json" ] || python3 -c 'import json, sys; words = json.load(open(sys.argv[1]))["words"]; sys.exit(len(words) != 4000 or len(set(words)) != 1)' \
    "$work/out/data.json" || fail "after kill $1: data.json"
  [ -z "$accounts" ] || check_accounts "$1"
}
check_accounts() {
  pwck -qr >"$work/pwck" 2>&1
  ! grep -v "$work/out/home\|does not exist" "$work/pwck" | grep -q crash || fail "after kill $1: $(cat "$work/pwck")"
  local jobs
  command -v crontab >/dev/null || return 0
  jobs=$(crontab -l 2>/dev/null | grep -c '^[0-9]* \* \* \* \* true')
  [ "$jobs" -le 3 ] || fail "after kill $1: $jobs jobs in the crontab"
}

before=${EPOCHREALTIME/./}
apply aaaa nested >"$work/first.log" || fail "the first run"
whole_us=$((${EPOCHREALTIME/./} - before))
killed=0
word=aaaa
for ((run = 1; run <= runs; run++)); do
  [ $word = aaaa ] && word=bbbb || word=aaaa
  [ $((run % 5)) != 0 ] || rm -rf "$work/out"
  (exec setsid "$bin/halite-call" -c "$work/m" --local state.apply site pillar="{word: $word}" --out=quiet) &
  pid=$!
  sleep "$(awk -v us="$whole_us" -v r="$RANDOM" 'BEGIN {printf "%.4f", us / 1e6 * r / 32768}')"
  kill -KILL "$pid" 2>/dev/null && killed=$((killed + 1))
  wait "$pid" 2>/dev/null
  # A child of the killed run may still be at work for a moment.
  kill -KILL -- "-$pid" 2>/dev/null
  check_all $run
done
[ "$killed" -gt $((runs / 4)) ] || fail "only $killed of $runs runs were caught alive"
echo "ok: $killed of $runs runs were killed; nothing was ever mixed, cut, or open to others"

apply $word nested >"$work/next.log" || fail "the run after the last kill"
check_all "the last"
apply $word json >"$work/quiet.json" || fail "the run after that"
! grep -q '"changes": {[^}]' "$work/quiet.json" || fail "not converged"
left=$(find "$work/out" -name '.*halite*' -o -name '*.tmp')
[ -z "$left" ] || fail "left behind: $left"
echo "ok: the next run converges, the one after changes nothing, and nothing is left behind"
[ -z "$accounts" ] || for i in 0 1 2; do [ "$(getent passwd crash$i | cut -d: -f5)" = "Crash $word" ] || fail "crash$i"; done
echo "all well"
