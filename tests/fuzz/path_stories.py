"""Stories for fuzz-path: its source has their form."""

import struct

from story_parts import CASE, EVERYONE, MEDIUM, OPENIF, PERMANENT, boundary, sid

(
    OPEN_PLAIN,
    OPEN_DIRECTORY,
    OPEN_LINK,
    PLAIN,
    DIRECTORY,
    LINK,
    CLOSE,
    PRIVATE,
    OPEN_PRIVATE,
    DELETE_PRIVATE,
    TURN,
    SCRIBBLE,
) = range(12)
STRANGER, KERNEL, WIDE, GLOBAL_SESSION, SHADOW = 1, 2, 4, 8, 16
EXCLUSIVE, DONT_REPARSE, FORCE = 0x20, 0x1000, 0x400
B = "\\BaseNamedObjects\\"


def deed(what, text="", who=0, attributes=0, root=0, access=0, target=None):
    if isinstance(text, str):
        text = text.encode("utf-16-le" if who & WIDE else "latin-1")
    out = struct.pack("<BBHBBH", what, who, attributes, root, access, len(text)) + text
    if target is not None:
        target = target.encode("utf-16-le" if who & WIDE else "latin-1")
        out += struct.pack("<H", len(target)) + target
    return out


def path_story(*deeds, flags=0):
    return bytes([flags]) + b"".join(deeds)


SHAPES = [
    "", "\\", "\\\\", "a", "\\a\\", B, B + "x", B + "x\\", B + "\\x", B + "x\\y", "\\??", "\\??\\", "\\??\\x", "\\???",
    "\\??\\GLOBALROOT" + B + "x", "\\??\\Global\\x", "\\DosDevices\\x", "\\GLOBAL??\\x", B + "Local\\x", B + "Global\\x",
    B + "Session\\1\\x", "\\Sessions\\BNOLINKS\\0\\x", B + "\0", B + "a\0b", "\\...\\x", "\\Device\\Null", "\\Device\\Null\\x",
    "\\ObjectTypes\\Section", B + "X", "\\basenamedobjects\\x", "\\" + "n" * 255, "\\a" * 200,
]  # fmt: skip

PATH_STORIES = {
    "shapes": path_story(deed(PLAIN, B + "x"), *[deed(what, text) for text in SHAPES for what in (OPEN_PLAIN, OPEN_DIRECTORY, OPEN_LINK)]),
    "shapes-when-creating": path_story(*[deed(what, text) for text in SHAPES for what in (PLAIN, DIRECTORY)]),
    "shapes-from-a-root": path_story(
        deed(DIRECTORY, B + "d"),
        *[deed(what, text.lstrip("\\"), root=1) for text in SHAPES for what in (PLAIN, OPEN_PLAIN)],
        *[deed(OPEN_PLAIN, text, root=1) for text in SHAPES],
    ),
    "wide": path_story(*[deed(what, B + "\U0001F600\xe9\u0131", WIDE, CASE) for what in (3, 0, 4, 1)]),
    "longest": path_story(
        deed(PLAIN, B + "n" * (32766 - 18)),
        deed(OPEN_PLAIN, B + "n" * (32766 - 18)),
        deed(LINK, B + "l", target="\\" + "t" * 32765),
        deed(OPEN_PLAIN, B + "l\\x"),
        deed(OPEN_PLAIN, B + "l"),
        deed(DIRECTORY, B + "d" * 20000),
        deed(PLAIN, "x" * 20000, root=4),
    ),
    "links": path_story(
        deed(DIRECTORY, B + "d"),
        deed(PLAIN, "x", root=1),
        deed(LINK, B + "to-d", target=B + "d"),
        deed(LINK, B + "slash", target=B + "d\\"),
        deed(LINK, B + "empty", target=""),
        deed(LINK, B + "relative", target="d"),
        deed(LINK, B + "loop", target=B + "loop"),
        deed(LINK, B + "grow", target=B + "grow\\x\\y"),
        deed(LINK, B + "ping", target=B + "pong"),
        deed(LINK, B + "pong", target="\\??\\GLOBALROOT" + B + "ping"),
        *[
            deed(what, B + text, attributes=attributes)
            for text in ("to-d", "slash", "empty", "relative", "loop", "grow", "ping", "pong")
            for what, attributes in ((0, 0), (1, CASE), (2, 0), (1, DONT_REPARSE), (4, OPENIF))
        ],
        *[deed(what, B + text + "\\x") for text in ("to-d", "slash", "empty", "loop") for what in (0, 2, 3)],
    ),
    "chains": path_story(
        *[deed(LINK, B + str(i), target=B + str(i + 1)) for i in range(33)],
        deed(PLAIN, B + "33"),
        deed(OPEN_PLAIN, B + "0"),
        deed(OPEN_PLAIN, B + "2"),
        deed(OPEN_PLAIN, B + "3"),
        deed(OPEN_PLAIN, B + "4"),
    ),
    "shadows": path_story(
        deed(DIRECTORY, B + "a"),
        deed(PLAIN, "x", root=1),
        deed(DIRECTORY, B + "b", SHADOW, access=1),
        deed(OPEN_PLAIN, "x", root=3),
        deed(PLAIN, "x", root=3),
        deed(OPEN_PLAIN, "X", attributes=CASE, root=3),
        *[deed(DIRECTORY, B + "s" + str(i), SHADOW, access=3 + i) for i in range(34)],
        deed(OPEN_PLAIN, "y", root=20),
        deed(CLOSE, root=1),
        deed(OPEN_PLAIN, "x", root=3),
    ),
    "private": path_story(
        deed(PRIVATE, boundary("b", EVERYONE)),
        deed(PLAIN, "x", root=1),
        deed(PRIVATE, boundary("b", EVERYONE)),
        deed(OPEN_PRIVATE, boundary("b", EVERYONE, EVERYONE), STRANGER, access=2),
        deed(OPEN_PRIVATE, boundary("b", EVERYONE, label=MEDIUM)),
        deed(PRIVATE, boundary("c", sid(22, 1, 1000), label=MEDIUM), STRANGER),
        deed(PRIVATE, boundary("c", sid(22, 1, 1000), label=sid(16, 0x4000))),
        deed(OPEN_PLAIN, "x", root=1),
        deed(DELETE_PRIVATE, root=1),
        deed(DELETE_PRIVATE, root=1),
        deed(OPEN_PLAIN, "x", root=1),
        deed(PRIVATE, boundary("b", EVERYONE), attributes=PERMANENT),
        deed(CLOSE, root=1),
        deed(CLOSE, root=2),
    ),
    "last-handles": path_story(
        deed(DIRECTORY, B + "d"),
        deed(PLAIN, "x", root=1),
        deed(OPEN_PLAIN, B + "d\\x", STRANGER, access=2),
        deed(CLOSE, root=1),
        deed(OPEN_PLAIN, B + "d\\x"),
        deed(DIRECTORY, B + "d"),
        deed(CLOSE, root=2),
        deed(CLOSE, root=3),
        deed(PLAIN, "y", root=1, attributes=PERMANENT),
        deed(CLOSE, root=2),
        deed(OPEN_PLAIN, "y", root=1),
        deed(TURN, root=2),
        deed(CLOSE, root=2),
        deed(OPEN_PLAIN, "y", root=1),
        deed(TURN, root=1, access=1),
        deed(CLOSE, root=1),
        deed(OPEN_DIRECTORY, B + "d"),
    ),
    "stranger": path_story(
        deed(DIRECTORY, B + "d"),
        *[deed(what, text, STRANGER, access=4) for text in SHAPES for what in (0, 1, 2, 3)],
        deed(PLAIN, B + "s", STRANGER, attributes=PERMANENT),
        deed(OPEN_DIRECTORY, B + "d", STRANGER, access=5),
    ),
    "kernel": path_story(
        deed(DIRECTORY, B + "d", KERNEL, EXCLUSIVE),
        *[deed(what, text, KERNEL | STRANGER) for text in SHAPES for what in (0, 1, 2)],
        deed(OPEN_DIRECTORY, B + "d", KERNEL | STRANGER, FORCE | EXCLUSIVE),
        deed(PLAIN, "\\KernelObjects\\x", KERNEL, PERMANENT),
    ),
    "exclusive": path_story(
        deed(PLAIN, B + "x", attributes=EXCLUSIVE),
        deed(OPEN_PLAIN, B + "x"),
        deed(OPEN_PLAIN, B + "x", attributes=EXCLUSIVE),
        deed(OPEN_PLAIN, B + "x", STRANGER, EXCLUSIVE),
        deed(PLAIN, B + "y", attributes=EXCLUSIVE | 2),
    ),
    "session-0": path_story(*[deed(what, text, GLOBAL_SESSION) for text in SHAPES for what in (0, 1, 3)]),
    "scribbled": path_story(
        deed(DIRECTORY, B + "d"),
        deed(PLAIN, "x", root=1),
        deed(SCRIBBLE, struct.pack("<Q", 1 << 63 | 1 << 32), root=1),
        deed(OPEN_PLAIN, B + "d\\x"),
        deed(PLAIN, "y", root=1),
        deed(SCRIBBLE, struct.pack("<Q", (1 << 64) - 1), root=2),
        deed(OPEN_PLAIN, "x", root=1),
        deed(CLOSE, root=2),
        deed(DIRECTORY, B + "d"),
    ),
    "scant": path_story(
        deed(DIRECTORY, B + "d"),
        *[deed(what, "n" * i, root=1, target="t" * i if what == LINK else None) for i in range(1, 16) for what in (3, 5, 4)],
        flags=1,
    ),
}
