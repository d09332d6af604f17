#!/usr/bin/env python3
"""Runs a program of this folder in one world, and compares what it writes with what Windows would.

    run-wdk.py --world libzw|ntrun|wine PROGRAM EXPECTED

libzw: a Linux program with a daemon of its own, $NTOBJD; ntrun: a Windows program, by $NTRUN; wine: the
same. Exit code: 0 the same, 1 not.
"""

import argparse
import difflib
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "pe"))

import worlds  # noqa: E402, because it stands there


def main():
    parser = argparse.ArgumentParser(description="Run a program and compare what it writes.")
    parser.add_argument("--world", choices=["libzw", "ntrun", "wine"], required=True)
    parser.add_argument("program")
    parser.add_argument("expected", type=pathlib.Path)
    options = parser.parse_args()

    kind = {"libzw": worlds.Ours, "ntrun": worlds.Ntrun, "wine": worlds.Wine}[options.world]
    with kind() as world:
        done = world.run(options.program)
    if done.timed_out or done.code != 0:
        print("did not end" if done.timed_out else f"ended with {done.code}")
    wanted = options.expected.read_text(encoding="utf-8").splitlines()
    different = [*difflib.unified_diff(wanted, done.lines(), "expected", options.world, lineterm="")]
    print("\n".join(different))
    if different or done.code != 0:
        sys.stdout.write(done.err.decode("utf-8", "replace"))
        sys.exit(1)


main()
