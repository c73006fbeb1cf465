#!/usr/bin/env bash
# halite-key: what is listed, decided and printed, with every option that chooses keys or their form.
# usage: keys_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

make_master "minimum_auth_version: 2"
start_master
grep -q 'minimum_auth_version is 2: .* claim to be another' "$work/master.log" || fail "what level 2 costs is not told"
# Keys on record, without minions: a Salt master's folder is taken over.
for id in acc1 acc2; do mkdir -p "$work/salt/minions"; openssl genrsa 2048 2>/dev/null | openssl rsa -pubout -out "$work/salt/minions/$id" 2>/dev/null; done
for folder in pre:pre1 pre:pre2 rejected:rej1 denied:acc1; do
  mkdir -p "$work/salt/minions_${folder%:*}"
  openssl genrsa 2048 2>/dev/null | openssl rsa -pubout -out "$work/salt/minions_${folder%:*}/${folder#*:}" 2>/dev/null
done
h halite-key -y --import "$work/salt" >/dev/null || fail "--import"
# lists EXPECTED OPTIONS...: ids by class, on one line
lists() {
  local wanted=$1 got
  shift
  got=$(h halite-key "$@" --out=json --out-indent=-1)
  [ "$got" = "$wanted" ] || fail "$*: $got"
  echo "ok: $*"
}
whole='{"minions": ["acc1", "acc2"], "minions_denied": ["acc1"], "minions_pre": ["pre1", "pre2"], "minions_rejected": ["rej1"]}'

echo "-- lists and their forms"
lists "$whole" -L
lists "$whole" -l all
lists '{"minions_pre": ["pre1", "pre2"]}' -l un
lists '{"minions_denied": ["acc1"]}' -l den
diff <(h halite-key) - <<'TEXT' || fail "the text"
Accepted Keys:
acc1
acc2
Denied Keys:
acc1
Unaccepted Keys:
pre1
pre2
Rejected Keys:
rej1
TEXT
diff <(h halite-key -l pre --out=yaml) - <<'TEXT' || fail "--out=yaml"
minions_pre:
- pre1
- pre2
TEXT
h halite-key -L --out-file="$work/list" && grep -qx acc1 "$work/list" || fail "--out-file"
[ -z "$(h halite-key -L -q)" ] || fail "-q prints"
h halite-key -L --force-color | grep -q $'\e\[1;32mAccepted\|\e\[0;1;32mAccepted' || fail "--force-color"
refuses 64 "must be one of" h halite-key -l some
refuses 64 "choose one" h halite-key -a pre1 -r pre2
refuses 64 "neither an option" h halite-key pre1

echo "-- fingerprints and keys"
finger=$(h halite-key -f pre1 --out=json | grep -oE '([0-9a-f]{2}:){31}[0-9a-f]{2}')
# Salt's: over the text of the key without its first and last line.
wanted=$(sed '/----/d' "$work/salt/minions_pre/pre1" | openssl dgst -sha256 -c | sed 's/.*= //')
[ "$finger" = "$wanted" ] || fail "the fingerprint is $finger, not $wanted"
expect "by another hash" '"pre1": "([0-9a-f]{2}:){15}[0-9a-f]{2}"' h halite-key -f pre1 --finger-type md5 --out=json
expect "of all, and the master's" 'master.pub: +([0-9a-f]{2}:){31}' h halite-key -F
[ "$(h halite-key -F master --out=json | grep -c minions)" = 0 ] || fail "-F master shows minions"
h halite-key -p 'pre*' | grep -c 'BEGIN PUBLIC KEY' | grep -qx 2 || fail "-p"
[ "$(h halite-key -P --out=json | grep -c 'BEGIN PUBLIC KEY')" = 6 ] || fail "-P"

echo "-- decisions, and where they look"
expect "a rejected key is not looked at" "does not match any unaccepted keys" h halite-key -y -a rej1
expect "but with --include-rejected" "Key for minion rej1 accepted" h halite-key -y -a rej1 --include-rejected
expect "an accepted key is not looked at" "does not match any unaccepted keys" h halite-key -y -r acc2
expect "but with --include-accepted" "Key for minion acc2 rejected" h halite-key -y -r acc2 --include-accepted
expect "--include-all looks at all" "Key for minion acc2 accepted" h halite-key -y -a acc2 --include-all
expect "--include-denied lets the other key in" "Key for minion acc1 accepted" h halite-key -y -a acc1 --include-denied
lists '{"minions": ["acc1", "acc2", "rej1"], "minions_denied": [], "minions_pre": ["pre1", "pre2"], "minions_rejected": []}' -L
refuses 1 "has fingerprint $finger, not 00:11" h halite-key -y -a pre1 --finger 00:11
refuses 1 "means 2 keys" h halite-key -y -a 'pre*' --finger "$finger"
expect "the right fingerprint" "Key for minion pre1 accepted" h halite-key -y -a pre1 --finger "$finger"
expect "all that wait are rejected" "Key for minion pre2 rejected" h halite-key -y -R
expect "nobody answers the question" "nothing is done; -y does it" h halite-key -d pre2 </dev/null
expect "a glob is deleted" "Key for minion acc2 deleted" h halite-key -y -d 'acc*'
expect "and all" "Key for minion pre2 deleted" h halite-key -y -D
lists '{"minions": [], "minions_denied": [], "minions_pre": [], "minions_rejected": []}' -L
expect "each decision is on record" 'key.reject' h halite-run audit.list act='key.*' --out=txt
refuses 64 "it is always rotated" h halite-key -y -d x --rotate-aes-key True
echo "all well"
