#!/usr/bin/python3
"""Random YAML with what PyYAML makes of it, wired as Salt wires it, as cases for render_cases.

usage: yaml_cases.py load|dump COUNT [SEED] > cases.jsonl; render_cases cases.jsonl
load: documents from a grammar, a third of them damaged. dump: data through the `yaml` filter, in flow and block style.
"""
import json
import random
import sys

import yaml

WORDS = ["a", "b", "key", "x y", "web1", "-1", "0", "1", "10", "010", "0x1F", "0b11", "1_000", "1:30", "190:20:30", "1.5", ".5", "5.", "1e3", "1.5e+3",
         ".inf", "-.INF", ".nan", "yes", "no", "On", "off", "true", "False", "null", "~", "Null", "y", "n", "2001-01-01", "2001-12-14t21:59:43.1Z",
         "12:30:45", "a:b", "a#b", "::1", "http://x.y/z?a=b", "/srv/app", "*.txt"[1:], "u+x", "naïve", "日本", "😀", "=", "a-b", "-a", "?a", "0o7", "08", "1.0.0",
         "9223372036854775807", "9223372036854775808", "-0", "+5", "1e400", "tRUE", "<<x", "--", "a,b", "0644", "+.inf", "6.02e23", "0.1", "1__0"]
WORDS += ["1:30.5", "190:20:30.15", "-1:30", "+1:05", "1:60", "0:0", "1:2:3:4", "0b2", "0x", "0xG", "0b", "00", "0_", "-0x1f", "+0b11", "-010", "1e+3", "1.e+3", "1.5E-3", "-.5", "+.5", "._5", ".e+1", "1._5", "12e03", "685.230_15e+03",
          "2001-1-1", "2001-12-14 21:59:43.10 -5", "2001-12-15 2:59:43.10", "2001-12-14T21:59:43+05:30", "2001-02-30", "0001-01-01", "yEs", "ON", "oFF", "TRUE", "nULL", "NULL", "~a", "-", "?", ":", "- a", "a: b"[:2] + "b", ".INF", ".Inf", "-.inf", ".NaN", ".NAN", "nan", "inf",
          "a'b", 'a"b', "a\\nb", "<<", "a &b", "a *b", "a!b", "%a", "@a"[1:], "a|b", "é#b", "1,000", "[a"[1:], "\u00a0x", "x\u2028y", "\ufeffz"[1:], "a\tb", "!a"[1:], "--- a"[4:], "...a", "---a", "0.", "-1_0", "1e", "0o", "09", "1:2.", "0x_1", "null ", "x" * 30]
QUOTED = ["''", "'a'", "'it''s'", "'a: b'", "'# x'", '""', '"a"', '"a\\tb"', '"\\u00e9\\x41"', '"\\n"', "'010'", '"yes"', "' a '", '"a\\"b"', "'{a}'", '"\\e\\0"', "'a\n  b'", '"a\n\n  b"', '"a\\\n  b"']
QUOTED += ["'\n'", "'a\n\n\n  b'", '"a  \n  b"', '"\\x41\\u00e9\\U0001F600"', '"\\N\\_\\L\\P"', '"\\q"', '"\\x4"', '"\\ud800"', '"\\/"', '"a\\\n\n  b"', '"\\ a"', "'a''", '"a', "'# a'", '"a: b"', "'\ta'", '"a\tb"', '"---"', "'a\n---\nb'", '"a # b"', '"\\0\\a\\b\\t\\v\\f\\r"', "'é\n é'", '" a\n b "', '"\\\n a"', "'\r'", '"a\r\n b"']
TAGS = ["!!str ", "!!int ", "!!float ", "!!bool ", "!!null ", "!!omap ", "!!pairs ", "!x ", "!!python/none ", "! ", "!!timestamp ", "!!set ", "!!seq ", "!!map ", "!<tag:yaml.org,2002:str> ", "!<tag:yaml.org,2002:int> ", "!<x> ", "!e!str ", "!!python/str ", "!!python/unicode ",
        "!!python/tuple ", "!!merge ", "!!value ", "!!bool", "!%41 ", "!!s%74r ", "!<!x> ", "!!nosuch ", "!a!b "]
INDICATORS = ["|", ">", "|-", ">-", "|+", ">+", "|2", ">1-", "| # c", "|", ">", "|-", "|+", "|-2", "|+1", ">2+", ">+3", "|9", "|0", "|10", "|x", ">- # c", "|#c", "|  ", ">\t", "|-+", "|1", ">4", "| x"]
NOISE = "\r\x07\x7f\u0085\ufeff\u2029a1:-?,[]{}&*!|>'\"%@#\n\t  \\~<=.é"


class Loader(yaml.CSafeLoader):
    """Timestamps stay text, leading zeros are decimal, equal keys are errors, merged keys give way to written ones."""

    def __init__(self, text):
        super().__init__(text)
        self.add_constructor("tag:yaml.org,2002:timestamp", type(self).construct_scalar)
        for tag in ("map", "omap"):  # Salt reads an ordered map as a map when it loads states
            self.add_constructor("tag:yaml.org,2002:" + tag, type(self).construct_map)
        self.add_constructor("tag:yaml.org,2002:python/unicode", type(self).construct_unicode)

    def construct_unicode(self, node):
        return super().construct_scalar(node)  # Salt gives the nodes of a list or map as they are; we refuse those

    def construct_map(self, node):
        data = {}
        yield data
        data.update(self.construct_mapping(node))

    def refuse(self, node, problem, mark):
        raise yaml.constructor.ConstructorError("while constructing a mapping", node.start_mark, problem, mark)

    def construct_mapping(self, node, deep=False):
        if not isinstance(node, yaml.MappingNode):
            self.refuse(node, "expected a mapping node", node.start_mark)
        self.flatten_mapping(node)
        out = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=deep)
            try:
                hash(key)
            except TypeError:
                self.refuse(node, "found unacceptable key", key_node.start_mark)
            value = self.construct_object(value_node, deep=deep)
            if key in out:
                self.refuse(node, f"found conflicting ID '{key}'", key_node.start_mark)
            out[key] = value
        return out

    def construct_scalar(self, node):
        if node.tag == "tag:yaml.org,2002:int" and node.value.startswith("0") and not node.value.startswith(("0b", "0x")):
            node.value = node.value.lstrip("0") or "0"
        return super().construct_scalar(node)

    def merged(self, node, value):
        if isinstance(value, yaml.MappingNode):
            self.flatten_mapping(value)
            return value.value
        if not isinstance(value, yaml.SequenceNode):
            self.refuse(node, "expected a mapping or list of mappings for merging", value.start_mark)
        parts = []
        for part in value.value:
            if not isinstance(part, yaml.MappingNode):
                self.refuse(node, "expected a mapping for merging", part.start_mark)
            self.flatten_mapping(part)
            parts.append(part.value)
        return [pair for part in reversed(parts) for pair in part]

    def flatten_mapping(self, node):
        more, own = [], []
        for i, (key, value) in enumerate(list(node.value)):
            if key.tag == "tag:yaml.org,2002:merge":
                more += self.merged(node, value)
                continue
            if key.tag == "tag:yaml.org,2002:value":
                key.tag = "tag:yaml.org,2002:str"
            own.append((key, value))
        written = [key.value for key, _ in own]
        node.value = [pair for pair in more if pair[0].value not in written] + own


class Dumper(yaml.CSafeDumper):
    pass


class Generator:
    def __init__(self, rng):
        self.rng = rng
        self.anchors = []

    def scalar(self, is_key=False):
        text = self.rng.choice(WORDS) if self.rng.random() < 0.75 else self.rng.choice(QUOTED)
        return "'k'" if is_key and "\n" in text else text

    def properties(self):
        roll = self.rng.random()
        if roll < 0.05:
            self.anchors.append(f"n{len(self.anchors)}" if self.rng.random() < 0.9 else self.rng.choice(["n0", "a-b", "é", "a.b", "", "1"]))
            return f"&{self.anchors[-1]} " + (self.rng.choice(TAGS) if roll < 0.01 else "")
        return self.rng.choice(TAGS) + (self.anchor_behind() if roll < 0.055 else "") if roll < 0.1 else ""

    def anchor_behind(self):
        self.anchors.append(f"t{len(self.anchors)}")
        return f"&{self.anchors[-1]} "

    def alias(self):
        return "*" + self.rng.choice(self.anchors) if self.anchors and self.rng.random() < 0.15 else "*nosuch" if self.rng.random() < 0.003 else None

    def flow(self, depth):
        rng = self.rng
        if depth <= 0 or rng.random() < 0.45:
            return self.alias() or self.properties() + self.scalar()
        gap = rng.choice(["", " ", " ", "\n  ", " # c\n  ", "\n\n  ", "\t", "\n\t", "  \n    # c\n  ", "\n"])
        if rng.random() < 0.5:
            items = [self.flow(depth - 1) for _ in range(rng.randrange(4))]
            if items and rng.random() < 0.15:
                items[0] = f"{self.scalar(True)}: {items[0]}"
            return self.properties() + "[" + gap + f",{gap or ' '}".join(items) + rng.choice(["", gap, ","]) + "]"
        items = [f"{self.scalar(True)}{rng.choice([':', ': ', ' : '])}{gap}{self.flow(depth - 1)}" if rng.random() < 0.9 else self.scalar(True) for _ in range(rng.randrange(4))]
        return self.properties() + "{" + f",{gap or ' '}".join(items) + gap + "}"

    def block_text(self, indent):
        rng = self.rng
        pad = " " * indent
        lines = [rng.choice(["", pad + rng.choice(["a", "b c", "# no", "x: y", "- z", " more", "\ttab", "end  ", "  deep", "é", "a\\b", "---", "...", "'q", "\t", " \t ", "x\u2028y", "%a", "key:", "w" * 20]), pad, "  "]) for _ in range(rng.randrange(1, 6))]
        return rng.choice(INDICATORS) + "\n" + "\n".join(lines)

    def block(self, depth, indent):
        """What stands behind "key:" or "-": from here to the end of its last line."""
        rng = self.rng
        roll = rng.random()
        if depth <= 0 or roll < 0.3:
            comment = rng.choice(["", "", "", " # c", "  ", "\t# c", "#c", " #", "\t"]) if rng.random() < 0.5 else ""
            return " " + (self.alias() or self.properties() + self.scalar()) + comment
        if roll < 0.4:
            return " " + self.properties() + self.block_text(indent + rng.choice([0, 1, 2]))
        if roll < 0.5:
            return " " + self.flow(depth - 1)
        if roll < 0.55:
            return " word\n" + " " * (indent + 2) + "and more" + rng.choice(["", "\n\n" + " " * (indent + 2) + "last"])
        head = rng.choice(["", "", " # c", " " + self.properties().rstrip()])
        return head + "\n" + self.collection(depth - 1, indent + rng.choice([0, 1, 2, 2, 4]))

    def collection(self, depth, indent):
        rng = self.rng
        pad = " " * indent
        lines = []
        if rng.random() < 0.4:
            for _ in range(rng.randrange(1, 4)):
                inline = depth > 0 and rng.random() < 0.3
                lines.append(pad + "-" + (" " + self.collection(depth - 1, indent + 2).lstrip(" ") if inline else self.block(depth, indent + 1)))
            return "\n".join(lines)
        for _ in range(rng.randrange(1, 5)):
            roll = rng.random()
            if roll < 0.06 and self.anchors:
                names = [rng.choice(self.anchors) for _ in range(rng.randrange(1, 3))]
                lines.append(pad + "<<: " + rng.choice([f"*{names[0]}", f"*{names[0]}", "[" + ", ".join("*" + name for name in names) + "]", f"{{a: 1, key: *{names[0]}}}", f"[*{names[0]}, {{a: 2}}]", "\n" + pad + f"  - *{names[0]}", f"&m{len(self.anchors)} {{x y: 3}}"]))
            elif roll < 0.09:
                lines.append(pad + "? " + self.flow(1) + "\n" + pad + ":" + self.block(depth, indent + 1))
            elif roll < 0.1:
                lines.append(pad + "?" + self.block(min(depth, 1), indent + 1) + rng.choice(["", "\n" + pad + ":" + self.block(depth, indent + 1)]))
            elif roll < 0.11:
                lines.append(pad + (self.alias() or "&k" + str(indent) + " key") + rng.choice([" :", ":"]) + self.block(depth, indent + 1))
            elif roll < 0.115:
                lines.append(pad + rng.choice(["? a", "? a\n" + pad + "? b", "- ", "-", "a", ": b", "k" * 1030 + ": long", "'" + "k" * 1020 + "': long", "key:\t1", "\tkey: 1", "key: 1\t# c", "key:\n\t- 1", "a: b: c", "a: - b", "- - - 1", "? - a\n" + pad + ": - b", "a:  |2\n" + pad + "    x", "<<: {}", "<<: []", "<<: a", "<<: [a]", "<<:"]))
            else:
                lines.append(pad + self.scalar(True) + rng.choice([":", ":", ":", " :"]) + self.block(depth, indent + 1))
            if rng.random() < 0.1:
                lines.append(rng.choice(["", pad + "# c", "  "]))
        return "\n".join(lines)

    def script(self, indent):
        """The text of a literal: lines as in scripts and certificates."""
        rng = self.rng
        pad = " " * (indent + rng.choice([1, 2, 2, 4]) if rng.random() < 0.97 else max(indent - 1, 0))
        lines = [rng.choice(["", pad, pad + " ", " "]) if rng.random() < 0.2 else pad + rng.choice(["", "", "  ", " "]) + rng.choice(["echo a", "key: |", "- |", "# c", "if [ x ]; then", "'q", "}", "--- a", "a: 'b", "é", "\tx", "x  ", "[", "&a", "key: v"][:None if self.is_odd else 8]) for _ in range(rng.randrange(1, 6))]
        return rng.choice(["|", "|", "|", "|-", "|+", ">", ">-"]) + (rng.choice(["", " ", " # c"]) if self.is_odd else "") + "\n" + "\n".join(lines)

    def plain_block(self, depth, indent):
        """A block of one-line values and literals, as most files are."""
        rng = self.rng
        pad, is_list, lines = " " * indent, rng.random() < 0.3, []
        for _ in range(rng.randrange(1, 5)):
            head = pad + ("-" if is_list else rng.choice(["key", "a.b", "k-1", "x/y", "10", "yes", "key" + str(len(lines))]) + ":")
            roll = rng.random()
            if roll < 0.35:
                lines.append(head + " " + self.script(indent))
            elif roll < 0.45 and is_list:
                lines.append(head + " key: " + self.script(indent + 2))
            elif roll < 0.75 or depth <= 0:
                lines.append(head + rng.choice([" ", "  "]) + rng.choice(["word", "two words", "1", "'q'", '"d"', "[a, 1]", "[]", "true", "", "x: y", "a #b", "a # c", "-1", "- x", "/srv/x", "1:30", "a:b", "~", "'it''s'", "{}", "x|", "*"][:None if self.is_odd else -4]))
            else:
                lines.append(head + "\n" + self.plain_block(depth - 1, indent + rng.choice([2, 2, 4, 0 if not is_list else 2])))
            if rng.random() < 0.1:
                lines.append(rng.choice(["", pad + "# c", "  ", "# c", pad + "  more"][:None if self.is_odd else 4]))
        return "\n".join(lines)

    def document(self):
        rng = self.rng
        if rng.random() < 0.25:
            self.is_odd = rng.random() < 0.3
            text = self.plain_block(2, 0) + rng.choice(["", "\n", "\n", "\n", "\n\n"])
            if rng.random() < 0.2:
                at = rng.randrange(len(text) + 1)
                text = text[:at] + rng.choice(["", rng.choice(NOISE)]) + text[at + rng.choice([0, 1]):]
            return text
        text = self.collection(rng.randrange(4), rng.choice([0, 0, 0, 2])) if rng.random() < 0.85 else self.flow(3)
        text = rng.choice(["", "", "", "---\n", "# c\n", "%YAML 1.1\n---\n", "--- ", "--- # c\n", "\n\n", "\ufeff", "%TAG !e! tag:yaml.org,2002:\n---\n", "%YAML 1.2\n---\n", "%FOO bar\n--- ", "%YAML 2.0\n---\n", "%YAML 1.1\n%YAML 1.1\n---\n", "%TAG ! !x-\n---\n", "---\n# c\n", "--- !!map\n", "--- &top\n", "...\n"] if rng.random() < 0.4 else [""]) + text
        text += rng.choice(["\n", "\n", "", "\n...\n", "\n\n", "\n# c", "\n... # c\n", "\n---\n", "\n--- b\n", "\n...\n%YAML 1.1\n", "\n  ", "\n\t\n", "\n...\n...\n", "\n...\nb\n"] if rng.random() < 0.4 else ["\n"])
        if rng.random() < 0.04:
            text = text.replace("\n", rng.choice(["\r\n", "\r", "\x85", "\u2028", "\n\n"]))
        for _ in range(rng.choice([0, 0, 1, 2])):
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice(["", rng.choice(NOISE)]) + text[at + rng.choice([0, 1]):]
        return text

    def data(self, depth):
        rng = self.rng
        roll = rng.random()
        if depth <= 0 or roll < 0.4:
            return rng.choice([lambda: rng.choice(WORDS), self.text, lambda: rng.randrange(-10**6, 10**6), lambda: rng.choice([True, False, None, 2**40]),
                               lambda: rng.choice([1.5, 0.1, 1e16, 1e-7, float("inf"), float("nan"), -0.0, 123456.789])])()
        if roll < 0.7:
            return [self.data(depth - 1) for _ in range(rng.randrange(5))]
        return {rng.choice(WORDS + ["k", "l", "m", self.text()]): self.data(depth - 1) for _ in range(rng.randrange(5))}

    def text(self):
        rng = self.rng
        if rng.random() < 0.3:
            return "".join(rng.choice(NOISE) for _ in range(rng.randrange(8)))
        return rng.choice([" ", "\n", "  ", ": ", " #"]).join(rng.choice(WORDS) for _ in range(rng.choice([1, 2, 3, 20, 40])))


class Unmatchable(Exception):
    """Data that has no form of its own: a ring, or a set."""


def tagged(value, open_containers=()):
    """Data as the recordings write it."""
    if id(value) in open_containers:
        raise Unmatchable
    inner = open_containers + (id(value),)
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"$int": str(value)}
    if isinstance(value, float):
        return {"$float": repr(value)}
    if isinstance(value, bytes):
        return {"$bytes": value.hex()}
    if isinstance(value, tuple):
        return {"$tuple": [tagged(item, inner) for item in value]}
    if isinstance(value, set):
        if len(value) > 1:
            raise Unmatchable  # the order of a set of texts differs from run to run
        return {"$set": [tagged(item, inner) for item in value]}
    if isinstance(value, list):
        return [tagged(item, inner) for item in value]
    if all(isinstance(key, str) and not key.startswith("$") for key in value):
        return {key: tagged(item, inner) for key, item in value.items()}
    return {"$map": [[tagged(key, inner), tagged(item, inner)] for key, item in value.items()]}


def names_itself(text):
    """An alias inside what it names: PyYAML makes a ring of it, we refuse it."""
    names = []
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                names.append(event.anchor)
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                names.pop()
            elif isinstance(event, yaml.AliasEvent) and event.anchor in names:
                return True
    except yaml.YAMLError:
        pass
    return False


def has_dict_key(data):
    if isinstance(data, list):
        return any(map(has_dict_key, data))
    return isinstance(data, dict) and any(isinstance(key, dict) or has_dict_key(value) for key, value in data.items())


def load_case(generator):
    text = generator.document()
    if text.startswith("#!") or names_itself(text):
        return None
    case = {"kind": "yaml", "template": text, "context": {}}
    try:
        data = yaml.load(text, Loader=Loader) or {}
        case["expect"] = tagged(data)
        return None if '"$map": [[{"$bytes' in json.dumps(case["expect"]) else case
    except Unmatchable:
        return None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        case["error"] = {"class": type(error).__name__, "line": line, "message": str(error)}
    except (yaml.YAMLError, ValueError, AttributeError, TypeError, LookupError) as error:
        case["error"] = {"class": type(error).__name__, "line": None, "message": str(error)}
    return case


def dump_case(generator):
    data = generator.data(4)
    flow = generator.rng.random() < 0.4
    text = yaml.dump(data, Dumper=Dumper, allow_unicode=True, default_flow_style=flow).strip()
    text = text[:-4] if text.endswith("\n...") else text
    return {"kind": "jinja", "template": "{{ v|yaml }}" if flow else "{{ v|yaml(false) }}", "context": {"v": tagged(data)}, "expect": text}


def main():
    make = {"load": load_case, "dump": dump_case}[sys.argv[1]]
    count = int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(10**9)
    print(f"yaml {sys.argv[1]}: seed {seed}", file=sys.stderr)
    for i in range(count):
        case = make(Generator(random.Random(seed * 1_000_003 + i)))
        if case:
            print(json.dumps({"name": f"yaml-{sys.argv[1]}-{seed}-{i}", **case}, ensure_ascii=False))


main()
