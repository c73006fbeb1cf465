#!/usr/bin/env bash
# A real host gets an application: a repository cloned as a user of its own, a PostgreSQL cluster with role, database and
# rights, and a virtual environment with a package. The dry run before predicts it, a second run changes nothing, and what
# changes at the remote arrives.
# usage: apps_test.sh BIN_DIRECTORY SOURCE_DIRECTORY
set -u
bin=$1
top=$2
LAB_MORE_PACKAGES=postgresql,python3-venv,python3-pip
. "$top/deploy/lab/lab.sh"
. "$top/tests/lab/checks.sh"

lab_open apps || exit 77
scratch=$(mktemp -d)
finish() { lab_close; rm -rf "$scratch"; }
trap finish EXIT

lab_host app1 || exit 1
lab_install app1 "$bin/halite-call" /usr/bin/halite-call
root=$LAB_DIR/app1/root
mkdir -p "$root/etc/halite" "$root/srv/salt" "$root/srv/wheels"
printf 'id: app1\nfile_client: local\nfile_roots:\n  base: [/srv/salt]\n' >"$root/etc/halite/minion"

# The remote repository, and two versions of a package, made by the host itself.
lab_run app1 sh -c '
  set -e
  git config --global user.name Dev && git config --global user.email dev@example.org
  git init -q -b main /root/source && cd /root/source
  echo one > app.txt && git add . && git commit -qm one && git tag v1
  git clone -q --bare /root/source /srv/app.git && git remote add origin /srv/app.git
  git config --system --add safe.directory /srv/app.git' || fail "the repository"
lab_run app1 python3 - <<'PY' || fail "the package"
import zipfile
for version in ("1.0", "2.0"):
    info = f"demo_pkg-{version}.dist-info"
    with zipfile.ZipFile(f"/srv/wheels/demo_pkg-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("demo_pkg.py", f"version = '{version}'\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: demo_pkg\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in ("demo_pkg.py", f"{info}/METADATA", f"{info}/WHEEL", f"{info}/RECORD")))
PY

cat >"$root/srv/salt/apps.sls" <<'SLS'
deploy:
  user.present:
    - home: /home/deploy

/srv/app:
  file.directory:
    - user: deploy

code:
  git.latest:
    - name: /srv/app.git
    - target: /srv/app
    - rev: main
    - user: deploy
    - require: [{user: deploy}, {file: /srv/app}]

identity:
  git.config_set:
    - name: user.email
    - value: deploy@example.org
    - global: True
    - user: deploy
    - require: [{user: deploy}]

lab:
  postgres_cluster.present:
    - version: 15
    - port: 5499
    - encoding: UTF8
    - locale: C.UTF-8

start the cluster:
  cmd.run:
    - name: pg_ctlcluster 15 lab start
    - unless: pg_lsclusters --no-header | grep -q '^15 *lab .*online'
    - require: [{postgres_cluster: lab}]

staff:
  postgres_group.present:
    - db_port: 5499
    - require: [{cmd: start the cluster}]

web:
  postgres_user.present:
    - password: "sword'fish:\\"
    - createdb: True
    - groups: [staff]
    - db_port: 5499
    - require: [{postgres_group: staff}]

webdb:
  postgres_database.present:
    - owner: web
    - db_port: 5499
    - require: [{postgres_user: web}]

app schema:
  postgres_schema.present:
    - name: app
    - dbname: webdb
    - db_port: 5499
    - require: [{postgres_database: webdb}]

hstore:
  postgres_extension.present:
    - maintenance_db: webdb
    - db_port: 5499
    - require: [{postgres_database: webdb}]

staff connects:
  postgres_privileges.present:
    - name: staff
    - object_name: webdb
    - object_type: database
    - privileges: [CREATE]
    - db_port: 5499
    - require: [{postgres_database: webdb}]

/srv/env:
  virtualenv.managed:
    - venv_bin: venv
    - user: deploy
    - require: [{user: deploy}]

env directory:
  file.directory:
    - name: /srv/env
    - user: deploy
    - require_in: [{virtualenv: /srv/env}]

demo_pkg:
  pip.installed:
    - name: demo_pkg==1.0
    - bin_env: /srv/env
    - user: deploy
    - no_index: True
    - find_links: /srv/wheels
    - require: [{virtualenv: /srv/env}]
SLS

apply() { lab_run app1 halite-call --local state.apply apps --out=json "$@"; }

# In the host, where Python is: what the two runs say of each state.
compare() { # compare CODE
  lab_run app1 python3 -c "
import json, sys
runs = [json.load(open('/root/' + name + '.json'))['local'] for name in ('planned', 'made', 'again', 'moved') if __import__('os').path.exists('/root/' + name + '.json')]
failures = []
$1
sys.exit('\n'.join(failures) or 0)"
}

step "the dry run touches nothing"
lab_run app1 sh -c 'halite-call --local state.apply apps test=True --out=json > /root/planned.json'
check "every state has a plan" compare "
for tag, state in runs[0].items():
    if state['result'] is False: failures.append(tag + ': ' + state['comment'])"
check_not "no user" lab_run app1 getent passwd deploy
check_not "no cluster" lab_run app1 test -e /etc/postgresql/15/lab
check_not "no environment" lab_run app1 test -e /srv/env

step "the run makes it so, as the dry run predicted"
lab_run app1 sh -c 'halite-call --local state.apply apps --out=json > /root/made.json'
check "every state succeeds" compare "
for tag, state in runs[1].items():
    if state['result'] is not True: failures.append(tag + ': ' + str(state['comment']))"
check "each planned change was made, and no other" compare "
for tag, state in runs[1].items():
    planned = runs[0][tag]
    if state['changes'] and planned['result'] is not None: failures.append(tag + ' was not predicted')
    if not state['changes'] and planned['result'] is None: failures.append(tag + ' changed nothing')
    if 'cmd_|' not in tag and 'user_|-deploy' not in tag and set(planned['changes']) != set(state['changes']):
        failures.append(tag + ': ' + str(sorted(planned['changes'])) + ' is not ' + str(sorted(state['changes'])))"

step "seen from outside"
check "the code is there, and is the user's" lab_run app1 sh -c 'test "$(cat /srv/app/app.txt)" = one && test "$(stat -c %U /srv/app/app.txt)" = deploy'
check "the user's git knows the address" lab_run app1 sh -c 'test "$(su deploy -c "git config --global user.email")" = deploy@example.org'
check "the role logs in over TCP with its password" lab_run app1 env 'PGPASSWORD=sword'"'"'fish:\' psql -h 127.0.0.1 -p 5499 -U web webdb -Atc 'select 1'
check_not "and not with another" lab_run app1 env PGPASSWORD=wrong psql -h 127.0.0.1 -p 5499 -U web webdb -Atc 'select 1'
sql() { lab_run app1 su postgres -c "psql -p 5499 webdb -Atc \"$1\""; }
check "the database is the role's" test "$(sql "select rolname from pg_database d join pg_roles r on r.oid = d.datdba where datname = 'webdb'")" = web
check "the role is a member" test "$(sql "select pg_has_role('web', 'staff', 'member')")" = t
check "the group may create schemas" test "$(sql "select has_database_privilege('staff', 'webdb', 'CREATE')")" = t
check "schema and extension" test "$(sql "select count(*) from pg_namespace n, pg_extension e where nspname = 'app' and extname = 'hstore'")" = 1
check "the password is kept as SCRAM" test "$(sql "select rolpassword like 'SCRAM-SHA-256%' from pg_authid where rolname = 'web'")" = t
check "the package is of its version" test "$(lab_run app1 /srv/env/bin/python -c 'import demo_pkg; print(demo_pkg.version)')" = 1.0
check_not "no file of a password or key stays" lab_run app1 sh -c 'ls -A /tmp | grep halite'

step "a second run changes nothing"
lab_run app1 sh -c 'halite-call --local state.apply apps --out=json > /root/again.json'
check "no changes, no failure" compare "
for tag, state in runs[2].items():
    if state['changes'] or state['result'] is not True: failures.append(tag + ': ' + str(state['comment']) + str(state['changes']))"

step "what changes elsewhere arrives, and nothing else"
lab_run app1 sh -c 'cd /root/source && echo two > app.txt && git commit -qam two && git push -q origin main' || fail "git push"
lab_run app1 su postgres -c "psql -p 5499 -qc \"alter role web nocreatedb password 'stolen'\""
lab_run app1 sh -c 'halite-call --local state.apply apps --out=json > /root/moved.json'
check "two states changed" compare "
changed = sorted(tag.split('_|-')[0] for tag, state in runs[3].items() if state['changes'])
if changed != ['git', 'postgres_user']: failures.append(str(changed))"
check "the code is new" lab_run app1 grep -q two /srv/app/app.txt
check "the password is the right one again" lab_run app1 env 'PGPASSWORD=sword'"'"'fish:\' psql -h 127.0.0.1 -p 5499 -U web webdb -Atc 'select 1'

step "uncommitted work of people is not thrown away"
lab_run app1 sh -c 'echo mine > /srv/app/app.txt && cd /root/source && echo three > app.txt && git commit -qam three && git push -q origin main'
check_not "the state fails" lab_run app1 halite-call --local --retcode-passthrough state.apply apps
check "the work is still there" lab_run app1 grep -q mine /srv/app/app.txt
check "forced, it is" lab_run app1 halite-call --local --retcode-passthrough state.single git.latest name=/srv/app.git target=/srv/app rev=main user=deploy force_reset=True
check "the code is the newest" lab_run app1 grep -q three /srv/app/app.txt

step "everything goes away again"
check "database and role" lab_run app1 halite-call --local --retcode-passthrough state.single postgres_database.absent name=webdb db_port=5499
check "role" lab_run app1 halite-call --local --retcode-passthrough state.single postgres_user.absent name=web db_port=5499
check "cluster" lab_run app1 halite-call --local --retcode-passthrough state.single postgres_cluster.absent name=lab version=15
check_not "the cluster is gone" lab_run app1 test -e /etc/postgresql/15/lab
check "package" lab_run app1 halite-call --local --retcode-passthrough state.single pip.removed name=demo-pkg bin_env=/srv/env
check_not "the package is gone" lab_run app1 /srv/env/bin/python -c 'import demo_pkg'

finish_checks
