#!/usr/bin/env bash
# A real Debian host with systemd, driven by the system states: services, crontabs, packages from a signed repository of
# this test's own, both firewalls, mounts, alternatives, kernel parameters, names, time zone and locales. The dry run
# says what the real run then does, the effects are looked at from outside, and a second run changes nothing.
# usage: system_test.sh BIN_DIRECTORY SOURCE_DIRECTORY
set -u
bin=$1
top=$2
for tool in dpkg-deb gpg python3; do
  command -v "$tool" >/dev/null || { echo "not installed: $tool" >&2; exit 77; }
done
. "$top/deploy/lab/lab.sh"
. "$top/tests/lab/checks.sh"

lab_open system || exit 77
scratch=$(mktemp -d)
finish() { lab_close; gpgconf --homedir "$scratch/gpg" --kill all 2>/dev/null; rm -rf "$scratch"; }
trap finish EXIT
lab_host box || exit 1
root=$LAB_DIR/box/root
lab_install box "$bin/halite-call" /usr/bin/halite-call
mkdir -p "$root/etc/halite" "$root/srv/salt" "$root/srv/pillar"
printf 'file_client: local\nid: box\nfile_roots:\n  base: [/srv/salt]\npillar_roots:\n  base: [/srv/pillar]\n' >"$root/etc/halite/minion"

# package NAME VERSION [DEPENDS]: a tiny .deb in the repository.
package() {
  local dir=$scratch/build/$1
  rm -rf "$dir"
  mkdir -p "$dir/DEBIAN" "$dir/usr/share/$1" "$dir/etc"
  echo "$2" >"$dir/usr/share/$1/version"
  echo "of $1" >"$dir/etc/$1.conf"
  echo "/etc/$1.conf" >"$dir/DEBIAN/conffiles"
  printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: Lab <lab@example.org>\nDescription: a package of the lab\n' "$1" "$2" >"$dir/DEBIAN/control"
  [ -z "${3:-}" ] || printf 'Depends: %s\n' "$3" >>"$dir/DEBIAN/control"
  dpkg-deb --root-owner-group -b "$dir" "$root/srv/repository/$1_$2_all.deb" >/dev/null
}

# The repository's index and signature, as apt wants them, without further tools.
publish() {
  (cd "$root/srv/repository" || exit 1
   for deb in *.deb; do
     dpkg-deb -f "$deb"
     printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
   done >Packages
   { printf 'Origin: lab\nSuite: stable\nCodename: stable\nDate: %s\nSHA256:\n' "$(LC_ALL=C date -Ru)"
     printf ' %s %s Packages\n' "$(sha256sum Packages | cut -d' ' -f1)" "$(stat -c %s Packages)"; } >Release
   gpg --homedir "$scratch/gpg" --batch --yes -q --clearsign -o InRelease Release)
}

install -d -m 700 "$scratch/gpg"
gpg --homedir "$scratch/gpg" --batch -q --passphrase '' --quick-generate-key 'Lab <lab@example.org>' ed25519 sign never 2>/dev/null || fail "no key"
gpg --homedir "$scratch/gpg" --batch --armor --export >"$root/srv/salt/lab.asc"
mkdir -p "$root/srv/repository"
package lab-library 1.0
package lab-tool 1.0 lab-library
package lab-tool 1.1 lab-library
package lab-extra 2.0
publish
dd if=/dev/zero of="$root/srv/disk" bs=1M count=16 2>/dev/null
dd if=/dev/zero of="$root/srv/formatted" bs=1M count=16 2>/dev/null

cat >"$root/etc/systemd/system/lab-sleeper.service" <<'UNIT'
[Service]
ExecStart=/usr/bin/sleep infinity
ExecReload=/bin/true
[Install]
WantedBy=multi-user.target
UNIT

cat >"$root/srv/salt/site.sls" <<'SLS'
repository:
  pkgrepo.managed:
    - name: deb [signed-by=/etc/apt/keyrings/lab.gpg] file:///srv/repository ./
    - file: /etc/apt/sources.list.d/lab.list
    - key_url: salt://lab.asc
    - aptkey: False
    - clean_file: True
tools:
  pkg.installed:
    - pkgs: [lab-tool: 1.0, lab-extra]
    - require: [pkgrepo: repository]
keep:
  pkg.held:
    - name: lab-extra
    - require: [pkg: tools]
lab-sleeper:
  service.running:
    - enable: True
    - watch: [file: sleeper-config]
sleeper-config:
  file.managed:
    - name: /etc/lab-sleeper.conf
    - contents: {{ pillar.get('setting', 'first') }}
cron:
  service.running: []
nightly:
  cron.present:
    - name: /usr/bin/true
    - identifier: nightly
    - minute: random
    - hour: 3
MAILTO:
  cron.env_present:
    - value: root@example.org
forwarding:
  sysctl.present:
    - name: net.ipv4.ip_forward
    - value: 1
db1:
  host.present:
    - ip: 10.9.8.7
Europe/Berlin:
  timezone.system: []
de_DE.UTF-8:
  locale.present: []
system-locale:
  locale.system:
    - name: de_DE.UTF-8
lab-pager:
  alternatives.install:
    - link: /usr/bin/lab-pager
    - path: /bin/more
    - priority: 10
ssh-in:
  iptables.append:
    - chain: INPUT
    - proto: tcp
    - dport: 22
    - match: [state, comment]
    - connstate: NEW
    - comment: ssh, from anywhere
    - jump: ACCEPT
    - save: True
closed:
  iptables.set_policy:
    - chain: FORWARD
    - policy: DROP
lab-table:
  nftables.table_present:
    - family: inet
lab-chain:
  nftables.chain_present:
    - table: lab-table
    - family: inet
    - table_type: filter
    - hook: input
    - priority: 5
web-in:
  nftables.append:
    - family: inet
    - table: lab-table
    - chain: lab-chain
    - proto: tcp
    - dports: 443,80
    - connstate: new,established
    - jump: accept
/srv/scratch:
  mount.mounted:
    - device: lab-scratch
    - fstype: tmpfs
    - opts: size=8m,mode=0700,noexec
    - mkmnt: True
    - match_on: name
/srv/bound:
  mount.mounted:
    - device: /srv/repository
    - fstype: none
    - opts: bind
    - mkmnt: True
    - persist: False
formatted:
  blockdev.formatted:
    - name: /srv/formatted
SLS

call() { lab_run box halite-call --local --out=json --out-indent=-1 "$@"; }
# changes FILE: "id function {changes}" of each state that changed or would, sorted; without what only a run can know.
changes() {
  python3 - "$1" <<'PY'
import json, sys
states = json.load(open(sys.argv[1]))["local"]
for tag, state in sorted(states.items()):
    if state["changes"]:
        print(tag, json.dumps(state["changes"], sort_keys=True))
PY
}
no_failure() { python3 -c '
import json, sys
bad = [(t, s["comment"]) for t, s in json.load(open(sys.argv[1]))["local"].items() if s["result"] is False]
print("\n".join(map(str, bad))); sys.exit(bool(bad))' "$1"; }

step "the dry run touches nothing and says what will be"
before=$(lab_run box sh -c 'find /etc /var/spool/cron -type f -newer /etc/halite/minion | sort; iptables-save | grep -v ^#; nft list ruleset; dpkg -l')
call state.apply site test=True >"$scratch/dry.json"
check "no state of it fails" no_failure "$scratch/dry.json"
after=$(lab_run box sh -c 'find /etc /var/spool/cron -type f -newer /etc/halite/minion | sort; iptables-save | grep -v ^#; nft list ruleset; dpkg -l')
check "nothing is touched" test "$before" = "$after"

step "the real run does it"
call state.apply site >"$scratch/first.json"
check "no state fails" no_failure "$scratch/first.json"
changes "$scratch/dry.json" >"$scratch/dry.txt"
changes "$scratch/first.json" >"$scratch/first.txt"
# A repository that comes in the same run is one apt can't be asked about before.
grep -v 'pkg_|-tools' "$scratch/dry.txt" >"$scratch/dry.known"
grep -v 'pkg_|-tools' "$scratch/first.txt" >"$scratch/first.known"
check "as the dry run said" diff "$scratch/dry.known" "$scratch/first.known"

step "seen from outside"
check "packages" lab_run box sh -c '[ "$(dpkg-query -W -f="\${Version}" lab-tool)" = 1.0 ] && dpkg-query -W lab-library lab-extra'
check "a package is held" lab_run box sh -c 'apt-mark showhold | grep -qx lab-extra'
check_not "apt has nothing against the repository's signature" lab_run box sh -c 'apt-get update 2>&1 | grep -E "NO_PUBKEY|not signed|srv/repository.*(Ign|Err)"'
check "the service runs" lab_run box systemctl is-active -q lab-sleeper
check "and starts at boot" lab_run box systemctl is-enabled -q lab-sleeper
check "cron has the job" lab_run box sh -c 'crontab -l | grep -A1 "SALT_CRON_IDENTIFIER:nightly" | grep -Eq "^[0-9]+ 3 \* \* \* /usr/bin/true$"'
check "and the variable" lab_run box sh -c 'crontab -l | grep -qx MAILTO=root@example.org'
check "the kernel forwards" lab_run box sh -c '[ "$(cat /proc/sys/net/ipv4/ip_forward)" = 1 ]'
check "the name resolves" lab_run box sh -c 'getent hosts db1 | grep -q 10.9.8.7'
check "the time is Berlin's" lab_run box sh -c '[ "$(date +%Z)" = CET ] || [ "$(date +%Z)" = CEST ]'
check "the locale works" lab_run box sh -c 'locale -a | grep -qx de_DE.utf8 && grep -qx LANG=de_DE.UTF-8 /etc/default/locale'
check "the alternative is chosen" lab_run box sh -c '[ "$(readlink -f /usr/bin/lab-pager)" = "$(readlink -f /bin/more)" ]'
check "iptables has the rule once" lab_run box sh -c '[ "$(iptables -S INPUT | grep -- "--state NEW" | grep -- "--dport 22" | grep -c "ssh, from anywhere")" = 1 ]'
check "and keeps it" lab_run box grep -q "ssh, from anywhere" /etc/iptables/rules.v4
check "nothing is forwarded" lab_run box sh -c 'iptables -S FORWARD | grep -qx -- "-P FORWARD DROP"'
check "nftables has the rule once" lab_run box sh -c '[ "$(nft list chain inet lab-table lab-chain | grep -c "tcp dport { 80, 443 }")" = 1 ]'
check "the tmpfs has its size" lab_run box sh -c 'findmnt -n -o OPTIONS /srv/scratch | grep -q "noexec.*size=8192k"'
check "and is in fstab" lab_run box grep -q '^lab-scratch.*/srv/scratch.*tmpfs' /etc/fstab
check "the bind mount shows the files" lab_run box test -e /srv/bound/InRelease
check "the file is formatted" lab_run box sh -c '[ "$(blkid -o value -s TYPE /srv/formatted)" = ext4 ]'

step "a second run changes nothing"
call state.apply site >"$scratch/second.json"
check "no state fails" no_failure "$scratch/second.json"
changes "$scratch/second.json" >"$scratch/second.txt"
check "no state changes anything" diff /dev/null "$scratch/second.txt"

step "services: a watched file restarts, a changed unit is read, a crash is told, masks"
pid() { lab_run box systemctl show -P MainPID lab-sleeper; }
old=$(pid)
call state.apply site pillar='{setting: second}' >"$scratch/watch.json"
check "the watched change restarted it" test "$(pid)" != "$old"
printf '[Service]\nEnvironment=NEW=1\n' | lab_run box sh -c 'mkdir -p /etc/systemd/system/lab-sleeper.service.d; cat >/etc/systemd/system/lab-sleeper.service.d/new.conf'
call state.single service.running name=lab-sleeper >/dev/null
check_not "systemd has read the changed unit" lab_run box sh -c 'systemctl show -P NeedDaemonReload lab-sleeper | grep -q yes'
printf '[Service]\nExecStart=/bin/false\n' | lab_run box sh -c 'cat >/etc/systemd/system/lab-crash.service'
call state.single service.running name=lab-crash init_delay=1 >"$scratch/crash.json"
check "a service that falls over is a failure" grep -q 'Service lab-crash failed to start' "$scratch/crash.json"
call state.single service.dead name=lab-sleeper enable=False >/dev/null
check_not "it is stopped" lab_run box systemctl is-active -q lab-sleeper
call state.single service.masked name=lab-crash.service >"$scratch/mask.json"
check "a unit file that a person wrote is not replaced by a mask" grep -q 'already exists' "$scratch/mask.json"
call state.single service.masked name=lab-none >/dev/null
check "masked" lab_run box sh -c '[ "$(readlink /etc/systemd/system/lab-none.service)" = /dev/null ]'

step "packages: upgrades, conditions, downgrades, removal"
call state.single pkg.latest name=lab-tool test=True >"$scratch/latest-dry.json"
call state.single pkg.latest name=lab-tool >"$scratch/latest.json"
check "upgraded" lab_run box sh -c '[ "$(dpkg-query -W -f="\${Version}" lab-tool)" = 1.1 ]'
check "as the dry run said" test "$(changes "$scratch/latest-dry.json")" = "$(changes "$scratch/latest.json")"
call state.single pkg.installed name=lab-tool version='<1.1' >"$scratch/down.json"
check "downgraded" lab_run box sh -c '[ "$(dpkg-query -W -f="\${Version}" lab-tool)" = 1.0 ]'
call state.single pkg.removed name=lab-library >"$scratch/removed.json"
check "what depends on it is told" grep -q '"lab-tool"' "$scratch/removed.json"
call state.single pkg.purged name=lab-library >"$scratch/purged.json"
check_not "purged" lab_run box test -e /etc/lab-library.conf
call pkg.list_pkgs removed=True >"$scratch/left.json"
check "the other one left its configuration" grep -q '"lab-tool": *"1.0"' "$scratch/left.json"

step "taking it back"
cat >"$root/srv/salt/gone.sls" <<'SLS'
nightly: {cron.absent: [{name: /usr/bin/true}, {identifier: nightly}]}
MAILTO: {cron.env_absent: []}
deb [signed-by=/etc/apt/keyrings/lab.gpg] file:///srv/repository ./: {pkgrepo.absent: []}
db1: {host.absent: [{ip: 10.9.8.7}]}
/srv/scratch: {mount.unmounted: [{persist: True}]}
/srv/bound: {mount.unmounted: []}
lab-pager: {alternatives.remove: [{path: /bin/more}]}
lab-table: {nftables.table_absent: [{family: inet}]}
all: {iptables.flush: []}
SLS
call state.apply gone >"$scratch/gone.json"
check "no state fails" no_failure "$scratch/gone.json"
check_not "the repository is gone" lab_run box test -e /etc/apt/sources.list.d/lab.list
check_not "the mount is gone" lab_run box mountpoint -q /srv/scratch
check_not "so is its line" lab_run box grep -q lab-scratch /etc/fstab
check_not "no rule is left" lab_run box sh -c 'iptables -S | grep -q -- ^-A'
call state.apply gone >"$scratch/gone2.json"
check "a second run changes nothing" test -z "$(changes "$scratch/gone2.json")"

step "what ends the machine refuses in a container"
lab_run box halite-call --local system.reboot >"$scratch/reboot.txt" 2>&1
check "and says so" grep -q 'refuses: this is a container' "$scratch/reboot.txt"

finish_checks
