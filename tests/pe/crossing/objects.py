"""Directories, links, names, handles and what is asked of them."""

from .script import SELF, THREAD, attributes, counted, quads
from .sections import ACCESSES

FLAGS = [0, 2, 0x10, 0x20, 0x40, 0x80, 0x100, 0x200, 0x400, 0x800, 0x1000, 0x2000, 0x42, 0xC0, 1, 0x10000]
BAD = ["0", "~odd", "~ro", "~na", "~end", "~wild"]
ROOT = "\\BaseNamedObjects"


def create(script, kind, handle, access, what):
    """Makes a section, a directory or a link."""
    if kind == "section":
        script.call("NtCreateSection", handle, access, what, quads(0x1000), 4, 0x8000000, 0)
    elif kind == "directory":
        script.call("NtCreateDirectoryObject", handle, access, what)
    elif kind == "link":
        script.call("NtCreateSymbolicLinkObject", handle, access, what, counted("\\BaseNamedObjects"))


def open_(script, kind, handle, access, what):
    service = {"section": "NtOpenSection", "directory": "NtOpenDirectoryObject", "link": "NtOpenSymbolicLinkObject"}[kind]
    script.call(service, handle, access, what)


KINDS = ["section", "directory", "link"]


def access(script):
    for kind, wanted, flags in script.some(400, KINDS, ACCESSES, FLAGS):
        name = script.name()
        script.scene(f"{kind}-access")
        create(script, kind, "&h1", wanted, attributes(name, flags))
        script.call("NtQueryObject", "$1", 0, "b38:444", 0x38, "&n5")
        open_(script, kind, "&h2", script.one(ACCESSES), attributes(name.upper() if script.random.randrange(3) == 0 else name, script.one(FLAGS)))
        script.call("NtQueryObject", "$2", 0, "b38:444", 0x38, "&n5")
        open_(script, script.one(KINDS), "&h3", 0x20000, attributes(name))
        create(script, script.one(KINDS), "&h4", 0xF0001, attributes(name, script.one([0, 0x80, 0xC0, 0x20, 0x180])))


def names(script):
    odd = [
        "", "\\", "\\\\", "x", "x\\y", ROOT, ROOT + "\\", ROOT + "\\\\x", "\\x", "\\NoSuchDirectory\\x", ROOT + "\\a\\b", ROOT + "\\.",
        ROOT + "\\..", ROOT + "\\*", ROOT + "\\a/b", "/x", ROOT + "\\\\u0000", ROOT + "\\\\u0041\\u0000b", ROOT + "\\a\\", "\\??", "\\??\\",
        "\\??\\NUL", "\\??\\nosuch", "\\DosDevices", "\\Device", "\\Device\\Null", "\\Device\\Null\\x", "\\GLOBAL??", "\\Sessions", "\\ObjectTypes",
        "\\KernelObjects", "\\KnownDlls", "\\Windows", "\\basenamedobjects", "\\BASENAMEDOBJECTS\\x1", ROOT + "\\Local\\x2", ROOT + "\\Global\\x3",
        ROOT + "\\Session\\1\\x4", ROOT + "\\\\u0430\\u0411", ROOT + "\\" + "n" * 300, ROOT + "\\x\\u0020", ROOT + "\\x ".strip(), "\\Driver", "\\FileSystem",
    ]
    for name, kind, flags in script.some(330, odd, KINDS, [0, 0x40, 0x80, 0x100]):
        script.scene("names")
        open_(script, kind, "&h1", 0x20000, attributes(name, flags))
        if name.startswith(ROOT + "\\") and "\\\\" not in name:
            create(script, kind, "&h2", 0xF0001, attributes(name, flags))
            open_(script, kind, "&h3", 0x20000, attributes(name, flags))
            script.call("NtQueryObject", "$2", 1, "b400:u", 0x400, "&n5")
    for name, kind in script.some(150, odd, KINDS):
        script.scene("relative")
        script.call("NtCreateDirectoryObject", "&h1", 0xF000F, attributes(script.name()))
        root = script.one(["$1", "$1", "$1", "4444", SELF])
        create(script, kind, "&h2", 0xF0001, attributes(name, script.one([0, 0x40, 0x80]), root))
        open_(script, kind, "&h3", 0x20000, attributes(name, 0, root))
        open_(script, "section", "&h4", 0x20000, attributes("x", 0, "$2"))
    for kind, length, flags in script.some(60, KINDS, [0, 0x18, 0x2F, 0x31, 0x38, -1], [0, 0x40]):
        script.scene("attributes")
        create(script, kind, "&h1", 0xF0001, attributes(script.name(), flags, l=length))
        open_(script, kind, "&h1", 0xF0001, attributes(ROOT, flags, l=length))
    for kind, fields in script.some(120, KINDS, [{"nl": 1}, {"nl": 3}, {"nl": 0xFFFE}, {"nl": 0xFFFF}, {"nm": 0}, {"nm": 1}, {"nb": "0"}, {"nb": "~na"}, {"nb": "~odd"}, {"nl": 0}, {"nl": 0, "nb": "0"}, {"nb": "~wild"}, {"nl": 0xFFFC, "nm": 0xFFFC}]):
        script.scene("strings")
        create(script, kind, "&h1", 0xF0001, attributes(script.name(), 0, **fields))
        open_(script, kind, "&h2", 0xF0001, attributes(ROOT, 0, **fields))
    for kind, pointer, field in script.some(60, KINDS, BAD, ["np", "s", "q", "whole", "handle"]):
        script.scene("object-pointers")
        what = {"whole": pointer}.get(field, attributes(script.name(), 0, **({field: pointer} if field in ("np", "s", "q") else {})))
        create(script, kind, pointer if field == "handle" else "&h1", 0xF0001, what)
        open_(script, kind, pointer if field == "handle" else "&h2", 0xF0001, what)


def tree(script):
    """Directories within directories, links on the way, and who may do what in them."""
    for rights, flags, kind in script.some(200, [1, 2, 3, 4, 8, 0xF, 0xF000F, 0x20000, 0], [0, 0x40, 0x80], KINDS):
        folder = script.name()
        script.scene("tree")
        script.call("NtCreateDirectoryObject", "&h1", rights, attributes(folder))
        create(script, kind, "&h2", 0xF0001, attributes("Inner", flags, "$1"))
        create(script, script.one(KINDS), "&h3", 0xF0001, attributes("inner", script.one([0, 0x40, 0x80]), "$1"))
        open_(script, kind, "&h4", 0x20000, attributes(folder + "\\INNER", script.one([0, 0x40])))
        script.call("NtQueryDirectoryObject", "$1", "b200:uu", 0x200, 0, 1, "&n6=0", "&n7")
        script.call("NtClose", "$2")
        open_(script, kind, "&h5", 0x20000, attributes(folder + "\\Inner"))
    for target, tail, flags in script.some(120, ["\\BaseNamedObjects", "\\", "", "x", "\\nosuch", "\\??", "\\BaseNamedObjects\\"], ["", "\\y", "\\"], [0, 0x40, 0x80, 0x100]):
        link = script.name()
        script.scene("through-link")
        script.call("NtCreateSymbolicLinkObject", "&h1", 0xF0001, attributes(link), counted(target))
        for kind in KINDS:
            open_(script, kind, "&h2", 0x20000, attributes(link + tail, flags))
        create(script, "section", "&h3", 0xF001F, attributes(link + tail, flags))
        script.call("NtQueryObject", "$3", 1, "b400:u", 0x400, "&n5")
    for flags, shadow in script.some(20, [0, 1, 2, -1], ["0", "$1", "4444", SELF]):
        script.scene("shadow")
        script.call("NtCreateDirectoryObject", "&h1", script.one([3, 0xF000F]), attributes(script.name()))
        script.call("NtCreateSection", "&h2", 0xF001F, attributes("below", 0, "$1"), quads(0x1000), 4, 0x8000000, 0)
        script.call("NtCreateDirectoryObjectEx", "&h3", 0xF000F, attributes(script.name()), shadow, flags)
        script.call("NtOpenSection", "&h4", 4, attributes("below", 0, "$3"))


def links(script):
    for target, room in script.some(150, ["", "x", "\\BaseNamedObjects", "t" * 40, "\\u0020\\u0431"], [0, 1, 2, 3, 0x20, 0x22, 0x23, 0x24, 0x25, 0x50, 0x52, 0x100]):
        script.scene("query-link")
        script.call("NtCreateSymbolicLinkObject", "&h1", script.one([1, 0xF0001, 0x20000]), attributes(script.name()), counted(target))
        script.call("NtQuerySymbolicLinkObject", "$1", f"U{room:X}", script.one(["&n2", "0", "~na"]))
        script.call("NtQuerySymbolicLinkObject", script.one(["$1", SELF, "0"]), script.one([f"U{room:X}", "~na", "~odd", f"U{room:X}|nb=~ro", f"U{room:X}|nb=0"]), "&n2")
    for fields in [{"nl": 1}, {"nl": 0}, {"nm": 0}, {"nm": 2}, {"nb": "0"}, {"nb": "~na"}, {"nl": 0xFFFF}, {"nl": 0xFFFE, "nm": 0xFFFE}]:
        script.scene("link-target")
        script.call("NtCreateSymbolicLinkObject", "&h1", 0xF0001, attributes(script.name()), counted("target", **fields))
        script.call("NtCreateSymbolicLinkObject", "&h1", 0xF0001, script.one(["0", attributes(), "~na"]), script.one(["0", "~na", "~odd", counted("x")]))


def make(script, kind):
    """An object of any kind in slot 1."""
    if kind in KINDS:
        create(script, kind, "&h1", 0xF001F if kind == "section" else 0xF000F if kind == "directory" else 0xF0001, attributes(script.name()))
        return "$1"
    if kind == "unnamed":
        create(script, "section", "&h1", 0xF001F, "0")
        return "$1"
    if kind == "token":
        script.call("NtOpenProcessToken", SELF, 0x2000000, "&h1")
        return "$1"
    return {"process": SELF, "thread": THREAD, "none": "0", "bad": "4444"}[kind]


def queries(script):
    lengths = [0, 1, 2, 3, 8, 0xF, 0x10, 0x11, 0x20, 0x37, 0x38, 0x39, 0x40, 0x44, 0x46, 0x68, 0x70, 0x77, 0x78, 0x80, 0x200]
    forms = {0: "444", 1: "u", 2: "u", 4: "11"}
    for kind, cls, length in script.some(480, KINDS + ["unnamed", "token", "process", "thread", "none", "bad"], [0, 1, 2, 4, 5, 6, 7, -1], lengths):
        script.scene("query-object")
        handle = make(script, kind)
        script.call("NtQueryObject", handle, cls, f"b{length:X}:{forms.get(cls, 'r')}", length, script.one(["&n2", "&n2", "0", "~na"]))
        script.call("NtQueryObject", handle, cls, script.one(["0", "~na", "~ro", "~end", "~odd"]), length, "&n2")
    for value, length, kind in script.some(120, ["x0000", "x0100", "x0001", "x0101", "x0202", "0", "~na"], [0, 1, 2, 3, 4], KINDS + ["process", "thread", "none", "bad"]):
        script.scene("set-object")
        handle = make(script, kind)
        script.call("NtSetInformationObject", handle, script.one([4, 4, 4, 4, 5, 0, 1, 6, 7]), value, length)
        script.call("NtQueryObject", handle, 4, "b2:11", 2, "&n2")
        script.call("NtQueryObject", handle, 0, "b38:444", 0x38, "&n2")
        script.call("NtClose", handle)
        script.call("NtQueryObject", handle, 4, "b2:11", 2, "&n2")


def duplicates(script):
    for kind, access_, flags, options in script.some(450, KINDS + ["unnamed", "token", "process", "thread", "none", "bad"], ACCESSES, [0, 2, 1, 3, 0x40, 0x200, -1], [0, 1, 2, 4, 3, 6, 7, 8, 0x10]):
        script.scene("duplicate")
        handle = make(script, kind)
        script.call("NtDuplicateObject", SELF, handle, SELF, "&h2", access_, flags, options)
        script.call("NtQueryObject", "$2", 0, "b38:444", 0x38, "&n3")
        if not options & 1:  # else its value may be that of the new one
            script.call("NtQueryObject", handle, 4, "b2:11", 2, "&n3")
            script.call("NtCompareObjects", handle, "$2")
    for source, target, pointer in script.some(60, [SELF, "0", "4444", "$1", THREAD], [SELF, "0", "4444", "$1"], ["&h2", "0", "~na", "~ro", "~odd"]):
        script.scene("duplicate-processes")
        make(script, "section")
        script.call("NtDuplicateObject", source, "$1", target, pointer, 0, 0, script.one([2, 3, 0]))
        script.call("NtQueryObject", "$1", 4, "b2:11", 2, "&n3")


def permanence(script):
    for kind, flags in script.some(60, KINDS + ["unnamed", "token", "process", "thread", "none", "bad"], [0, 1, 2, 3]):
        script.scene("permanence")
        handle = make(script, kind)
        script.call("NtMakePermanentObject" if flags & 1 else "NtMakeTemporaryObject", handle)
        script.call("NtMakeTemporaryObject", handle)
        script.call("NtQueryObject", handle, 0, "b38:444", 0x38, "&n3")
        script.call("NtClose", handle if flags & 2 else script.one(["$1", "$1+1", "$1+3"]))
        script.call("NtClose", handle)


def listing(script):
    for length, single, restart in script.some(200, [0, 1, 0x1F, 0x20, 0x30, 0x40, 0x50, 0x5F, 0x60, 0x70, 0x80, 0x90, 0xA0, 0xC0, 0x100, 0x200, 0x1000], [0, 1], [0, 1]):
        script.scene("list")
        script.call("NtCreateDirectoryObject", "&h1", script.one([1, 3, 0xF000F, 2]), attributes())
        n = script.random.randrange(4)
        for i in range(n):
            create(script, script.one(KINDS), f"&h{i + 2:X}", 0xF0001, attributes("entry" + "x" * (i * 3), 0, "$1"))
        for _ in range(2):
            script.call("NtQueryDirectoryObject", "$1", f"b{length:X}:uuuu" if n < 2 or single else f"b{length:X}:", length, single, restart, "&n10=0" if script.random.randrange(2) else "&n10=1", script.one(["&n11", "&n11", "0"]))
        script.call("NtQueryDirectoryObject", "$1", f"b{length:X}:", length, single, restart, "&n10=" + script.one(["5", "-1", "1"]), "&n11")
    for handle, buffer, context in script.some(40, ["$1", SELF, "0", "4444"], BAD, ["0", "~na", "&n10=0"]):
        script.scene("list-pointers")
        script.call("NtCreateDirectoryObject", "&h1", 0xF000F, attributes())
        script.call("NtQueryDirectoryObject", handle, buffer, 0x100, 0, 1, context, script.one(["0", "~na", "&n2"]))


def add(script):
    access(script)
    names(script)
    tree(script)
    links(script)
    queries(script)
    duplicates(script)
    permanence(script)
    listing(script)
