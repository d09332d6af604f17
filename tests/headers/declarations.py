"""What a C header declares: functions, structures, constants and types, by reading what the
preprocessor makes of it.

The reader knows the C that headers of Windows are written in, and no more: declarations at the top
level, structures in structures, bit-fields, pointers to functions. It does not know what a type is;
that is the compiler's, to which compare.py gives what is found here.
"""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r'[A-Za-z_]\w*|\d[\w.]*|"(?:\\.|[^"\\])*"|L?\'(?:\\.|[^\'\\])*\'|\.\.\.|[^\sA-Za-z_0-9]'
)
LINE_MARK = re.compile(r'# (?:line )?\d+ "([^"]*)"')
DEFINE = re.compile(r"#define (\w+)(\(?)(.*)")
IGNORED = {"__extension__", "__inline", "__inline__", "inline", "__restrict", "_Noreturn"}
WITH_ARGUMENT = {"__attribute__", "__attribute", "__asm__", "__asm", "asm", "__pragma", "__declspec"}
PAIRS = {"(": ")", "[": "]", "{": "}"}


@dataclass
class Structure:
    """A struct or union: how C writes its type, and its members as paths (u.LowPart)."""

    type: str
    members: list = field(default_factory=list)
    bit_fields: list = field(default_factory=list)


@dataclass
class Declarations:
    functions: dict = field(default_factory=dict)  # name -> declaration without attributes
    microsoft: set = field(default_factory=set)  # functions that have Microsoft's convention
    inlines: set = field(default_factory=set)  # functions that are defined in the header
    variables: dict = field(default_factory=dict)
    structures: dict = field(default_factory=dict)  # name -> Structure
    enumerators: set = field(default_factory=set)
    integers: set = field(default_factory=set)  # names of types that may be integers
    types: dict = field(default_factory=dict)  # name -> typedef of a pointer or function
    macros: dict = field(default_factory=dict)  # name -> text, of those without arguments


def closing(tokens, start):
    """Index of the bracket that closes the one at @start."""
    depth = 0
    for i in range(start, len(tokens)):
        if tokens[i] in PAIRS:
            depth += 1
        elif tokens[i] in PAIRS.values():
            depth -= 1
            if depth == 0:
                return i
    raise ValueError("bracket without an end: " + " ".join(tokens[start : start + 20]))


def without_attributes(tokens):
    """The tokens that make the type, and whether Microsoft's convention was among the others."""
    kept, microsoft, i = [], False, 0
    while i < len(tokens):
        if tokens[i] in WITH_ARGUMENT and i + 1 < len(tokens) and tokens[i + 1] == "(":
            end = closing(tokens, i + 1)
            microsoft |= "ms_abi" in tokens[i:end]
            i = end + 1
        else:
            if tokens[i] not in IGNORED:
                kept.append(tokens[i])
            i += 1
    return kept, microsoft


def split(tokens, separator):
    """@tokens in parts, at each @separator outside of brackets."""
    part, i = [], 0
    while i < len(tokens):
        if tokens[i] in PAIRS:
            end = closing(tokens, i)
            part += tokens[i : end + 1]
            i = end + 1
        elif tokens[i] == separator:
            yield part
            part, i = [], i + 1
        else:
            part.append(tokens[i])
            i += 1
    if part:
        yield part


def top_level(tokens):
    """One declaration after the other; of a function with a body, what stands before that, and {."""
    part, i = [], 0
    while i < len(tokens):
        token = tokens[i]
        if token == "{" and part and part[-1] == ")":
            yield [*part, "{"]
            part, i = [], closing(tokens, i) + 1
        elif token in PAIRS:
            end = closing(tokens, i)
            part += tokens[i : end + 1]
            i = end + 1
        elif token == ";":
            if part:
                yield part
            part, i = [], i + 1
        else:
            part.append(token)
            i += 1


def declared_name(declarator):
    """The name in a declarator: of *(*name[2])(int), name."""
    depth = 0
    for i, token in enumerate(declarator):
        if token == "(" and i + 1 < len(declarator):
            follows = [t for t in declarator[i + 1 :] if t != "const"]
            if follows[0] in ("*", "("):
                return declared_name(declarator[i + 1 : closing(declarator, i)])
        if token in ("[", ":", "=") or token == "(" and depth == 0:
            declarator = declarator[:i]
            break
    names = [t for t in declarator if re.match(r"[A-Za-z_]", t) and t not in ("const", "volatile")]
    return names[-1] if names else None


class Reader:
    def __init__(self):
        self.found = Declarations()
        self.bodies = {}  # 'struct tag' -> Structure
        self.aliases = {}  # typedef name -> 'struct tag'

    def read(self, tokens):
        for declaration in top_level(tokens):
            kept, microsoft = without_attributes(declaration)
            if kept and kept[-1] == "{":
                self.inline(kept[:-1], microsoft)
            else:
                self.declaration(kept, microsoft)
        self.name_structures()
        return self.found

    def inline(self, tokens, microsoft):
        self.declaration(tokens, microsoft)
        self.found.inlines.add(tokens[tokens.index("(") - 1])

    def declaration(self, tokens, microsoft):
        while tokens and tokens[0] in ("extern", "static"):
            tokens = tokens[1:]
        if not tokens or tokens[0] == "_Static_assert":
            return
        if tokens[0] == "typedef":
            self.typedef(tokens[1:])
        elif "{" in tokens and tokens[0] in ("struct", "union", "enum"):
            self.body(tokens)
        elif "(" in tokens and "{" not in tokens and tokens[-1] == ")":
            name = tokens[tokens.index("(") - 1]
            self.found.functions.setdefault(name, " ".join(tokens))
            if microsoft:
                self.found.microsoft.add(name)
        elif len(tokens) > 1 and "{" not in tokens and "=" not in tokens:
            name = declared_name(tokens)
            if tokens[0] not in ("struct", "union", "enum") or len(tokens) > 2:
                self.found.variables.setdefault(name, "extern " + " ".join(tokens))

    def body(self, tokens):
        """Reads the body of a struct, union or enum; returns its type and what follows the body."""
        start = tokens.index("{")
        end = closing(tokens, start)
        kind = next(t for t in tokens if t in ("struct", "union", "enum"))
        tag = tokens[start - 1] if tokens[start - 1] != kind else None
        inner, rest = tokens[start + 1 : end], tokens[end + 1 :]
        if kind == "enum":
            self.found.enumerators.update(part[0] for part in split(inner, ",") if part)
            return None, rest
        structure = Structure(f"{kind} {tag}" if tag else None)
        self.members(structure, inner, "")
        if tag:
            self.bodies[structure.type] = structure
        return structure, rest

    def members(self, structure, tokens, prefix):
        for part in split(tokens, ";"):
            part, _ = without_attributes(part)
            if not part:
                continue
            if "{" in part:
                self.nested(structure, part, prefix)
                continue
            for declarator in split(part, ","):
                name = declared_name(declarator)
                if ":" in declarator:
                    if len(declarator) > 3 or declarator[0] not in ("int",):
                        structure.bit_fields.append(prefix + name)
                else:
                    structure.members.append(prefix + name)

    def nested(self, structure, part, prefix):
        """A structure in a structure; its members are the outer one's, with its name if it has one."""
        start = part.index("{")
        end = closing(part, start)
        if "enum" in part[:start]:
            self.body(part)
            structure.members += [prefix + declared_name(d) for d in split(part[end + 1 :], ",")]
            return
        names = [declared_name(d) for d in split(part[end + 1 :], ",")]
        tag = part[start - 1]
        if tag not in ("struct", "union"):
            self.body(part)
        for name in names:
            structure.members.append(prefix + name)
        inner = prefix + names[0] + "." if names else prefix
        if not (names and "[" in part[end:]):
            self.members(structure, part[start + 1 : end], inner)

    def typedef(self, tokens):
        structure = None
        base = []
        if "{" in tokens and tokens.index("{") < (tokens.index("(") if "(" in tokens else 1 << 30):
            structure, rest = self.body(tokens)
            if structure is None:  # an enum
                return
        else:
            rest = tokens
        first = None
        for i, declarator in enumerate(split(rest, ",")):
            name = declared_name(declarator)
            plain = "*" not in declarator and "(" not in declarator and "[" not in declarator
            if structure:
                if plain:
                    first = first or name
                    self.found.structures[name] = Structure(
                        name, structure.members, structure.bit_fields
                    )
                elif first:
                    base = structure.type or first
                    self.found.types[name] = f"typedef {base} " + " ".join(declarator)
                continue
            if i == 0:
                base = declarator[: len(declarator) - self.declarator_length(declarator, name)]
            else:
                declarator = base + declarator
            if plain and base[:1] in (["struct"], ["union"]):
                self.aliases[name] = " ".join(base[:2])
            elif plain:
                self.found.integers.add(name)
            else:
                self.found.types[name] = "typedef " + " ".join(declarator)

    @staticmethod
    def declarator_length(declarator, name):
        """How many tokens at the end are not the type that a list of declarators shares."""
        for i, token in enumerate(declarator):
            if token in ("*", "(") or token == name and i:
                return len(declarator) - i
        return 1

    def name_structures(self):
        for name, type_name in self.aliases.items():
            body = self.bodies.get(type_name)
            if body:
                self.found.structures[name] = Structure(name, body.members, body.bit_fields)
        tags = {"_" + name for name in self.found.structures}
        for type_name, body in self.bodies.items():
            tag = type_name.split()[1]
            if tag not in tags and tag not in self.found.structures:
                self.found.structures[type_name] = body


def read(preprocessed, wanted):
    """What the output of cc -E -dD declares in files for which @wanted(path) holds."""
    tokens, macros, here = [], {}, False
    for line in preprocessed.splitlines():
        mark = LINE_MARK.match(line)
        if mark:
            here = wanted(mark.group(1))
        elif line.startswith("#"):
            define = DEFINE.match(line)
            if define and here and not define.group(2):
                macros[define.group(1)] = define.group(3).strip()
            elif line.startswith("#undef "):
                macros.pop(line[7:].strip(), None)
        elif here:
            tokens += TOKEN.findall(line)
    found = Reader().read(tokens)
    found.macros = {name: text for name, text in macros.items() if text}
    return found
