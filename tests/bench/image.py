#!/usr/bin/env python3
"""Measures images: what the memory of a relocated DLL costs each of many processes, and how long images take.

A DLL of 10 MiB, of which every page has addresses in it, is linked twice for one address. Whoever maps both
has one of them elsewhere: with ntobjd relocated once, for all; under Wine (if it is installed), in each
process. "private" is what Linux says of the mapping in each process (smaps). Needs mingw-w64.
"""

import argparse
import contextlib
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

COMPILER = "x86_64-w64-mingw32-gcc"
POINTERS = 10 * 1024 * 1024 // 8

DLL = f"""
__asm__(".section .rdata,\\"dr\\"\\n.globl table\\ntable:\\n.rept {POINTERS}\\n.quad table\\n.endr\\n.text\\n");
int __stdcall entry(void *module, unsigned reason, void *reserved) {{ return 1; }}
"""

# Loads both, reads a byte of each page of the second, says so, and waits.
PROGRAM = """
#include <windows.h>
#include <stdio.h>
int main(void) {
        volatile char *first = (char *) LoadLibraryA("one.dll"), *second = (char *) LoadLibraryA("other.dll");
        if (!first || !second) return 1;
        for (size_t i = 0; i < %d; i += 4096) (void) second[i];
        printf("%%p\\n", second);
        fflush(stdout);
        getchar();
        return 0;
}
"""


def build_dlls(folder):
    (folder / "dll.c").write_text(DLL)
    for name in ("one.dll", "other.dll"):
        command = [COMPILER, "-shared", "-nostdlib", "-o", str(folder / name), str(folder / "dll.c"), "-Wl,-e,entry"]
        subprocess.run(command + ["-Wl,--image-base=0x10000000"], check=True)
    (folder / "load.c").write_text(PROGRAM % (POINTERS * 8))
    subprocess.run([COMPILER, "-O1", "-o", str(folder / "load.exe"), str(folder / "load.c")], check=True)


def private_bytes(pid, address):
    total, inside = 0, False
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        words = line.split()
        if not words[0].endswith(":"):
            start = int(words[0].split("-")[0], 16)
            inside = address <= start < address + POINTERS * 8 + 0x10000
        elif inside and words[0].startswith("Private_"):
            total += int(words[1]) * 1024
    return total


def measure_wine(folder, n):
    """Private bytes for each process."""
    env = dict(os.environ, WINEPREFIX=str(folder / "prefix"), WINEDEBUG="-all", DISPLAY="")
    with contextlib.ExitStack() as stack:
        children = []
        stack.callback(subprocess.run, ["wineserver", "-k"], env=env, check=False)
        for _ in range(n):
            child = subprocess.Popen(
                ["wine", "load.exe"], cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            stack.callback(child.wait)
            stack.callback(child.stdin.close)
            children.append((child, int(child.stdout.readline(), 16)))
        return statistics.mean(private_bytes(child.pid, address) for child, address in children)


@contextlib.contextmanager
def daemon(build, folder):
    address = str(folder / "socket")
    env = dict(os.environ, NTOBJ_ADDRESS=address)
    process = subprocess.Popen([str(build / "server/ntobjd"), "--foreground", "--address", address])
    while not os.path.exists(address):
        time.sleep(0.01)
    try:
        yield env
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def ours(build, env, *arguments):
    command = [str(build / "tests/bench/bench-image"), *map(str, arguments)]
    return subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True).stdout.split()


def measure(build, folder, n, rounds):
    one, other = folder / "one.dll", folder / "other.dll"
    with daemon(build, folder) as env:
        private, shared = map(int, ours(build, env, "share", n, one, other))
        print(f"relocated DLL of 10 MiB in {n} processes: private {private / 1024:.0f} KiB each, shared {shared / 1024:.0f}")
        first = []
        for number in range(rounds):
            copy = folder / f"copy{number}.dll"
            shutil.copy(other, copy)
            time.sleep(0.1)
            first.append(float(ours(build, env, "first", one, copy)[1]))
        print(f"first create of an image: {statistics.median(first) / 1000 / 10:.2f} ms/MiB, relocated")
        repeat = [float(ours(build, env, "repeat", 2000, other)[0]) for _ in range(rounds)]
        print(f"create+map+touch+unmap+close, again and again: {statistics.median(repeat):.1f} us")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path, help="build folder")
    parser.add_argument("--processes", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--wine-processes", type=int, default=None, help="as many under Wine; 0: none")
    options = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)
    if not shutil.which(COMPILER):
        sys.exit(f"{COMPILER} is not installed")
    n_wine = options.processes if options.wine_processes is None else options.wine_processes
    with tempfile.TemporaryDirectory(prefix="ntobj-bench-") as name:
        folder = pathlib.Path(name)
        build_dlls(folder)
        measure(options.build.resolve(), folder, options.processes, options.rounds)
        if n_wine > 0 and shutil.which("wine"):
            wine = measure_wine(folder, n_wine)
            print(f"the relocated DLL in {n_wine} processes under Wine: private {wine / 1024:.0f} KiB each")


if __name__ == "__main__":
    main()
