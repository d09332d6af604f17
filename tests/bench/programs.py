#!/usr/bin/env python3
"""How long a minimal Windows program takes from start to exit: under ntrun, under Wine, and bare Linux's exec.

    programs.py [--build FOLDER] [--rounds N]

The daemon and Wine's server run beside it. Times are medians in milliseconds; rounds go by turns, so that what
else the machine does falls on all alike.
"""

import argparse
import pathlib
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/pe"))

import worlds  # noqa: E402


def milliseconds(world, program):
    started = time.perf_counter()
    done = world.run(program)
    took = (time.perf_counter() - started) * 1000
    if done.code != (0 if program == "/bin/true" else 7):
        sys.exit(f"programs: {world.name}: {program} ended with {done.code}")
    return took


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=ROOT / "build", type=pathlib.Path)
    parser.add_argument("--rounds", default=20, type=int)
    options = parser.parse_args()
    build = options.build.resolve()
    minimal = str(build / "tests/pe/minimal.exe")
    ntobjd = str(build / "server/ntobjd")
    with worlds.Wine() as wine, worlds.Ntrun(ntobjd, str(build / "client/run/ntrun")) as ours, worlds.Ours(ntobjd) as bare:
        rows = {"ntrun": (ours, minimal), "Wine": (wine, minimal), "/bin/true": (bare, "/bin/true")}
        times = {name: [] for name in rows}
        for _ in range(options.rounds):
            for name, row in rows.items():
                times[name].append(milliseconds(*row))
    for name, row in times.items():
        print(f"{name:10} {statistics.median(row):8.1f} ms  (least {min(row):.1f})")


main()
