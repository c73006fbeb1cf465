#!/usr/bin/python3
"""compile_peer.py PSF GOLDEN REPEATS: stock Salt compiles the recorded hosts warm, as a library in one process.

Each run builds its compiler object anew, as Salt does for each job. External pillars are replaced by their recorded
results, so the figures are a little in Salt's favour.
"""
import copy
import json
import statistics
import sys
import tempfile
import time

import salt.config
import salt.pillar
import salt.state
import salt.utils.dictupdate

psf, golden, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3])


def read(path):
    with open(f"{golden}/{path}") as source:
        return json.load(source)


def timed(work):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def measure(case):
    environment, name = case["env"], case["case"]
    roots = [f"{psf}/pillar/{environment}", f"{psf}/pillar/base"]
    if environment == "prod":
        roots.append(f"{golden}/inputs/pillar-stubs/prod")
    with tempfile.TemporaryDirectory() as work:
        with open(work + "/minion", "w") as out:
            json.dump({"id": case["id"], "file_client": "local", "cachedir": work + "/cache", "pki_dir": work + "/pki",
                       "log_file": work + "/log", "file_roots": {"base": [psf + "/salt"]}, "pillar_roots": {"base": roots},
                       "nodegroups": read(f"inputs/{environment}/config.json")["nodegroups"]}, out)
        opts = salt.config.minion_config(work + "/minion")
        opts["grains"] = read(f"cases/{name}/grains.json")
        answers = {}
        for call in read(f"cases/{name}/functions.json"):
            answers.setdefault(call["fun"], {})[json.dumps([call["args"], call["kwargs"]])] = call["result"]

        def answer(fun):
            return lambda *args, **kwargs: copy.deepcopy(answers[fun].get(json.dumps([list(args), kwargs])))

        def pillar():
            compiler = salt.pillar.Pillar(copy.deepcopy(opts), copy.deepcopy(opts["grains"]), case["id"], "base")
            for fun in answers:
                compiler.functions[fun] = answer(fun)
            return compiler.compile_pillar()

        data = read(f"cases/{name}/pillar.json")

        def lowstate():
            own = copy.deepcopy(opts)
            own["pillar"] = copy.deepcopy(data)
            state = salt.state.HighState(own, initial_pillar=own["pillar"])
            for fun in answers:
                state.state.functions[fun] = answer(fun)
            state.push_active()
            try:
                return state.compile_low_chunks()
            finally:
                state.pop_active()

        pillar(), lowstate()
        return timed(pillar), timed(lowstate)


figures = [measure(case) for case in read("minions.json") if case["pillar_stubs"]]
for name, column in (("pillar", 0), ("highstate and lowstate", 1)):
    values = [figure[column] for figure in figures]
    print(f"{'stock Salt: ' + name:<44} {min(values):8.2f} {statistics.median(values):8.2f} {max(values):8.2f}")
