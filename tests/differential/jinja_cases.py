#!/usr/bin/python3
"""Random Jinja templates with what Python's Jinja2 makes of them, as cases for render_cases.

usage: [PYTHONPATH=SALT] jinja_cases.py COUNT [SEED] [--salt] > cases.jsonl; render_cases cases.jsonl
The environment is wired as Salt wires it: sandboxed, StrictUndefined, `do` and loop controls, Salt's finalizer. With --salt it
is Salt's own, with its filters, tests and tags, and the templates use them.
"""
import json
import random
import re
import resource
import signal
import sys
import traceback
import warnings

import jinja2
import jinja2.sandbox

from jinja_grammar import Generator
from jinja_typed import Typed

CONTEXT = {
    "a": 1, "b": -7, "z": 0, "f": 2.5, "g": -0.1, "s": "hello World", "t": "", "u": "naïve Łódź", "q": "it's \"q\"\n",
    "n": None, "y": True, "no": False, "l": [3, 1, 2], "m": ["b", "A", "c"], "e": [], "d": {"k": 1, "x": "y", "l": [1, 2]},
    "dd": {"b": {"n": 2, "s": "two"}, "a": {"n": 1, "s": "one"}}, "r": [{"n": "x", "v": 2}, {"n": "y", "v": 1}, {"n": "Z", "v": 3}],
    "w": "a,b;c d", "num": "42", "fl": "3.75", "html": "<a href=\"x\">T & t</a> <!-- c --> http://x.org/a_b.html", "block": "one\n  two\n\nthree\r\nfour\n",
    "words": "The quick brown fox jumps over the lazy dog, again and again.", "snake": "some_snake_text", "big": 2**40, "huge": 10**15, "dups": [2, 1, 2, 3, 1],
    "nested": [1, [2, [3, "x"]], []], "mixed": [1, "a", None, 2.5, True, [1], {"k": 0}], "intkeys": {"10": 1, "9": 2, "B": 3, "a": 4},
    "recs": [{"n": "b", "v": 1, "tags": ["x", "y"], "o": {"x": 1}}, {"n": "A", "v": 2, "tags": [], "o": {}}, {"n": "a", "v": 2}],
    "deep": {"a": [{"b": 1}, {"b": [1, 2]}], "b": {"c": {"d": None}}},
    "tree": {"name": "root", "kids": [{"name": "x", "kids": [{"name": "xx", "kids": []}]}, {"name": "y", "kids": []}]},
}


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


FILES = {
    "inc": "({{ a }}{{ i is defined }}{{ v1 is defined }}{{ loop is defined }})\n", "loops": "{% for i in l %}{{ i }}{{ loop.index }}{% endfor %}\n\n",
    "lib": "{% macro f(x) %}[{{ x }}{{ a }}{{ v2 is defined }}]{% endmacro %}{% set v = 'V' ~ a %}text{% macro g(x=v) %}{{ x }}{{ caller() if caller else '' }}{% endmacro %}"
           "{% set _p = 1 %}{% set cnt = namespace(c=0) %}{% macro h(n) %}{% set cnt.c = cnt.c + n %}{{ cnt.c }}{% if n %}{{ h(n - 1) }}{% endif %}{% endmacro %}",
    "base": "<{% block one %}1{{ a }}{% endblock %}\n{% block two scoped %}2{% block three %}3{% endblock %}{% endblock %}>", "broken": "ok\n{% if a %}\n", "fails": "\n\n{{ a.b.c }}\n",
    "data.yaml": "k: [1, {{ a }}]\nd: {x: yes}\n", "data.json": "{\"k\": [1, {{ a }}, null]}", "bad.yaml": "a: 1\nb: [\n",
}


class Loader(jinja2.DictLoader):
    """As Salt's, it takes a text for a name and nothing else."""

    def get_source(self, environment, template):
        if not isinstance(template, str):
            raise AttributeError(f"'{type(template).__name__}' object has no attribute 'startswith'")
        return super().get_source(environment, template)


# What jinja_env of the settings may say, each for some of the templates.
SETTINGS = [
    {"trim_blocks": True}, {"lstrip_blocks": True}, {"trim_blocks": True, "lstrip_blocks": True}, {"keep_trailing_newline": True},
    {"line_statement_prefix": "%", "line_comment_prefix": "##"}, {"line_statement_prefix": "#", "trim_blocks": True}, {"line_comment_prefix": "//", "lstrip_blocks": True},
    {"newline_sequence": "\r\n"}, {"variable_start_string": "[[", "variable_end_string": "]]"}, {"block_start_string": "<%", "block_end_string": "%>", "lstrip_blocks": True},
    {"comment_start_string": "/*", "comment_end_string": "*/", "trim_blocks": True}, {"block_start_string": "{{%", "block_end_string": "%}}", "variable_start_string": "{{{", "variable_end_string": "}}}"},
]
SIGNS = [("block_start_string", "{%"), ("block_end_string", "%}"), ("variable_start_string", "{{"), ("variable_end_string", "}}"), ("comment_start_string", "{#"), ("comment_end_string", "#}")]


def in_signs_of(settings, text, rng):
    """The template with the signs that the settings name, and some of its tags as line statements."""
    if settings.get("line_statement_prefix"):
        text = re.sub(r"\n?\{%[-+]? ([^\n%{}]*) -?%\}", lambda tag: f"\n{rng.choice(['', '  '])}{settings['line_statement_prefix']} {tag[1]}{rng.choice(['', '', ':', ' '])}\n" if rng.random() < 0.5 else tag[0], text)
    if settings.get("line_comment_prefix"):
        text = re.sub(r"\n", lambda _: f"{rng.choice(['', ' '])}{settings['line_comment_prefix']} note\n" if rng.random() < 0.3 else "\n", text)
    for name, sign in SIGNS:
        if name in settings:
            text = text.replace(sign, settings[name])
    return text


def plain_environment(settings=None):
    settings = settings or {}
    return jinja2.sandbox.SandboxedEnvironment(
        undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], finalize=finalize,
        loader=Loader({name: in_signs_of(settings, text, random.Random(0)) for name, text in FILES.items()}), **settings)


def salt_environment():
    """As stock Salt 3006 sets up the environment of a state file."""
    import salt.utils.data
    import salt.utils.dateutils
    import salt.utils.dictupdate
    import salt.utils.files
    import salt.utils.hashutils
    import salt.utils.http
    import salt.utils.jinja
    import salt.utils.network
    import salt.utils.path
    import salt.utils.stringutils
    import salt.utils.user
    import salt.utils.yamlencoding
    from salt.utils.decorators.jinja import JinjaFilter, JinjaGlobal, JinjaTest
    from salt.utils.odict import OrderedDict
    env = jinja2.sandbox.SandboxedEnvironment(
        undefined=jinja2.StrictUndefined, loader=Loader(FILES),
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols", salt.utils.jinja.SerializerExtension])
    indent = env.filters["indent"]
    env.tests.update(JinjaTest.salt_jinja_tests)
    env.filters.update(JinjaFilter.salt_jinja_filters)
    env.filters["indent"] = indent
    env.globals.update(JinjaGlobal.salt_jinja_globals)
    env.globals["odict"] = OrderedDict
    env.tests["list"] = salt.utils.data.is_list
    return env


class Late(Exception):
    """Python was still busy after two seconds of its own time; such a case is left out."""


def be_late(*_):
    raise Late


class Judge:
    """One environment for all cases, with fresh values for each: a case may change what it is given."""

    def __init__(self, env):
        self.env = env
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
    if isinstance(error, jinja2.TemplateSyntaxError):
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


def template_of(rng, salt):
    loose, typed = Generator(rng), Typed(rng, salt)
    return rng.choice([lambda: "{{ " + loose.expression(3) + " }}", lambda: loose.template(3), lambda: typed.print(4), typed.template])()


def main():
    salt = "--salt" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--salt"]
    count = int(arguments[0])
    seed = int(arguments[1]) if len(arguments) > 1 else random.randrange(10**9)
    kind = "salt" if salt else "jinja"
    print(f"{kind}: seed {seed}", file=sys.stderr)
    resource.setrlimit(resource.RLIMIT_AS, (1 << 31, 1 << 31))  # a filter may be asked for all addresses of a network
    warnings.simplefilter("ignore")  # of Python's compiler, about what Jinja makes of odd templates
    judge = Judge(salt_environment() if salt else plain_environment())
    judges = [Judge(plain_environment(settings)) for settings in SETTINGS]
    for i in range(count):
        rng = random.Random(seed * 1_000_003 + i)
        template = template_of(rng, salt)
        case = {"name": f"{kind}-{seed}-{i}", "kind": "jinja", "template": template, "context": CONTEXT, "files": FILES}
        judge_of_case = judge
        if not salt and rng.random() < 0.25:
            choice = rng.randrange(len(SETTINGS))
            judge_of_case = judges[choice]
            template = in_signs_of(SETTINGS[choice], template, rng)
            files = {name: in_signs_of(SETTINGS[choice], text, random.Random(0)) for name, text in FILES.items()}
            case = {**case, "template": template, "files": files, "jinja_env": SETTINGS[choice]}
        outcome = judge_of_case.outcome(template)
        if not salt and outcome and re.search(r"No (filter|test) named '(xml|json|yaml|python|list|match)'", outcome.get("error", {}).get("message", "")):
            continue  # Salt has them, Jinja alone has not
        if outcome and is_ours_to_match(outcome.get("expect", "") + outcome.get("error", {}).get("message", "")):
            print(json.dumps({**case, **outcome}, ensure_ascii=False))


main()
