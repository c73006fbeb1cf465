#!/usr/bin/env bash
# A whole site of this test's own (tests/lab/site) on a bare Debian host.
# usage: site_test.sh BIN_DIRECTORY SOURCE_DIRECTORY
set -u
bin=$1
top=$2
. "$top/deploy/lab/lab.sh"
. "$top/tests/lab/checks.sh"

host_id=shop1.example.org
users_in=$top/tests/lab/site/pillar
roles_in=$users_in/roles.sls
states=
furnish() {
  cp -r "$top/tests/lab/site" "$1/srv/site"
  cat >"$1/etc/halite/master" <<'CONF'
user: halite
file_roots:
  base: [/srv/site/states]
pillar_roots:
  base: [/srv/keys, /srv/site/pillar]
CONF
}
inside_open="22 80 443 9000"

scratch=$(mktemp -d)
lab_open site || exit 77
finish() { lab_close; rm -rf "$scratch"; }
trap finish EXIT
. "$top/tests/lab/whole_host.sh"

step "a bare host"
whole_host_up rsyslog unattended-upgrades iptables-persistent netfilter-persistent libpam-passwdqc zsh
whole_host_follows

looks_right() {
  whole_host_lets_in
  whole_host_has_open 22 80 443
  step "seen on the host itself"
  sshd_says "permitrootlogin no" "passwordauthentication no" "kbdinteractiveauthentication no" "maxauthtries 2" "x11forwarding no" "allowtcpforwarding no"
  check "iptables-save has the site's rules and no other" test "$(lab_run host iptables-save -t filter | grep -c '^-A')" = 9
  check "and so for IPv6" test "$(lab_run host ip6tables-save -t filter | grep -c '^-A')" = 8
  check "sudo finds no fault" lab_run host visudo -c
  check "the message is printed" lab_run host sh -c 'run-parts /etc/update-motd.d | grep -q "managed: changes" && ! run-parts /etc/update-motd.d | grep -q Linux'
  check "logins are logged" lab_run host grep -q 'Accepted publickey' /var/log/who-came.log
  check "upgrades are on" lab_run host sh -c 'apt-config dump | grep -q "Unattended-Upgrade \"1\"" && systemctl is-enabled -q unattended-upgrades'
  check "su is for root alone" lab_run host sh -c '[ "$(stat -c %a /bin/su /etc/shadow | tr "\n" " ")" = "750 600 " ]'
}
looks_right
whole_host_reverts /home/people /etc/sudoers.d/people
looks_right
finish_checks
