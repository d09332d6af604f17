"""Sections of the page file and their views."""

from .script import SELF, attributes, quads

PROTECTIONS = [
    0, 1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80, 3, 6, 0xC, 0x102, 0x104, 0x204, 0x404, 0x202, 0x140, 0x120, 0x604,
    0x1004, 0x40000004, 0x80000000, 0x18,
]
COMMON_PROTECTIONS = [2, 4, 8, 0x10, 0x20, 0x40, 0x80]
SECTION_FLAGS = [
    0x8000000, 0x4000000, 0xC000000, 0, 0x1000000, 0x10000000, 0x18000000, 0x14000000, 0x48000000, 0x44000000,
    0x40000000, 0x88000000, 0x80000000, 0x8200000, 0x4200000, 0x8400000, 0x8020000, 0x2000000, 0xA000000, 0x8800000,
    0x8100000, 0x8000001, 0x9000000, 0x800000, 0x11000000,
]
SIZES = ["0", quads(0), quads(1), quads(0x1000), quads(0x12345), quads(0x200000), quads(-1), quads(1 << 62), "~na"]
ACCESSES = [
    0, 1, 2, 4, 8, 0x10, 0x1F, 0x20, 0x3F, 6, 5, 0xC, 0xE, 0x20000, 0x10000, 0xF001F, 0xF003F, 0x100000, 0x1000000,
    0x2000000, 0x80000000, 0x40000000, 0x20000000, 0x10000000, 0xFFFFFFFF, 0x40, 0x4000000,
]
BASIC = "b18:p4,8"
MEMORY = "b30:M"


def query(script, address):
    script.call("NtQueryVirtualMemory", SELF, address, 0, MEMORY, 0x30, "&n1F")


def create(script):
    for protection, flags, size in script.some(1100, PROTECTIONS, SECTION_FLAGS, SIZES):
        script.scene("create-section")
        script.call("NtCreateSection", "&h1", 0xF001F, 0, size, protection, flags, 0)
        if script.random.randrange(3) == 0:
            script.call("NtQuerySection", "$1", 0, BASIC, 0x18, "&n3")
            script.call("NtMapViewOfSection", "$1", SELF, "&v4=0", 0, 0, 0, "&n5=0", 2, 0, script.one(PROTECTIONS))
            query(script, "$4")
    for access, flags in script.some(200, ACCESSES, [0, 2, 0x40, 0x42, 0x200, 0x80, 0x10, 0x20, 0x400, 0x800, 0x1000]):
        name = script.name()
        script.scene("create-access")
        script.call("NtCreateSection", "&h1", access, attributes(name, flags), quads(0x3000), 4, 0x8000000, 0)
        script.call("NtQueryObject", "$1", 0, "b38:444", 0x38, "&n3")
        script.call("NtOpenSection", "&h2", script.one(ACCESSES), attributes(name, script.one([0, 2, 0x40, 0x20, 0x100])))
        script.call("NtQueryObject", "$2", 0, "b38:444", 0x38, "&n3")
        again = script.one([0, 0x80, 0xC0, 0x90])
        script.call("NtCreateSection", "&h3", script.one(ACCESSES), attributes(name, again), quads(0x1000), 2, 0x8000000, 0)
        script.call("NtQuerySection", "$3", 0, BASIC, 0x18, "&n4")


def pointers(script):
    ends = ["0", "~odd", "~ro", "~na", "~end", "~wild"]
    for handle, other in script.some(40, ends, ["0", "~na", "~odd", attributes(), attributes(None, 0x40)]):
        script.scene("section-pointers")
        script.call("NtCreateSection", handle, 0xF001F, other, quads(0x1000), 4, 0x8000000, 0)
        script.call("NtOpenSection", handle, 0xF001F, other)
    for protection, flags, size in script.some(30, [4, 0, 1, 0x77], [0x8000000, 0, 0x800], ["~na", "~odd", "0", quads(0)]):
        script.scene("section-order")
        script.call("NtCreateSection", "~na", 0xF001F, "~na", size, protection, flags, 0x4444)
        script.call("NtCreateSection", "&h1", 0xF001F, "~na", size, protection, flags, 0x4444)
        script.call("NtCreateSection", "&h2", 0xF001F, 0, size, protection, flags, 0x4444)


def query_section(script):
    lengths = [0, 1, 8, 0x10, 0x17, 0x18, 0x19, 0x20, 0x2F, 0x30, 0x38, 0x3F, 0x40, 0x41, 0x48, 0x100]
    for cls, length in script.some(120, [0, 1, 2, 3, 4, 5, 6, -1], lengths):
        script.scene("query-section")
        script.call("NtCreateSection", "&h1", script.one([1, 0xF001F, 2]), 0, quads(0x5000), 4, 0x8000000, 0)
        script.call("NtQuerySection", "$1", cls, f"b{length:X}:p4,8", length, "&n3")
        script.call("NtQuerySection", script.one(["0", "4444", SELF, "-2"]), cls, f"b{length:X}:r", length, "&n3")
        script.call("NtQuerySection", "$1", cls, script.one(["0", "~ro", "~end", "~na"]), length, script.one(["0", "~na", "&n3"]))


def view(script):
    kinds = script.some(
        900, COMMON_PROTECTIONS, PROTECTIONS, [0xF001F, 4, 2, 8, 6, 0xE, 0xC, 1],
        [0, 0x100000, 0x2000, 0x20000000, 0x400000, 0x40000000, 0x1000, 0x80000000, 0x500000],
    )
    for section, protection, access, kind in kinds:
        script.scene("view")
        flags = script.one([0x8000000, 0x4000000, 0x8000000])
        script.call("NtCreateSection", "&h1", access, 0, quads(0x20000), section, flags, 0)
        offset = script.one(["0", "&n6=0", "&n6=10000", "&n6=1000", "&n6=20000", "&n6=-10000", "&n6=1", "&n6=10001"])
        size = script.one(["&n7=0", "&n7=1", "&n7=1000", "&n7=10000", "&n7=20000", "&n7=20001", "&n7=-1", "&n7=30000"])
        if script.random.randrange(2) == 0:
            offset, size = "&n6=0", "&n7=0"
        commit = script.one([0, 0, 0, 0x1000, 0x30000])
        script.call(
            "NtMapViewOfSection", "$1", SELF, "&v2=0", script.one([0, 0, 0, 1, 0x15, 0x16, 0x7FFFFFFF, 33]), commit,
            offset, size, script.one([2, 2, 2, 1, 0, 3]), kind, protection,
        )
        query(script, "$2")
        changed = script.one(PROTECTIONS)
        script.call("NtProtectVirtualMemory", SELF, "&v2", "&n9=1000", changed, "&n8")
        query(script, "$2")
        script.call("NtUnmapViewOfSection", SELF, script.one(["$2", "$2+800", "$2+1000", "$2+1F000"]))
        query(script, "$2")


def view_places(script):
    bases = ["0", "10000", "1000", "1", "7FFE0000", "20000000", "20001000", "20000001", "7FFFFFFF0000", "800000000000", "-10000"]
    for base, bits, size in script.some(160, bases, [0, 1, 0x14, 0x15, 0x16, 0x1F, 0x20, 0x3FFFFFFF, 0x100000000], [0, 0x10000, 0x100000]):
        script.scene("view-place")
        script.call("NtCreateSection", "&h1", 0xF001F, 0, quads(0x20000), 4, 0x8000000, 0)
        script.call("NtMapViewOfSection", "$1", SELF, f"&v2={base}", bits, 0, 0, f"&n3={size:X}", 2, 0, 4)
        script.call("NtMapViewOfSection", "$1", SELF, "&v4=$2", bits, 0, 0, f"&n3={size:X}", 2, 0, 4)
    for process, pointer, size in script.some(40, [SELF, "0", "4444", "-2"], ["0", "~na", "~odd", "~ro"], ["0", "~na", "&n3=0"]):
        script.scene("view-pointers")
        script.call("NtCreateSection", "&h1", 0xF001F, 0, quads(0x20000), 4, 0x8000000, 0)
        script.call("NtMapViewOfSection", "$1", process, pointer, 0, 0, 0, size, 2, 0, 4)
        script.call("NtMapViewOfSection", "$1", process, "&v2=0", 0, 0, script.one(["~na", "~odd", "0"]), size, 2, 0, 4)
        script.call("NtMapViewOfSection", script.one(["0", "4444", SELF]), process, "&v2=0", 0, 0, 0, "&n3=0", 2, 0, 4)
        script.call("NtUnmapViewOfSection", process, script.one(["$2", "0", "1234", "-1"]))


def view_ex(script):
    parameters = [(0, 0), ("~na", 1), (quads(1, 0x7000), 1), (quads(0, 0), 1), (quads(7, 0), 1), (quads(5, 0), 1)]
    for kind, (pointer, count), protection in script.some(150, [0, 0x100000, 0x40000, 0x4000, 0x2000, 0x8000], parameters, [2, 4, 8, 0x40, 0]):
        script.scene("view-ex")
        script.call("NtCreateSectionEx", "&h1", 0xF001F, 0, quads(0x20000), 4, 0x8000000, 0, pointer if script.random.randrange(4) == 0 else 0, 0)
        script.call("NtMapViewOfSectionEx", "$1", SELF, "&v2=0", "&n6=0", "&n7=0", kind, protection, pointer, count)
        script.call("NtUnmapViewOfSectionEx", SELF, "$2", script.one([0, 1, 2, 4]))
        query(script, "$2")


def extend(script):
    for access, size, protection in script.some(60, [0x10, 0xF001F, 4, 0], ["0", "~na", quads(0x1000), quads(0x40000), quads(-1), quads(0)], [2, 4]):
        script.scene("extend")
        script.call("NtCreateSection", "&h1", access, 0, quads(0x20000), protection, 0x8000000, 0)
        script.call("NtExtendSection", script.one(["$1", "$1", "$1", "0", SELF]), size)


def add(script):
    create(script)
    pointers(script)
    query_section(script)
    view(script)
    view_places(script)
    view_ex(script)
    extend(script)
