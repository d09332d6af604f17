#!/usr/bin/env python3
"""Real Windows programs: what the server reads in them is what a reader of its own here reads.

Every program of Debian's mingw-w64 and Wine packages that is installed, and of the folders that
NTOBJ_PE_FOLDERS names (separated by colons), searched to the bottom.
"""

import hashlib
import os
import pathlib
import subprocess

from harness import Skip, case, equal, main
from pe_reader import Reader, programs

PRINT_IMAGE = os.environ["NTOBJ_PRINT_IMAGE"]
BASE = 0x5A340000


def written(pieces):
    return ",".join(f"{begin:x}:{size:x}:{page:x}" for begin, size, page in pieces)


def read_here(path):
    reader = Reader(pathlib.Path(path).read_bytes())
    memory = reader.memory()
    read = {name: f"{value:x}" for name, value in reader.fields().items()}
    read["pieces"], read["no_execute"] = written(reader.pieces(True)), written(reader.pieces(False))
    read["memory"] = hashlib.md5(memory).hexdigest()
    read["relocate"] = f"{reader.relocate(memory, BASE):x}"
    read["relocated"] = hashlib.md5(memory).hexdigest()
    return read


def read_by_server(paths):
    done = subprocess.run([PRINT_IMAGE, f"{BASE:x}", *paths], stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        path, words = line.split("\t")
        yield path, dict(word.split("=") for word in words.split())


@case("every installed Windows program is read, laid out and moved as a second reader does it")
def every_program(test):  # pylint: disable=unused-argument
    paths = programs()
    if not paths:
        raise Skip("no Windows programs: neither mingw-w64 nor Wine of Debian is installed")
    n_read = n_moved = 0
    for first in range(0, len(paths), 50):
        for path, read in read_by_server(paths[first : first + 50]):
            equal(read, read_here(path), path)
            n_read += 1
            n_moved += read["memory"] != read["relocated"]
    equal(n_read, len(paths), "programs read")
    print(f"# {n_read} programs, {n_moved} of them moved")


if __name__ == "__main__":
    main()
