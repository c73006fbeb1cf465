"""Random templates whose expressions mostly have the types they need: deep ones that run, where the loose grammar's soon fail.

`Typed(rng, salt).template()`; with `salt`, Salt's filters and tests too.
"""

STRINGS = ["s", "t", "u", "q", "w", "num", "fl", "html", "block", "words", "snake"]
CHARACTERS = list("aAzZ019 _-.,:;/\\'\"#%{}()[]<>&|!?*+=~^$@`\t\n") + ["é", "ß", "İ", "ǅ", "日", "😀", "\u0301", "\u00a0", "½", "٣", "²", "ǆ", "Ⅳ", "三", "ა", "σ", "Σ", "\u2028", "\x00", "\x7f", "ﬁ"]
TEXTS = ["'ab'", "'B c'", "''", "'x%sy'", "'{}-{}'", "'é'", "'12'", "'a.b'", "' pad '", "'-7'", "'0x1f'", "'1e3'", "'a\\nb\\r\\nc'", "\"it's\"", "'tab\\there'", "'ǅungla'",
         "'straße'", "'007'", "'+4'", "'1_000'", "'T'", "'<b>&amp;</b>'", "'\\x41\\u00e9'", "'one two  three'", "'CamelCaseText'", "'snake_case_text'", "'a' 'b'", "'true'", "'None'"]
PERCENT = ["%s", "%r", "%d", "%5d", "%-5d|", "%05d", "%+d", "%x", "%#x", "%X", "%o", "%#o", "%e", "%.2f", "%8.3f", "%g", "%G", "%c", "%%", "%5s", "%-5s|", "%.2s", "%i", "%u", "% d", "%a", "%.0f", "%+.1e", "%(k)s", "%*d"]
BRACES = ["{}", "{0}", "{1}", "{:>8}", "{:<8}|", "{:^8}", "{:*^9}", "{:05}", "{:+}", "{:x}", "{:#x}", "{:b}", "{:,}", "{:_}", "{:.2f}", "{:e}", "{:g}", "{:%}", "{!r}", "{!s:>5}", "{0[0]}", "{:.3}", "{:d}", "{:c}", "{{", "}}",
          "{k}", "{:{}}", "{:s}", "{:n}", "{:=+8}", "{:#b}", "{:o}", "{:08.3f}", "{!a}", "{0:}"]


class Typed:
    def __init__(self, rng, salt=False):
        self.rng = rng
        self.salt = salt
        self.locals = {"str": [], "int": [], "list": [], "dict": [], "any": []}
        self.macros = []
        self.names = 0
        self.in_loop = 0

    def one(self, options):
        return self.rng.choice(options)

    def chance(self, probability):
        return self.rng.random() < probability

    # Expressions.
    def expression(self, depth=3):
        return self.one([self.text, self.text, self.whole, self.real, self.truth, self.items, self.items, self.mapping, self.any])(depth)

    def any(self, depth):
        if self.locals["any"] and self.chance(0.4):
            return self.one(self.locals["any"])
        return self.one([self.text, self.whole, self.items, self.mapping, self.real, self.truth, lambda _: "n", lambda _: self.one(["r[0].n", "d.l", "dd.a", "l[0]", "deep.a[1].b", "nosuch", "d.nosuch", "tree.kids"])])(depth)

    def typed(self, kind, depth, names, literals, rules):
        text = self.bare(kind, depth, names, literals, rules)
        # Behind a filter stands no [...] and no .name; left bare at times, for the errors.
        return f"({text})" if "|" in text and self.chance(0.9) else text

    def bare(self, kind, depth, names, literals, rules):
        if self.chance(0.04):
            return "(" + self.expression(0) + ")"
        if self.locals[kind] and self.chance(0.25):
            return self.one(self.locals[kind])
        if depth <= 0 or self.chance(0.2):
            if kind == "str" and self.chance(0.25):
                return self.literal_text()
            return self.one(names) if self.chance(0.6) else self.one(literals)
        return self.one(rules)(depth - 1)

    def text(self, depth):
        text, whole, items = self.text, self.whole, self.items
        rules = [
            lambda d: f"({text(d)} ~ {self.any(d)})", lambda d: f"({text(d)} + {text(d)})", lambda d: f"({text(d)} * {self.one('0123')})",
            lambda d: f"{text(d)}[{self.index(d)}]", lambda d: f"{text(d)}[{self.slice(d)}]", lambda d: f"{text(d)}.{self.text_method(d)}", lambda d: f"{text(d)}.{self.text_method(d)}",
            lambda d: f"{text(d)}|{self.text_filter(d)}", lambda d: f"{text(d)}|{self.text_filter(d)}", lambda d: f"({self.percent(d)})", lambda d: self.braces(d),
            lambda d: f"{items(d)}|join({text(0) if self.chance(0.7) else ''})", lambda d: f"{text(0)}.join({items(d)}|map('string'))", lambda d: f"{self.any(d)}|string",
            lambda d: f"({text(d)} if {self.truth(d)} else {text(d)})", lambda d: f"{self.any(d)}|{self.one(['pprint', 'xmlattr', 'urlencode', 'filesizeformat', 'e', 'title', 'format(1)', 'forceescape'])}",
        ]
        if self.salt:
            rules += [lambda d: f"{text(d)}|{self.salt_text(d)}", lambda d: f"{text(d)}|{self.salt_text(d)}",
                      lambda d: f"{self.mapping(d)}|json_encode_dict|string", lambda d: f"{self.items(d)}|{self.one(['json_encode_list', 'json_decode_list'])}|string", lambda d: self.addresses(), lambda d: f"{self.any(d)}|{self.one(['yaml', 'yaml(false)', 'json', 'json(indent=2)', 'json(sort_keys=false)', 'python', 'yaml_encode'])}"]
        return self.typed("str", depth, STRINGS, TEXTS, rules)

    def index(self, depth):
        return self.one(["0", "1", "-1", "2", "a", "z", "-2"]) if self.chance(0.8) else self.whole(0)

    def slice(self, _):
        part = lambda: self.one(["", "", "0", "1", "2", "-1", "-2", "3", "a", "100", "-100"])
        return f"{part()}:{part()}" + (":" + self.one(["", "1", "2", "-1", "-2", "3"]) if self.chance(0.4) else "")

    def literal_text(self):
        body = "".join(self.one(CHARACTERS) for _ in range(self.rng.randrange(6)))
        return "'" + body.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def text_method(self, depth):
        s = lambda: self.one(["'l'", "'o'", "'a'", "' '", "','", "'he'", "''", "'\\n'", "'B'"]) if self.chance(0.7) else self.text(min(depth, 1))
        whole = lambda: self.one(["0", "1", "2", "5", "9", "-1", "20"])
        bounds = lambda: self.one(["", "", f", {whole()}", f", {whole()}, {whole()}"])
        return self.one([
            lambda: self.one(["upper", "lower", "title", "capitalize", "swapcase", "casefold", "strip", "lstrip", "rstrip"]) + "()",
            lambda: f"{self.one(['strip', 'lstrip', 'rstrip', 'removeprefix', 'removesuffix'])}({s()})", lambda: f"replace({s()}, {s()}{self.one(['', ', 1', ', 2', ', -1', ', 0'])})",
            lambda: f"{self.one(['center', 'ljust', 'rjust'])}({whole()}{self.one(['', ', %s' % repr(self.one('*0 '))])})", lambda: f"zfill({whole()})",
            lambda: f"{self.one(['find', 'rfind', 'index', 'rindex', 'count', 'startswith', 'endswith'])}({s()}{bounds()})", lambda: f"expandtabs({self.one(['', '4', '0', '1'])})",
            lambda: f"{self.one(['split', 'rsplit'])}({self.one(['', s(), s() + ', 1', 'none, 1', 'none', 'maxsplit=1', s() + ', maxsplit=2', 'sep=' + s()])})|join('|')",
            lambda: f"splitlines({self.one(['', 'true', 'keepends=true', 'false'])})|join('|')", lambda: f"{self.one(['partition', 'rpartition'])}({s()})[{self.one('012')}]",
            lambda: f"{self.one(['isalnum', 'isalpha', 'isascii', 'isdecimal', 'isdigit', 'isidentifier', 'islower', 'isnumeric', 'isprintable', 'isspace', 'istitle', 'isupper'])}()|string",
            lambda: f"encode({self.one(['', repr('utf-8'), repr('latin-1') + ', ' + repr('replace')])}).decode({self.one(['', repr('utf-8')])})",
            lambda: f"startswith(({s()}, {s()}))|string", lambda: f"join({self.items(0)})", lambda: f"translate({self.one(['{97: %r, 108: none, 111: 48}' % 'X', 's.maketrans(%r, %r)' % ('lo', 'xy'), 's.maketrans(%r, %r, %r)' % ('a', 'b', 'l'), 's.maketrans({%r: 1})' % 'o', '{}', 'l'])})",
            lambda: self.one(["strip(chars='a')", "replace('a', 'b', count=1)", "join(iterable=m)", "split(' ', maxsplit=1)|list|string", "expandtabs(tabsize=3)", "zfill(width=5)", "center(width=9)", "count(sub='l')", "splitlines(keepends=true)|string"]),
        ])()

    def text_filter(self, depth):
        s, flag = lambda: self.text(min(depth, 1)), lambda: self.one(["true", "false"])
        whole = lambda: self.one(["0", "1", "2", "3", "5", "8", "12", "30"])
        return self.one([
            lambda: self.one(["upper", "lower", "title", "capitalize", "trim", "e", "escape", "striptags", "urlencode", "string", "forceescape", "safe", "reverse", "wordcount", "urlize", "length", "first", "last", "list|join", "int", "float"]),
            lambda: f"replace({s()}, {s()}{self.one(['', ', 1', ', count=2'])})", lambda: f"center({whole()})", lambda: f"trim({s()})",
            lambda: f"indent({self.one([whole(), repr('> '), 'width=3'])}{self.one(['', ', true', ', first=true', ', blank=true', ', true, true'])})",
            lambda: f"truncate({whole()}{self.one(['', ', true', ', false, ' + repr('..'), ', true, ' + repr(''), ', leeway=0', ', true, leeway=3', ', end=' + repr('>'), ', killwords=true'])})",
            lambda: f"wordwrap({whole()}{self.one(['', ', false', ', wrapstring=' + repr('|'), ', break_long_words=false', ', break_on_hyphens=false'])})",
            lambda: f"format({self.any(0)}, {self.any(0)})", lambda: f"default({s()}{self.one(['', ', true', ', boolean=' + flag()])})",
            lambda: f"urlize({self.one(['10', 'none, true', 'target=' + repr('_blank'), 'rel=' + repr('x'), '20, nofollow=true'])})", lambda: f"join({s()})", lambda: f"{self.one(['select', 'reject'])}('in', 'abc ')|join",
            lambda: f"int({self.one(['5', 'base=16', '0, 8', 'default=-1', '7, base=2'])})|string", lambda: f"float({self.one(['', '1.5', 'default=2.0'])})|string", lambda: "sort|join", lambda: "batch(3)|map('join')|join('/')",
        ])()

    def percent(self, depth):
        count = self.rng.randrange(1, 4)
        form = "".join(self.one(["", "a", " "]) + self.one(PERCENT) for _ in range(count))
        values = [self.one([self.whole, self.text, self.real, self.any])(min(depth, 1)) for _ in range(max(0, count - (form.count("%%")) + form.count("*")))]
        if "%(k)s" in form:
            return f"{form!r} % {{'k': {self.any(0)}}}"
        if len(values) == 1 and self.chance(0.5):
            return f"{form!r} % {values[0]}"
        return f"{form!r} % ({', '.join(values)}{',' if values else ''})"

    def braces(self, depth):
        form = "".join(self.one(["", "a", " "]) + self.one(BRACES) for _ in range(self.rng.randrange(1, 4)))
        values = [self.one([self.whole, self.text, self.real, self.any])(min(depth, 1)) for _ in range(self.rng.randrange(1, 5))]
        return f"{form!r}.format({', '.join(values)}{', k=' + self.any(0) if '{k}' in form else ''})"

    def whole(self, depth):
        whole = self.whole
        rules = [
            lambda d: f"({whole(d)} {self.one(['+', '-', '*', '//', '%'])} {whole(d)})", lambda d: f"({whole(d)} {self.one(['+', '-'])} {whole(d)})", lambda d: f"(-{whole(d)})", lambda d: f"({whole(d)} ** {self.one('0123')})",
            lambda d: f"{self.items(d)}|length", lambda d: f"{self.text(d)}|length", lambda d: f"{self.items(d)}|count", lambda d: f"{self.any(d)}|int", lambda d: f"{self.real(d)}|int", lambda d: f"{self.numbers(d)}|{self.one(['sum', 'first', 'last'])}",
            lambda d: f"{self.text(d)}.{self.one(['count', 'find', 'rfind'])}({self.text(0)})", lambda d: f"{self.items(d)}.{self.one(['count', 'index'])}({self.any(0)})", lambda d: f"({whole(d)} if {self.truth(d)} else {whole(d)})",
            lambda d: f"{whole(d)}|abs", lambda d: f"{whole(d)}.{self.one(['bit_length()', 'real', 'imag', 'numerator', 'denominator', 'conjugate()'])}", lambda d: f"{self.numbers(d)}[{self.index(d)}]", lambda d: f"({self.truth(d)} + {whole(d)})",
            lambda d: f"{self.text(d)}|wordcount", lambda d: f"{self.one(['r', 'recs'])}|sum(attribute='v')",
        ]
        if self.salt:
            rules += [lambda d: f"{self.numbers(d)}|{self.one(['avg', 'min', 'max'])}", lambda d: f"{self.text(d)}|{self.one(['to_num', 'str_to_num', 'human_to_bytes', 'network_size'])}"]
        return self.typed("int", depth, ["a", "b", "z", "big", "l[0]", "d.k", "r[0].v", "huge", "dd.a.n"], ["0", "1", "-3", "7", "10 ** 20", "1_000", "0x1f", "0b101", "0o17", "42", "255", "-1"], rules)

    def real(self, depth):
        if depth <= 0 or self.chance(0.3):
            return self.one(["f", "g", "2.5", "0.1", "1e3", "-1.5", "1e16", "1e-7", "3.0", "1e22", "0.5", "123456.789", "-0.0", "1_0.5e1_0"])
        d = depth - 1
        return self.one([
            lambda: f"({self.real(d)} {self.one(['+', '-', '*', '/'])} {self.whole(0)})", lambda: f"({self.whole(d)} / {self.whole(0)})", lambda: f"({self.real(d)} {self.one(['//', '%', '**'])} {self.one(['2', '3', '-2', 'a'])})",
            lambda: f"{self.real(d)}|round({self.one(['', '1', '2', '-1', '0', '1, ' + repr('floor'), '0, ' + repr('ceil'), 'method=' + repr('ceil'), '3'])})", lambda: f"{self.text(d)}|float", lambda: f"{self.any(0)}|float(2.0)",
            lambda: f"{self.real(d)}|abs", lambda: f"{self.real(d)}.{self.one(['is_integer()', 'real', 'imag', 'as_integer_ratio()', 'conjugate()', 'hex()'])}", lambda: f"{self.items(0)}|map('float')|sum",
        ])()

    def truth(self, depth):
        if depth <= 0 or self.chance(0.15):
            return self.one(["y", "no", "true", "false", "a", "e", "t", "n"])
        d = depth - 1
        tests = ["defined", "undefined", "none", "number", "string", "mapping", "sequence", "iterable", "boolean", "integer", "float", "true", "false", "callable", "escaped", "lower", "upper"]
        return self.one([
            lambda: f"({self.whole(d)} {self.one(['<', '<=', '>', '>=', '==', '!='])} {self.whole(d)})", lambda: f"({self.text(d)} {self.one(['<', '>', '==', '!=', 'in', 'not in'])} {self.text(d)})", lambda: f"({self.any(d)} {self.one(['==', '!='])} {self.any(d)})",
            lambda: f"({self.any(0)} {self.one(['in', 'not in'])} {self.items(d)})", lambda: f"({self.text(0)} in {self.mapping(d)})", lambda: f"({self.items(d)} {self.one(['<', '==', '>='])} {self.items(d)})", lambda: f"({self.whole(0)} < {self.whole(0)} {self.one(['<', '<=', '==', '!='])} {self.real(0)})",
            lambda: f"({self.truth(d)} {self.one(['and', 'or'])} {self.truth(d)})", lambda: f"(not {self.truth(d)})", lambda: f"({self.any(d)} is {self.one(['', 'not '])}{self.one(tests)})",
            lambda: f"({self.whole(d)} is {self.one(['', 'not '])}{self.one(['odd', 'even', 'divisibleby 3', 'divisibleby(2)', 'gt(2)', 'lt 5', 'ge 1', 'le(a)', 'eq 1', 'ne(b)', 'in [1, 2, 7]', 'sameas a', 'equalto 3', 'greaterthan 2', 'lessthan(9)'])})",
            lambda: f"({self.text(d)} is {self.one(['', 'not '])}{self.one(['lower', 'upper', 'in s', 'eq t', 'filter', 'test', 'sameas s'])})", lambda: f"{self.text(d)}.{self.one(['startswith', 'endswith'])}({self.text(0)})",
            lambda: f"{self.items(d)}|{self.one(['select|list|length > 1', 'first is defined', 'length'])}",
        ] + ([lambda: f"({self.text(d)} is match({self.regex()}))", lambda: f"{self.text(d)}|{self.one(['to_bool', 'is_hex', 'contains_whitespace', 'is_ip', 'is_ipv4', 'is_ipv6'])}", lambda: f"{self.any(d)}|{self.one(['is_list', 'is_iter', 'to_bool', 'exactly_one_true', 'exactly_n_true(2)'])}",
              lambda: f"({self.any(d)} is list)", lambda: f"{self.text(d)}|{self.one(['substring_in_list(m)', 'check_whitelist_blacklist(m)', 'check_whitelist_blacklist(blacklist=[%s])' % repr('h*')])}"] if self.salt else []))()

    def numbers(self, depth):
        if depth <= 0 or self.chance(0.4):
            return self.one(["l", "[1, 2.5, 3]", "[a, b, z]", "range(4)|list", "(3, 1)", "[0]", "dups"])
        d = depth - 1
        return self.one([lambda: f"[{self.whole(d)}, {self.whole(d)}]", lambda: f"{self.numbers(d)}|sort", lambda: f"({self.numbers(d)} + {self.numbers(0)})", lambda: f"{self.numbers(d)}[{self.slice(d)}]",
                         lambda: f"range({self.one(['5', '1, 4', '6, 0, -2', 'a, 7', '0'])})|list", lambda: f"{self.items(d)}|map('length')|list" if self.chance(0.3) else f"{self.numbers(d)}|sort(reverse=true)", lambda: f"{self.one(['r', 'recs'])}|map(attribute='v')|list"])()

    def items(self, depth):
        items, s = self.items, self.text
        rules = [
            lambda d: f"[{', '.join(self.any(d) for _ in range(self.rng.randrange(4)))}]", lambda d: f"({', '.join(self.any(d) for _ in range(self.rng.randrange(2, 4)))})", lambda d: f"({items(d)} + {items(d)})", lambda d: f"{items(d)}[{self.slice(d)}]", lambda d: f"({items(d)} * {self.one('012')})",
            lambda d: self.numbers(d), lambda d: f"{s(d)}.split({self.one(['', s(0)])})", lambda d: f"{self.mapping(d)}.{self.one(['keys()', 'values()', 'items()'])}|list", lambda d: f"{self.mapping(d)}|{self.one(['list', 'items|list', 'dictsort', 'dictsort(reverse=true)', 'dictsort(by=%r)' % 'value', 'dictsort(true)'])}",
            lambda d: f"{items(d)}|{self.items_filter(d)}", lambda d: f"{items(d)}|{self.items_filter(d)}", lambda d: f"{items(d)}|{self.items_filter(d)}", lambda d: f"{self.records(d)}", lambda d: f"({items(d)} if {self.truth(d)} else {items(d)})", lambda d: f"{s(d)}|list", lambda d: f"{items(d)}.copy()",
        ]
        if self.salt:
            rules += [lambda d: f"{items(d)}|list|{self.salt_items(d)}", lambda d: f"{items(d)}|list|{self.salt_items(d)}"]  # of tuples Salt makes sets
        return self.typed("list", depth, ["l", "m", "e", "r", "words.split()", "dups", "nested", "mixed", "recs"], ["[]", "[1, 'a']", "(1, 2)", "()", "[[1, 2], [3]]", "['b', 'a', 'C']", "[none, 0, '']", "(1,)", "['x'] * 2"], rules)

    def items_filter(self, depth):
        s, test = lambda: self.text(min(depth, 1)), lambda: self.one(["'number'", "'string'", "'defined'", "'odd'", "'none'", "'in', [1, 2, 'a']", "'eq', 1", "'gt', 1", "'lower'", "", "'sequence'", "'mapping'", "'ne', 'b'"])
        return self.one([
            lambda: self.one(["list", "reverse|list", "sort", "first", "last", "sum", "length", "count", "join", "string", "pprint"]),
            lambda: f"sort({self.one(['reverse=true', 'true', 'case_sensitive=true', 'false, true', 'attribute=0'])})", lambda: f"join({s()})", lambda: f"map({self.one([repr('string'), repr('upper'), repr('length'), repr('int'), repr('default') + ', 1', repr('replace') + ', ' + repr('a') + ', ' + repr('b'), repr('list'), repr('first'), repr('float'), repr('e'), repr('round') + ', 1'])})|list",
            lambda: f"{self.one(['select', 'reject'])}({test()})|list", lambda: f"batch({self.one(['1', '2', '3', '2, none', '2, ' + repr('x')])})|{self.one(['list', 'map(' + repr('list') + ')|list', 'map(' + repr('length') + ')|list'])}", lambda: f"slice({self.one(['1', '2', '3', '2, none', '3, ' + repr('x')])})|map('list')|list",
            lambda: f"sum({self.one(['start=1', 'start=0.5', '', 'start=[]'])})", lambda: f"{self.one(['first', 'last'])}", lambda: f"default({self.any(0)}, true)",
        ])()

    def records(self, depth):
        base = self.one(["r", "recs", "dd.values()|list", "r + recs"])
        attribute = lambda: self.one(["'n'", "'v'", "'tags'", "'tags.0'", "'o.x'", "'zz'"])
        return "(" + base + ")|" + self.one([
            lambda: f"map(attribute={attribute()}{self.one(['', ', default=0', ', default=' + repr('-')])})|list", lambda: f"{self.one(['selectattr', 'rejectattr'])}({attribute()}{self.one(['', ', ' + repr('defined'), ', ' + repr('gt') + ', 1', ', ' + repr('in') + ', [1, ' + repr('x') + ']', ', ' + repr('equalto') + ', 2', ', ' + repr('string')])})|list",
            lambda: f"sort(attribute={self.one([attribute(), repr('v,n'), repr('n,v')])}{self.one(['', ', reverse=true', ', case_sensitive=true'])})", lambda: f"groupby({attribute()}{self.one(['', ', default=' + repr('q'), ', case_sensitive=true'])})|{self.one(['list', 'map(' + repr('first') + ')|list', 'map(attribute=' + repr('list') + ')|list', 'map(attribute=' + repr('grouper') + ')|list'])}",
            lambda: f"sum(attribute={attribute()})", lambda: f"join(', ', attribute={attribute()})",
        ])()

    def mapping(self, depth):
        mapping = self.mapping
        key = lambda: self.one(["'k'", "'x'", "'n'", "1", "'new'", "true", "none", "2.5", "(1, 2)"])
        rules = [
            lambda d: "{" + ", ".join(f"{key()}: {self.any(d)}" for _ in range(self.rng.randrange(3))) + "}", lambda d: f"dict({mapping(d)}{self.one(['', ', p=' + self.any(0)])})", lambda d: f"dict({self.one(['a=1, b=s', 'k=' + self.any(0), '[(1, 2), (3, 4)]', 'm|map(%r)|list' % 'list'])})", lambda d: f"{mapping(d)}.copy()",
            lambda d: f"{self.one(['dd.a', 'dd[%r]' % 'b', 'r[0]', 'r|first', 'recs[-1]', 'tree', 'deep'])}", lambda d: f"({mapping(d)} if {self.truth(d)} else {mapping(d)})", lambda d: f"{{}}.fromkeys({self.items(0)}, {self.any(0)})", lambda d: f"{mapping(d)}.{self.one(['get(%s, {})' % key(), 'setdefault(%s, {})' % key(), 'pop(%s, {})' % key()])}",
        ]
        if self.salt:
            rules += [lambda d: f"{mapping(d)}|{self.salt_mapping(d)}"]
        return self.typed("dict", depth, ["d", "dd", "deep", "tree", "intkeys"], ["{}", "{'k': 1}", "{'b': [1], 'a': {'x': none}}", "{1: 'one', 2: 'two'}"], rules)

    # Salt's own.
    def regex(self):
        return self.one(["'a.c'", "'^h'", "'(\\\\w+) (\\\\w+)'", "'[aeiou]'", "'\\\\d+'", "'(?P<n>l+)'", "'o$'", "'(x)|(y)'", "''", "'('", "'.*'", "'\\\\s+'", "'(?i)HELLO'", "'l{2}'"])

    def salt_text(self, depth):
        return self.one([
            lambda: self.one(["yaml_dquote", "yaml_squote", "yaml_encode", "quote", "regex_escape", "md5", "sha1", "sha256", "sha512", "base64_encode", "to_snake_case", "to_camelcase", "to_camelcase(true)", "to_bytes", "to_num", "to_bool", "uuid", "is_hex", "contains_whitespace", "base64_decode", "sequence", "skip", "is_list",
                              "hmac_compute('k')", "human_to_bytes", "ipwrap", "ipaddr", "is_ip", "mac_str_to_bytes", "path_join('x', 'y')", "load_yaml", "load_json", "load_text", "dict_to_sls_yaml_params", "flatten", "unique", "hmac('k', 'zz')"]),
            lambda: f"regex_replace({self.regex()}, {self.one([repr('<>'), repr('X'), repr(''), chr(39) + chr(92) * 2 + '1' + chr(39)])}{self.one(['', ', ignorecase=true', ', multiline=true'])})", lambda: f"regex_search({self.regex()}{self.one(['', ', ignorecase=true'])})", lambda: f"regex_match({self.regex()}{self.one(['', ', multiline=true'])})",
            lambda: f"substring_in_list({self.items(0)})", lambda: f"check_whitelist_blacklist({self.items(0)})", lambda: f"method_call({self.one([repr('upper'), repr('split') + ', ' + repr(' '), repr('nosuch'), repr('replace') + ', ' + repr('l') + ', ' + repr('L')])})",
        ])()

    def salt_items(self, depth):
        other = lambda: self.items(min(depth, 1))
        return self.one([
            lambda: self.one(["unique", "min", "max", "avg", "flatten", "flatten(1)", "flatten(preserve_nulls=true)", "sorted_ignorecase", "is_list", "is_iter", "exactly_one_true", "exactly_n_true(2)", "sequence", "skip"]),
            lambda: f"{self.one(['union', 'intersect', 'difference', 'symmetric_difference', 'compare_lists'])}({other()})", lambda: f"{self.one(['zip', 'zip_longest', 'product', 'compress'])}({other()})|list", lambda: f"{self.one(['combinations', 'permutations', 'combinations_with_replacement'])}({self.one('0123')})|list", 
            lambda: f"traverse({self.one([repr('0'), repr('1:n'), repr('n')])}, {self.any(0)})", lambda: f"random_sample(2, seed={self.one('123')})", lambda: f"random_shuffle(seed={self.one('12')})", lambda: f"json_query({self.one([repr('[0]'), repr('[*].n'), repr('[?v > `1`].n'), repr('length(@)'), repr('sort(@)'), repr('[].v')])})",
        ])()

    def addresses(self):
        address = lambda: self.one(["10.0.0.1", "::1", "fe80::1/126", "2001:db8::/126", "256.1.1.1", "10.0.0.1/33", "192.168.1.0/30", "127.0.0.1", "", "x", "10.1.0.0/28", "169.254.3.4", "224.0.0.1", "8.8.8.8", "10.0.0.0/29", "1::2::3", "::ffff:1.2.3.4", "::ffff:10.0.0.1", "100.64.1.1", "192.0.0.9", "2002::1", "64:ff9b:1::1", "2001:3::5", "198.18.0.1", "01.2.3.4"])
        value = self.one([lambda: repr(address()), lambda: "[" + ", ".join(repr(address()) for _ in range(self.rng.randrange(4))) + "]", lambda: self.text(0)])()
        options = self.one(["", "", "(%r)" % self.one(["public", "private", "loopback", "link-local", "multicast", "reserved", "unspecified", "public, private", "zz", ""])])
        return f"{value}|{self.one(['is_ip', 'is_ipv4', 'is_ipv6', 'ipaddr', 'ipv4', 'ipv6', 'ip_host', 'network_hosts|string|truncate(200)', 'network_size'])}{options}" if self.chance(0.8) else f"{value}|{self.one(['ipwrap', 'filter_by_networks([%r, %r])' % ('10.0.0.0/8', '::/0')])}"

    def salt_mapping(self, depth):
        value = lambda: self.any(0)
        return self.one([
            lambda: f"set_dict_key_value({self.one([repr('k'), repr('a:n'), repr('new:deep:er')])}, {value()})", lambda: f"update_dict_key_value({self.one([repr('dd'), repr('new:x'), repr('a')])}, {self.mapping(0)})", lambda: f"append_dict_key_value({self.one([repr('l'), repr('new:x')])}, {value()})",
            lambda: f"extend_dict_key_value({self.one([repr('l'), repr('new')])}, {self.items(0)})", lambda: "dict_to_sls_yaml_params", lambda: f"traverse({self.one([repr('a:n'), repr('k'), repr('l:0'), repr('b:s'), repr('a:zz')])}, {value()})",
            lambda: f"json_query({self.one([repr('k'), repr('a.n'), repr('keys(@)'), repr('*.n'), repr('l[0]')])})",
        ])()

    # Templates.
    def fresh(self, kind):
        name = f"{kind[0]}{self.names}"
        self.names += 1
        return name

    def tag(self, body):
        gap = self.one([" ", " ", " ", " ", "", "\n  "])
        left = self.one(["", "", "", "-", "+"])
        return "{%" + left + (gap or " ") + body + (gap or " ") + self.one(["", "", "", "-"]) + "%}"

    def print(self, depth=2):
        value = self.expression(depth)
        return "{{" + self.one(["", "", "-"]) + " " + value + (self.one(["\n  ", " "]) if self.chance(0.1) else " ") + self.one(["", "", "-"]) + "}}"

    def words(self):
        return self.one(["x", " ", "\n", "  y\n", "- ", "\n\n", "key: ", "  \n", "\t", "é\n", "{ ", "%", "# "])

    def scoped(self, kind, name, make):
        self.locals[kind].append(name)
        text = make()
        self.locals[kind].remove(name)
        return text

    def body(self, depth):
        out = ""
        for _ in range(self.one([1, 1, 2, 3])):
            roll = self.rng.random()
            out += self.words() if roll < 0.3 else self.print() if roll < 0.6 or depth <= 0 else self.statement(depth)
        return out

    def statement(self, depth):
        kinds = ["if", "for", "for", "pairs", "set", "set", "set_block", "macro", "call", "filter", "with", "do", "namespace", "recursive", "include", "import", "block", "raw", "comment", "unpack", "nested_loop", "loop_parts", "control", "inline", "cycler", "escapes"]
        if self.salt:
            kinds += ["load", "import_data", "macro"]
        return getattr(self, "make_" + self.one(kinds))(depth)

    def make_if(self, depth):
        body = lambda: self.body(depth - 1)
        out = self.tag(f"if {self.truth(2)}") + body()
        for _ in range(self.one([0, 0, 1, 2])):
            out += self.tag(f"elif {self.truth(1)}") + body()
        return out + (self.tag("else") + body() if self.chance(0.5) else "") + self.tag("endif")

    def loop(self, target, values, name, kind, depth, inner=""):
        self.in_loop += 1
        body = self.scoped(kind, name, lambda: inner + self.body(depth - 1))
        self.in_loop -= 1
        condition = self.scoped(kind, name, lambda: self.one(["", "", "", f" if {self.truth(1)}", f" if {name} is defined", f" if {name}"]))
        return self.tag(f"for {target} in {values}{condition}") + body + (self.tag("else") + self.body(depth - 1) if self.chance(0.2) else "") + self.tag("endfor")

    def make_for(self, depth):
        name = self.fresh("any")
        return self.loop(name, self.items(2), name, "any", depth, self.one(["", "{{ loop.index }}", "{{ loop.index0 }}/{{ loop.length }}", "{{ loop.first }}{{ loop.last }}", "{{ loop.revindex }}{{ loop.revindex0 }}"]))

    def make_loop_parts(self, depth):
        name = self.fresh("any")
        part = self.one(["{{ loop.previtem|default('-') }}", "{{ loop.nextitem|default('+') }}", "{{ loop.changed(%s) }}" % name, "{{ loop.cycle('o', 'e', 'x') }}", "{{ loop.depth }}{{ loop.depth0 }}", "{{ loop }}", "{{ loop.nosuch is defined }}", "{{ loop.changed(%s|string|first) }}" % name, "{% set outer = loop %}{% for q2 in [1, 2] %}{{ outer.index }}{{ loop.index }}{% endfor %}"])
        return self.loop(name, self.one([self.items(1), self.text(1), "range(3)", self.mapping(1), "r|groupby('v')", "l|map('string')", "m|reverse", "l|batch(2)"]), name, "any", depth, part)

    def make_pairs(self, depth):
        key, value = self.fresh("any"), self.fresh("any")
        return self.loop(f"{key}, {value}", self.one([f"{self.mapping(1)}.items()", f"{self.mapping(1)}|dictsort", f"{self.mapping(1)}|items", "r|groupby('n')", "[(1, 2), (3, 4)]", "[[1, 2]]", "['ab', 'cd']", self.items(1)]), value, "any", depth, "{{ %s }}" % key)

    def make_nested_loop(self, depth):
        name = self.fresh("any")
        return self.loop(f"(k1, {name}), k2", self.one(["[((1, 2), 3)]", "[[(1, 2), 3], ['ab', 'c']]", "dd.items()|map('list')|list", self.items(1)]), name, "any", depth, "{{ k1 }}{{ k2 }}")

    def make_set(self, depth):
        kind, make = self.one([("str", self.text), ("int", self.whole), ("list", self.items), ("dict", self.mapping), ("any", self.any)])
        name = self.fresh(kind) if self.chance(0.8) or not self.locals[kind] else self.one(self.locals[kind])
        out = self.tag(f"set {name} = {make(2)}") if "." not in name else ""
        if name not in self.locals[kind]:
            self.locals[kind].append(name)
        return out + self.one(["", "{{ %s }}" % name])

    def make_unpack(self, depth):
        return self.tag(f"set {self.one(['u1, u2', '(u1, u2)', 'u1, (u2, u3)', 'u1,', 'u1, u2, u3'])} = {self.one(['1, 2', self.items(1), '(1, [2, 3])', 'l', repr('ab'), '[1]', 'd.items()|list', 'a'])}") + "{{ u1 }}{{ u2 is defined }}"

    def make_set_block(self, depth):
        name = self.fresh("str")
        out = self.tag(f"set {name}{self.one(['', '', ' | upper', ' | trim', ' | replace(%r, %r)|trim' % ('a', 'b'), ' | indent(2)', '|length', '|list', '|nosuch', '|default(1, true)'])}") + self.body(depth - 1) + self.tag("endset")
        self.locals["str"].append(name)
        return out + "[{{ %s }}]" % name

    def make_macro(self, depth):
        name = self.fresh("macro")
        outer = self.locals
        self.locals = {kind: list(names) for kind, names in outer.items()}
        default = self.any(1)
        self.locals["any"] += ["p", "o"]
        in_loop, self.in_loop = self.in_loop, 0
        extra = self.one(["", "", "{{ varargs }}", "{{ kwargs }}", "{{ varargs|length }}{{ kwargs|dictsort }}", "{{ caller() }}", "{% if caller %}{{ caller() }}{% endif %}", "{{ caller(1, p) }}", "{{ caller() if caller is defined else '-' }}"])
        body = self.body(depth - 1)
        self.in_loop = in_loop
        self.locals = outer
        self.macros.append(name)
        parameters = self.one([f"p, o={default}", f"p={default}, o=p", "p, o", "p, o='x', *", "", f"p, o={default}", "p, o=none, caller=none"]) if self.chance(0.2) else f"p, o={default}"
        return self.tag(f"macro {name}({parameters})") + "<{{ p }}" + extra + body + ">" + self.tag("endmacro" + (" " + name if self.chance(0.03) else "")) + "{{ %s }}" % self.invocation(name)

    def invocation(self, name):
        return f"{name}({self.one(['1', '1, 2', 's', 'o=1, p=2', '1, o=2', '', '1, 2, 3', '1, zz=3', '*l', '**d', '*[1, 2]', '1, *[2], zz=1', self.any(1), self.any(1) + ', ' + self.any(0), '1, **{%r: 3}' % 'o'])})" + self.one(["", "", "", "|upper", "|length", "[1:]"])

    def make_inline(self, depth):
        if not self.macros:
            return self.print()
        name = self.one(self.macros)
        return "{{ " + self.one([self.invocation(name), self.invocation(name), f"{name}.name", f"{name}.arguments", f"{name}.catch_kwargs", f"{name}.catch_varargs", f"{name}.caller", f"{name} is callable", f"[1, 2]|map({name!r})|list", f"{name}"]) + " }}"

    def make_call(self, depth):
        if not self.macros:
            return self.make_macro(depth)
        arguments = self.one(["", "", "()", "(c1)", "(c1, c2=2)", "(c1='d')"])
        return self.tag(f"call{arguments} {self.one(self.macros)}({self.one(['1', 's', '1, o=2', 'o=1, p=2', '', '1'])})") + self.one(["", "{{ c1|default('-') }}"]) + self.body(depth - 1) + self.tag("endcall")

    def make_filter(self, depth):
        return self.tag(f"filter {self.one(['upper', 'trim', 'indent(2)', 'replace(%r, %r)' % ('a', 'b'), 'title', 'e', 'trim|upper', 'wordwrap(8)', 'truncate(9)', 'length|string', 'center(20)', 'striptags', 'default(%r)' % 'x'])}") + self.body(depth - 1) + self.tag("endfilter")

    def make_with(self, depth):
        name, other = self.fresh("any"), self.fresh("any")
        head = self.one([f"{name} = {self.any(1)}", f"{name} = {self.any(1)}, {other} = {self.any(1)}", f"{name} = 1, {other} = {name}", f"({name}, {other}) = (1, 2)"])
        return self.tag("with " + head) + self.scoped("any", name, lambda: self.body(depth - 1)) + self.tag("endwith")

    def make_do(self, depth):
        return self.tag("do " + self.one([
            f"l.append({self.any(1)})", f"m.extend({self.items(1)})", f"l.insert({self.whole(0)}, {self.any(0)})", f"l.remove({self.whole(0)})", "l.pop()", "l.pop(0)", "l.sort()", "l.sort(reverse=true)", "m.sort()", "m.reverse()", "e.clear()", f"d.update({self.mapping(1)})", f"d.update({self.one(['z=1', '[(1, 2)]', 'k=s'])})", "d.pop('k')", f"d.setdefault({self.text(0)}, {self.any(0)})", "d.clear()",
            f"dd.b.update({self.mapping(0)})", f"r.append({self.mapping(0)})", "r[0].update({'n': 'new'})", "d.popitem()", f"d.__setitem__('x', 1)", self.any(1)])) + self.one(["", "{{ l }}", "{{ d }}", "{{ m }}{{ e }}"])

    def make_namespace(self, depth):
        name = self.fresh("ns")
        out = self.tag(f"set {name} = namespace({self.one(['c=0', 'c=0, x=%r' % 'y', '{%r: 1}' % 'c', 'd, c=1', 'c=[]'])})")
        out += self.tag(f"for i in {self.one(['l', 'range(3)', self.items(1)])}") + self.tag(f"set {name}.c = {self.one([name + '.c ~ i', 'i', 'loop.index', name + '.c + 1', self.any(1)])}") + self.body(depth - 2) + self.tag("endfor")
        self.locals["any"].append(f"{name}.c")
        return out + "{{ %s }}" % self.one([f"{name}.c", f"{name}.nosuch is defined", f"{name}.x|default('-')", f"{name}['c']"])

    def make_recursive(self, depth):
        return self.one([
            "{% for k in [tree] recursive %}{{ k.name }}{{ loop.depth }}{% if k.kids %}[{{ loop(k.kids) }}]{% endif %}{% endfor %}", "{%- for k in tree.kids recursive -%}\n{{ loop.depth0 }}{{ loop.index }}{{ k.name }}{{ loop(k.kids)|indent(2) }}{%- else %}.{% endfor %}",
            "{% for x in nested recursive %}{{ loop(x) if x is iterable and x is not string else x }}{% endfor %}", "{% for k in [tree] recursive %}{% set ind = '  ' * loop.depth0 %}{{ ind }}{{ k.name }}\n{{ loop(k.kids) }}{% endfor %}", "{% macro walk(n, d=0) %}{{ d }}{{ n.name }}{% for k in n.kids %}({{ walk(k, d + 1) }}){% endfor %}{% endmacro %}{{ walk(tree) }}"])

    def make_include(self, depth):
        return self.one(["{% include 'inc' %}", "{% include 'loops' %}", "{% include ['none', 'inc'] %}", "{% include 'none' ignore missing %}", "{% include 'inc' with context %}", "{% include 'i' ~ 'nc' %}", "{% include 'none' %}", "{% include 'broken' %}", "{% include 'fails' %}", "{% include 'inc' ignore missing with context %}", "{% for i in [1, 2] %}{% include 'inc' %}{% endfor %}", "{% with v1 = 1 %}{% include 'inc' %}{% endwith %}", "{% include n %}"])

    def make_import(self, depth):
        return self.one(["{% import 'lib' as lib %}{{ lib.f(a) }}{{ lib.v }}", "{% from 'lib' import f, v as w2 with context %}{{ f(w2) }}", "{% import 'lib' as lib with context %}{{ lib.f(1) }}{{ lib.g() }}", "{% from 'lib' import g %}{% call g() %}in{{ a }}{% endcall %}", "{% import 'lib' as lib %}{{ lib.zz }}", "{% from 'lib' import zz %}{{ zz }}", "{% from 'lib' import _p %}{{ _p }}",
                         "{% from 'lib' import f as ff, g without context %}{{ ff(l) }}{{ g(x=1) }}", "{% set a = 5 %}{% from 'lib' import f with context %}{{ f(2) }}", "{% import 'fails' as q3 %}", "{% import 'broken' as q4 %}", "{% from 'lib' import f %}{{ f(nosuch) }}", "{% import 'lib' as lib %}{{ lib }}{{ lib.cnt.c }}", "{% from 'lib' import h %}{{ h(3) }}{{ h.name }}"])

    def make_block(self, depth):
        name = "b" + str(self.rng.randrange(10**6))
        return "{% block " + name + self.one(["", " scoped", ""]) + " %}" + self.body(depth - 1) + "{% endblock" + self.one(["", " " + name]) + " %}" + self.one(["", "", "{{ self." + name + "() }}"])

    def make_raw(self, depth):
        return self.tag("raw") + self.one([" {{ x }} {% y %} ", "{% raw %}", "{# c #}", "\n {%- a -%} \n", ""]) + self.tag("endraw")

    def make_comment(self, depth):
        return "{#" + self.one(["", "-", "+"]) + self.one([" note ", "", "{{ x }}", "\n two\n lines\n", " {% if %} "]) + self.one(["", "-", "+"]) + "#}" + self.one(["", "\n", "  "])

    def make_control(self, depth):
        if not self.in_loop:
            return self.make_for(depth)
        return self.one(["{% if loop.index > 1 %}{% break %}{% endif %}", "{% if loop.first %}{% continue %}{% endif %}", "{% continue %}", "{% break %}", self.tag(f"if {self.truth(1)}") + "{% continue %}{% endif %}"])

    def make_cycler(self, depth):
        return self.one(["{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.next() }}{% do c.reset() %}{{ c.current }}", "{% set j = joiner(', ') %}{% for i in l %}{{ j() }}{{ i }}{% endfor %}", "{{ dict(a=1, **{'b': 2}) }}", "{{ range(3) }}{{ range(1, 9, 2)[1] }}{{ range(5)|last }}", "{% set c = cycler() %}", "{{ lipsum is callable }}",
                         "{% set c = cycler(*l) %}{% for i in 'abcd' %}{{ c.next() }}{% endfor %}", "{{ joiner()() }}", "{{ range(100001)|length }}", "{{ range(0) }}{{ range(3) == range(0, 3) }}"])

    def make_escapes(self, depth):
        return self.tag("autoescape " + self.one(["true", "true", "false", "a", "not a"])) + self.one(["{{ html }}", "{{ '<' ~ html }}", "{{ html|e }}", "{{ html|safe }}", "{{ ['<', html]|join('&') }}", "{% set h1 %}<{{ html }}{% endset %}{{ h1 }}"]) + self.body(depth - 1) + self.tag("endautoescape")

    def make_load(self, depth):
        return self.one(["{% load_yaml as y1 %}\na: 1\nb: [x, {{ a }}]\n{% endload %}{{ y1 }}{{ y1.b }}", "{% load_json as j1 %}{\"a\": [1, {{ a }}]}{% endload %}{{ j1 }}", "{% load_text as t1 %}\n x {{ s }}\n{% endload %}[{{ t1 }}]", "{% load_yaml as y2 %}\n- {{ s|yaml_dquote }}\n- {{ l|yaml }}\n{% endload %}{{ y2 }}", "{% load_yaml as y3 %}\na: [\n{% endload %}", "{% load_json as j2 %}{{ d|json }}{% endload %}{{ j2.l }}",
                         "{% set y4 %}a: {{ b }}{% endset %}{{ y4|load_yaml }}", "{% profile as 'x' %}{{ a }}{% endprofile %}", "{% load_json as j3 %}{x{% endload %}"])

    def make_import_data(self, depth):
        return self.one(["{% import_yaml 'data.yaml' as d1 %}{{ d1 }}{{ d1.k }}", "{% import_json 'data.json' as d2 %}{{ d2 }}", "{% import_text 'inc' as d3 %}[{{ d3 }}]", "{% import_yaml 'none' as d4 %}", "{% set a = 9 %}{% import_yaml 'data.yaml' as d5 with context %}{{ d5 }}", "{% import_json 'broken' as d6 %}", "{% import_yaml 'bad.yaml' as d7 %}"])

    def template(self):
        out = "".join(self.body(3) for _ in range(self.one([1, 1, 2])))
        if self.chance(0.06):
            out = self.one(["", "text ", "\n"]) + "{% extends " + self.one(["'base'", "'base'", "'none'", "'b' ~ 'ase'"]) + " %}" + out
            out += "{% block one %}" + self.one(["", "{{ super() }}"]) + self.body(1) + "{% endblock %}" + self.one(["", "{% block two %}{{ self.one() }}{% endblock %}", "{{ nosuch }}"])
        if self.chance(0.1):
            at = self.rng.randrange(len(out) + 1)
            out = out[:at] + self.one(["", "{{", "}}", "{%", "%}", "'", "(", ")", "]", "|", ".", ",", "~", "if", "endif", " not ", "=", "{#", "-", "\\", "$", "1", "é"]) + out[at + self.one([0, 0, 1, 3]):]
        return out
