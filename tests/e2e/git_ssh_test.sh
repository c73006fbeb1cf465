#!/usr/bin/env bash
# Repositories over ssh, from a throw-away sshd on loopback: gitfs and git pillar of a master, git pillar of a minion
# without one, an encrypted key, an unknown server.
# usage: git_ssh_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

sshd=$(command -v sshd || echo /usr/sbin/sshd)
for program in "$sshd" ssh ssh-keygen git; do
  command -v "$program" >/dev/null || { echo "SKIPPED: $program is not installed, and this test needs a real ssh server"; exit 77; }
done
[ "$(id -u)" = 0 ] || { echo "SKIPPED: an ssh server that lets us in needs root here"; exit 77; }
# Known hosts of its own: /etc/ssh is another one in here, and the machine's stays as it is.
if [ -z "${HALITE_OWN_ETC_SSH:-}" ]; then
  trap - EXIT
  rm -rf "$work"
  unshare -m true 2>/dev/null || { echo "SKIPPED: no mount namespace to be had, and this test wants its own known hosts"; exit 77; }
  HALITE_OWN_ETC_SSH=1 exec unshare -m --propagation private bash "$0" "$@"
fi
cp -a /etc/ssh "$work/etc_ssh"
rm -f "$work/etc_ssh/ssh_known_hosts"
mount --bind "$work/etc_ssh" /etc/ssh || fail "an /etc/ssh of our own"
known=/etc/ssh/ssh_known_hosts

master_ports="$publish_port $request_port"
free_ports
ssh_port=$publish_port
read -r publish_port request_port <<<"$master_ports"

echo "-- a server with one key for us"
mkdir -p "$work/ssh" /run/sshd
chmod 755 "$work"  # sshd reads below it as another user
ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/host"
ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/key"
ssh-keygen -q -t ed25519 -N 'open sesame' -f "$work/ssh/locked"
ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/stranger"
cat "$work/ssh/key.pub" "$work/ssh/locked.pub" >"$work/ssh/authorized"
cat >"$work/ssh/config" <<CONF
ListenAddress 127.0.0.1
Port $ssh_port
HostKey $work/ssh/host
AuthorizedKeysFile $work/ssh/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
PidFile none
CONF
start sshd "$sshd" -D -e -f "$work/ssh/config"

git_in() { git -C "$work/repo" -c user.name=t -c user.email=t@example.org "$@" >/dev/null 2>&1 || fail "git $*"; }
mkdir -p "$work/repo"
git_in init -b main
mkdir -p "$work/repo/pillar" "$work/repo/states"
printf 'base:\n  "*": [words]\n' >"$work/repo/pillar/top.sls"
printf 'word: over ssh\n' >"$work/repo/pillar/words.sls"
printf 'served over ssh\n' >"$work/repo/states/motd"
git_in add .
git_in commit -m one

url=ssh://root@127.0.0.1:$ssh_port$work/repo
pillar() { printf 'ext_pillar:\n  - git:\n    - main %s:\n      - root: pillar\n      - env: base\n      - privkey: %s\n%s' "$url" "$1" "${2:-}"; }

echo "-- a server that is not known is refused"
make_master "$(pillar "$work/ssh/key")
fileserver_backend: [roots, git]
gitfs_remotes: [$url]
gitfs_base: main
gitfs_root: states
gitfs_privkey: $work/ssh/key"
start_master
refuses 1 "key of 127.0.0.1 is not the one in known_hosts.*ssh-keyscan -p $ssh_port 127.0.0.1" h halite-run git_pillar.update
printf '[127.0.0.1]:%s %s\n' "$ssh_port" "$(cut -d' ' -f1,2 "$work/ssh/stranger.pub")" >"$known"
refuses 1 "key of 127.0.0.1 is not the one in known_hosts" h halite-run git_pillar.update
printf '[127.0.0.1]:%s %s\n' "$ssh_port" "$(cut -d' ' -f1,2 "$work/ssh/host.pub")" >"$known"

echo "-- a known one is fetched from"
expect "the pillar's repository" 'main|[0-9a-f]{40}|True|changed' h halite-run git_pillar.update
h halite-run fileserver.update >/dev/null
make_minion m1
enrol m1
expect "pillar from it" 'over ssh' h halite m1 pillar.get word
expect "files from it" 'served over ssh' h halite m1 cp.get_file_str salt://motd
printf 'word: moved\n' >"$work/repo/pillar/words.sls"
git_in commit -am two
h halite-run git_pillar.update >/dev/null
expect "a new commit" 'moved' h halite m1 pillar.items

echo "-- a minion without a master"
local_minion() { mkdir -p "$work/lone"; printf 'id: lone\nfile_client: local\nroot_dir: %s/lone/root\nfile_roots: {base: [%s/states]}\n%s\n' "$work" "$work" "$1" >"$work/lone/minion"; }
lone() { "$bin/halite-call" -c "$work/lone" --local "$@"; }
local_minion "$(pillar "$work/ssh/key")"
expect "its pillar is fetched" 'moved' lone pillar.get word
printf 'word: again\n' >"$work/repo/pillar/words.sls"
git_in commit -am three
expect "and fetched anew" 'again' lone pillar.get word
local_minion "$(pillar "$work/ssh/locked" "      - passphrase: open sesame
")"
rm -rf "$work/lone/root"
expect "with a key that has a passphrase" 'again' lone pillar.get word
local_minion "$(pillar "$work/ssh/locked" "      - passphrase: shut
")"
rm -rf "$work/lone/root"
expect "a wrong passphrase is told" 'refuses us: it does not take the key.*or the passphrase is wrong' lone pillar.get word
local_minion "$(pillar "$work/ssh/stranger")"
expect "so is a key that is not allowed" 'refuses us: it does not take the key' lone pillar.get word
local_minion "$(pillar "$work/ssh/key")"
lone pillar.get word >/dev/null
kill "$(pgrep -f "sshd.*$work/ssh/config" | head -n 1)"
expect "a server that is away leaves the last commit" 'again' lone pillar.get word
expect "and says so" 'fetching .* failed' lone pillar.get word
grep -rqs 'sesame' "$work/lone/root" && fail "the passphrase is on disk"
echo "all well"
