#!/usr/bin/env bash
# python/psf-salt as it is, on a bare Debian host that says it were Ubuntu: what its top file gives every host and this
# machine can hold. PSF_SALT names a checkout; without it there is nothing to prove.
# usage: psf_test.sh BIN_DIRECTORY SOURCE_DIRECTORY
set -u
bin=$1
top=$2
[ -d "${PSF_SALT:-}/salt" ] || { echo "SKIPPED: PSF_SALT names no checkout of python/psf-salt" >&2; exit 77; }
. "$top/deploy/lab/lab.sh"
. "$top/tests/lab/checks.sh"

host_id=docs.nyc1.psf.io
master_user=root
users_in=$PSF_SALT/pillar/base
roles_in=$PSF_SALT/pillar/prod/roles.sls
states=base.harden,groups,users,ssh,firewall,sudoers,unattended-upgrades,rsyslog,base.motd
minion_options='grains: {os: Ubuntu, oscodename: jammy, osrelease: "22.04"}'
# The public repository lacks the files of secrets that its pillar names: they are empty here. Nodegroups are what the
# tree's own template makes of its roles. The external pillars keep keys where the unit does not let a master write.
furnish() {
  mkdir -p "$1/etc/ssl/PSF_CA" "$1/var/lib/consul" "$1/etc/backup_keys" "$1/etc/systemd/system/halite-master.service.d"
  printf '[Service]\nUser=root\nGroup=root\nReadWritePaths=/etc/ssl/PSF_CA /var/lib/consul /etc/backup_keys\n' >"$1/etc/systemd/system/halite-master.service.d/keys.conf"
  lab_run master systemctl daemon-reload
  cp -r "$PSF_SALT/salt" "$PSF_SALT/pillar" "$1/srv/"
  local name
  for name in $(grep -oh 'secrets\.[a-z.-]*' "$PSF_SALT/pillar/prod/top.sls" | sort -u | tr . /); do
    mkdir -p "$(dirname "$1/srv/none/$name")" && echo '{}' >"$1/srv/none/$name.sls"
  done
  cat >"$1/etc/halite/master" <<'CONF'
user: root
failhard: True
file_roots:
  base: [/srv/salt]
pillar_roots:
  base: [/srv/keys, /srv/pillar/prod, /srv/pillar/base, /srv/none]
nodegroups: {docs: 'docs*.nyc1.psf.io'}
ext_pillar:
  - dc: {'*.nyc1.psf.io': nyc1}
  - ca:
      name: PSF_CA
      cert_opts: {C: US, ST: NH, L: Wolfeboro, O: Python Software Foundation, OU: Infrastructure Team, emailAddress: infrastructure@python.org}
  - consul: {key_path: /var/lib/consul/encryption_keys/primary.key, acl_path: /var/lib/consul/acl_tokens/}
  - backup_ssh: {}
CONF
}
inside_open="22 8301 9000"

scratch=$(mktemp -d)
lab_open psf || exit 77
finish() { lab_close; rm -rf "$scratch"; }
trap finish EXIT
. "$top/tests/lab/whole_host.sh"

step "a bare host"
whole_host_up rsyslog unattended-upgrades iptables-persistent netfilter-persistent libpam-passwdqc zsh
# One user's dotfiles lie on a server that the lab does not reach: git finds them here.
lab_run host sh -c '
  git init -q -b main /root/files && cd /root/files && mkdir zsh && echo "export FROM=git" > zsh/.zshenv && git add . &&
  git -c user.name=Lab -c user.email=lab@example.org commit -qm files && git clone -q --bare /root/files /srv/dotfiles.git
  git config --system url.file:///srv/dotfiles.git.insteadOf https://github.com/dstufft/dotfiles.git
  git config --system --add safe.directory "*"' || fail "the dotfiles"
whole_host_follows

looks_right() {
  whole_host_lets_in
  check "the dotfiles are there" login dstufft dstufft 'test "$FROM" = git'
  whole_host_has_open 22 8301
  step "seen on the host itself"
  sshd_says "permitrootlogin no" "passwordauthentication no" "maxauthtries 2" "maxsessions 10" "maxstartups 10:30:100" "logingracetime 30" \
    "loglevel verbose" "x11forwarding no" "tcpkeepalive no" "clientaliveinterval 600" "clientalivecountmax 3" "permittunnel no" \
    "hostbasedauthentication no" "gssapiauthentication no" "kerberosauthentication no" \
    "ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr"
  check "iptables-save has the tree's rules and no other" test "$(lab_run host iptables-save -t filter | grep -c '^-A')" = 9
  check "and so for IPv6" test "$(lab_run host ip6tables-save -t filter | grep -c '^-A')" = 8
  check "sudo finds no fault" lab_run host visudo -c -f /etc/sudoers.d/salt
  check "the warning is printed" lab_run host sh -c 'run-parts /etc/update-motd.d | grep -q "managed by the PSF Salt"'
  check "upgrades are on" lab_run host sh -c 'apt-config dump | grep -q "Unattended-Upgrade \"1\"" && systemctl is-enabled -q unattended-upgrades'
  check "logs are written" lab_run host sh -c 'systemctl is-active -q rsyslog && systemctl is-enabled -q rsyslog'
  check "su and shadow are root's" lab_run host sh -c '[ "$(stat -c %a /bin/su /etc/shadow | tr "\n" " ")" = "750 600 " ]'
}
looks_right
whole_host_reverts /home/psf-users /etc/sudoers.d/salt
looks_right

step "a swap file, which a container can't have"
states=base.swap
apply test=True >"$scratch/dry.json"
check "is planned" grep -q 'Swap /swapfile is set to be activated' "$scratch/dry.json"
apply >"$scratch/swap.json"
check_not "and is no success" judge done "$scratch/swap.json"
check "the result says why" grep -q 'swapon failed: Operation not permitted' "$scratch/swap.json"
check_not "the kernel has no such swap" grep -q swapfile /proc/swaps
check_not "and fstab does not name one" lab_run host grep -q swapfile /etc/fstab

finish_checks
