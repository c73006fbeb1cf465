"""Random templates from a loose grammar: any value meets any operator, so many of them fail, each in its own way."""

NAMES = ["a", "b", "z", "f", "g", "s", "t", "u", "q", "n", "y", "no", "l", "m", "e", "d", "dd", "r", "w", "num", "fl"]


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
