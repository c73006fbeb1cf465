#!/usr/bin/env bash
# Minions that are accepted without a question: by one-time token, and by a key pair made beforehand.
# usage: enrolment_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

etc=$work/master/root/etc  # paths in the configuration are below root_dir
mkdir -p "$etc/grains"
echo 'auto*' >"$etc/autosign"
echo 'autobad' >"$etc/autoreject"
printf '# racks\nr17\n' >"$etc/grains/rack"
make_master "autosign_file: /etc/autosign
autoreject_file: /etc/autoreject
autosign_grains_dir: /etc/grains"
start_master
# state_of TOKEN_NAME
state_of() { h halite-key --list-tokens --out=json | python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]]["state"])' "$1"; }
name_of() { h halite-key --list-tokens --out=json | python3 -c 'import json, sys; print(next(n for n, t in json.load(sys.stdin).items() if t["for"] == sys.argv[1]))' "$1"; }

echo "-- tokens"
expect "none at first" 'There are no enrolment tokens' h halite-key --list-tokens
token=$(h halite-key --new-token 'web*' --valid-for 2h 2>"$work/notes") || fail "making a token"
[[ $token =~ ^enrol-[0-9a-f]{64}$ ]] || fail "no token: $token"
grep -q "Good once, for 'web\*', until .*Z" "$work/notes" || { cat "$work/notes"; fail "no notes"; }
[ "$(awk '{ if (length > 80) print }' "$work/notes")" = "" ] || fail "long lines"
name=$(name_of 'web*')
[ "$(state_of "$name")" = open ] || fail "the token is not open"
h halite-key --list-tokens --out=json >"$work/list"
grep -q "$token" "$work/list" "$work/master.log" && fail "a token is shown again"
grep -q "${token#enrol-}" -r --binary-files=text "$work/master/root" && fail "the master keeps the token itself"
echo "ok: the token is shown once and kept nowhere"

make_minion web1 "enrolment_token: $token"
start_minion web1
eventually 20 "web1 answers, and nobody was asked" pings web1
[ "$(state_of "$name")" = used ] || fail "the token is not spent"
grep -q "$token" "$work/web1.log" && fail "the minion logs its token"
expect "who let it in stands on record" "enrolment token $name.*key.accept.*web1" h halite-run audit.list --out=txt act=key.accept
expect "and who made the token" "token.make" h halite-run audit.list --out=txt act='token.*'

make_minion web2 "enrolment_token: $token"
start_minion web2
eventually 20 "the next one with it waits" is_waiting web2
expect "why stands on record" "'web1' has used it" h halite-run audit.list --out=json refused=True
h halite-key -y -a web2 >/dev/null
eventually 20 "and can be accepted by hand" pings web2

[ "$(h halite-run audit.list --out=json refused=True | grep -c "'web1' has used it")" = 1 ] || fail "it stands there more than once"

token=$(h halite-key -q --new-token db1 --valid-for 2s)
make_minion db1 "enrolment_token: $token"
sleep 2
start_minion db1
eventually 20 "an expired one lets nobody in" is_waiting db1
token=$(h halite-key -q --new-token db2)
expect "a token is revoked" "Token .* for 'db2' is revoked" h halite-key --revoke-token "$(name_of db2)"
make_minion db2 "enrolment_token: $token"
start_minion db2
eventually 20 "a revoked one lets nobody in" is_waiting db2
refuses 1 "there is no token 'ffff'" h halite-key --revoke-token ffff
refuses 64 "must be a time as 3600, 90m, 12h or 7d, not 'soon'" h halite-key --new-token x --valid-for soon
refuses 1 "fits no minion id" h halite-key --new-token 'a b*'
refuses 64 "give --new-token too" h halite-key -L --valid-for 1h
make_minion bad "enrolment_token: enrol-12"
refuses 1 "reading the option 'enrolment_token'" "$bin/halite-minion" -c "$work/bad"

echo "-- by file and by grain"
for id in auto1 autobad; do make_minion "$id"; start_minion "$id"; done
make_minion racked "grains: {rack: r17}
autosign_grains: [rack]"
make_minion stray "grains: {rack: r18}
autosign_grains: [rack]"
for id in racked stray; do start_minion "$id"; done
eventually 20 "an id in autosign_file is accepted" pings auto1
is_rejected() { h halite-key -l rej | grep -qx autobad; }
eventually 20 "one in autoreject_file is rejected" is_rejected
eventually 20 "a grain in autosign_grains_dir is enough" pings racked
eventually 20 "another value is not" is_waiting stray

echo "-- key pairs made beforehand"
mkdir "$work/keys"
h halite-key --gen-keys spare --gen-keys-dir "$work/keys" --keysize 3072 >"$work/made" || fail "--gen-keys"
[ "$(stat -c %a "$work/keys/spare.pem" "$work/keys/spare.pub" | tr '\n' ' ')" = "400 644 " ] || fail "modes"
openssl rsa -in "$work/keys/spare.pem" -noout -text 2>/dev/null | grep -q '3072 bit' || fail "size"
diff <(openssl rsa -in "$work/keys/spare.pem" -pubout 2>/dev/null) "$work/keys/spare.pub" || fail "the two do not belong together"
h halite-key -L | grep -q spare && fail "--gen-keys told the master"
refuses 1 "spare.pem is there already, and a key is never replaced" h halite-key --gen-keys spare --gen-keys-dir "$work/keys"
refuses 64 "from 2048 to 4096, not 512" h halite-key --gen-keys small --keysize 512
refuses 64 "can't be the name of a file" h halite-key --gen-keys ../x
refuses 1 "No such file or directory" h halite-key --gen-keys x --gen-keys-dir "$work/nowhere"
expect "a preseeded key is accepted" "The key of minion app1 is accepted" h halite-key --preseed app1 --gen-keys-dir "$work/keys"
make_minion app1
mkdir -p -m 700 "$work/app1/root/var/lib/halite/pki/minion"
install -m 400 "$work/keys/app1.pem" "$work/app1/root/var/lib/halite/pki/minion/minion.pem"
install -m 644 "$work/keys/app1.pub" "$work/app1/root/var/lib/halite/pki/minion/minion.pub"
start_minion app1
eventually 20 "and its minion answers" pings app1
refuses 1 "the key of 'web1' is not accepted: another accepted key is on record" h halite-key --preseed web1 --gen-keys-dir "$work/keys"
[ ! -e "$work/keys/web1.pem" ] || fail "a key that was refused is left behind"

echo "-- the screens"
h halite-key --list-tokens --out=json | python3 -c 'import json, sys; t = json.load(sys.stdin); assert sorted(x["state"] for x in t.values()) == ["expired", "used"], t' || fail "the list"
h halite-key -f app1 --out=json | grep -q '"minions": {' || fail "-f"
[ "$(h halite-key -l acc --out=txt)" = "minions: ['app1', 'auto1', 'racked', 'web1', 'web2']" ] || { h halite-key -l acc --out=txt; fail "--out=txt"; }
echo "all well"
