# What Salt 3006 shows the same each time: one minion a step, as it names several in any order.
ping:
  salt.function:
    - name: test.ping
    - tgt: m1

bad command:
  salt.function:
    - name: cmd.run
    - tgt: m1
    - arg:
      - echo oops; exit 3
    - kwarg:
        python_shell: true  # newer Salts take no shell without it

wrong words:
  salt.function:
    - name: test.echo
    - tgt: m1
    - arg: hello

web:
  salt.state:
    - tgt: m1
    - sls: web

both:
  salt.state:
    - tgt: m1
    - sls:
      - still
      - web

still:
  salt.state:
    - tgt: [m1]
    - tgt_type: list
    - sls: still
    - pillar: {a: 1}

broken:
  salt.state:
    - tgt: m1
    - sls: broken

allowed:
  salt.state:
    - tgt: m1
    - sls: broken
    - allow_fail: 1

one at a time:
  salt.function:
    - name: test.echo
    - tgt: m1
    - arg: [batch]
    - batch: 1

nobody:
  salt.state:
    - tgt: 'nobody*'
    - sls: web

nobody answers:
  salt.function:
    - name: test.ping
    - tgt: 'nobody*'

after broken:
  salt.function:
    - name: test.ping
    - tgt: m1
    - require:
      - salt: broken

on failure:
  salt.function:
    - name: test.echo
    - tgt: m1
    - arg:
      - broken
    - onfail:
      - salt: broken

no sls:
  salt.state:
    - tgt: m1

wrong number:
  salt.state:
    - tgt: m1
    - sls: web
    - allow_fail: some

a runner:
  salt.runner:
    - name: test.arg
    - kwarg:
        color: red

keys:
  salt.wheel:
    - name: key.list
    - match: accepted

nested:
  salt.runner:
    - name: state.orchestrate
    - kwarg:
        mods: orch.small

too late:
  salt.wait_for_event:
    - name: orch/never
    - id_list: [m1]
    - timeout: 1

on the master:
  test.succeed_with_changes:
    - onchanges:
      - salt: web
