# Takes back what here.sls brought.
/srv/out: {file.absent: []}
/srv/ran: {file.absent: []}
/srv/waited: {file.absent: []}
salt://tree/one: {file.not_cached: []}
options: {ini.options_absent: [{name: /etc/lab.ini}, {sections: {main: [a]}}]}
section: {ini.sections_absent: [{name: /etc/lab.ini}, {sections: [third, other]}]}
/etc/lab.ini: {file.absent: [{require: [ini: options, ini: section]}]}
'# lab': {cron.absent: [{name: /usr/bin/true}, {user: games}]}
roles: {grains.list_absent: [{value: [web, db]}]}
place: {grains.absent: [{force: True}, {destructive: True}]}
{% set one = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl' %}
{{ one }}: {ssh_auth.absent: [{user: lab-person}]}
git.example.org: {ssh_known_hosts.absent: [{user: lab-person}]}
lab-person: {user.absent: [{purge: True}, {require: [ssh_auth: {{ one }}, ssh_known_hosts: git.example.org]}]}
lab-people: {group.absent: [{require: [user: lab-person]}]}
user.name: {git.config_unset: [{global: True}]}
lab-drop: {iptables.delete: [{chain: lab-chain}, {source: 10.9.9.9}, {jump: DROP}]}
lab-chain: {iptables.chain_absent: [{require: [iptables: lab-drop]}]}
input: {nftables.chain_absent: [{table: lab}, {family: inet}]}
lab: {nftables.table_absent: [{family: inet}, {require: [nftables: input]}]}
/mnt/lab: {mount.fstab_absent: [{name: tmpfs}, {fs_file: /mnt/lab}]}
cron: {service.dead: [{enable: False}]}
