"""What fuzz-pe begins with: changes to a sound image, and files with the structure of real ones."""

import glob
import pathlib
import struct

RAW, FLAT, BLOCKS = 0x01, 0x08, 0x10
WORD, ADD, TABLE = 1, 2, 4
OPTIONAL = 24
REAL_MOST = 24
REAL = ("/usr/lib/gcc/*-mingw32/*/*.dll", "/usr/*-mingw32/lib/*.dll", "/usr/lib/*/wine/*-windows/*.[des][lxy]*")


def recipe(*changes, machine=0, flags=0, base=1):
    """@changes: (place behind the new header's begin, how, number)"""
    head = bytes([machine << 1 | flags | base << 5])
    return head + b"".join(struct.pack("<BBI", place // 2, how, number & 0xFFFFFFFF) for place, how, number in changes)


def section(number, place):
    """Of a 64-bit image."""
    return OPTIONAL + 240 + 40 * number + place


RECIPES = {
    "sound": recipe(),
    **{f"machine-{i}": recipe(machine=i, flags=BLOCKS) for i in range(4)},
    **{f"flat-{i}": recipe(machine=i, flags=BLOCKS | FLAT) for i in range(4)},
    **{f"base-{i}": recipe(flags=BLOCKS, base=i) for i in range(8)},
    "other-signature": recipe((0, WORD, 0x454E), (0x36, WORD, 2)),
    "no-sections": recipe((6, WORD, 0)),
    "many-sections": recipe((6, WORD, 96)),
    "stripped": recipe((22, WORD, 3), flags=BLOCKS),
    "optional-size": recipe((20, WORD | ADD, -80)),
    "alignments": recipe((OPTIONAL + 32, 0, 0x4000), (OPTIONAL + 36, 0, 0x1000), (OPTIONAL + 56, 0, 0x14000)),
    "large": recipe((OPTIONAL + 56, 0, 0x77000000), (section(2, 8), 0, 0x76FF0000)),
    "headers": recipe((OPTIONAL + 60, 0, 0)),
    "sizes": recipe((section(0, 8), 0, 0), (section(1, 16), 0, 0), (section(2, 20), ADD, 0x10)),
    "gap": recipe((section(1, 12), ADD, 0x1000)),
    "beyond": recipe((section(1, 16), 0, 0xFFFFFFFF)),
    "shared": recipe((section(1, 36), ADD, 0x30000000)),
    "clr": recipe((OPTIONAL + 112 + 14 * 8, 0, 0x1100), (OPTIONAL + 112 + 14 * 8 + 4, 0, 72)),
    "clr-narrow": recipe((OPTIONAL + 96 + 14 * 8, 0, 0x1100), (OPTIONAL + 96 + 14 * 8 + 4, 0, 72), machine=1),
    "block-size": recipe((4, TABLE, 0x7FFFFFFF), flags=BLOCKS),
    "block-page": recipe((0, TABLE, 0xFFFFFFF8), flags=BLOCKS),
    "into-the-table": recipe((0, TABLE, 0x4000), (8, TABLE | WORD, 0xA000), flags=BLOCKS),
    "table-place": recipe((OPTIONAL + 112 + 5 * 8, 0, 0x4FFF), flags=BLOCKS),
    "table-size": recipe((OPTIONAL + 112 + 5 * 8 + 4, 0, 0xFFFFFFFF), flags=BLOCKS),
    "thumb": recipe((8, TABLE | WORD, 0x7010), machine=3, flags=BLOCKS),
}


def shrink(content):
    """The structure of a program's file, with at most a sector of each section's content."""
    new = struct.unpack_from("<I", content, 60)[0]
    n_sections, n_optional = struct.unpack_from("<H12xH", content, new + 6)
    headers = bytearray(content[: struct.unpack_from("<I", content, new + OPTIONAL + 60)[0]])
    rest = bytearray()
    for at in range(new + OPTIONAL + n_optional, new + OPTIONAL + n_optional + 40 * n_sections, 40):
        size, place = struct.unpack_from("<II", content, at + 16)
        if place and size:
            struct.pack_into("<II", headers, at + 16, 512, len(headers) + len(rest))
            rest += content[place : place + 512].ljust(512, b"\0")
    return bytes(headers + rest)


def real_files():
    """Some of those that are installed, which need be none."""
    paths = sorted({path for pattern in REAL for path in glob.glob(pattern)})
    for path in paths[:: max(1, len(paths) // REAL_MOST)]:
        try:
            content = shrink(pathlib.Path(path).read_bytes())
        except (OSError, struct.error):
            continue  # not to be read, or no program in spite of its name
        yield "real-" + pathlib.Path(path).name, bytes([RAW | 1 << 5]) + content


PE = RECIPES | {
    "raw-empty": bytes([RAW]),
    "raw-mz": bytes([RAW]) + b"MZ",
    "raw-dos": bytes([RAW]) + b"MZ".ljust(60, b"\0") + struct.pack("<I", 64),
}
