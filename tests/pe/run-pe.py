#!/usr/bin/env python3
"""Runs a Windows program as its source's first comment says, and sees that it does what that says.

    run-pe.py [--world ntrun|wine] PROGRAM.exe SOURCE.c

ntrun is $NTRUN, the daemon $NTOBJD. Exit code: 0 all as expected, 1 not.
"""

import argparse
import sys

import expectation
import worlds


def main():
    parser = argparse.ArgumentParser(description="Run a Windows program and compare what it does.")
    parser.add_argument("--world", choices=["ntrun", "wine"], default="ntrun")
    parser.add_argument("program")
    parser.add_argument("source")
    options = parser.parse_args()

    failed = False
    with worlds.Wine() if options.world == "wine" else worlds.Ntrun() as world:
        for run in expectation.read(options.source):
            done = world.run(options.program, run.arguments, run.given())
            complaints = run.complaints(done, check_err=options.world == "ntrun")
            print("not ok" if complaints else "ok", *run.arguments)
            for complaint in complaints:
                print("  ", complaint)
            failed = failed or bool(complaints)
    sys.exit(1 if failed else 0)


main()
