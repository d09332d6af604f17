"""Scripts for caller: scenes of calls, the same for the same seed.

A scene is a few calls that stand for themselves: what they make is given back at its end, and the names that
they use are nobody else's. Words are those of caller/argument.h.
"""

import itertools
import random

SELF = "-1"
THREAD = "-2"

# The private folder of a world, as NT names it; filled in for each.
FOLDER = "@FOLDER@"


def word(value):
    """A number as caller reads it; words stay."""
    if isinstance(value, str):
        return value
    return f"-{-value:X}" if value < 0 else f"{value:X}"


def quads(*values, show=False):
    return "|".join(["Q" if show else "q", *map(word, values)])


def attributes(name=None, flags=0, root=None, **more):
    """OBJECT_ATTRIBUTES; further fields as argument.h names them."""
    fields = ["o"]
    if name is not None:
        fields.append(f"n={name}")
    if flags:
        fields.append(f"a={flags:X}")
    if root is not None:
        fields.append(f"r={word(root)}")
    fields += [f"{field}={word(value)}" for field, value in more.items()]
    return "|".join(fields)


def counted(name=None, **more):
    fields = ["u"] if name is None else ["u", f"n={name}"]
    return "|".join(fields + [f"{field}={word(value)}" for field, value in more.items()])


class Script:
    def __init__(self, noun, seed, share=1.0):
        self.noun = noun
        self.random = random.Random(seed)
        self.share = share  # of all combinations that are named
        self.lines = []
        self.n_names = 0
        self.n_calls = 0
        self.called = set()

    def scene(self, label):
        self.lines.append(f"S {label}-{len(self.lines):X}")

    def name(self, folder="\\BaseNamedObjects"):
        self.n_names += 1
        return f"{folder}\\{self.noun}{self.n_names:05}"

    def call(self, service, *arguments):
        """One call; the first is of the service itself, the second of its Zw twin, and then every eighth."""
        twin = "Zw" + service.removeprefix("Nt")
        if service in self.called and service != "NtGetTickCount" and (twin not in self.called or self.random.randrange(8) == 0):
            service = twin
        self.called.add(service)
        self.lines.append(" ".join(["C", service, *map(word, arguments)]))
        self.n_calls += 1

    def some(self, limit, *lists):
        """Combinations of what is in @lists: all, or @limit of them at random."""
        combinations = list(itertools.product(*lists))
        limit = max(2, int(limit * self.share))
        if len(combinations) <= limit:
            return combinations
        return self.random.sample(combinations, limit)

    def one(self, values):
        return self.random.choice(values)

    def text(self):
        return "\n".join(self.lines) + "\n"
