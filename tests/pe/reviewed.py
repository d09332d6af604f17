"""The reviewed list of differences between worlds: tests/pe/differences.

A paragraph is a rule:

    [name of the rule]
    where   = what it is about: NOUN/SCENE of a crossing, or program/NAME; a regular expression
    call    = the call, or the line; a regular expression
    wine    = what Wine says; a regular expression
    ntrun   = what we say; a regular expression
    both    = the two answers, Wine's first, with " | " between them; a regular expression
    pairs   = WINE>OURS ...: the statuses of calls that this was found right for, one after the other
    windows = what Windows does
    source  = how that is known

A difference is excused by the first rule whose expressions match the whole of its parts; one that is left out
matches all. A rule without a source is refused; a rule, or a pair of one, that excuses nothing is a failure: it
is no longer needed.
"""

import configparser
import re

PATTERNS = ("where", "call", "wine", "ntrun", "both")
NEEDED = ("where", "windows", "source")


class Rule:
    def __init__(self, name, section):
        self.name = name
        missing = [field for field in NEEDED if not section.get(field, "").strip()]
        unknown = [field for field in section if field not in PATTERNS + NEEDED + ("pairs",)]
        if missing or unknown:
            raise ValueError(f"rule {name}: without {missing}, unknown {unknown}")
        # An expression may be broken into lines.
        joined = {field: "".join(line.strip() for line in section[field].splitlines()) for field in PATTERNS if field in section}
        self.expressions = {field: re.compile(text) for field, text in joined.items()}
        self.pairs = dict.fromkeys(section.get("pairs", "").split(), 0)
        self.seen = set()
        self.n_used = 0

    def excuses(self, pair, **parts):
        if self.pairs and pair not in self.pairs:
            return False
        return all(expression.fullmatch(parts[field]) for field, expression in self.expressions.items())


class Reviewed:
    def __init__(self, path):
        parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
        with open(path, encoding="utf-8") as file:
            parser.read_file(file)
        self.rules = [Rule(name, parser[name]) for name in parser.sections()]

    def excuse(self, where, call, wine, ntrun):
        """The rule that knows of the difference, or None."""
        pair = ">".join((answer.split() + ["", ""])[1] for answer in (wine, ntrun))
        for rule in self.rules:
            if rule.excuses(pair, where=where, call=call, wine=wine, ntrun=ntrun, both=f"{wine} | {ntrun}"):
                rule.n_used += 1
                rule.seen.add(pair)
                return rule
        return None

    def unused(self):
        """Names of rules that excused nothing, and of pairs: "rule WINE>OURS"."""
        names = [rule.name for rule in self.rules if rule.n_used == 0]
        for rule in self.rules:
            if rule.n_used > 0:
                names += [f"{rule.name} {pair}" for pair in rule.pairs if pair not in rule.seen]
        return names
