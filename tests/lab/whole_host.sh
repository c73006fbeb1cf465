# A bare Debian host becomes what a whole site says, and this is looked at from outside. site_test.sh and psf_test.sh
# prove their sites with it. Sourced after checks.sh; needs $scratch, and from the test that sources it:
#
#   host_id        the minion's id
#   users_in       pillar folder with users/**.sls; the matrix of logins is worked out from it and from
#   roles_in       the file that says which hosts play which role
#   states         names of SLS files, comma-separated; empty: what the top file says
#   furnish        function: the site into the master's root directory, with /srv/keys before its own pillar roots
#
# whole_host_up PACKAGE... boots master and host; whole_host_follows makes it so and proves the runs;
# whole_host_lets_in proves the logins; whole_host_has_open PORT... proves the ports (inside_open: those for 10.132.0.0/16).

tools=$top/tests/lab/tools
for tool in python3 ssh-keygen dpkg-deb; do
  command -v "$tool" >/dev/null || { echo "not installed: $tool" >&2; exit 77; }
done
python3 -c 'import yaml' 2>/dev/null || { echo "not installed: python3-yaml" >&2; exit 77; }

whole_host_up() {
  lab_host master && lab_host host || exit 1
  lab_debs host "$@" || exit 77
  install_master master
  install_minion host
  mkdir -p "$scratch/keys" "$LAB_DIR/master/root/srv/keys" "$LAB_DIR/host/root/root/.ssh"
  python3 "$tools/site_users.py" "$users_in" "$host_id" "$scratch/keys" "$LAB_DIR/master/root/srv/keys" "$roles_in" >"$scratch/users" ||
    fail "the users of the site"
  furnish "$LAB_DIR/master/root"
  printf 'id: %s\n%s\n' "$host_id" "${minion_options:-}" >>"$LAB_DIR/host/root/etc/halite/minion"
  # As a provider hands a host over: root's door is open, and sshd has keys of both kinds.
  for key in root intruder; do ssh-keygen -q -t ed25519 -N '' -C $key -f "$scratch/keys/$key"; done
  cp "$scratch/keys/root.pub" "$LAB_DIR/host/root/root/.ssh/authorized_keys"
  ssh-keygen -q -t rsa -b 2048 -N '' -C '' -f "$LAB_DIR/host/root/etc/ssh/ssh_host_rsa_key"
  # Services behind the ports, so that a port that is closed is closed by the firewall.
  printf '[Service]\nExecStart=/usr/bin/sleep infinity\n' >"$LAB_DIR/host/root/etc/systemd/system/lab-ports.service"
  { echo '[Socket]'; printf 'ListenStream=0.0.0.0:%s\n' 25 80 111 443 3306 5432 8080 8301 9000 9001; } \
    >"$LAB_DIR/host/root/etc/systemd/system/lab-ports.socket"
  lab_run host systemctl daemon-reload
  lab_run host systemctl start lab-ports.socket
  # The master is also the second host, with an address inside and one outside the site's own network.
  lab_run master ip address add 10.132.0.9/16 dev host0
  lab_run host ip route add 10.132.0.0/16 dev host0
  # A refusal is answered each time, so that the scan need not wait for it.
  lab_run host sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv4.icmp_msgs_per_sec=1000000 net.ipv4.icmp_msgs_burst=1000000
  lab_run master systemctl start halite-master || fail "the master does not start"
  check "the unit leaves little open to the master" lab_run master systemd-analyze security --no-pager --threshold=20 halite-master.service
  check "and it is not root" test "$(lab_run master ps -o user= -C halite-master)" = "${master_user:-halite}"
  lab_run host systemctl start halite-minion || fail "the minion does not start"
  eventually 20 "the host waits" waits_for_acceptance "$host_id"
  lab_run master halite-key -y -a "$host_id" >/dev/null
  eventually 30 "the host answers" lab_run master halite "$host_id" test.ping -t 2
}

apply() { lab_run master halite "$host_id" state.apply ${states:+"$states"} --out=json --static --out-indent=-1 -t 300 "$@"; }
judge() { python3 "$tools/compare_runs.py" "$@"; }

# Everything a run could have touched: files with owner, mode, size and time, rules, accounts, units (but the sessions of
# users, which come and go with a login).
everything() {
  lab_run host sh -c '
    find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /var/log -o -path /var/cache/halite \
      -o -path /var/lib/halite -o -path /var/lib/systemd \) -prune -o ! -type d -printf "%p %y %m %U %G %s %T@ %l\n" \
      -o -type d -printf "%p %y %m %U %G\n" | sort
    iptables-save | grep -v "^[#:]"; ip6tables-save | grep -v "^[#:]"
    getent passwd; getent group; systemctl list-units --plain --no-legend --type=service,socket | grep -v "^user[@-]" | sort'
}

login() { # login USER KEY COMMAND...
  local user=$1 key=$2
  shift 2
  nsenter -t "${LAB_PID[master]}" -n ssh -q -i "$scratch/keys/$key" -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null -o ConnectTimeout=5 "$user@$(lab_address host)" "$@"
}

whole_host_follows() {
  step "the dry run touches nothing"
  check "root logs in, as on a host that nobody manages" login root root true
  everything >"$scratch/before"
  apply test=True >"$scratch/dry.json"
  everything >"$scratch/after"
  check "nothing is touched" diff "$scratch/before" "$scratch/after"
  check "no state of it fails" judge done "$scratch/dry.json"

  step "the run makes it so, as the dry run predicted"
  apply >"$scratch/first.json"
  check "no state fails" judge done "$scratch/first.json"
  judge predicted "$scratch/dry.json" "$scratch/first.json" | grep '^announced' | sed 's/^/   /'
  check "each change was predicted, and no other" judge predicted "$scratch/dry.json" "$scratch/first.json"

  step "a second run changes nothing"
  everything >"$scratch/before"
  apply >"$scratch/second.json"
  check "no state changes or fails" judge quiet "$scratch/second.json"
  everything >"$scratch/after"
  check "nor does anything else" diff "$scratch/before" "$scratch/after"
  apply test=True >"$scratch/quiet.json"
  check "a dry run predicts nothing" judge quiet "$scratch/quiet.json"
}

whole_host_lets_in() {
  step "who gets in from another host"
  local name allowed sudo wrong=0
  while read -r name allowed sudo <&3; do
    if [ "$allowed" = in ]; then
      login "$name" "$name" true || { echo "   $name does not get in"; wrong=1; }
      if [ "$sudo" = sudo ]; then
        login "$name" "$name" sudo -n true || { echo "   $name does not become root"; wrong=1; }
      else
        ! login "$name" "$name" sudo -n true 2>/dev/null || { echo "   $name becomes root"; wrong=1; }
      fi
    else
      ! login "$name" "$name" true || { echo "   $name gets in"; wrong=1; }
      ! lab_run host getent passwd "$name" >/dev/null || { echo "   $name has an account"; wrong=1; }
    fi
  done 3<"$scratch/users"
  check "$(grep -c ' in ' "$scratch/users") users get in, $(grep -c ' in sudo' "$scratch/users") of them become root, $(grep -c ' out ' "$scratch/users") have no account" test $wrong = 0
  check_not "root does not" login root root true
  name=$(awk '$2 == "in" {print $1; exit}' "$scratch/users")
  check_not "nobody does with another's key" login "$name" intruder true
  check "no password is asked for" sh -c "nsenter -t ${LAB_PID[master]} -n ssh -v -o BatchMode=yes -o PubkeyAuthentication=no -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null $name@$(lab_address host) true 2>&1 | grep -q 'Authentications that can continue: publickey[[:space:]]*\$'"
}

# sshd_says "permitrootlogin no"...
sshd_says() {
  local line
  lab_run host sshd -T >"$scratch/sshd"
  for line in "$@"; do check "sshd -T: $line" grep -qxi -- "$line" "$scratch/sshd"; done
}

open_ports() { nsenter -t "${LAB_PID[master]}" -n python3 "$tools/open_ports.py" "$(lab_address host)" "$@" | tr '\n' ' '; }
whole_host_has_open() {
  step "all 65,535 ports from another host"
  check "from outside: $*" diff <(echo "$* ") <(open_ports; echo)
  check "from the site's own network: $inside_open" diff <(echo "$inside_open ") <(open_ports 10.132.0.9; echo)
}

# What people change by hand is undone by the next run: a key, a rule, a service, a right.
whole_host_reverts() { # whole_host_reverts HOME SUDOERS_FILE
  local name
  name=$(awk '$2 == "in" {print $1; exit}' "$scratch/users")
  step "what was changed by hand is undone"
  lab_run host sh -c "cat >> $1/$name/.ssh/authorized_keys" <"$scratch/keys/intruder.pub"
  lab_run host sh -c "echo 'PermitRootLogin yes' > /tmp/c; cat /etc/ssh/sshd_config >> /tmp/c; cp /tmp/c /etc/ssh/sshd_config; systemctl restart ssh
    echo '*filter' > /etc/iptables/rules.v4; echo COMMIT >> /etc/iptables/rules.v4; iptables -F
    chmod 666 /etc/shadow; rm $2; systemctl -q disable --now rsyslog syslog.socket; userdel -r $(awk '$2 == "in" {n = $1} END {print n}' "$scratch/users") 2>/dev/null"
  check "the intruder is in, for now" login "$name" intruder true
  check "so is root" login root root true
  apply test=True >"$scratch/dry.json"
  apply >"$scratch/first.json"
  check "no state fails" judge done "$scratch/first.json"
  check "each change was predicted, and no other" judge predicted "$scratch/dry.json" "$scratch/first.json"
  apply >"$scratch/second.json"
  check "a second run changes nothing" judge quiet "$scratch/second.json"
}
