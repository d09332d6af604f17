"""Programs that cannot be run: which exit code they get, and that what is said names the file, the reason and a remedy."""

import json
import os
import struct

from harness import Skip, case, contains, equal, lacks, main
from ntrun_world import PROGRAM, with_daemon

CANNOT_RUN, NOT_FOUND, MISSING_FUNCTION = 126, 127, 124
IMPORTS, DELAYED, CLR = 1, 13, 14
DIRECTORIES = 24 + 112
HEADER_ROOM = 0x3C0  # in the headers, behind the list of sections: place and address are the same


class Image:
    """The program's bytes, to be changed where its headers and its imports are."""

    def __init__(self):
        self.content = bytearray(PROGRAM.read_bytes())
        self.new = self.read("<I", 0x3C)
        self.sections = [
            struct.unpack_from("<8sIIII", self.content, self.new + 24 + 240 + 40 * i)
            for i in range(self.read("<H", self.new + 6))
        ]

    def read(self, form, place):
        return struct.unpack_from(form, self.content, place)[0]

    def put(self, form, place, value):
        """@place: behind the begin of the new header"""
        struct.pack_into(form, self.content, self.new + place, value)
        return self

    def directory(self, index, address, size=None):
        self.put("<I", DIRECTORIES + 8 * index, address)
        return self if size is None else self.put("<I", DIRECTORIES + 8 * index + 4, size)

    def place(self, address):
        for _, _, begin, size, place in self.sections:
            if begin <= address < begin + size:
                return place + address - begin
        return address

    def import_field(self, offset, value):
        """Of the first DLL that it imports from."""
        table = self.place(self.read("<I", self.new + DIRECTORIES + 8 * IMPORTS))
        struct.pack_into("<I", self.content, table + offset, value)
        return self

    def import_from(self, name):
        self.content[HEADER_ROOM : HEADER_ROOM + 32] = name.encode().ljust(32, b"\0")
        return self.import_field(12, HEADER_ROOM)


def narrow_program():
    """A 32-bit program of one page."""
    headers = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    headers += b"PE\0\0" + struct.pack("<HHIIIHH", 0x14C, 1, 0, 0, 0, 224, 0x102)
    optional = struct.pack("<HBBIIIIIIIII", 0x10B, 2, 0, 512, 0, 0, 0x1000, 0x1000, 0, 0x400000, 0x1000, 512)
    optional += struct.pack("<HHHHHHIIIIHHIIIIII", 4, 0, 0, 0, 4, 0, 0, 0x2000, 512, 0, 3, 0, 0x100000, 0x1000, 0, 0, 0, 16)
    headers += optional.ljust(224, b"\0")
    headers += struct.pack("<8sIIIIIIHHI", b".text", 512, 0x1000, 512, 512, 0, 0, 0, 0, 0x60000020)
    return headers.ljust(512, b"\0") + b"\xC3".ljust(512, b"\0")


def refused(world, name, code, *texts, options=()):
    """Runs @name and sees that it is said, in lines of ntrun's own, why that is not possible."""
    result = world.run(*options, name)
    equal(result.returncode, code, f"exit code of {name}")
    equal(result.stdout, b"", "output")
    said = result.stderr.decode()
    for line in said.splitlines():
        equal(line.startswith("ntrun: "), True, f"begin of the line {line!r}")
    for text in (name, *texts):
        contains(said, text)


@case("what is not there, or is no file, is said with what Linux or NT says of it")
@with_daemon
def no_file(world):
    (world.folder / "folder.exe").mkdir()
    os.symlink("nowhere.exe", world.folder / "link.exe")
    refused(world, "nothing.exe", NOT_FOUND, "No such file or directory")
    refused(world, "p.exe/inside.exe", NOT_FOUND, "Not a directory")
    refused(world, "link.exe", NOT_FOUND, "No such file or directory")
    refused(world, "folder.exe", CANNOT_RUN, "it is a directory")
    refused(world, "folder.exe", CANNOT_RUN, "Is a directory", options=["--imports"])


@case("a file that must not be read is said to have to be readable")
@with_daemon
def unreadable(world):
    if os.geteuid() == 0:
        raise Skip("root reads every file")
    world.program.chmod(0o300)
    refused(world, "p.exe", CANNOT_RUN, "STATUS_ACCESS_DENIED", "must be readable")


@case("what is no Windows program is said not to be one")
@with_daemon
def no_program(world):
    for name, content, text in (
        ("empty.exe", b"", "too short"),
        ("m.exe", b"M", "it is not a Windows program"),
        ("text.exe", b"#!/bin/sh\necho this is a program of another kind, and of some length\n", "it is not a Windows program"),
        ("elf.exe", b"\x7fELF".ljust(4096, b"\0"), "it is not a Windows program"),
        ("dos.exe", b"MZ".ljust(4096, b"\0"), "it is not a Windows program"),
    ):
        (world.folder / name).write_bytes(content)
        refused(world, name, CANNOT_RUN, text)


@case("programs of other kinds are named: 32-bit, ARM64, .NET, a DLL, a driver, one without an entry point")
@with_daemon
def other_kinds(world):
    characteristics = Image().read("<H", Image().new + 22)
    kinds = {
        "arm64.exe": (Image().put("<H", 4, 0xAA64), "another machine (ARM64, 0xAA64)"),
        "net.exe": (Image().directory(CLR, 0x1000, 72), ".NET"),
        "dll.exe": (Image().put("<H", 22, characteristics | 0x2000), "it is a DLL"),
        "driver.sys": (Image().put("<H", 24 + 68, 1).import_from("ntoskrnl.exe"), "it is a driver"),
        "hal.sys": (Image().put("<H", 24 + 68, 1).import_from("HAL.dll"), "it is a driver"),
        "empty-entry.exe": (Image().put("<I", 24 + 16, 0), "no entry point"),
    }
    for name, (image, text) in kinds.items():
        (world.folder / name).write_bytes(image.content)
        refused(world, name, CANNOT_RUN, text)
    (world.folder / "narrow.exe").write_bytes(narrow_program())
    refused(world, "narrow.exe", CANNOT_RUN, "32-bit x86", "64-bit programs only")


@case("a program of the native subsystem runs, as it is one of ntdll.dll only")
@with_daemon
def native(world):
    (world.folder / "native.exe").write_bytes(Image().put("<H", 24 + 68, 1).content)
    equal(world.run("native.exe", "exit", "9").returncode, 9, "exit code")


@case("damaged imports are said to be, wherever the damage is")
@with_daemon
def damaged_imports(world):
    for title, image in {
        "table": Image().directory(IMPORTS, 0x7FFFFFFF),
        "end": Image().directory(IMPORTS, Image().read("<I", Image().new + 24 + 56) - 4),
        "name": Image().import_field(12, 0xFFFFFFF0),
        "empty": Image().import_from(""),
        "list": Image().import_field(0, 0xFFFFFFF8),
        "slots": Image().import_field(16, 0xFFFFFFF0),
    }.items():
        (world.folder / f"{title}.exe").write_bytes(image.content)
        refused(world, f"{title}.exe", CANNOT_RUN, "imports are damaged")


@case("a DLL that is nowhere is named, with who needs it, where it was looked for, and what can be done")
@with_daemon
def no_dll(world):
    (world.folder / "needs.exe").write_bytes(Image().import_from("nobody.dll").content)
    others = world.folder / "others"
    others.mkdir()
    refused(world, "needs.exe", NOT_FOUND, "it needs nobody.dll", str(world.folder), "--dll-path", "--allow-missing-dlls")
    refused(world, "needs.exe", NOT_FOUND, str(others), options=["--dll-path", str(others)])
    (others / "nobody.dll").write_bytes(b"MZ")
    refused(world, "needs.exe", CANNOT_RUN, "others/nobody.dll", "it is not a Windows program", "needs.exe' needs it", options=["--dll-path", str(others)])


@case("a function that nobody has ends the run when it is called, as a line and as JSON")
@with_daemon
def missing_function(world):
    (world.folder / "needs.exe").write_bytes(Image().import_from("nobody.dll").content)
    result = world.run("--allow-missing-dlls", "needs.exe", "exit", "3")
    equal(result.returncode, MISSING_FUNCTION, "exit code")
    contains(result.stderr.decode(), "ntrun: nobody.dll!RtlExitUserProcess is not there; called from needs.exe+0x")
    result = world.run("--json", "--allow-missing-dlls", "needs.exe", "exit", "3")
    equal(result.returncode, MISSING_FUNCTION, "exit code")
    equal(result.stderr.count(b"\n"), 1, "lines")
    said = json.loads(result.stderr)
    caller = said.pop("caller")
    equal(
        said,
        {"event": "missing-function", "module": "nobody.dll", "function": "RtlExitUserProcess", "exit_code": MISSING_FUNCTION},
        "report",
    )
    equal(sorted(caller), ["address", "module", "native", "offset"], "members of the caller")
    equal((caller["module"], caller["native"]), ("needs.exe", False), "caller")
    equal(int(caller["address"], 16) - int(caller["offset"], 16) & 0xFFFF, 0, "base of the module")


@case("a fault's report as JSON has what is documented, and says the same as the text")
@with_daemon
def fault(world):
    result = world.run("--json", "p.exe", "fault")
    equal(result.returncode, 5, "exit code")
    equal(result.stderr.count(b"\n"), 1, "lines")
    said = json.loads(result.stderr)
    equal((said["event"], said["status"], said["name"]), ("unhandled-exception", "0xc0000005", "STATUS_ACCESS_VIOLATION"), "what")
    equal((said["access"], int(said["accessed"], 16), said["exit_code"]), ("write", 8, 5), "access")
    equal([int(value, 16) for value in said["parameters"]], [1, 8], "parameters")
    equal(said["at"]["module"], "p.exe", "module")
    equal(said["registers"]["rip"], said["at"]["address"], "rip")
    names = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "rip", "eflags", *(f"r{i}" for i in range(8, 16))}
    equal(set(said["registers"]), names, "registers")
    for candidate in said["return_address_candidates"]:
        equal(sorted(candidate), ["address", "module", "native", "offset", "stack_offset"], "members of a candidate")
    text = world.run("p.exe", "fault").stderr.decode()
    contains(text, "STATUS_ACCESS_VIOLATION (0xc0000005) at p.exe+" + said["at"]["offset"])
    lacks(text, "{")


@case("a program that is cut off at any place runs as if it were whole, or says that it is damaged")
@with_daemon
def cut_off(world):
    content = PROGRAM.read_bytes()
    whole = max(place + size for _, _, _, size, place in Image().sections if place)
    cuts = {0, 1, 2, 63, 64, whole - 1, whole, whole + 1}
    cuts |= set(range(0, 1024, 40)) | set(range(1024, len(content), 512))
    for cut in sorted(cuts):
        (world.folder / "cut.exe").write_bytes(content[:cut])
        result = world.run("cut.exe", "exit", "7")
        if cut >= whole:
            equal(result.returncode, 7, f"exit code of {cut} bytes")
        else:
            equal(result.returncode, CANNOT_RUN, f"exit code of {cut} bytes")
            contains(result.stderr.decode(), "cut.exe': it is ")


if __name__ == "__main__":
    main()
