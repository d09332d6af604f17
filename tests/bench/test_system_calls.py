#!/usr/bin/env python3
"""Operations make the system calls that their work needs, and no others."""

import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import bench

# What one of it takes, in calls. Whoever changes a number says in its commit why.
WANTED = {
    "query-section": {},
    "duplicate-close": {},
    "query-memory-10": {},
    "query-memory-1000": {},
    "protect-10": {"mprotect": 1},
    "protect-1000": {"mprotect": 1},
    # Whether the descriptor still is the section's, and that children of fork() do not have the view.
    "map-unmap": {"statx": 1, "mmap": 1, "madvise": 1, "munmap": 1},
}

# What the program itself does to be told of work, and to answer.
OWN = ["read", "write"]

COUNT = 100


def calls_of(trace):
    """How often each system call is in a trace, under the name that it has everywhere."""
    names = re.findall(r"^(?:\d+ +)?(\w+)\(", trace.read_text(encoding="utf-8"), re.MULTILINE)
    return collections.Counter("fstat" if name == "newfstatat" else name for name in names if name not in OWN)


def count(build, environment, folder, operation):
    """System calls of one operation that has been done before."""
    trace = pathlib.Path(folder, "trace")
    command = ["strace", "-f", "-o", trace, build / "tests/bench/bench-zw"]
    totals = []
    for times in (1, 1 + COUNT):
        with bench.running("ours", command, environment) as program:
            program.ask(operation, 1)
            program.ask(operation, times)
        totals.append(calls_of(trace))
    # What an operation needs once, whatever the count, cancels out; what the program's own runtime did in
    # one run and not in the other is lost in the rounding.
    more = {name: totals[1][name] - totals[0][name] for name in totals[1]}
    return {name: round(n / COUNT) for name, n in more.items() if round(n / COUNT) > 0}


def strace_works():
    """Some sandboxes let nobody trace."""
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-o", "/dev/null", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0


def main():
    build = pathlib.Path(sys.argv[1])
    if not strace_works():
        return 77
    with tempfile.TemporaryDirectory() as folder, bench.daemon(build / "server/ntobjd", folder) as environment:
        environment["ASAN_OPTIONS"] = "detect_leaks=0"  # which cannot be where somebody traces
        with bench.running("holder", [build / "tests/bench/bench-zw"], environment) as holder:
            holder.ask("hold", 1)
            for operation, wanted in WANTED.items():
                found = count(build, environment, folder, operation)
                assert found == wanted, (operation, found, wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
