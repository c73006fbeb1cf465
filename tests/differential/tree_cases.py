#!/usr/bin/python3
"""Random state trees as cases for record_trees.py and tree_cases.

usage: tree_cases.py COUNT SEED OUT.yaml; record_trees.py OUT.yaml; tree_cases OUT.yaml
Three SLS files share six ids: includes, extensions, excludes, requisites of every kind, names, orders, both declaration forms.
"""
import random
import sys

import yaml

IDS = ["x0", "x1", "y0", "y1", "z0", "z1"]
FILES = ["a", "b", "c.d"]
FUNCTIONS = {"test": "nop", "cmd": "run", "file": "absent"}
REQUISITES = ["require", "watch", "onchanges", "onfail", "listen", "require_any", "watch_any", "onchanges_any", "prereq", "use",
              "require_in", "watch_in", "onchanges_in", "onfail_in", "prereq_in", "use_in"]
NAMES = ["n1", "n2", {"n3": [{"q": 1}, {"order": 2}]}]
ORDERS = [1, 5, "first", "last", -1, -3, 2.5, 10001, "odd"]
VALUES = [1, "t", [1, 2], {"x": 1}, None, True]


class Generator:
    def __init__(self, rng):
        self.rng = rng

    def chance(self, share):
        return self.rng.random() < share

    def target(self):
        kind = self.rng.choice(["pair"] * 6 + ["id", "sls", "glob", "name"])
        name = self.rng.choice(IDS)
        return {"pair": {self.rng.choice(["test", "test", "cmd", "file"]): name}, "id": name, "sls": {"sls": self.rng.choice(FILES)},
                "glob": {"test": name[0] + "*"}, "name": {"test": self.rng.choice(["n1", "n2", "nx"])}}[kind]

    def argument(self):
        kind = self.rng.choice(["requisite"] * 5 + ["order", "name", "names", "other", "other"])
        if kind == "requisite":
            key = self.rng.choice(REQUISITES)
            if key.endswith("_in") and self.chance(0.1):
                return {key: {self.rng.choice(["test", "cmd"]): self.rng.choice(IDS)}}
            return {key: [self.target() for _ in range(self.rng.randint(1, 2))]}
        if kind == "names":
            return {"names": [self.rng.choice(NAMES) for _ in range(self.rng.randint(1, 3))]}
        return {kind if kind != "other" else self.rng.choice("pqrs"):
                self.rng.choice({"order": ORDERS, "name": ["n1", "n2", "/x", 7], "other": VALUES}[kind])}

    def arguments(self):
        return [self.argument() for _ in range(self.rng.randint(0, 3))]

    def body(self):
        if self.chance(0.15):
            return self.rng.choice(["test.nop", "cmd.run"])
        states = {}
        for module in self.rng.sample(list(FUNCTIONS), self.rng.choice([1, 1, 1, 2])):
            arguments = self.arguments()
            if self.chance(0.5):
                states[f"{module}.{FUNCTIONS[module]}"] = arguments
            else:
                arguments.insert(self.rng.randint(0, len(arguments)), FUNCTIONS[module])
                states[module] = arguments
        return states

    def sls(self, name, ids_left):
        data = {}
        includes = [other for other in FILES if other != name and self.chance(0.4)]
        if includes:
            data["include"] = includes
        for _ in range(self.rng.randint(0, 3)):
            if ids_left:
                data[ids_left.pop()] = self.body()
        if self.chance(0.3):
            function = ["succeed_without_changes"] if self.chance(0.5) else []
            data["extend"] = {self.rng.choice(IDS): {self.rng.choice(["test", "cmd"]): self.arguments() + function}}
        if self.chance(0.15):
            data["exclude"] = [self.rng.choice([{"id": self.rng.choice(IDS)}, {"sls": self.rng.choice(FILES)}, self.rng.choice(FILES), "c*"])]
        if self.chance(0.1):
            data[self.rng.choice(IDS)] = self.body()
        return yaml.safe_dump(data, sort_keys=False)

    def case(self):
        ids_left = self.rng.sample(IDS, len(IDS))
        files = {name.replace(".", "/") + ".sls": self.sls(name, ids_left) for name in FILES}
        case = {"states": {"base": files}}
        if self.chance(0.5):
            case["sls"] = self.rng.sample(FILES, self.rng.randint(1, 3))
        else:
            top = {"*": self.rng.sample(FILES, self.rng.randint(1, 3)), "web*": [self.rng.choice(FILES)]}
            files["top.sls"] = yaml.safe_dump({"base": top})
        if self.chance(0.1):
            case["options"] = {"state_auto_order": False}
        return case


def main():
    count, seed, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    cases = {f"seed {seed} case {i}": Generator(random.Random(seed * 100_000 + i)).case() for i in range(count)}
    with open(out, "w") as target:
        yaml.safe_dump(cases, target, sort_keys=False, width=1000)


if __name__ == "__main__":
    main()
