#!/usr/bin/python3
"""Records what stock Salt makes of the small trees of tests/golden/trees.

usage: PYTHONPATH=SALT record_trees.py TREES.yaml; writes TREES.json beside it
Salt runs as a library and masterless; no state is run. README.md in tests/golden says how a case is written.
"""
import json
import os
import shutil
import sys
import tempfile

import yaml

import salt.config
import salt.loader
import salt.pillar
import salt.state

GRAINS = {"os": "Debian", "os_family": "Debian", "osrelease": "12", "ipv4": ["10.0.0.5", "127.0.0.1"],
          "roles": ["web", "cache"], "place": {"rack": "r1", "row": 7}}


def plain(value):
    return value.decode() if isinstance(value, bytes) else list(value)


def write_tree(root, environments):
    roots = {}
    for environment, files in environments.items():
        folder = os.path.join(root, environment)
        os.makedirs(folder, exist_ok=True)
        for path, text in files.items():
            target = os.path.join(folder, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "w") as out:
                out.write(text)
        roots[environment] = [folder]
    return roots


class Case:
    def __init__(self, case, work):
        self.case = case
        self.work = work
        self.minion = case.get("minion", "web1.example.org")
        options = {
            "id": self.minion, "root_dir": work, "file_client": "local", "log_level": "quiet", "state_output": "full",
            "file_roots": write_tree(work + "/states", case.get("states", {"base": {}})),
            "pillar_roots": write_tree(work + "/pillar", case.get("pillar", {"base": {}})),
            "pillar_safe_render_error": True, "cachedir": work + "/cache",
        }
        for name, text in case.get("files", {}).items():
            target = work + "/files/" + name
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "w") as out:
                out.write(text)
        options.update(json.loads(json.dumps(case.get("options", {})).replace("FILES", work + "/files")))
        with open(work + "/minion", "w") as out:
            json.dump(options, out)
        self.opts = salt.config.minion_config(work + "/minion")
        self.opts["grains"] = dict(GRAINS, id=self.minion, **case.get("grains", {}))

    def guarded(self, work):
        try:
            return self.tidy(work())
        except Exception as error:  # what Salt's callers would be told
            return {"raised": self.tidy(str(error))}

    def tidy(self, value):
        return json.loads(json.dumps(value, default=plain).replace(self.work, "WORK"))

    def pillar(self):
        opts = self.opts.copy()
        request = self.case.get("request", {})
        return salt.pillar.Pillar(opts, dict(opts["grains"]), self.minion, request.get("saltenv", opts.get("saltenv")) or "base",
                                  pillarenv=request.get("pillarenv"),
                                  pillar_override=request.get("pillar")).compile_pillar()

    def with_high_state(self, work):
        opts = self.opts.copy()
        opts["pillar"] = self.pillar()
        if opts["pillar"].get("_errors"):
            raise ValueError("Pillar failed to render")
        state = salt.state.HighState(opts, initial_pillar=opts["pillar"] or {"_none": 1})
        state.push_active()
        try:
            return work(state)
        finally:
            state.pop_active()

    def top(self, state):
        tops = state.get_top()
        errors = state.verify_tops(tops)
        if errors:
            return errors
        return state.top_matches(tops)

    def named(self, state):
        return {state.opts["saltenv"] or "base": self.case["sls"]}

    def show_sls(self, state):
        high, errors = state.render_highstate(self.named(state))
        return errors + state.state.verify_high(high) or high

    def show_low_sls(self, state):
        high, errors = state.render_highstate(self.named(state))
        errors += state.state.verify_high(high)
        return errors or state.state.compile_high_data(high)

    def run_sls(self, state):
        high, errors = state.render_highstate(self.named(state))
        if "exclude" in self.case:
            high.setdefault("__exclude__", []).extend(self.case["exclude"])
        high, more = state.state.reconcile_extend(high)
        errors += more
        errors += state.state.verify_high(high)
        if errors:
            return errors
        high, more = state.state.requisite_in(high)
        errors += more
        high = state.state.apply_exclude(high)
        return errors or state.state.compile_high_data(high)

    def targets(self):
        opts = dict(self.opts, pillar=self.pillar())
        matchers = salt.loader.matchers(opts)
        results = []
        for kind, expression in self.case["targets"]:
            try:
                match = matchers[f"{kind}_match.match"]
                results.append(bool(match(expression, opts["nodegroups"]) if kind == "nodegroup" else match(expression)))
            except Exception as error:
                results.append(f"raised: {error}")
        return results

    def record(self):
        result = {}
        if "targets" in self.case:
            return {"targets": self.guarded(self.targets)}
        if "pillar" in self.case:
            result["pillar"] = self.guarded(self.pillar)
        if "sls" in self.case:
            for name, work in (("show_sls", self.show_sls), ("show_low_sls", self.show_low_sls), ("lowstate", self.run_sls)):
                result[name] = self.guarded(lambda: self.with_high_state(work))
        elif "states" in self.case:
            for name, work in (("top", self.top), ("highstate", lambda s: s.compile_highstate()),
                               ("lowstate", lambda s: s.compile_low_chunks()),
                               ("usage", lambda s: s.compile_state_usage())):
                result[name] = self.guarded(lambda: self.with_high_state(work))
        return result


def compact(recorded):
    """One line for each result, so that a diff shows which one changed."""
    cases = []
    for name, results in recorded.items():
        lines = [f"    {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in results.items()]
        cases.append(f"  {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(cases) + "\n}\n"


def main():
    with open(sys.argv[1]) as source:
        cases = yaml.safe_load(source)
    recorded = {}
    for name, case in cases.items():
        work = tempfile.mkdtemp(prefix="halite-trees-")
        try:
            recorded[name] = Case(case, work).record()
        finally:
            shutil.rmtree(work)
    with open(os.path.splitext(sys.argv[1])[0] + ".json", "w") as out:
        out.write(compact(recorded))


if __name__ == "__main__":
    main()
