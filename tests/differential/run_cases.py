#!/usr/bin/python3
"""Random state runs, by stock Salt and by us, compared state by state.

usage: PYTHONPATH=SALT run_cases.py HALITE_CALL COUNT SEED
One SLS file of states of the module `test`: requisites of every kind but prereq, listeners, names, orders, failhard, guards.
Both run it masterless; results, comments, changes, the order of running and the set of states have to be the same.
"""
import json
import os
import random
import subprocess
import sys
import tempfile

import yaml

import salt.config
import salt.loader
import salt.state

FUNCTIONS = ["succeed_with_changes"] * 3 + ["succeed_without_changes"] * 2 + ["fail_without_changes", "fail_with_changes", "nop", "nop"]
REQUISITES = ["require", "watch", "onchanges", "onfail"] * 3 + ["listen", "listen", "require_any", "watch_any", "onchanges_any",
                                                               "onfail_any", "onfail_all", "use"]
REQUISITES_IN = ["require_in", "watch_in", "onchanges_in", "onfail_in", "listen_in", "use_in"]
FAILED = "One or more requisite failed: "


class Generator:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.ids = [f"s{i}" for i in range(self.rng.randint(3, 8))]

    # Names states before it, so that nothing goes in circles.
    def requisite(self, i):
        def target():
            name = self.rng.choice(self.ids[:i])
            return {"test": name} if self.rng.random() < 0.9 else name
        return {self.rng.choice(REQUISITES): [target() for _ in range(self.rng.choice([1, 1, 2]))]}

    def requisite_in(self, i):
        return {self.rng.choice(REQUISITES_IN): [{"test": self.rng.choice(self.ids[i + 1:])} for _ in range(self.rng.choice([1, 1, 2]))]}

    def arguments(self, i):
        rng, arguments = self.rng, {}
        for _ in range(rng.choice([0, 1, 1, 2, 2])):
            if rng.random() < 0.75:
                arguments.update(self.requisite(i) if i else {})
            elif i + 1 < len(self.ids):
                arguments.update(self.requisite_in(i))
        if rng.random() < 0.25:
            arguments["names"] = [self.ids[i] + "a", self.ids[i] + "b"]
        if rng.random() < 0.1:
            arguments["order"] = rng.choice([1, "last", 5])
        if rng.random() < 0.07:
            arguments["failhard"] = True
        for guard in ("unless", "onlyif"):
            if rng.random() < 0.05:
                arguments[guard] = rng.choice(["true", "false"])
        return [{key: value} for key, value in arguments.items()]

    def sls(self):
        return yaml.safe_dump({name: {"test." + self.rng.choice(FUNCTIONS): self.arguments(i)} for i, name in enumerate(self.ids)},
                              sort_keys=False)


def by_salt(options):
    try:
        state = salt.state.HighState(options)
        state.push_active()
        try:
            high, errors = state.render_highstate({"base": ["case"]})
            return errors or state.state.call_high(high)
        finally:
            state.pop_active()
    except Exception as error:  # a traceback is Salt's answer to some requisites
        return "Salt raised " + repr(error)


def by_us(halite_call, configuration):
    run = subprocess.run([halite_call, "-c", configuration, "--local", "state.apply", "case", "--out=json"], capture_output=True, text=True)
    return json.loads(run.stdout)["local"] if run.stdout else run.stderr


# Salt names failed requisites in the order of a set.
def comment(state):
    text = state.get("comment") or ""
    return sorted(text[len(FAILED):].split(", ")) if text.startswith(FAILED) else text


def order(states):
    return sorted(states, key=lambda tag: states[tag]["__run_num__"])


def differences(salt_says, we_say):
    if not isinstance(salt_says, dict) or not isinstance(we_say, dict):
        return [] if salt_says == we_say else [f"{salt_says} / {we_say}"]
    if order(salt_says) != order(we_say):
        return [f"order: {order(salt_says)} / {order(we_say)}"]
    return [f"{tag} {what}: {theirs!r} / {ours!r}" for tag in salt_says for what, theirs, ours in
            [("comment", comment(salt_says[tag]), comment(we_say[tag]))] +
            [(key, salt_says[tag].get(key), we_say[tag].get(key)) for key in ("result", "changes", "name", "__state_ran__", "skip_watch")]
            if theirs != ours]


def main():
    halite_call, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    folder = tempfile.mkdtemp(prefix="halite-run-cases-")
    roots = {"base": [folder + "/sls"]}
    os.mkdir(folder + "/sls")
    for name in ("salt", "halite"):
        os.mkdir(f"{folder}/{name}")
        with open(f"{folder}/{name}/minion", "w") as out:
            yaml.safe_dump({"id": "m1", "file_client": "local", "root_dir": f"{folder}/{name}", "file_roots": roots, "log_level": "quiet"}, out)
    options = salt.config.minion_config(folder + "/salt/minion")
    options["grains"] = salt.loader.grains(options)
    same = raised = 0
    for i in range(count):
        text = Generator(seed * 100_000 + i).sls()
        with open(folder + "/sls/case.sls", "w") as out:
            out.write(text)
        salt_says, we_say = by_salt(options), by_us(halite_call, folder + "/halite")
        found = differences(salt_says, we_say)
        same += not found
        raised += isinstance(salt_says, str)
        if found and not isinstance(salt_says, str):
            print(f"--- seed {seed} case {i}\n{text}" + "\n".join(found[:5]))
    subprocess.run(["rm", "-rf", folder], check=True)
    print(f"{same} of {count} the same; in {raised} Salt ended in a traceback")
    sys.exit(same + raised != count)


if __name__ == "__main__":
    main()
