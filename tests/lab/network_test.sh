#!/usr/bin/env bash
# Networks and machines that change under a fleet, on real hosts: rows F10, F20, F21, F35 and F57 of the table of failures.
# The master moves to another address, a minion to another one, a firewall forgets what is idle, the name server goes
# away, and a minion's disk is full.
# usage: network_test.sh BIN_DIRECTORY SOURCE_DIRECTORY
set -u
bin=$1
top=$2
. "$top/deploy/lab/lab.sh"
. "$top/tests/lab/checks.sh"

lab_open network || exit 77
scratch=$(mktemp -d)
finish() { lab_close; rm -rf "$scratch"; }
trap finish EXIT
lab_host master && lab_host web1 && lab_host web2 || exit 1
install_master master
printf 'gather_job_timeout: 2\n' >"$LAB_DIR/master/root/etc/halite/master"
mkdir -p "$LAB_DIR/master/root/srv/salt"
for id in web1 web2; do
  install_minion "$id"
  printf 'id: %s\nmaster: master.example.org\nacceptance_wait_time: 1\n' "$id" >"$LAB_DIR/$id/root/etc/halite/minion"
done

# The name of the master, as a minion's resolver finds it.
name_master() { # name_master HOST ADDRESS
  lab_run "$1" sh -c "sed -i '/master.example.org/d' /etc/hosts; [ -z '$2' ] || echo '$2 master.example.org' >>/etc/hosts"
}
answers() { lab_run master halite "$1" test.ping -t 2 --out=txt | grep -q True; }
is_waiting() { lab_run master halite-key -l pre | grep -qx "$1"; }
process_of() { lab_run "$1" systemctl show -P MainPID halite-minion; }
took() { printf '      after %s s\n' $((SECONDS - began)); }

lab_run master systemctl start halite-master || fail "the master does not start"
for id in web1 web2; do
  name_master "$id" "$(lab_address master)"
  lab_run "$id" systemctl start halite-minion || fail "$id does not start"
  eventually 30 "$id waits" is_waiting "$id"
  lab_run master halite-key -y -a "$id" >/dev/null
  eventually 30 "$id answers" answers "$id"
done
web1_process=$(process_of web1) web2_process=$(process_of web2)

step "F57 no name server: what is connected stays so, and an address needs none"
name_master web1 ""
check "web1 answers without a name" answers web1
check "a request works" lab_run master halite web1 pillar.items -t 20
name_master web1 "$(lab_address master)"
printf 'id: web2\nmaster: %s\nacceptance_wait_time: 1\n' "$(lab_address master)" >"$LAB_DIR/web2/root/etc/halite/minion"
name_master web2 ""
lab_run web2 systemctl restart halite-minion
web2_process=$(process_of web2)
eventually 20 "a minion that has an address starts" answers web2

step "F10 the master moves to another address"
began=$SECONDS
lab_run master sh -c "ip addr add 10.77.0.200/24 dev host0 && ip addr del $(lab_address master)/24 dev host0"
name_master web1 10.77.0.200
eventually 60 "web1 finds it there" answers web1
took
check "web1 is the same process" test "$(process_of web1)" = "$web1_process"
lab_run master sh -c "ip addr add $(lab_address master)/24 dev host0 && ip addr del 10.77.0.200/24 dev host0"
name_master web1 "$(lab_address master)"
eventually 60 "both find it where it was" eval "answers web1 && answers web2"

step "F21 a minion moves to another address"
began=$SECONDS
lab_run web1 sh -c "ip addr add 10.77.0.201/24 dev host0 && ip addr del $(lab_address web1)/24 dev host0"
eventually 60 "web1 answers from there" answers web1
took
check "it is the same process" test "$(process_of web1)" = "$web1_process"

step "F20 a firewall at the master forgets what was idle for 30 s, and drops what it does not know"
lab_run master sh -c '
  set -e
  sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0
  iptables -A INPUT -p tcp -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
  iptables -A INPUT -p tcp --syn -j ACCEPT
  iptables -A INPUT -i lo -j ACCEPT
  iptables -A INPUT -p tcp -j DROP
  sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_established=30' || fail "no connection tracking here"
eventually 60 "both answer behind it" eval "answers web1 && answers web2"
sleep 50
for id in web1 web2; do check "$id answers after 50 s of silence" answers "$id"; done
check "a request works" lab_run master halite web2 pillar.items -t 20
lab_run master iptables -F INPUT

step "F35 a minion's disk is full"
mkdir -p "$LAB_DIR/web2/root/var/lib/halite"
lab_run web2 systemctl stop halite-minion
lab_run web2 sh -c 'cp -a /var/lib/halite /root/kept && mount -t tmpfs -o size=2m,mode=0755 full /var/lib/halite && cp -a /root/kept/. /var/lib/halite/'
lab_run web2 systemctl start halite-minion
eventually 20 "web2 answers" answers web2
lab_run web2 sh -c 'head -c 100000000 /dev/zero >/var/lib/halite/filler' 2>/dev/null
check "the disk is full" lab_run web2 sh -c '! head -c 8192 /dev/zero >/var/lib/halite/more 2>/dev/null'
check "web2 answers" answers web2
lab_run master halite web2 cmd.run 'echo alive' -t 20 >"$scratch/alive" 2>&1
check "cmd.run works, or says what is full" grep -qiE 'alive|no space|full' "$scratch/alive"
lab_run master halite web2 file.remove /var/lib/halite/filler -t 20 >"$scratch/removed" 2>&1
cat "$scratch/alive" "$scratch/removed"
check "files can be removed from afar" lab_run web2 test ! -e /var/lib/halite/filler
check "then all is well" answers web2
lab_run master halite web2 cmd.run 'echo alive' -t 20 >"$scratch/alive" 2>&1
check "and commands run" grep -q alive "$scratch/alive"
finish_checks
