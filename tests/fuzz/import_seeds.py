"""What fuzz-imports begins with: changes to a sound image that has all tables that the loader reads."""

import struct

from pe_seeds import real_files

RAW = 0x01
BYTE, WORD, ADD = 1, 2, 4
DIRECTORIES = 0x80 + 24 + 112

# Where the image has its tables, in memory.
IMPORTS, DELAYED, EXPORTS, TLS, RESOURCES, MESSAGES, TEXTS = 0x1000, 0x1060, 0x10C0, 0x1160, 0x11A0, 0x1260, 0x12C0
RELOCATIONS = 0xA00


def recipe(*changes):
    """@changes: (place in the file, how, number)"""
    return b"\0" + b"".join(struct.pack("<HBI", place, how, number & 0xFFFFFFFF) for place, how, number in changes)


def at(rva, number, how=0):
    return rva - 0x1000 + 0x400, how, number


def directory(index, rva):
    return DIRECTORIES + index * 8, 0, rva


IMPORT_SEEDS = {
    "sound": recipe(),
    "names-are-addresses": recipe(at(IMPORTS, 0)),
    "import-name-outside": recipe(at(IMPORTS + 12, 0xFFFFFFF0)),
    "thunks-at-the-end": recipe(at(IMPORTS, 0x4FFC)),
    "thunks-beyond": recipe(at(IMPORTS, 0xFFFFFFF8)),
    "delayed-of-old": recipe(at(DELAYED, 0)),
    "delayed-name": recipe(at(DELAYED + 4, 0x4FFF)),
    "exports-many": recipe(at(EXPORTS + 20, -1), at(EXPORTS + 24, -1)),
    "exports-base": recipe(at(EXPORTS + 16, -1)),
    "forward-outside": recipe((DIRECTORIES + 4, 0, -1), at(EXPORTS + 0x2C, 0x4FFF)),
    "names-in-a-gap": recipe(at(EXPORTS + 0x40, 0x3FFF), (0x80 + 24 + 240 + 40 + 8, 0, 0x800)),
    "tls-template": recipe(at(TLS + 8, 0x20000000)),
    "tls-turned": recipe(at(TLS, 0x10003000)),
    "tls-index": recipe(at(TLS + 16, 0x10004FFD)),
    "tls-align": recipe(at(TLS + 36, 0x00E00000)),
    "resource-circle": recipe(at(RESOURCES + 0x34, 0x80000000)),
    "resource-odd-name": recipe(at(RESOURCES + 0x30, 0x80000091)),
    "resource-many": recipe(at(RESOURCES + 12, -1)),
    "resource-offset": recipe(at(RESOURCES + 0x54, 0x7FFFFFFF)),
    "resource-type-name": recipe(at(RESOURCES + 12, 1, WORD), at(RESOURCES + 16, 0x80000090)),
    "message-circle": recipe(at(MESSAGES + 0x20, 0, WORD)),
    "message-length": recipe(at(MESSAGES + 0x20, 0xFFFF, WORD)),
    "message-blocks": recipe(at(MESSAGES, -1)),
    "relocation-size": recipe((RELOCATIONS + 4, 0, 0x7FFFFFFE)),
    "relocation-page": recipe((RELOCATIONS, 0, 0xFFFFF000)),
    "relocation-itself": recipe((RELOCATIONS, 0, 0x4000), (RELOCATIONS + 8, WORD, 0xA000)),
    "relocation-odd": recipe((DIRECTORIES + 5 * 8, ADD, 1)),
    "sections-apart": recipe((0x80 + 24 + 240 + 2 * 40 + 12, 0, 0x8000), (0x80 + 24 + 56, 0, 0x9000)),
    **{f"directory-{i}": recipe(directory(i, 0x4FFE)) for i in (0, 1, 2, 5, 9, 13)},
    **{"raw-" + title: bytes([RAW]) + content[1:] for title, content in real_files()},
}
