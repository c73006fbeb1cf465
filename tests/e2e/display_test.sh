#!/usr/bin/env bash
# What the operator's screen shows: every option of display, its output compared with display/NAME.txt.
# usage: display_test.sh BIN_DIRECTORY   (REWRITE=1 writes the files anew: look at the difference)
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"
golden=$(cd "$(dirname "$0")" && pwd)/display

make_master
cat >"$work/states/mixed.sls" <<'SLS'
first:
  test.succeed_without_changes: []
second:
  test.succeed_with_changes:
    - name: second name
third:
  test.fail_without_changes:
    - require: [{test: second}]
fourth:
  test.nop:
    - require: [{test: third}]
SLS
printf 'quiet:\n  test.nop: []\n' >"$work/states/quiet.sls"
for id in m1 m2 m3; do make_minion "$id"; done
start_master
for id in m1 m2 m3; do enrol "$id"; done
gone_pid=${started[-1]}

# What differs from run to run. Minions answer in any order, so those of one screen are sorted where `sorted` is asked for.
plain() {
  sed -E -e 's/[0-9]{20}/JID/g' -e 's/[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}/TIME/g' -e 's/[0-9.]+ ms/N ms/g' -e 's/[0-9.]+ms/Nms/g' \
    -e "s|$work|WORK|g" -e 's/"duration": [0-9.]+/"duration": N/' -e 's/(Total run time: +)[0-9.]+ (ms|s)/\1N \2/' -e 's/ +$//'
}
# shows NAME CODE COMMAND...: both streams and the code, as in display/NAME.txt. Lines must fit a terminal of 80 columns,
# but for data and what Salt's own sentences are.
shows() {
  local name=$1 code=$2 status=0
  shift 2
  printf '$ %s\n' "${*:2}" >"$work/$name.txt"
  "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
  { cat "$work/out"; sed 's/^/2> /' "$work/err"; } >>"$work/$name.txt"
  plain <"$work/$name.txt" >"$work/plain" && mv "$work/plain" "$work/$name.txt"
  [ "$status" = "$code" ] || { cat "$work/$name.txt"; fail "$name: ended with $status, not $code"; }
  if [ -n "${REWRITE:-}" ]; then mkdir -p "$golden" && cp "$work/$name.txt" "$golden/$name.txt"; fi
  diff -u "$golden/$name.txt" "$work/$name.txt" || fail "$name shows something else"
  echo "ok: $name"
}
one_by_one() { h halite '*' "$@" -b 1; }  # minions in their order

echo "-- forms of output"
for out in nested json yaml txt raw pprint newline_values_only table quiet; do
  shows "out_$out" 0 h halite m1 test.echo "{a: [1, two], b: {c: null, d: true}}" --out="$out"
done
shows out_wrong 2 h halite m1 test.ping --out=jason
shows out_indent 0 h halite m1 test.echo '{a: 1}' --out=json --out-indent=-1
shows out_indent_wrong 2 h halite m1 test.ping --out-indent=wide
shows static_json 0 h halite '*' test.ping --static --out=json --out-indent=2
shows static 0 h halite '*' test.ping --static
shows out_file 0 h halite m1 test.ping --out=txt --out-file="$work/results"
h halite m1 test.ping --out=txt --out-file="$work/results" --out-file-append
[ "$(cat "$work/results")" = "m1: True
m1: True" ] || fail "--out-file-append"
expect "colours only when asked for" '0;36mm1' h halite m1 test.ping --force-color
h halite m1 test.ping --no-color | grep -q $'\x1b' && fail "--no-color"

echo "-- what stands around the results"
shows verbose 0 h halite m1 test.ping -v
shows show_jid 0 h halite m1 test.ping --show-jid
shows summary 0 h halite m1 test.ping --summary
shows summary_failed 1 h halite m1 test.false --summary
shows summary_json 0 h halite m1 test.ping --summary --out=json
shows progress 0 h halite m1 test.ping --progress
shows preview 0 h halite 'm[12]' --preview-target
shows async 0 h halite m1 test.ping --async
shows nobody 2 h halite 'x*' test.ping
shows no_target 42 h halite
shows no_function 64 h halite m1

echo "-- batches and subsets"
shows batch 0 h halite '*' test.ping -b 1
shows batch_percent 0 h halite '*' test.ping -b 34%
shows batch_failhard 1 h halite '*' test.false -b 1 --failhard
shows batch_safe 0 h halite '*' test.ping --batch-safe-limit 2 --batch-safe-size 1
shows batch_wrong 2 h halite '*' test.ping -b many
shows batch_wait_alone 64 h halite '*' test.ping --batch-wait 1
began=$SECONDS
h halite '*' test.ping -b 1 --batch-wait 1 >/dev/null || fail "--batch-wait"
[ $((SECONDS - began)) -ge 2 ] || fail "--batch-wait does not wait"
for _ in 1 2 3; do [ "$(h halite '*' test.ping --subset 2 --out=txt | wc -l)" = 2 ] || fail "--subset 2 does not mean two"; done
[ "$(h halite '*' test.ping --subset 9 --out=txt | wc -l)" = 3 ] || fail "--subset 9 of three"
shows subset_wrong 64 h halite '*' test.ping --subset 0

echo "-- states"
for mode in full terse mixed changes filter full_id terse_id mixed_id changes_id filter_id; do
  shows "state_output_$mode" 1 h halite m1 state.apply mixed --state-output="$mode"
done
shows state_output_wrong 2 h halite m1 state.apply mixed --state-output=ters
shows state_output_filter_exclude 1 h halite m1 state.apply mixed exclude=True, --state-output=filter
shows state_output_filter_terse 1 h halite m1 state.apply mixed terse=False, --state-output=filter
shows state_verbose_false 1 h halite m1 state.apply mixed --state-verbose=False
shows output_diff 1 h halite m1 state.apply mixed --output-diff
shows output_diff_nothing 0 h halite m1 state.apply quiet --output-diff
shows state_test 1 h halite m1 state.apply mixed test=True --state-output=terse
shows state_missing 1 h halite m1 state.apply nosuch

echo "-- who does not answer"
stop "$gone_pid"
sleep 4  # for less it is a blink
shows timeout_shown 1 h halite 'm[23]' test.ping -b 1 --show-timeout
shows timeout_hidden 1 h halite 'm[23]' test.ping -b 1 --hide-timeout
shows timeout_verbose 1 h halite 'm[23]' test.ping -b 1 --hide-timeout -v --summary
shows timeout_static 1 h halite 'm[23]' test.ping --static --out=json
shows unknown 1 h halite -L m1,zzz test.ping -t 1
shows progress_gone 1 h halite 'm[23]' test.ping -b 1 --progress
echo "all well"
