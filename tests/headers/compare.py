"""Compares our public headers with mingw-w64's: whatever both declare must be the same.

    compare.py HEADERS... --cc CC --differences FILE

HEADERS are the folders in which ours are. What is in them is found by reading them (declarations.py),
so nothing has to be listed here. Then the compilers judge:

    functions, types   ours are declared once more behind mingw-w64's, in one unit that mingw-w64's
                       compiler is given: another signature is an error. That each was really looked at
                       is shown by a second unit, in which each is declared wrongly, and must be an error
    values             sizes, offsets, bit-fields, enumerators and constants are computed by both
                       compilers, each from its own headers, and compared

mingw-w64 has two sets of headers that cannot be included together: those of programs (winternl) and
those of drivers (ntifs). Ours are compared with both. Where mingw-w64 is wrong, or older, a line in
FILE says so, with its source; a line that nothing needs any more is an error as well.

At last the comparison is tried on headers that were made wrong, and must find each of the faults.
Exit code 77, which Meson counts as skipped, without mingw-w64.
"""

import argparse
import fnmatch
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

import declarations

MINGW = "x86_64-w64-mingw32-"
OURS = "#include <ntifs.h>\n#include <winternl.h>\n"
WORLDS = {
    "winternl": (
        "#define WIN32_NO_STATUS\n#include <windows.h>\n#undef WIN32_NO_STATUS\n"
        "#include <winternl.h>\n#include <ntstatus.h>\n"
    ),
    "ntifs": "#include <ntifs.h>\n",
}
ERROR = re.compile(r'(?:"?)item:(\d+):(?:\d+:)? error: (.*)')
BITS = 64  # bytes of a structure that has bit-fields, at most
MUTATIONS = [
    (
        "NTSTATUS NTAPI NtClose(HANDLE Handle);",
        "NTSTATUS NTAPI NtClose(PHANDLE Handle);",
        "function NtClose",
    ),
    (
        "USHORT MaximumLength;\n        PWSTR Buffer;",
        "ULONG MaximumLength;\n        PWSTR Buffer;",
        "offset UNICODE_STRING.MaximumLength",
    ),
    (
        "#define OBJ_INHERIT                       0x00000002u",
        "#define OBJ_INHERIT 3u",
        "constant OBJ_INHERIT",
    ),
    ("FileBasicInformation = 4,", "FileBasicInformation = 44,", "constant FileBasicInformation"),
    ("*PNTSTATUS;", "**PNTSTATUS;", "type PNTSTATUS"),
    ("typedef UCHAR BOOLEAN,", "typedef CHAR BOOLEAN,", "sign of BOOLEAN"),
]


class Compiler:
    """A compiler with the headers that it is to see."""

    def __init__(self, command, headers, objcopy):
        self.command = command
        self.headers = headers
        self.objcopy = objcopy

    def run(self, arguments, source):
        return subprocess.run(
            [*self.command, *arguments, "-x", "c", "-"], input=source, capture_output=True, text=True
        )

    def declarations(self, wanted):
        result = self.run(["-E", "-dD"], self.headers)
        if result.returncode:
            sys.exit(f"{self.command[0]} cannot read the headers:\n{result.stderr}")
        return declarations.read(result.stdout, wanted)

    def errors(self, items, prologue="", output="/dev/null"):
        """Compiles @items behind the headers; the first error of each that has one, by its index."""
        lines = [f'# {i + 1} "item"\n{item}' for i, item in enumerate(items)]
        arguments = ["-w", "-fmax-errors=0", "-ftrack-macro-expansion=0", "-fno-toplevel-reorder", "-c", "-o", output]
        result = self.run(arguments, self.headers + prologue + "\n".join(lines) + "\n")
        found = {}
        for line in result.stderr.splitlines():
            match = ERROR.match(line)
            if match:
                found.setdefault(int(match.group(1)) - 1, match.group(2))
            elif " error: " in line:
                sys.exit(f"{self.command[0]}: {line}")
        return found

    def values(self, expressions):
        """What each expression is; those that are no constants are missing."""
        left = list(expressions)
        with tempfile.TemporaryDirectory() as folder:
            while True:
                items = [f"ZW_ROW({i}, {e.code})" for i, e in enumerate(left)]
                wrong = self.errors(items, Expression.PROLOGUE, f"{folder}/rows.o")
                if not wrong:
                    break
                left = [e for i, e in enumerate(left) if i not in wrong]
            subprocess.run(
                [self.objcopy, "-O", "binary", "-j", ".zwrows", f"{folder}/rows.o", f"{folder}/rows"],
                check=True,
            )
            rows = pathlib.Path(f"{folder}/rows").read_bytes()
        size = Expression.SIZE
        return {e.name: rows[i * size : (i + 1) * size] for i, e in enumerate(left)}


class Expression:
    """A row of a section that both compilers fill: an integer, or a structure with one field all ones."""

    SIZE = BITS
    PROLOGUE = f'''
#define ZW_ROW(i, type, ...) __attribute__((section(".zwrows"), used)) \\
        static const union {{ type value; char bytes[{BITS}]; }} zw_row_##i = {{ .value = __VA_ARGS__ }};
'''

    def __init__(self, name, code, structure=None):
        self.name = name
        self.code = f"{structure}, {{ {code} }}" if structure else f"long long, {code}"

    @classmethod
    def integer(cls, name, code):
        return cls(name, f"(long long) ({code})")


def show(value):
    return f'{struct.unpack("<q", value[:8])[0]:#x}' if not any(value[8:]) else value.hex()


def expressions(ours, theirs):
    """All that can be computed and that both have, from our declarations."""
    for name in sorted(ours.integers & (theirs.integers | set(theirs.structures))):
        yield Expression.integer(f"size of {name}", f"sizeof({name})")
        yield Expression.integer(f"sign of {name}", f"({name}) -1 < ({name}) 0")
    for name in sorted(set(ours.structures) & set(theirs.structures)):
        structure, theirs_too = ours.structures[name], theirs.structures[name]
        yield Expression.integer(f"size of {name}", f"sizeof({name})")
        for member in structure.members:
            if member in theirs_too.members:
                yield Expression.integer(
                    f"offset {name}.{member}", f"__builtin_offsetof({name}, {member})"
                )
                yield Expression.integer(
                    f"width {name}.{member}", f"sizeof((({name} *) 0)->{member})"
                )
    constants = set(ours.macros) | ours.enumerators
    for name in sorted(constants & (set(theirs.macros) | theirs.enumerators)):
        yield Expression.integer(f"constant {name}", name)


def bit_fields(ours, theirs):
    for name in sorted(set(ours.structures) & set(theirs.structures)):
        for member in ours.structures[name].bit_fields:
            if member in theirs.structures[name].bit_fields:
                yield name, member


def missing_members(ours, theirs):
    for name in sorted(set(ours.structures) & set(theirs.structures)):
        structure, other = ours.structures[name], theirs.structures[name]
        for member in structure.members + structure.bit_fields:
            if member not in other.members + other.bit_fields:
                yield f"member {name}.{member}"


class World:
    """The comparison of our headers with one set of mingw-w64's."""

    # int32_t is what ntdef.h makes LONG of, which is long on Windows.
    PROLOGUE = "#include <stdint.h>\n#define int32_t long\n#define uint32_t unsigned long\nstruct zw_mutant;\n"

    def __init__(self, name, native, ours):
        ddk = ["-isystem", find_ddk()] if name == "ntifs" else []
        command = [MINGW + "gcc", "-D_WIN32_WINNT=0x0A00", *ddk]
        self.name = name
        self.native = native
        self.ours = ours
        self.mingw = Compiler(command, WORLDS[name], MINGW + "objcopy")
        self.theirs = self.mingw.declarations(lambda path: True)
        self.compared = {}

    def common(self, kind):
        ours, theirs = getattr(self.ours, kind), getattr(self.theirs, kind)
        return {name: ours[name] for name in sorted(ours) if name in theirs}

    def differences(self):
        """Yields what differs, and how."""
        yield from self.declared_otherwise()
        yield from self.other_values()
        for what in missing_members(self.ours, self.theirs):
            yield what, "mingw-w64 has no such member"

    def declared_otherwise(self):
        for kind, word in (("functions", "function"), ("variables", "variable"), ("types", "type")):
            items = self.common(kind)
            self.compared[kind] = len(items)
            code = [f"{text};" for text in items.values()]
            errors = self.mingw.errors(code, self.prologue(items))
            for i, name in enumerate(items):
                if i in errors:
                    yield f"{word} {name}", errors[i]
        for name in self.common("functions"):
            if name in self.ours.inlines or name in self.ours.microsoft:
                continue
            if re.match(r"(Nt|Zw|Rtl|Ob|Dbg|Ldr|Ex|Ke)[A-Z]", name):
                yield f"convention {name}", "has not NTAPI"

    def prologue(self, names):
        """mingw-w64 has some functions as macros too, which stand in the way of their declarations."""
        return self.PROLOGUE + self.needed(names) + "".join(f"#undef {name}\n" for name in names)

    def needed(self, names):
        """Our types of functions that pointers among @names are to, where mingw-w64 has pointers only."""
        known = {**self.theirs.types, **self.theirs.structures, **dict.fromkeys(self.theirs.integers)}
        used = {word for name in names for word in self.ours.types.get(name, "").split()}
        return "".join(f"{self.ours.types[w]};\n" for w in self.ours.types if w in used and w not in known)

    def other_values(self):
        rows = [*expressions(self.ours, self.theirs)]
        for name, member in bit_fields(self.ours, self.theirs):
            rows.append(Expression(f"bits {name}.{member}", f".{member} = -1", name))
        ours = self.native.values(rows)
        theirs = self.mingw.values([row for row in rows if row.name in ours])
        self.compared["values"] = len(ours)
        for name, value in ours.items():
            if name not in theirs:
                yield name, f"ours is {show(value)}, mingw-w64 has no constant there"
            elif theirs[name] != value:
                yield name, f"ours is {show(value)}, mingw-w64 has {show(theirs[name])}"

    def functions_not_compared(self):
        """Functions that could be declared in any way, and nobody would notice: there must be none."""
        items = self.common("functions")
        wrong = []
        for text in items.values():
            text = re.sub(r"\( (void|VOID) \)$", "( )", text)
            separator = "" if text.endswith("( )") else ","
            text = text[: text.rindex(")")] + separator + " struct zw_mutant *)"
            wrong.append(text + ";")
        errors = self.mingw.errors(wrong, self.prologue(items))
        return [name for i, name in enumerate(items) if i not in errors]


class Reviewed:
    """The lines of the reviewed list: world, pattern, reason."""

    def __init__(self, path):
        self.entries = []
        self.used = set()
        for line in path.read_text().splitlines():
            if line and not line.startswith("#"):
                place, _, reason = line.partition(" -- ")
                world, _, pattern = place.strip().partition(" ")
                if not reason or world not in (*WORLDS, "*"):
                    sys.exit(f"{path}: not an entry: {line}")
                self.entries.append((world, pattern.strip()))

    def knows(self, world, what):
        found = False
        for entry in self.entries:
            if entry[0] in (world, "*") and fnmatch.fnmatchcase(what, entry[1]):
                self.used.add(entry)
                found = True
        return found

    def unused(self):
        return [" ".join(entry) for entry in self.entries if entry not in self.used]


def find_ddk():
    for folder in ("/usr/share/mingw-w64/include/ddk", "/usr/x86_64-w64-mingw32/include/ddk"):
        if pathlib.Path(folder, "wdm.h").exists():
            return folder
    print("SKIPPED: no wdm.h of mingw-w64 (Debian: mingw-w64-common)")
    sys.exit(77)


def read_ours(cc, folders):
    native = Compiler([*cc, "-fshort-wchar", *(f"-I{f}" for f in folders)], OURS, "objcopy")
    return native, native.declarations(lambda path: any(path.startswith(str(f)) for f in folders))


def compare(cc, folders, report, names=tuple(WORLDS)):
    """Reports what differs in any world; returns the worlds."""
    native, ours = read_ours(cc, folders)
    worlds = [World(name, native, ours) for name in names]
    for world in worlds:
        for what, how in world.differences():
            report(world.name, what, how)
    return worlds


def names_of_no_header(names):
    return [name for name in names if "." in name and not name.endswith(".h")]


def find_mutations(cc, folders):
    """Makes the headers wrong, and returns which of the faults are not found."""
    found = set()
    with tempfile.TemporaryDirectory() as folder:
        copies = []
        applied = set()
        for i, original in enumerate(folders):
            copies.append(pathlib.Path(folder, str(i)))
            shutil.copytree(original, copies[-1], ignore=lambda _, names: names_of_no_header(names))
            for header in copies[-1].rglob("*.h"):
                text = header.read_text()
                for right, wrong, what in MUTATIONS:
                    if right in text:
                        text = text.replace(right, wrong)
                        applied.add(what)
                header.write_text(text)
        compare(cc, copies, lambda world, what, how: found.add(what), ["winternl"])
    return [what for _, _, what in MUTATIONS if what not in found or what not in applied]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--cc", nargs="+", default=["gcc"])
    parser.add_argument("--differences", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    if not shutil.which(MINGW + "gcc"):
        print(f"SKIPPED: no {MINGW}gcc (Debian: gcc-mingw-w64-x86-64)")
        sys.exit(77)

    reviewed = Reviewed(arguments.differences)
    failures = []

    def report(world, what, how):
        if not reviewed.knows(world, what):
            failures.append(f"{world}: {what}: {how}")

    for world in compare(arguments.cc, arguments.folders, report):
        counts = ", ".join(f"{n} {kind}" for kind, n in world.compared.items())
        print(f"{world.name}: {counts}")
        failures += [f"{world.name}: {f} is not compared" for f in world.functions_not_compared()]
    failures += [f"no longer needed in the list of differences: {e}" for e in reviewed.unused()]
    failures += [f"a fault is not found: {m}" for m in find_mutations(arguments.cc, arguments.folders)]
    print("\n".join(failures) or "all as in mingw-w64, but for what is in the list")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
