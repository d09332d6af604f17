"""Tokens, descriptors and processes."""

from .script import SELF, THREAD, attributes, quads

ACCESSES = [0, 1, 2, 8, 0x20, 0x28, 0xF00FF, 0xF01FF, 0x20008, 0x2000000, 0x80000000, 0x10000000, 0xFFFFFFFF]

EVERYONE = "010100000000000100000000"
SYSTEM = "010100000000000512000000"


def acl(*aces):
    body = "".join(aces)
    return f"0200{(8 + len(body) // 2).to_bytes(2, 'little').hex()}{len(aces).to_bytes(2, 'little').hex()}0000{body}"


def ace(kind, mask, sid, flags=0):
    return bytes([kind, flags]).hex() + (8 + len(sid) // 2).to_bytes(2, "little").hex() + mask.to_bytes(4, "little").hex() + sid


def descriptor(dacl=None, owner=None, group=None, control=0, revision=1):
    """A self-relative one."""
    control |= 0x8000 | (4 if dacl is not None else 0)
    offset, parts, offsets = 20, "", []
    for part in (owner, group, None, dacl if dacl else None):
        offsets.append(offset if part else 0)
        if part:
            parts += part
            offset += len(part) // 2
    head = bytes([revision, 0]) + control.to_bytes(2, "little") + b"".join(o.to_bytes(4, "little") for o in offsets)
    return "x" + (head.hex() + parts).upper()


DESCRIPTORS = [
    descriptor(), descriptor(""), descriptor(acl()), descriptor(acl(ace(0, 0x10000000, EVERYONE))), descriptor(acl(ace(0, 0x20000, EVERYONE))),
    descriptor(acl(ace(1, 4, EVERYONE), ace(0, 0xF001F, EVERYONE))), descriptor(acl(ace(0, 0xF001F, EVERYONE), ace(1, 4, EVERYONE))),
    descriptor(acl(ace(0, 0xF001F, SYSTEM)), EVERYONE, EVERYONE), descriptor(acl(ace(0, 5, EVERYONE, 8))), descriptor(revision=2), descriptor(control=0x10),
    "x" + "00" * 20, "~na", "~odd", "0",
]


def tokens(script):
    for access, flags in script.some(60, ACCESSES, [0, 2, 0x40, 0x200, -1]):
        script.scene("token")
        script.call("NtOpenProcessToken", script.one([SELF, SELF, SELF, "0", "4444", THREAD]), access, "&h1")
        script.call("NtQueryObject", "$1", 0, "b38:44", 0x38, "&n3")
        script.call("NtOpenProcessTokenEx", SELF, access, flags, "&h2")
        script.call("NtOpenThreadToken", script.one([THREAD, SELF, "0"]), access, script.one([0, 1]), script.one(["&h4", "~na"]))
        script.call("NtOpenThreadTokenEx", THREAD, access, 0, flags, "&h5")
        script.call("NtOpenProcessToken", SELF, access, script.one(["0", "~na", "~ro", "~odd"]))
    for cls, length in script.some(160, list(range(0, 52)) + [-1], [0, 1, 4, 7, 8, 0xC, 0x10, 0x18, 0x38, 0x1000]):
        script.scene("query-token")
        handle = script.one(["-4", "-4", "$1"])
        script.call("NtOpenProcessToken", SELF, script.one([8, 8, 2, 0x10]), "&h1")
        small = cls in (8, 9, 12, 18, 15, 20, 21, 24, 23, 26, 27)
        script.call("NtQueryInformationToken", handle, cls, f"b{length:X}:" + ("4" if small and cls != 12 else ""), length, "&n2" if small else "&n2")
        script.call("NtQueryInformationToken", script.one([handle, "0", SELF]), cls, script.one(["0", "~na"]), length, script.one(["0", "~na", "&n2"]))
    for access, kind, level in script.some(120, ACCESSES, [0, 1, 2, 3, -1], [0, 1, 2, 3, 4]):
        script.scene("duplicate-token")
        script.call("NtOpenProcessToken", SELF, script.one([2, 0xF01FF, 8]), "&h1")
        # SECURITY_QUALITY_OF_SERVICE: length, level, tracking, effective only
        quality = "x0C000000" + level.to_bytes(4, "little").hex().upper() + "00000000"
        script.call("NtDuplicateToken", "$1", access, script.one(["0", attributes(q=quality), attributes(None, 2), "~na"]), script.one([0, 1]), kind, "&h2")
        script.call("NtQueryInformationToken", "$2", 8, "b4:4", 4, "&n3")
        script.call("NtQueryInformationToken", "$2", 9, "b4:4", 4, "&n3")
        script.call("NtQueryObject", "$2", 0, "b38:44", 0x38, "&n3")


def privileges(script):
    """The process goes on without what it has given up: this comes last."""
    states = ["x01000000" + p + "0000000000000000" for p in ("14000000", "17000000", "FF000000", "02000000")] + ["x00000000", "x01000000", "0", "~na"]
    for state, disable, length in script.some(120, states, [0, 1], [0, 4, 0x10, 0x100]):
        script.scene("privileges")
        script.call("NtOpenProcessToken", SELF, script.one([0x20, 0x28, 8]), "&h1")
        script.call("NtAdjustPrivilegesToken", "$1", disable, state, length, script.one(["0", "0", "b100:", "~na"]), script.one(["0", "&n2"]))
        script.call("NtPrivilegeCheck", script.one(["$1", "-4"]), script.one(["x0100000001000000" + "170000000000000000000000", "x0100000000000000" + "FF0000000000000000000000", "~na", "0"]), script.one(["&n3", "0", "~na"]))


def access_check(script):
    mapping = "x01000000020000000400000FFF000F00"
    for sd, wanted in script.some(160, DESCRIPTORS, [0, 1, 4, 5, 0x20000, 0x40000, 0x2000000, 0x80000000, 0xF001F, 0x1000000]):
        script.scene("access-check")
        script.call("NtOpenProcessToken", SELF, 0xA, "&h1")
        script.call("NtDuplicateToken", "$1", 0xC, 0, 0, 2, "&h2")
        room = script.one([0x14, 0x100, 0, 8])
        script.call("NtAccessCheck", sd, script.one(["$2", "$2", "$2", "$1", "-4", "0"]), wanted, script.one([mapping, mapping, mapping, "~na"]), "b100:44", f"&n3={room:X}", "&n4", "&n5")


def objects(script):
    for sd, access in script.some(200, DESCRIPTORS, [0xF001F, 4, 2, 6, 0x20000, 0x40000, 0x60000, 0xE0000, 0x10000, 0x2000000]):
        script.scene("descriptor")
        name = script.name()
        script.call("NtCreateSection", "&h1", 0xF001F, attributes(name, 0, s=sd), quads(0x1000), 4, 0x8000000, 0)
        script.call("NtOpenSection", "&h2", access, attributes(name))
        script.call("NtQueryObject", "$2", 0, "b38:44", 0x38, "&n3")
        script.call("NtQuerySecurityObject", "$2", 4, "b100:r", 0x100, "&n4")
        other = script.one(DESCRIPTORS)
        script.call("NtSetSecurityObject", "$2", script.one([4, 4, 1, 2, 0, 0x10]), other)
        script.call("NtOpenSection", "&h5", access, attributes(name))
    for information, length in script.some(80, [0, 1, 2, 3, 4, 5, 7, 8, 0x10, 0x80000000, 0x40], [0, 8, 0x13, 0x14, 0x20, 0x30, 0x100]):
        script.scene("query-security")
        script.call("NtCreateSection", "&h1", script.one([0xF001F, 4]), attributes(script.name(), 0, s=script.one([DESCRIPTORS[3], DESCRIPTORS[7], "0"])), quads(0x1000), 4, 0x8000000, 0)
        script.call("NtQuerySecurityObject", script.one(["$1", "$1", SELF, "0"]), information, f"b{length:X}:", length, script.one(["&n3", "&n3", "0", "~na"]))
        script.call("NtQuerySecurityObject", "$1", information, script.one(["0", "~na"]), length, "&n3")


def processes(script):
    lengths = [0, 1, 4, 7, 8, 0x10, 0x18, 0x20, 0x28, 0x2F, 0x30, 0x31, 0x40, 0x58, 0x100]
    forms = {20: "4", 24: "4", 26: "8", 12: "4", 34: "4", 31: "4", 7: "8", 29: "4"}
    for cls, length in script.some(330, list(range(0, 64)) + [100, -1], lengths):
        script.scene("query-process")
        script.call("NtQueryInformationProcess", SELF, cls, f"b{length:X}:{forms.get(cls, '')}", length, script.one(["&n2", "0", "~na"]))
        script.call("NtQueryInformationProcess", script.one(["0", "4444", THREAD]), cls, script.one(["0", "~na", "b100:"]), length, "&n2")
    for access, flags in script.some(60, [0, 1, 0x10, 0x400, 0x1000, 0x1FFFFF, 0x2000000, 0x80000000, 0x10000000, -1], [0, 2, 0x40, 0x10, 0x80, 0x20, 0x200, 0x1000]):
        script.scene("open-process")
        identity = script.one([quads(0, 0), quads(0x7FFFFFF0, 0), quads(4, 4), "0", "~na", "~odd", quads(1 << 40, 0)])
        script.call("NtOpenProcess", "&h1", access, attributes(None, flags), identity)
        script.call("NtOpenProcess", script.one(["&h1", "~na", "0"]), access, script.one(["0", "~na", attributes("\\x"), attributes(l=8)]), script.one([identity, quads(0, 0)]))
    for cls, length in script.some(60, list(range(0, 50)) + [-1], [0, 4, 8, 0x10]):
        if cls in (10, 11, 17, 18):  # what they do to this very thread
            continue
        script.scene("set-thread")
        script.call("NtSetInformationThread", script.one([THREAD, THREAD, "0", "4444", SELF]), cls, script.one(["x" + "00" * 16, "0", "~na"]) if cls == 5 else script.one(["0", "~na"]), length)
    for handle in [THREAD, "0", "4444", SELF]:
        script.scene("anonymous")
        script.call("NtImpersonateAnonymousToken", handle)
        script.call("NtSetInformationThread", THREAD, 5, quads(0), 8)


def namespaces(script):
    # Version, item count, whole size; a name; a SID.
    name = "0100000018000000" + "6E0061006D0065003{}00".format("0") + "000000000000"
    good = "x01000000010000002800000000000000" + name[:16] + name[16:]
    for boundary, access in script.some(40, [good, "0", "~na", "x" + "00" * 64, "x02" + good[3:], "~odd"], [0xF000F, 0, 3, 0x2000000, 0x10000000]):
        script.scene("namespace")
        script.call("NtCreatePrivateNamespace", "&h1", access, script.one(["0", attributes(), attributes("x"), "~na"]), boundary)
        script.call("NtOpenPrivateNamespace", "&h2", access, "0", boundary)
        script.call("NtDeletePrivateNamespace", script.one(["$1", "0", SELF]))


def add(script):
    tokens(script)
    access_check(script)
    objects(script)
    processes(script)
    namespaces(script)
    privileges(script)
