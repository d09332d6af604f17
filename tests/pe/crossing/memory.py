"""Virtual memory: what is reserved, committed, protected, read, written and given back."""

from .script import SELF, attributes, quads
from .sections import PROTECTIONS, query

TYPES = [
    0x1000, 0x2000, 0x3000, 0, 0x4000, 0x8000, 0x103000, 0x102000, 0x101000, 0x80000, 0x81000, 0x83000, 0x203000,
    0x202000, 0x402000, 0x403000, 0x20003000, 0x43000, 0x42000, 0x1, 0x1000000, 0x1080000, 0x400000, 0x10003000,
]
USUAL = [1, 2, 4, 0x10, 0x20, 0x40, 0x104, 0x204, 0x404]


def allocate(script):
    bases = ["0", "0", "0", "1", "1000", "10000", "20000000", "20000FFF", "7FFFFFFE0000", "800000000000", "-1000"]
    sizes = [0, 1, 0xFFF, 0x1000, 0x10001, 0x100000, -1, 1 << 47, 0x7FFFFFFF0000]
    for base, size, kind, protection in script.some(1000, bases, sizes, TYPES, PROTECTIONS):
        script.scene("allocate")
        bits = script.one([0, 0, 0, 1, 0x15, 0x16, 0x1F, 0x20, 0x3F, 0x40, 0x7FFFFFFF])
        if script.random.randrange(2) == 0:
            protection, bits = 4, 0
        script.call("NtAllocateVirtualMemory", SELF, f"&m1={base}", bits, f"&n2={size & 0xFFFFFFFFFFFFFFFF:X}", kind, protection)
        query(script, "$1")
        if script.random.randrange(3) == 0:
            script.call("NtFreeVirtualMemory", SELF, "&m1", script.one(["&n3=0", "&n3=1000", "&n3=1"]), script.one([0x4000, 0x8000, 0xC000, 0, 0x8001]))
            query(script, "$1")


def regions(script):
    """Many steps in one region, which is looked at after each."""
    for _ in range(120):
        script.scene("region")
        script.call("NtAllocateVirtualMemory", SELF, "&m1=0", 0, "&n2=40000", script.one([0x2000, 0x3000]), script.one(USUAL))
        for _ in range(script.random.randrange(4, 10)):
            place = f"$1+{script.random.randrange(0, 0x40) * 0x1000 + script.one([0, 0, 0, 1, 0xFFF]):X}"
            size = f"&n4={script.random.randrange(0, 0x20) * 0x1000 + script.one([0, 0, 1, 0x800]):X}"
            step = script.random.randrange(8)
            if step < 3:
                script.call("NtAllocateVirtualMemory", SELF, f"&n3={place}", 0, size, script.one([0x1000, 0x1000, 0x3000, 0x2000, 0x80000]), script.one(USUAL))
            elif step < 5:
                script.call("NtProtectVirtualMemory", SELF, f"&n3={place}", size, script.one(USUAL), "&n5")
            elif step < 7:
                script.call("NtFreeVirtualMemory", SELF, f"&n3={place}", size, script.one([0x4000, 0x4000, 0x8000]))
            else:
                script.call("NtReadVirtualMemory", SELF, place, "b20:r", 0x20, "&n6")
            query(script, f"$1+{script.random.randrange(0, 0x40) * 0x1000:X}")


def protect(script):
    for old, new in script.some(300, PROTECTIONS, PROTECTIONS):
        script.scene("protect")
        script.call("NtAllocateVirtualMemory", SELF, "&m1=0", 0, "&n2=4000", 0x3000, old)
        script.call("NtProtectVirtualMemory", SELF, "&m1", "&n2=1000", new, "&n3")
        script.call("NtProtectVirtualMemory", SELF, "&m1", script.one(["&n2=0", "&n2=1", "&n2=5000", "&n2=-1"]), 2, script.one(["&n3", "0", "~na", "~ro"]))
        query(script, "$1")
    for process, base, size in script.some(40, [SELF, "0", "4444", "-2"], ["0", "~na", "~odd", "~ro", "&n1=0"], ["0", "~na", "&n2=1000"]):
        script.scene("memory-pointers")
        script.call("NtProtectVirtualMemory", process, base, size, 4, "&n3")
        script.call("NtAllocateVirtualMemory", process, base if base != "&n1=0" else "&m1=0", 0, size, 0x3000, 4)
        script.call("NtFreeVirtualMemory", process, "~na" if base == "&n1=0" else base, size, 0x8000)


def transfer(script):
    places = ["$1", "$1+FFF", "$1+1000", "$1+1FF0", "$1+2000", "$1+3FF0", "0", "1234", "-1000", "7FFFFFFFF000"]
    for place, size, protection in script.some(300, places, [0, 1, 0x10, 0x20, 0x1000, 0x2000, -1], [1, 2, 4, 0x10, 0x20, 0x40, 0x104]):
        script.scene("transfer")
        process = script.one([SELF, SELF, SELF, SELF, "0", "4444"])
        script.call("NtAllocateVirtualMemory", SELF, "&m1=0", 0, "&n2=4000", 0x3000, 4)
        script.call("NtProtectVirtualMemory", SELF, "&n3=$1+2000", "&n4=1000", protection, "&n5")
        script.call("NtWriteVirtualMemory", process, place, "f2000", size, script.one(["&n6", "0", "~na"]))
        script.call("NtReadVirtualMemory", process, place, "b2000:r" if size in (1, 0x10, 0x20) else "b2000:8", size, script.one(["&n6", "0", "~na"]))
        query(script, "$1+2000")


def classes(script):
    lengths = [0, 1, 8, 0xF, 0x10, 0x17, 0x18, 0x20, 0x28, 0x2F, 0x30, 0x31, 0x38, 0x40, 0x100]
    places = ["$1", "$2", "$2+1000", "0", "10000", "-1", "7FFFFFFEFFFF", "7FFFFFFF0000", "800000000000"]
    for cls, length, place in script.some(300, list(range(0, 16)) + [-1], lengths, places):
        script.scene("query-memory")
        script.call("NtAllocateVirtualMemory", SELF, "&m1=0", 0, "&n3=4000", 0x3000, 4)
        script.call("NtCreateSection", "&h4", 0xF001F, 0, quads(0x20000), 4, 0x8000000, 0)
        script.call("NtMapViewOfSection", "$4", SELF, "&v2=0", 0, 0, 0, "&n5=0", 2, 0, 4)
        form = {0: "M", 3: "p448888", 6: "p84", 2: "u", 4: "p8"}.get(cls, "r")
        if cls in (1,):
            form = ""
        script.call("NtQueryVirtualMemory", SELF, place, cls, f"b{length:X}:{form}", length, script.one(["&n6", "&n6", "0", "~na"]))
        script.call("NtQueryVirtualMemory", script.one(["0", "4444", "-2", SELF]), place, cls, script.one(["0", "~ro", "~na", "~end"]), length, "0")


def lock(script):
    for kind, place, size in script.some(80, [1, 2, 3, 0, 4], ["$1", "$1+800", "$1+4000", "0", "-1000"], [0, 1, 0x1000, 0x8000, -1]):
        script.scene("lock")
        script.call("NtAllocateVirtualMemory", SELF, "&m1=0", 0, "&n2=8000", 0x2000, 4)
        script.call("NtAllocateVirtualMemory", SELF, "&n3=$1", 0, "&n2=4000", 0x1000, 4)
        argument = f"&n4={size & 0xFFFFFFFFFFFFFFFF:X}"
        script.call("NtLockVirtualMemory", SELF, f"&n3={place}", argument, kind)
        script.call("NtUnlockVirtualMemory", SELF, f"&n3={place}", argument, kind)
        script.call("NtFlushVirtualMemory", SELF, f"&n3={place}", argument, quads(-1, -1, show=True))


def extended(script):
    parameters = [
        (0, 0), (0, 1), ("~na", 1), (quads(0, 0), 1), (quads(1, quads(0, 0, 0)), 1), (quads(1, quads(0, 0x7FFFFFFF, 0)), 1),
        (quads(1, quads(0x10000000, 0x1FFFFFFF, 0)), 1), (quads(1, quads(0, 0, 0x200000)), 1), (quads(1, quads(0, 0, 0x1000)), 1),
        (quads(1, quads(0x1001, 0, 0)), 1), (quads(2, 0), 1), (quads(3, 0), 1), (quads(5, 0), 1), (quads(6, 0x8664), 1),
        (quads(7, 0), 1), (quads(0xFF, 0), 1), (quads(1, quads(0, 0, 0), 1, quads(0, 0, 0)), 2), (quads(1, 0), 1), (quads(0, 0), 0),
    ]
    for (pointer, count), kind, base in script.some(200, parameters, [0x3000, 0x2000, 0x43000, 0x42000, 0x1000, 0x103000], ["0", "20000000", "1234"]):
        script.scene("allocate-ex")
        script.call("NtAllocateVirtualMemoryEx", SELF, f"&m1={base}", "&n2=20000", kind, script.one([4, 4, 1, 0]), pointer, count)
        query(script, "$1")
        if kind in (0x42000, 0x43000):
            script.call("NtFreeVirtualMemory", SELF, "&n3=$1", "&n2=10000", script.one([0x8002, 0x8001, 0x8000, 0x4002]))
            query(script, "$1+10000")
            script.call("NtFreeVirtualMemory", SELF, "&n3=$1+10000", "&n2=0", 0x8000)
    for count, kind, length in script.some(60, [0, 1, 2, -1], [0, 1, 2, 3, 7, 8], [0, 4, 8]):
        script.scene("set-memory")
        script.call("NtAllocateVirtualMemory", SELF, "&m1=0", 0, "&n2=8000", 0x3000, 4)
        ranges = script.one([quads("$1", 0x1000, "$1+2000", 0x1000), quads("$1", 0), quads(0, 0x1000), "0", "~na"])
        script.call("NtSetInformationVirtualMemory", SELF, kind, count, ranges, script.one(["x00000000", "x01000000", "0", "~na"]), length)


def same(script):
    for first, second in script.some(12, ["$1", "$2", "0", "1234"], ["$1", "$2", "$2+1000", "0"]):
        script.scene("mapped-files")
        script.call("NtAllocateVirtualMemory", SELF, "&m1=0", 0, "&n3=4000", 0x3000, 4)
        script.call("NtCreateSection", "&h4", 0xF001F, attributes(), quads(0x20000), 4, 0x8000000, 0)
        script.call("NtMapViewOfSection", "$4", SELF, "&v2=0", 0, 0, 0, "&n5=0", 2, 0, 4)
        script.call("NtAreMappedFilesTheSame", first, second)


def add(script):
    allocate(script)
    regions(script)
    protect(script)
    transfer(script)
    classes(script)
    lock(script)
    extended(script)
    same(script)
