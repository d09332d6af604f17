"""Files and sections of files."""

from .script import FOLDER, SELF, attributes, quads
from .sections import BASIC, PROTECTIONS, SECTION_FLAGS, query

ACCESSES = [0, 1, 2, 4, 3, 0x20, 0x80, 0x100, 0x10000, 0x20000, 0x100000, 0x100001, 0x100003, 0x120089, 0x120116, 0x1F01FF, 0x80000000, 0x40000000, 0xC0000000, 0x10000000, 0x2000000, 0x110080]
OPTIONS = [0, 0x20, 0x10, 0x1, 0x21, 0x40, 0x60, 0x1000, 0x1020, 0x2, 0x8, 0x4, 0x4000, 0x200000, 0x61, 0x41, 0x30, 0x100, 0x2000, 0x80000000, 0x01000000]


# An IO_STATUS_BLOCK: the upper half of its first word is nobody's.
STATUS = "b10:4,8"


class Files:
    n = 0

    @classmethod
    def name(cls):
        cls.n += 1
        return f"{FOLDER}\\f{cls.n:05}"


def make(script, name, access=0x1201BF, content="x48656C6C6F", share=7, options=0x20, slot=1, disposition=5):
    script.call("NtCreateFile", f"&h{slot:X}", access, attributes(name, 0x40), STATUS, 0, 0x80, share, disposition, options, 0, 0)
    if content:
        length = int(content[1:], 16) if content[0] == "f" else (len(content) - 1) // 2
        script.call("NtWriteFile", f"${slot:X}", 0, 0, 0, STATUS, content, length, "&n1F=0", 0)


def create(script):
    for disposition, options, access in script.some(500, [0, 1, 2, 3, 4, 5, 6, 7, -1], OPTIONS, ACCESSES):
        script.scene("create-file")
        name = Files.name()
        there = script.one(["no", "file", "folder"])
        if there == "file":
            make(script, name)
            script.call("NtClose", "$1")
        elif there == "folder":
            make(script, name, 0x100001, None, 7, 0x21, 1, 2)
            script.call("NtClose", "$1")
        script.call(
            "NtCreateFile", "&h2", access, attributes(name + script.one(["", "", "", "\\", "\\x"]), script.one([0x40, 0x40, 0, 2, 0x100])),
            STATUS, script.one(["0", "0", quads(0x1000), "~na"]), script.one([0x80, 0, 1, 0x20, 0x10, 0x4000000]),
            script.one([0, 1, 3, 7, 7, 8]), disposition, options, 0, 0,
        )
        script.call("NtQueryObject", "$2", 0, "b38:44", 0x38, "&n5")
        script.call("NtQueryInformationFile", "$2", STATUS, "b18:8841,!", 0x18, 5)
        script.call("NtQueryInformationFile", "$2", STATUS, "b4:4", 4, 16)


def names(script):
    odd = [
        "", "\\", "nosuch", "nosuch\\x", "a:b", "a::$DATA", "a*", "a?", "a<b", 'a"b', "a|b".replace("|", "\\u007C"), ".", "..", ".\\x", "x\\..\\y", "a.", "a\\u0020", "\\u0001",
        "file\\x", "folder\\", "folder\\\\x", "FILE", "Folder\\..", "folder\\.", "n" * 255, "n" * 256, "\\u0431", "NUL", "con", "a/b", "/x",
    ]
    for name, options, disposition in script.some(150, odd, [0, 0x20, 0x21, 0x1], [1, 3, 2]):
        script.scene("file-names")
        folder = Files.name()
        make(script, folder, 0x100003, None, 7, 0x21, 1, 3)
        make(script, folder + "\\file", slot=2)
        make(script, folder + "\\folder", 0x100001, None, 7, 0x21, 3, 3)
        script.call("NtCreateFile", "&h4", 0x100001, attributes(folder + "\\" + name, script.one([0x40, 0])), STATUS, 0, 0x80, 7, disposition, options, 0, 0)
        script.call("NtOpenFile", "&h5", 0x100080, attributes(name, script.one([0x40, 0]), "$1"), STATUS, 7, options)
        script.call("NtQueryAttributesFile", attributes(folder + "\\" + name, 0x40), "b28:;;;;4!")
        script.call("NtQueryFullAttributesFile", attributes(folder + "\\" + name, 0x40), "b38:;;;;884!")
        script.call("NtQueryInformationFile", "$4", STATUS, "b400:4t", 0x400, 9)
    for name in ["\\??\\Z:\\", "\\??\\Z:", "\\??\\Z:\\tmp", "\\??\\z:\\tmp", "\\??\\Q:\\", "\\??\\Q:", "\\DosDevices\\Z:\\tmp", "\\GLOBAL??\\Z:\\tmp", "Z:\\tmp", "\\tmp", "\\??\\NUL", "\\Device\\Null", "\\Device", "\\", "\\??\\nul\\x", "\\??\\GLOBALROOT\\??\\Z:\\tmp", "\\??\\unix\\tmp", "", "\\BaseNamedObjects"]:
        for options in (0x20, 0x60, 0x21):
            script.scene("file-places")
            script.call("NtOpenFile", "&h1", 0x100001, attributes(name, 0x40), STATUS, 7, options)
            script.call("NtOpenFile", "&h2", 0x100080, attributes(name, 0x40), STATUS, 7, options)
            script.call("NtQueryAttributesFile", attributes(name, 0x40), "b28:;;;;4!")
            script.call("NtQueryVolumeInformationFile", "$2", STATUS, "b8:44!", 8, 4)


def sharing(script):
    rights = [1, 2, 4, 0x20, 0x10000, 0x80, 3, 0x100000, 0x10003]
    for first, share, second, other in script.some(350, rights, [0, 1, 2, 4, 3, 5, 7], rights, [0, 1, 2, 4, 3, 7]):
        script.scene("sharing")
        name = Files.name()
        make(script, name)
        script.call("NtClose", "$1")
        script.call("NtOpenFile", "&h2", 0x100000 | first, attributes(name, 0x40), STATUS, share, 0x20)
        script.call("NtOpenFile", "&h3", 0x100000 | second, attributes(name, 0x40), STATUS, other, 0x20)
        script.call("NtCreateFile", "&h4", 0x100000 | second, attributes(name, 0x40), STATUS, 0, 0x80, other, script.one([1, 3, 4, 5, 0]), 0x20, 0, 0)


def transfer(script):
    offsets = ["0", "&n6=0", "&n6=3", "&n6=5", "&n6=100", "&n6=-1", "&n6=-2", "&n6=FFFFFFFFFFFFFFFE", "&n6=-5", "~na", "&n6=1000000000000000"]
    for access, options, offset in script.some(300, [1, 2, 4, 6, 3, 7, 0x80], [0x20, 0x10, 0, 0x60], offsets):
        script.scene("transfer-file")
        name = Files.name()
        make(script, name)
        script.call("NtClose", "$1")
        script.call("NtOpenFile", "&h2", 0x100000 | access, attributes(name, 0x40), STATUS, 7, options)
        if options != 0:
            script.call("NtReadFile", "$2", 0, 0, 0, STATUS, script.one(["b10:r", "b10:r", "0", "~ro", "~na"]), script.one([0, 1, 5, 0x10]), offset, 0)
            script.call("NtWriteFile", "$2", 0, 0, 0, STATUS, script.one(["x414243444546", "x414243444546", "0", "~na"]), script.one([0, 1, 6]), offset, 0)
            script.call("NtReadFile", "$2", 0, 0, 0, STATUS, "b10:r", 3, "0", 0)
        script.call("NtFlushBuffersFile", "$2", STATUS)
        script.call("NtQueryInformationFile", "$2", STATUS, "b18:8841,!", 0x18, 5)
        script.call("NtQueryInformationFile", "$2", STATUS, "b8:8", 8, 14)


def classes(script):
    lengths = [0, 1, 4, 7, 8, 0xF, 0x10, 0x17, 0x18, 0x20, 0x27, 0x28, 0x30, 0x38, 0x40, 0x60, 0x68, 0x70, 0x100, 0x1000]
    forms = {4: ";;;;4!", 5: "88411!", 6: "", 7: "4", 8: "4", 9: "4t", 14: "8", 16: "4", 17: "4", 18: ";;;;4,88411!", 34: ";;;;884!", 35: "44", 22: "4488t", 54: "4411!"}
    for cls, length, kind in script.some(600, list(range(0, 78)), lengths, ["file", "folder"]):
        script.scene("query-file")
        name = Files.name()
        make(script, name, 0x1201BF if kind == "file" else 0x100001, "x48656C6C6F" if kind == "file" else None, 7, 0x20 if kind == "file" else 0x21, 1, 3)
        script.call("NtQueryInformationFile", "$1", STATUS, f"b{length:X}:{forms.get(cls, '')}", length, cls)
        script.call("NtQueryInformationFile", script.one(["0", "4444", SELF]), STATUS, script.one(["b100:", "0", "~na"]), length, cls)
    for cls, length in script.some(120, list(range(0, 15)), [0, 4, 8, 0x10, 0x12, 0x17, 0x18, 0x20, 0x40, 0x200]):
        script.scene("query-volume")
        make(script, Files.name())
        script.call("NtQueryVolumeInformationFile", "$1", STATUS, f"b{length:X}:" + ("44" if cls == 4 else ""), length, cls)
        script.call("NtQueryVolumeInformationFile", script.one(["0", "4444", SELF]), STATUS, script.one(["b100:", "0", "~na"]), length, cls)
    values = {
        4: ["x" + "00" * 40, "x" + "00" * 32 + "0100000000000000", "x" + "00" * 32 + "1000000000000000", "x" + "FF" * 32 + "8000000000000000"],
        13: ["x00", "x01", "x02"], 14: [quads(0), quads(3), quads(-1), quads(100)], 19: [quads(0), quads(0x2000), quads(-1)],
        20: [quads(0), quads(3), quads(0x2000), quads(-1)], 16: ["x00000000", "x20000000", "x02000000", "x10000000"], 64: ["x00000000", "x01000000", "x03000000"], 39: [quads(3)],
    }
    for cls, length, access in script.some(350, list(values) * 4 + list(range(0, 76)), [0, 1, 4, 7, 8, 0x10, 0x28, 0x30], [0x1301BF, 0x1301BF, 0x100001, 0x100002, 0x100100, 0x110000]):
        script.scene("set-file")
        name = Files.name()
        make(script, name)
        script.call("NtClose", "$1")
        script.call("NtOpenFile", "&h2", access, attributes(name, 0x40), STATUS, 7, 0x20)
        value = script.one(values.get(cls, ["x" + "00" * 64]))
        if value.startswith("x"):
            value += "00" * (0x30 - (len(value) - 1) // 2)
        script.call("NtSetInformationFile", "$2", STATUS, script.one([value, value, value, value, "~na"]), length, cls)
        script.call("NtQueryInformationFile", "$2", STATUS, "b18:88411!", 0x18, 5)
        script.call("NtClose", "$2")
        script.call("NtQueryFullAttributesFile", attributes(name, 0x40), "b38:;;;;884!")


def sections(script):
    for protection, flags, access in script.some(420, PROTECTIONS, SECTION_FLAGS + [0x8000000] * 20, [1, 3, 0x21, 0x23, 0x20, 2, 0x80]):
        script.scene("file-section")
        name = Files.name()
        make(script, name, content="f1800")
        script.call("NtClose", "$1")
        script.call("NtOpenFile", "&h2", 0x100000 | access, attributes(name, 0x40), STATUS, 7, 0x20)
        size = script.one(["0", "0", quads(0), quads(0x1000), quads(0x1800), quads(0x3000), quads(-1)])
        script.call("NtCreateSection", "&h3", 0xF001F, 0, size, protection, flags, "$2")
        script.call("NtQuerySection", "$3", 0, BASIC, 0x18, "&n5")
        script.call("NtMapViewOfSection", "$3", SELF, "&v4=0", 0, 0, 0, script.one(["&n6=0", "&n6=1000", "&n6=4000"]), 2, 0, script.one([2, 4, 8, 0x20, 0x40, 0x80]))
        query(script, "$4")
        query(script, "$4+1000")
        script.call("NtQueryInformationFile", "$2", STATUS, "b18:88411!", 0x18, 5)
    for change, value in [(20, quads(0)), (20, quads(0x100)), (20, quads(0x4000)), (13, "x01"), (19, quads(0)), (14, quads(5))]:
        for protection in (2, 4, 8):
            for mapped in (0, 1):
                script.scene("file-bond")
                name = Files.name()
                make(script, name, 0x1301BF, "f1800")
                script.call("NtCreateSection", "&h3", 0xF001F, 0, 0, protection, 0x8000000, "$1")
                if mapped:
                    script.call("NtMapViewOfSection", "$3", SELF, "&v4=0", 0, 0, 0, "&n6=0", 2, 0, 2)
                script.call("NtSetInformationFile", "$1", STATUS, value, 8 if change != 13 else 1, change)
                script.call("NtExtendSection", "$3", quads(0x5000, show=True))
                script.call("NtQueryInformationFile", "$1", STATUS, "b18:88411!", 0x18, 5)


def images(script):
    """@FOLDER@\\image.exe is a program."""
    for protection, flags, access in script.some(160, PROTECTIONS, [0x1000000, 0x11000000, 0x1400000, 0x9000000], [1, 0x21, 0x20, 3]):
        script.scene("image")
        script.call("NtOpenFile", "&h2", 0x100000 | access, attributes(FOLDER + "\\image.exe", 0x40), STATUS, 7, 0x20)
        script.call("NtCreateSection", "&h3", 0xF001F, 0, script.one(["0", "0", quads(0x1000), quads(1 << 40)]), protection, flags, "$2")
        script.call("NtQuerySection", "$3", 0, BASIC, 0x18, "&n5")
        script.call("NtQuerySection", "$3", 1, "b40:;4,88422222222114", 0x40, "&n5")
        script.call("NtMapViewOfSection", "$3", SELF, "&v4=0", 0, 0, script.one(["0", "&n8=10000", "&n8=1000"]), script.one(["&n6=0", "&n6=1000", "&n6=100000"]), 2, 0, script.one([2, 4, 8, 0x10, 0x20, 0x40, 0x80, 1, 0]))
        query(script, "$4")
        query(script, "$4+1000")
        query(script, "$4+2000")
        script.call("NtUnmapViewOfSection", SELF, "$4+1234")


def add(script):
    create(script)
    names(script)
    sharing(script)
    transfer(script)
    classes(script)
    sections(script)
    images(script)
