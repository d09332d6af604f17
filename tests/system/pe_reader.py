"""Windows programs' files, as the documentation of the format describes them: a second opinion."""

import glob
import os
import pathlib
import struct

from harness import equal

PATTERNS = ("/usr/lib/*/wine/*-windows", "/usr/lib/gcc/*-mingw32", "/usr/*-mingw32")
PAGE = 4096
AMD64, I386, ARM64, ARMNT = 0x8664, 0x14C, 0xAA64, 0x1C4
SHARED, EXECUTE, READ, WRITE = 1 << 28, 1 << 29, 1 << 30, 1 << 31
NOACCESS, READONLY, WRITECOPY, EXECUTE_WRITECOPY = 1, 2, 8, 0x80
MACHINE_TYPE_MISMATCH, CONFLICTING_ADDRESSES = 0x4000000E, 0xC0000018


def programs():
    folders = [folder for pattern in PATTERNS for folder in glob.glob(pattern)]
    folders += [folder for folder in os.environ.get("NTOBJ_PE_FOLDERS", "").split(":") if folder]
    found = set()
    for folder in folders:
        for path in pathlib.Path(folder).rglob("*"):
            if not path.is_file() or path.suffix in (".a", ".o", ".h"):
                continue
            with path.open("rb") as file:
                if file.read(2) == b"MZ":
                    found.add(str(path.resolve()))
    return sorted(found)


def up(value, alignment):
    return -(-value // alignment) * alignment


class Reader:
    """A program's file, as the documentation of the format describes it."""

    def __init__(self, content):
        self.content = content
        self.new = self.number(60, "I")
        equal(content[self.new : self.new + 4], b"PE\0\0", "the signature")
        self.machine, n_sections = self.number(self.new + 4, "H"), self.number(self.new + 6, "H")
        n_optional, self.characteristics = self.number(self.new + 20, "H"), self.number(self.new + 22, "H")
        self.optional = self.new + 24
        self.wide = self.field(0, "H") == 0x20B
        self.base = self.field(24, "Q") if self.wide else self.field(28, "I")
        self.section_alignment, self.file_alignment = self.field(32, "I"), self.field(36, "I")
        self.size = up(self.field(56, "I"), PAGE)
        self.n_headers = self.field(60, "I")
        table = self.optional + n_optional
        self.sections = [struct.unpack_from("<IIII12xI", content, table + 40 * i + 8) for i in range(n_sections)]

    def number(self, at, form):
        return struct.unpack_from("<" + form, self.content, at)[0]

    def field(self, at, form):
        return self.number(self.optional + at, form)

    def directory(self, index):
        at = (112 if self.wide else 96) + 8 * index
        if self.field(108 if self.wide else 92, "I") <= index:
            return 0, 0
        return self.field(at, "I"), self.field(at + 4, "I")

    def fields(self):
        code, entry, dll = self.field(4, "I"), self.field(16, "I"), self.field(70, "H")
        stack = (self.field(72, "Q"), self.field(80, "Q")) if self.wide else (self.field(72, "I"), self.field(76, "I"))
        flat = self.section_alignment < PAGE
        has_code = bool(code or entry or flat or any(section[4] & EXECUTE for section in self.sections))
        dot_net = self.directory(14)[0] != 0
        flags = 8 if flat else 0
        if dll & 0x40 and has_code and not flat and not dot_net:
            flags |= 4
        return {
            "status": 0,
            "machine": self.machine,
            "map_status": 0 if self.machine == AMD64 else MACHINE_TYPE_MISMATCH,
            "base": self.base,
            "size": self.size,
            "entry_point": entry,
            "stack_reserve": stack[0],
            "stack_commit": stack[1],
            "checksum": self.field(64, "I"),
            "subsystem": self.field(68, "H"),
            "subsystem_major": self.field(48, "H"),
            "subsystem_minor": self.field(50, "H"),
            "system_major": self.field(40, "H"),
            "system_minor": self.field(42, "H"),
            "characteristics": self.characteristics,
            "dll_characteristics": dll,
            "contains_code": int(has_code),
            "image_flags": flags,
            "loader_flags": int(dot_net),
            "file_size": len(self.content),
        }

    def memory(self):
        memory = bytearray(self.size)
        if self.section_alignment < PAGE:
            content = self.content[: self.size]
            memory[: len(content)] = content
            return memory
        memory[: self.n_headers] = self.content[: self.n_headers]
        for size, address, n_content, place, _ in self.sections:
            if place:
                content = self.content[place : place + min(n_content, up(size or n_content, PAGE))]
                memory[address : address + len(content)] = content
        return memory

    def pieces(self, execute):
        """The protection of each page, as runs."""
        if self.section_alignment < PAGE:
            return [(0, self.size, EXECUTE_WRITECOPY if execute else WRITECOPY)]
        pages = [NOACCESS] * (self.size // PAGE)
        pages[: up(self.n_headers, PAGE) // PAGE] = [READONLY] * (up(self.n_headers, PAGE) // PAGE)
        begins = {0}
        for size, address, n_content, _, flags in self.sections:
            kind = (flags & READ and 1) | (flags & WRITE and 2) | (flags & EXECUTE and 4)
            if kind & 4 and not execute:
                kind = kind & 2 | 1
            page = (1, 2, 4 if flags & SHARED else 8, 4 if flags & SHARED else 8, 16, 32)[kind] if kind < 6 else None
            page = page or (0x40 if flags & SHARED else 0x80)
            n_pages = up(size or n_content, PAGE) // PAGE
            pages[address // PAGE : address // PAGE + n_pages] = [page] * n_pages
            begins.add(address // PAGE)
        begins |= {i for i in range(1, len(pages)) if pages[i] != pages[i - 1]}
        ends = sorted(begins | {len(pages)})
        return [(a * PAGE, (b - a) * PAGE, pages[a]) for a, b in zip(ends, ends[1:])]

    def relocate(self, memory, base):
        """Moves @memory to @base; returns the status that the server should have for it."""
        if self.characteristics & 1:
            return CONFLICTING_ADDRESSES
        delta = base - self.base
        at, n_table = self.directory(5)
        end = at + n_table
        while end - at >= 8:
            page, n_block = struct.unpack_from("<II", memory, at)
            if n_block == 0:
                break
            for word in struct.unpack_from(f"<{(n_block - 8) // 2}H", memory, at + 8):
                kind, target = word >> 12, page + (word & 0xFFF)
                if kind:
                    n_bytes = {3: 4, 10: 8}[kind]
                    value = int.from_bytes(memory[target : target + n_bytes], "little") + delta
                    memory[target : target + n_bytes] = (value % (1 << 8 * n_bytes)).to_bytes(n_bytes, "little")
            at += n_block
        place = self.optional + (24 if self.wide else 28)
        memory[place : place + (8 if self.wide else 4)] = base.to_bytes(8 if self.wide else 4, "little")
        return 0
