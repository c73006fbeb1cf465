ping all:
  salt.function:
    - name: test.ping
    - tgt: '*'

bad command:
  salt.function:
    - name: cmd.run
    - tgt: m1
    - arg:
      - exit 3

web:
  salt.state:
    - tgt: '*'
    - sls: web

still:
  salt.state:
    - tgt: [m1, m2]
    - tgt_type: list
    - sls:
      - still
    - pillar: {a: 1}

broken:
  salt.state:
    - tgt: m1
    - sls: broken

forgiven:
  salt.state:
    - tgt: '*'
    - sls: broken
    - fail_minions: m1
    - allow_fail: 1

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

a runner:
  salt.runner:
    - name: test.arg
    - kwarg:
        color: red

a bad runner:
  salt.runner:
    - name: test.nothing_like_it

keys:
  salt.wheel:
    - name: key.list
    - match: accepted

both:
  salt.parallel_runners:
    - runners:
        one:
          - name: state.orchestrate
          - kwarg:
              mods: orch.small
        two:
          - name: state.orchestrate
          - kwarg:
              mods: orch.small

plain:
  salt.parallel_runners:
    - runners:
        one:
          - name: test.arg
          - kwarg: {a: 1}

too late:
  salt.wait_for_event:
    - name: orch/never
    - id_list: [m1]
    - timeout: 1
