#!/usr/bin/python3
"""render_peer.py FILE REPEATS: the figures of render_bench for Python's Jinja2, wired as Salt wires it."""
import json
import sys
import time

import jinja2
import jinja2.sandbox


def finalize(data):
    if isinstance(data, dict):
        return {k: finalize(v) for k, v in data.items()}
    if isinstance(data, (list, tuple, set)):
        return data.__class__([finalize(v) for v in data])
    return data


def best_us(repeats, work):
    best = 1e18
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best * 1e6


text = open(sys.argv[1]).read()
variables = json.load(open(sys.argv[1] + ".json"))
env = jinja2.sandbox.SandboxedEnvironment(undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], finalize=finalize)
repeats = int(sys.argv[2])
template = env.from_string(text)
out = template.render(**variables)
print(best_us(repeats, lambda: env.from_string(text)), best_us(repeats, lambda: template.render(**variables)), len(out.encode()) + text.endswith("\n"))
