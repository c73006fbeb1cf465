#!/usr/bin/python3
"""Random Jinja templates with what Python's Jinja2 makes of them, as cases for render_cases.

usage: jinja_cases.py COUNT [SEED] > cases.jsonl; render_cases cases.jsonl
The environment is wired as Salt wires it: sandboxed, StrictUndefined, `do` and loop controls, Salt's finalizer.
"""
import json
import random
import re
import signal
import sys
import traceback
import warnings

import jinja2
import jinja2.sandbox

CONTEXT = {
    "a": 1, "b": -7, "z": 0, "f": 2.5, "g": -0.1, "s": "hello World", "t": "", "u": "naïve Łódź", "q": "it's \"q\"\n",
    "n": None, "y": True, "no": False, "l": [3, 1, 2], "m": ["b", "A", "c"], "e": [], "d": {"k": 1, "x": "y", "l": [1, 2]},
    "dd": {"b": {"n": 2, "s": "two"}, "a": {"n": 1, "s": "one"}}, "r": [{"n": "x", "v": 2}, {"n": "y", "v": 1}, {"n": "Z", "v": 3}],
    "w": "a,b;c d", "num": "42", "fl": "3.75",
}
NAMES = list(CONTEXT)


class PrintableDict(dict):
    """Salt's finalizer prints what is no text with str() inside dicts."""

    def __str__(self):
        return "{" + ", ".join(f"{k!r}: {v!r}" if isinstance(v, str) else f"{k!r}: {v!s}" for k, v in self.items()) + "}"

    __repr__ = lambda self: "{" + ", ".join(f"{k!r}: {v!r}" for k, v in self.items()) + "}"


def finalize(data):
    if isinstance(data, dict):
        return PrintableDict((k, finalize(v)) for k, v in data.items())
    if isinstance(data, (list, tuple, set)):
        return data.__class__([finalize(v) for v in data])
    return data


def environment(files):
    env = jinja2.sandbox.SandboxedEnvironment(
        undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
        loader=jinja2.DictLoader(files), finalize=finalize)
    env.globals.update(CONTEXT)
    return env


class Generator:
    def __init__(self, rng):
        self.rng = rng

    def pick(self, *options):
        return self.rng.choice(options)

    def literal(self):
        return self.rng.choice(["0", "1", "-3", "7", "2.5", "1e3", "0.1", "'ab'", "'B c'", "''", "'x%sy'", "'{}-{}'", "true", "false", "none", "[1, 'a']",
                                "[]", "(1, 2)", "()", "{'k': 1}", "{}", "10 ** 20", "'é'", "'12'", "'a.b'", "[[1, 2], [3]]", "1_000", "0x1f"])

    def atom(self, depth):
        roll = self.rng.random()
        if roll < 0.45:
            return self.rng.choice(NAMES)
        if roll < 0.8 or depth <= 0:
            return self.literal()
        return "(" + self.expression(depth - 1) + ")"

    def postfix(self, depth):
        text = self.atom(depth)
        for _ in range(self.rng.choice([0, 0, 1, 1, 2])):
            text += self.suffix(depth)
        return text

    def suffix(self, depth):
        inner = lambda: self.expression(0)
        return self.rng.choice([
            lambda: "[" + self.rng.choice(["0", "1", "-1", "5", "'k'", "'x'", "a", "1:", ":2", "::-1", "-2:", "1:3", "::2", "5:1:-2", "'n'"]) + "]",
            lambda: "." + self.rng.choice(["k", "x", "n", "a", "items()", "keys()|list", "values()|list", "get('k')", "get('zz', 3)", "upper()", "lower()", "split()",
                                           "split(',')", "strip()", "title()", "startswith('h')", "count('l')", "find('o')", "replace('l', 'L')", "join(m)", "format(1, 'z')",
                                           "index(1)", "copy()", "capitalize()", "swapcase()", "isdigit()", "zfill(5)", "center(9)", "rjust(8, '.')", "partition(' ')",
                                           "rsplit(' ', 1)", "splitlines()", "encode()", "0", "n.n", "l.1", "istitle()", "isupper()", "endswith('d')", "lstrip('h')"]),
            lambda: "|" + self.filter(inner),
            lambda: "|" + self.filter(inner),
        ])()

    def filter(self, inner):
        simple = ["abs", "int", "float", "round", "length", "upper", "lower", "title", "capitalize", "first", "last", "list", "string", "sort", "reverse|list",
                  "trim", "escape", "e", "striptags", "wordcount", "urlencode", "sum", "join", "default('D')", "default('D', true)", "d", "filesizeformat",
                  "round(1)", "round(2, 'floor')", "round(-1)", "int(5)", "float(1.5)", "int(base=16)", "center(12)", "indent(2)", "indent(3, true)", "truncate(7)",
                  "truncate(5, true)", "truncate(6, false, '..', 0)", "wordwrap(5)", "replace('l', '_')", "replace('a', 'b', 1)", "join(', ')", "join('-', attribute='n')",
                  "sort(reverse=true)", "sort(case_sensitive=true)", "sort(attribute='n')", "sort(attribute='v,n')", "map('string')|list", "map(attribute='n')|list",
                  "map('upper')|join", "select('number')|list", "select|list", "reject('none')|list", "selectattr('v', 'gt', 1)|list", "rejectattr('v', '==', 2)|map(attribute='n')|list",
                  "batch(2)|list", "batch(2, 'x')|list", "slice(2)|list", "slice(2, 'z')|list", "dictsort", "dictsort(by='value')", "items|list", "sum(attribute='v')",
                  "sum(start=10)", "groupby('n')|map('list')|list", "format(1)", "format('a', 'b')", "attr('upper')", "xmlattr", "urlize", "pprint", "string|length", "forceescape",
                  "safe", "filesizeformat(true)", "trim('h')", "map('int')|sum", "map('length')|list", "groupby('v', default=0)|map('first')|list", "sort|first", "list|last",
                  "map(attribute='zz', default='q')|list", "reverse", "count", "tojson" if False else "upper", "dictsort(reverse=true)", "join(d)"]
        return self.rng.choice(simple)

    def expression(self, depth):
        rng = self.rng
        if depth <= 0 or rng.random() < 0.3:
            return self.postfix(depth)
        sub = lambda: self.expression(depth - 1)
        return rng.choice([
            lambda: f"{sub()} {rng.choice(['+', '-', '*', '/', '//', '%', '~', '**'])} {self.postfix(0)}",
            lambda: f"{sub()} {rng.choice(['+', '~', '*', '%'])} {self.postfix(0)}",
            lambda: f"{sub()} {rng.choice(['==', '!=', '<', '<=', '>', '>=', 'in', 'not in'])} {self.postfix(0)}",
            lambda: f"{sub()} {rng.choice(['and', 'or'])} {sub()}",
            lambda: f"not {sub()}",
            lambda: f"-{self.postfix(0)}",
            lambda: f"{sub()} if {sub()} else {sub()}",
            lambda: f"{self.postfix(0)} is {rng.choice(['', 'not '])}{rng.choice(['defined', 'none', 'number', 'string', 'mapping', 'sequence', 'iterable', 'odd', 'even', 'divisibleby(3)', 'lower', 'upper', 'sameas none', 'eq(1)', 'in([1, 2])', 'callable', 'boolean', 'integer', 'float', 'true', 'escaped', 'gt 2', 'ne none'])}",
            lambda: f"[{sub()}, {sub()}]",
            lambda: f"({sub()}, {sub()})",
            lambda: f"{{'p': {sub()}, 'q': {sub()}}}",
            lambda: self.postfix(depth),
        ])()

    def text(self):
        return self.rng.choice(["x", " ", "\n", "  y\n", "- ", "# c\n", "a: ", "\n\n", "{", "}}", "é"])

    def open_sign(self):
        return self.rng.choice(["", "", "", "-", "+"])

    def close_sign(self):
        return self.rng.choice(["", "", "", "-"])

    def tag(self, body):
        return "{%" + self.open_sign() + " " + body + " " + self.close_sign() + "%}"

    def statement(self, depth):
        rng = self.rng
        body = lambda: self.template(depth - 1)
        value = lambda: self.expression(rng.choice([0, 1]))
        return rng.choice([
            lambda: self.tag(f"if {value()}") + body() + (self.tag(f"elif {value()}") + body() if rng.random() < 0.3 else "")
            + (self.tag("else") + body() if rng.random() < 0.5 else "") + self.tag("endif"),
            lambda: self.tag(f"for i in {rng.choice(['l', 'm', 'e', 'r', 'd', 'range(3)', 's', value()])}{rng.choice(['', '', ' if i', ' if loop is defined', ' if i != 1'])}")
            + rng.choice(["", "{{ loop.index }}", "{{ loop.last }}", "{{ loop.length }}{{ loop.revindex }}", "{{ loop.previtem|default('-') }}{{ loop.nextitem|d('+') }}", "{{ loop.changed(i) }}", "{{ loop.cycle('o', 'e') }}"])
            + "{{ i }}" + body() + (self.tag("else") + body() if rng.random() < 0.3 else "") + self.tag("endfor"),
            lambda: self.tag(f"for k, v in {rng.choice(['d.items()', 'dd.items()', 'dd|dictsort', '[(1, 2), (3, 4)]', value()])}") + "{{ k }}={{ v }};" + body() + self.tag("endfor"),
            lambda: self.tag(f"set {rng.choice(['v1', 'v2', 'a'])} = {value()}") + rng.choice(["{{ v1 is defined }}", "{{ a }}", ""]),
            lambda: self.tag("set v1") + body() + self.tag("endset") + "[{{ v1 }}]",
            lambda: self.tag(f"macro mm(p, q={value()})") + "<{{ p }}|{{ q }}" + rng.choice(["", "{{ varargs }}", "{{ kwargs }}", "{{ caller() if caller else 0 }}"]) + ">" + self.tag("endmacro")
            + rng.choice(["{{ mm(1) }}", "{{ mm(1, 2) }}", "{{ mm(q=a, p=s) }}", "{{ mm() }}", "{{ mm(1, 2, 3) }}", "{% call mm(1) %}c{{ a }}{% endcall %}", "{{ mm(1, z=2) }}"]),
            lambda: self.tag(f"filter {rng.choice(['upper', 'trim', 'indent(2)', 'replace(1, 2)', 'length'])}") + body() + self.tag("endfilter"),
            lambda: self.tag(f"with v1 = {value()}, v2 = a") + "{{ v1 }}{{ v2 }}" + body() + self.tag("endwith"),
            lambda: "{#" + rng.choice(["", "-"]) + " note " + rng.choice(["", "-"]) + "#}",
            lambda: self.tag("raw") + " {{ x }} {% y %} " + self.tag("endraw"),
            lambda: self.tag(f"do {rng.choice(['[].append(1)', 'a', 'none'])}"),
            lambda: "{% set ns = namespace(c=0) %}{% for i in l %}{% set ns.c = ns.c + i %}{% if i == " + rng.choice("123") + " %}{% " + rng.choice(["break", "continue"])
            + " %}{% endif %}{{ i }}{% endfor %}{{ ns.c }}",
            lambda: "{% for i in r recursive %}{{ i.n }}{% if loop.first and loop.depth < 3 %}({{ loop(r) }}){% endif %}{% endfor %}",
            lambda: rng.choice(["{% include 'inc' %}", "{% import 'lib' as lib %}{{ lib.f(a) }}{{ lib.v }}", "{% from 'lib' import f, v as w with context %}{{ f(w) }}",
                                "{% include ['none', 'inc'] ignore missing %}", "{% include 'none' ignore missing %}", "{% import 'lib' as lib %}{{ lib.zz is defined }}{{ lib }}",
                                "{% from 'lib' import zz %}{{ zz is defined }}", "{% include 'none' %}"]),
            lambda: "{% block b" + str(rng.randrange(10**6)) + rng.choice(["", " scoped"]) + " %}" + body() + "{{ i is defined }}{% endblock %}",
        ])()

    def template(self, depth):
        out = ""
        for _ in range(self.rng.choice([1, 1, 2, 3])):
            roll = self.rng.random()
            if roll < 0.35:
                out += self.text()
            elif roll < 0.65 or depth <= 0:
                out += "{{" + self.rng.choice(["", "-"]) + " " + self.expression(self.rng.choice([0, 1, 2])) + " " + self.close_sign() + "}}"
            else:
                out += self.statement(depth)
        return out


FILES = {"inc": "({{ a }}{{ i is defined }}{{ v1 is defined }}{{ loop is defined }})\n",
         "lib": "{% macro f(x) %}[{{ x }}{{ a }}{{ v2 is defined }}]{% endmacro %}{% set v = 'V' ~ a %}text"}


class Late(Exception):
    """Python was still busy after two seconds of its own time; such a case is left out."""


def be_late(*_):
    raise Late


class Judge:
    """One environment for all cases, with fresh values for each: a case may change what it is given."""

    def __init__(self):
        self.env = environment(FILES)
        self.text = json.dumps(CONTEXT)
        signal.signal(signal.SIGVTALRM, be_late)

    def render(self, template):
        values = json.loads(self.text)
        self.env.globals.update(values)
        for (_, loaded) in self.env.cache.items():
            loaded._module = None  # an imported template keeps what it made of earlier values
        text = self.env.from_string(template).render(**values)
        return text + ("\n" if template.endswith("\n") else "")

    def outcome(self, template):
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, 2)
            try:
                return {"expect": self.render(template)}
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        except Late:
            return None
        except Exception as error:  # every failure of a template is one to us
            return {"error": {"class": type(error).__name__, "line": line_of(error), "message": str(error)}}


def line_of(error):
    """As Salt finds it: of a syntax error its own; else of the last frame that is a template's top level or a macro."""
    if getattr(error, "lineno", None) is not None:
        return error.lineno if getattr(error, "name", None) in (None, "<template>") else None
    place = None
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.name in ("top-level template code", "template"):
            place = frame
    return place.lineno if place and place.filename == "<template>" else None


def is_ours_to_match(text):
    """Addresses in memory, and what Python's compiler makes of constants it can't write, are nobody's promise."""
    plain = re.sub(r"\s", "", text).lower()  # a filter may have gone over it
    if any(part in plain for part in ("objectat0x", "<built-inmethod", "<boundmethod", "<function", "<class")):
        return False
    return "name 'inf' is not defined" not in text and "name 'nan' is not defined" not in text


def main():
    count = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**9)
    print(f"jinja: seed {seed}", file=sys.stderr)
    warnings.simplefilter("ignore")  # of Python's compiler, about what Jinja makes of odd templates
    judge = Judge()
    for i in range(count):
        generator = Generator(random.Random(seed * 1_000_003 + i))
        template = "{{ " + generator.expression(3) + " }}" if i % 3 else generator.template(3)
        case = {"name": f"jinja-{seed}-{i}", "kind": "jinja", "template": template, "context": CONTEXT, "files": FILES}
        outcome = judge.outcome(template)
        if outcome and is_ours_to_match(outcome.get("expect", "") + outcome.get("error", {}).get("message", "")):
            print(json.dumps({**case, **outcome}, ensure_ascii=False))


main()
