#!/usr/bin/env bash
# What the operator's screen shows: every option of display, its output compared with display/NAME.txt.
# usage: display_test.sh BIN_DIRECTORY   (REWRITE=1 writes the files anew: look at the difference)
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"
golden=$(cd "$(dirname "$0")" && pwd)/display

make_master "nodegroups: {front: 'm1 or m2', loop: N@loop}"
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

# What differs from run to run. Minions answer in any order, so those of one screen are sorted where `sorted` is asked for.
plain() {
  sed -E -e 's/[0-9]{20}/JID/g' -e 's/20[0-9]{2}, [A-Z][a-z]{2} [0-9]{2}/DATE/' -e 's/[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}/TIME/g' -e 's/[0-9.]+ ms/N ms/g' -e 's/[0-9.]+ms/Nms/g' \
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
# screens NAME: commands on standard input, one a line, as in display/NAME.txt with their exit codes.
screens() {
  local name=$1 line
  while read -r line; do
    printf '$ %s\n' "$line"
    eval "h $line" >"$work/out" 2>"$work/err" </dev/null
    printf '[%s]\n' $? >"$work/code"
    cat "$work/out"
    sed 's/^/2> /' "$work/err"
    cat "$work/code"
  done | plain >"$work/$name.txt"
  [ -z "${REWRITE:-}" ] || cp "$work/$name.txt" "$golden/$name.txt"
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

echo "-- whom a command means"
cat >"$work/pillar/top.sls" <<'SLS'
base:
  m2: [web]
SLS
printf 'role: web\nport: {http: 80}\n' >"$work/pillar/web.sls"
h halite '*' saltutil.refresh_pillar >/dev/null
screens targets <<'LINES'
halite m1 test.ping --out=txt
halite 'm[3-9]' test.ping --out=txt
halite -E 'm(2|4)' test.ping --out=txt
halite -L m3 test.ping --out=txt
halite -G id:m1 test.ping --out=txt
halite -G 'id|m1' --delimiter='|' test.ping --out=txt
halite -P 'id:m[29]' test.ping --out=txt
halite -I role:web test.ping --out=txt
halite -I port:http:80 test.ping --out=txt
halite -J 'role:w.b' test.ping --out=txt
halite -S 127.0.0.1 --preview-target
halite -S 127.0.0.0/8 --preview-target
halite -C 'G@id:m1 or m3 and not I@role:web' --preview-target
halite -C '( m1 or E@m2 ) and not L@m1,m3' test.ping --out=txt
halite -N front --preview-target
halite m1 test.ping,test.echo , hello --out=txt
halite m1 test.ping,test.echo / hello --args-separator=/ --out=txt
halite m1 test.arg a=1 b=2 --no-parse=b --out=json --out-indent=-1
LINES
screens targets_wrong <<'LINES'
halite '' test.ping
halite -L '' test.ping
halite -G os test.ping
halite -G os: test.ping
halite -E 'm[12' test.ping
halite -P 'os:Deb(' test.ping
halite -J 'role:w(' test.ping
halite -S 127.0.0/8 test.ping
halite -C 'm1 and' test.ping
halite -C 'm1 adn m2' test.ping
halite -N frnt test.ping
halite -N loop test.ping
halite -R %front test.ping
halite -G -L m1 test.ping
halite -H m1 test.ping
LINES

echo "-- mistakes"
screens mistakes <<'LINES'
halite m1 test.pign
halite m1 test.ping --tiemout 3
halite m1 test.ping -t
halite m1 test.ping -t soon
halite m1 cmd.run
halite m1 cmd.run id cdw=/
halite m1 test.ping --metadata='{team: '
halite m1 test.ping --return=mysql
halite m1 test.ping --out-file=/nonexistent/x
halite-key -f m9
halite-key -p m9
halite-key -y -a m1
halite-key -y -d m9
halite-run
halite-run jobs
halite-run jobs.lis_jobs
halite-run jobs.lookup_jid
halite-run jobs.lookup_jid 123
halite-run jobs.lookup_jid 20260101000000000000
halite-run jobs.list_jobs start_time=yesterday
halite-run jobs.kill 20260101000000000000
halite-run manage.up tmeout=2
halite-run fileserver.file_list saltenv=bas
halite-run salt.execute x test.ping
halite-run error.error name=Broken message='as planned'
halite-run -d nosuch
LINES

echo "-- halite-run"
jid=$(h halite 'm[12]' test.echo hello --metadata='{team: web}' --async | grep -oE '[0-9]{20}')
eventually 10 "that job has ended" eval 'h halite-run jobs.exit_success $jid --out=json --out-indent=-1 | grep -q "{\"m1\": true, \"m2\": true}"'
screens run_jobs <<LINES
halite-run jobs.list_jobs search_metadata='{team: web}'
halite-run jobs.list_jobs search_function=test.echo search_target='m?12?' limit=1
halite-run jobs.list_jobs start_time=2001-02-03 end_time='2001-02-03 04:05'
halite-run jobs.list_jobs_filter 1 --out=json
halite-run jobs.list_job $jid
halite-run jobs.print_job $jid --out=json
halite-run jobs.lookup_jid $jid
halite-run jobs.lookup_jid $jid returned=False missing=True
halite-run jobs.exit_success $jid
halite-run jobs.last_run search_function=test.echo --out=json
halite-run jobs.active
LINES
h halite m1 mine.send test.echo hello >/dev/null
mkdir "$work/states/web"
echo 'listen 80' >"$work/states/web/site.conf"
screens run_look <<'LINES'
halite-run manage.versions
halite-run cache.list minions
halite-run cache.mine m1
halite-run mine.get '*' test.echo
halite-run cache.pillar m2
halite-run cache.clear_mine_func m1 clear_mine_func_flag=test.echo
halite-run cache.mine m1
halite-run cache.clear_pillar m2
halite-run cache.pillar m2
halite-run pillar.show_pillar m2
halite-run pillar.show_top m2
halite-run fileserver.envs
halite-run fileserver.file_list
halite-run fileserver.file_list prefix=web
halite-run fileserver.dir_list
halite-run fileserver.symlink_list
halite-run fileserver.empty_dir_list
halite-run fileserver.update
halite-run fileserver.clear_cache
halite-run survey.hash '*' grains.get nosuch
halite-run survey.diff 'm[12]' grains.get id
halite-run test.arg 1 a=2
halite-run config.get timeout
halite-run saltutil.sync_modules
halite-run event.send site/up '{who: me}'
halite-run -d jobs.kill
halite-run -d jobs.kill --out=json
LINES
h halite-run cache.grains m1 --out=json | grep -q '"id": "m1"' || fail "cache.grains"
h halite-run cache.fetch minions/m1 data --out=json | grep -q '"grains"' || fail "cache.fetch"
h halite-run doc.wheel --out=json | grep -q '"key.accept"' || fail "doc.wheel"
h halite-run doc.runner --out=json | grep -q '"jobs.kill"' || fail "doc.runner"
expect "what a run says comes at once" 'Runner is 1% done' eval 'h halite-run test.stream 2>&1 | head -n 1'
printf 'role: [web\n' >"$work/pillar/web.sls"
shows run_pillar_broken 1 h halite-run pillar.show_pillar m2
printf 'role: web\n' >"$work/pillar/web.sls"

echo "-- who does not answer"
stop "${program[m3]}"
began=$(date +%s%N)
shows timeout_just_now 1 h halite 'm[23]' test.ping --static
[ $((($(date +%s%N) - began) / 1000000)) -lt 4500 ] || fail "who left just before is waited for longer than it takes to come back"
shows timeout_shown 1 h halite 'm[23]' test.ping -b 1 --show-timeout
shows timeout_hidden 1 h halite 'm[23]' test.ping -b 1 --hide-timeout
shows timeout_verbose 1 h halite 'm[23]' test.ping -b 1 --hide-timeout -v --summary
shows timeout_static 1 h halite 'm[23]' test.ping --static --out=json
shows unknown 1 h halite -L m1,zzz test.ping -t 1
screens run_manage <<'LINES'
halite-run manage.status
halite-run manage.up
halite-run manage.down
halite-run manage.present
halite-run manage.not_present
halite-run manage.alived
LINES
shows progress_gone 1 h halite 'm[23]' test.ping -b 1 --progress
stop "${program[m2]}"
sleep 3.5
began=$(date +%s%N)
shows two_away 1 h halite '*' test.ping
took=$((($(date +%s%N) - began) / 1000000))
[ $took -le 200 ] || fail "two of three are away, and the answer takes $took ms"
echo "ok: with two of three away the answer takes $took ms"
echo "all well"
