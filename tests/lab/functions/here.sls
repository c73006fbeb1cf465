# The state functions that the other labs do not use, each on a real host. gone.sls takes back what can be taken back.
{% set out = '/srv/out' %}
{{ out }}: {file.directory: [{mode: '0751'}, {makedirs: True}]}
{{ out }}/managed: {file.managed: [{contents: "first\nsecond\nport = 1\n# flag\nkey = old\n"}, {replace: False}, {mode: '0640'}]}
appended: {file.append: [{name: {{ out }}/managed}, {text: appended}]}
prepended: {file.prepend: [{name: {{ out }}/managed}, {text: prepended}]}
block: {file.blockreplace: [{name: {{ out }}/managed}, {marker_start: '# begin'}, {marker_end: '# end'}, {content: first of the block}, {append_if_not_found: True}, {backup: False}]}
block text: {file.accumulated: [{filename: {{ out }}/managed}, {text: second of the block}, {require_in: [file: block]}]}
commented: {file.comment: [{name: {{ out }}/managed}, {regex: '^first$'}, {backup: ''}]}
uncommented: {file.uncomment: [{name: {{ out }}/managed}, {regex: '^flag$'}, {backup: ''}]}
line: {file.line: [{name: {{ out }}/managed}, {content: inserted}, {mode: ensure}, {after: '^second$'}]}
replaced: {file.replace: [{name: {{ out }}/managed}, {pattern: '^port = 1$'}, {repl: port = 2}, {backup: False}]}
pairs: {file.keyvalue: [{name: {{ out }}/managed}, {key_values: {key: new, more: 1}}, {separator: ' = '}, {append_if_not_found: True}]}
{{ out }}/copied: {file.copy: [{source: /etc/debian_version}, {mode: '0600'}]}
{{ out }}/decoded: {file.decode: [{encoded_data: aGVsbG8K}, {encoding_type: base64}]}
{{ out }}/linked: {file.symlink: [{target: managed}]}
{{ out }}/hardlinked: {file.hardlink: [{target: {{ out }}/managed}, {require: [file: pairs]}]}
{{ out }}/pipe: {file.mknod: [{ntype: p}, {mode: '0622'}]}
{{ out }}/tree: {file.recurse: [{source: salt://tree}, {file_mode: keep}, {clean: True}, {include_empty: True}]}
{{ out }}/renamed: {file.rename: [{source: /srv/in/rename-me}]}
{{ out }}/data.json: {file.serialize: [{serializer: json}, {dataset: {b: [1, 2], a: {c: null}}}, {mode: '0644'}]}
{{ out }}/patched: {file.managed: [{contents: old}, {replace: False}]}
patched: {file.patch: [{name: {{ out }}/patched}, {source: salt://app.patch}]}
{{ out }}/archive: {archive.extracted: [{source: salt://app.tar.gz}, {enforce_toplevel: False}, {user: games}, {group: games}]}
/srv/in/old: {file.tidied: [{matches: ['.*\.tmp']}]}
/srv/in/empty: {file.pruned: []}
salt://tree/one: {file.cached: []}
/etc/passwd: {file.exists: []}
/etc/nothing: {file.missing: []}
/etc/lab.ini: {file.managed: [{contents: ''}, {replace: False}]}
options: {ini.options_present: [{name: /etc/lab.ini}, {sections: {main: {a: 1, b: two}, other: {c: 3}}}]}
section: {ini.sections_present: [{name: /etc/lab.ini}, {sections: {third: {d: 4}}}]}
script: {cmd.script: [{name: salt://setup.sh}, {creates: /srv/ran}]}
waits: {cmd.wait: [{name: touch /srv/waited}, {watch: [file: pairs]}]}
games: {cron.file: [{name: salt://crontab}, {user: games}]}
roles: {grains.list_present: [{value: [web, db]}]}
place: {grains.present: [{value: {row: 1}}, {force: True}]}
lab-people: {group.present: [{gid: 7777}]}
lab-person: {user.present: [{uid: 7777}, {gid: lab-people}, {home: /home/lab-person}, {password: '$6$x$y'}]}
{% set one = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl' %}
{% set two = 'AAAAC3NzaC1lZDI1NTE5AAAAIEmKfl0GrgnQz7CSUnDrA4nyTiwuzD8QrjGwmbxmXkkl' %}
{{ one }}: {ssh_auth.present: [{user: lab-person}, {enc: ssh-ed25519}, {comment: one}, {require: [user: lab-person]}]}
all keys: {ssh_auth.manage: [{user: games}, {ssh_keys: ['ssh-ed25519 {{ two }} two']}, {config: /srv/out/keys}]}
git.example.org: {ssh_known_hosts.present: [{user: lab-person}, {key: {{ one }}}, {enc: ssh-ed25519}, {hash_known_hosts: False}, {require: [user: lab-person]}]}
clone: {git.cloned: [{name: /srv/repository}, {target: {{ out }}/clone}]}
detached: {git.detached: [{name: /srv/repository}, {target: {{ out }}/detached}, {rev: v1}]}
bare: {git.present: [{name: {{ out }}/bare.git}]}
user.name: {git.config_set: [{value: Lab}, {global: True}]}
lab-chain: {iptables.chain_present: []}
lab-drop: {iptables.insert: [{chain: lab-chain}, {position: 1}, {source: 10.9.9.9}, {jump: DROP}, {require: [iptables: lab-chain]}]}
lab: {nftables.table_present: [{family: inet}]}
input: {nftables.chain_present: [{table: lab}, {family: inet}, {table_type: filter}, {hook: input}, {priority: 7}, {require: [nftables: lab]}]}
first rule: {nftables.insert: [{table: lab}, {chain: input}, {family: inet}, {proto: tcp}, {dport: 99}, {jump: drop}, {require: [nftables: input]}]}
/mnt/lab: {mount.fstab_present: [{name: tmpfs}, {fs_file: /mnt/lab}, {fs_vfstype: tmpfs}, {fs_mntops: noauto}, {mount: False}]}
cron: {service.running: [{enable: True}]}
nothing to see: {test.nop: []}
