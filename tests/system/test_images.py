#!/usr/bin/env python3
"""Real Windows programs, mapped through a daemon: each view is what a second reader makes of the file.

The programs are those of pe_reader.py; none installed: skipped. \\KnownDlls is filled with some of them.
"""

import os
import pathlib
import shutil
import zlib

from harness import Skip, case, contains, equal, lacks, main, wait_until
from pe_reader import AMD64, MACHINE_TYPE_MISMATCH, Reader, programs

MAP_IMAGES = os.environ["NTOBJ_MAP_IMAGES"]
AT_ONCE = 400
NOT_AT_BASE = 0x40000003
SAME = (
    "stack_reserve stack_commit subsystem subsystem_major subsystem_minor system_major system_minor "
    "characteristics dll_characteristics machine contains_code image_flags loader_flags file_size checksum size"
).split()


def joined(pieces):
    """Runs of pages with one protection."""
    runs = []
    for begin, size, page in pieces:
        if runs and runs[-1][2] == page:
            runs[-1] = (runs[-1][0], runs[-1][1] + size, page)
        else:
            runs.append((begin, size, page))
    return ",".join(f"{begin:x}:{size:x}:{page:x}" for begin, size, page in runs)


def mapped(test, paths):
    env = test.environment(NTOBJ_ADDRESS=test.address)
    for line in test.run(MAP_IMAGES, *paths, env=env).stdout.splitlines():
        path, words = line.split("\t")
        yield path, dict(word.split("=") for word in words.split())


def check(path, got):
    """Compares a view with the file. Returns whether the image was moved."""
    equal(got["status"], "0", f"{path}: status")
    reader = Reader(pathlib.Path(path).read_bytes())
    fields, memory = reader.fields(), reader.memory()
    delta = int(got["delta"], 16)
    base = (reader.base + delta) % (1 << 64)
    for name in SAME:
        equal(got[name], f"{fields[name]:x}", f"{path}: {name}")
    equal(got["original"], f"{reader.base:x}", f"{path}: original base")
    equal(got["transfer"], f"{base + fields['entry_point']:x}", f"{path}: transfer address")
    equal(got["pieces"], joined(reader.pieces(True)), f"{path}: pieces")
    status = 0 if int(got["view"], 16) == base else NOT_AT_BASE
    if reader.machine != AMD64:
        status = MACHINE_TYPE_MISMATCH
    equal(got["map_status"], f"{status:x}", f"{path}: status of the view")
    if delta:
        equal(reader.relocate(memory, base), 0, f"{path}: moved")
    equal(got["memory"], f"{zlib.crc32(memory):x}", f"{path}: memory")
    return delta != 0


@case("every installed Windows program is mapped as a second reader lays it out and moves it")
def every_program(test):
    paths = programs()
    if not paths:
        raise Skip("no Windows programs: neither mingw-w64 nor Wine of Debian is installed")
    n_read = n_moved = 0
    with test.daemon():
        for first in range(0, len(paths), AT_ONCE):
            for path, got in mapped(test, paths[first : first + AT_ONCE]):
                n_moved += check(path, got)
                n_read += 1
    equal(n_read, len(paths), "programs mapped")
    print(f"# {n_read} programs, {n_moved} of them moved")


@case("\\KnownDlls has the images of a folder, for everybody to map and nobody to change")
def known_dlls(test):
    dlls = [path for path in programs() if path.endswith(".dll")][:20]
    if not dlls:
        raise Skip("no Windows programs: neither mingw-w64 nor Wine of Debian is installed")
    folder = test.folder / "dlls"
    folder.mkdir()
    for number, path in enumerate(dlls):
        shutil.copy(path, folder / f"Known{number}.DLL")
    (folder / "broken.dll").write_bytes(b"MZ" + bytes(100))
    (folder / "folder.dll").mkdir()
    (folder / "readme.txt").write_text("no DLL")
    (test.folder / "conf").write_text(f"[daemon]\nknown-dlls={folder}\n")

    with test.daemon("--config", str(test.folder / "conf")):
        log = test.folder / "log"
        wait_until(lambda: "known-dlls: 22 of 22 files read" in log.read_text(), "the end of the reading")
        listing = test.ntobj("ls", "\\KnownDlls").stdout
        for number in range(len(dlls)):
            contains(listing, f"Known{number}.DLL")
        names = [f"\\KnownDlls\\Known{number}.DLL" for number in range(len(dlls))]
        for name, got in mapped(test, names):
            check(folder / name.rpartition("\\")[2], got)
        lacks(listing, "broken")
        lacks(listing, "readme")
        contains(log.read_text(), "broken.dll: 0xC0000130")
        contains(log.read_text(), "folder.dll: 0xC0000020")


if __name__ == "__main__":
    main()
