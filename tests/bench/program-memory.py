#!/usr/bin/env python3
"""What memory many Windows programs cost that load the same DLL, which cannot be where it wishes to be.

    program-memory.py [--build FOLDER] [--processes N] [--world ntrun|wine]...

The DLL is image.py's: 10 MiB, addresses in every page. Each process loads another one first that has its
place, reads a byte of each page of the DLL, and waits until all have done so. Private is what Linux counts for
one process only: of the whole process (smaps_rollup), and of the DLL (smaps). Means in KiB. Needs mingw-w64.
"""

import argparse
import contextlib
import pathlib
import statistics
import subprocess
import sys
import tempfile

import image

ROOT = pathlib.Path(__file__).resolve().parents[2]
PE = ROOT / "tests/pe"
sys.path.insert(0, str(PE))

import worlds  # noqa: E402

PROGRAM = """
#include "ldr.h"
#include "pe.h"

static PVOID load(UNICODE_STRING *name) {
        PVOID dll = NULL;

        check_status(LdrLoadDll(NULL, NULL, name, &dll), STATUS_SUCCESS);
        return dll;
}

NTSTATUS world_main(void) {
        volatile char *dll;
        char byte;

        load(WIDE(u"one.dll"));
        dll = load(WIDE(u"other.dll"));
        for (SIZE_T i = 0; dll && i < %d; i += 4096)
                (void) dll[i];
        print("%%I64x\\n", (long long) (SIZE_T) dll);
        world_read(&byte, 1);
        return failed;
}
"""


def build_program(build, folder):
    (folder / "wait.c").write_text(PROGRAM % (image.POINTERS * 8))
    includes = [ROOT / "client/include", ROOT / "client/include/zw", ROOT / "proto", PE / "support"]
    subprocess.run(
        [image.COMPILER, "-std=gnu17", "-O1", "-ffreestanding", "-fno-stack-protector", "-mno-stack-arg-probe",
         "-nostdlib", "-nostartfiles", *(f"-I{name}" for name in includes), "-Wl,-e,start", folder / "wait.c",
         PE / "support/pe.c", PE / "support/world-windows.c", build / "tests/pe/libntdll.a", "-o", folder / "wait.exe"],
        check=True,
    )  # fmt: skip


def private_of_process(pid):
    lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) * 1024


def measure(world, folder, n):
    """(private bytes of a process, of its DLL), means of @n."""
    with contextlib.ExitStack() as stack:
        children = []
        for _ in range(n):
            child = subprocess.Popen(
                world.command(folder / "wait.exe", []), cwd=folder, env=world.env, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
            stack.callback(child.wait)
            stack.callback(child.stdin.close)
            line = child.stdout.readline()
            try:
                children.append((child.pid, int(line, 16)))
            except ValueError:
                sys.exit(f"program-memory: {world.name}: a program said {line!r}")
        return (
            statistics.mean(private_of_process(pid) for pid, _ in children),
            statistics.mean(image.private_bytes(pid, address) for pid, address in children),
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=ROOT / "build", type=pathlib.Path, help="build folder")
    parser.add_argument("--processes", default=50, type=int, help="how many at once")
    parser.add_argument("--world", action="append", choices=["ntrun", "wine"], help="both if not given")
    options = parser.parse_args()
    build = options.build.resolve()
    for name in options.world or ["ntrun", "wine"]:
        if name == "wine":
            made = worlds.Wine()
        else:
            made = worlds.Ntrun(str(build / "server/ntobjd"), str(build / "client/run/ntrun"))
        with made as world, tempfile.TemporaryDirectory(prefix="ntobj-bench-") as text:
            folder = pathlib.Path(text)
            image.build_dlls(folder)
            build_program(build, folder)
            process, dll = measure(world, folder, options.processes)
        print(
            f"{name:6} {options.processes} processes: private {process / 1024:8.0f} KiB each,"
            f" of which the DLL {dll / 1024:8.0f}",
            flush=True,
        )


main()
