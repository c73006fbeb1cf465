#!/usr/bin/python3
"""render_peer.py jinja|yaml FILE REPEATS: the figures of render_bench for Jinja2 and PyYAML, wired as Salt wires them."""
import json
import sys
import time

import jinja2
import jinja2.sandbox
import yaml


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


def measure_template(path, repeats):
    text = open(path).read()
    inputs = json.load(open(path.rsplit(".", 1)[0] + ".json"))
    env = jinja2.sandbox.SandboxedEnvironment(undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], finalize=finalize,
                                              loader=jinja2.DictLoader(inputs["files"]))
    env.filters["tojson"] = json.dumps
    env.filters["yaml_dquote"] = lambda value: yaml.dump(value, default_style='"').strip()
    variables = inputs["variables"]
    template = env.from_string(text)
    out = template.render(**variables)
    parse = best_us(repeats, lambda: env.from_string(text))
    run = best_us(repeats, lambda: template.render(**variables))
    print(parse, run, len(out.encode()) + text.endswith("\n"))


def measure_yaml(path, repeats):
    text = open(path).read()
    data = yaml.load(text, Loader=yaml.CSafeLoader)
    pure = best_us(max(1, repeats // 5), lambda: yaml.load(text, Loader=yaml.SafeLoader))
    quick = best_us(repeats, lambda: yaml.load(text, Loader=yaml.CSafeLoader))
    dump = best_us(repeats, lambda: yaml.dump(data, Dumper=yaml.CSafeDumper, default_flow_style=False, allow_unicode=True))
    print(pure, quick, dump)


{"jinja": measure_template, "yaml": measure_yaml}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
