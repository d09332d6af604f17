#!/usr/bin/env python3
"""The measurement of large numbers runs, and has a number for everything."""

import json
import pathlib
import subprocess
import sys
import tempfile


def numbers(tree):
    if isinstance(tree, dict):
        for branch in tree.values():
            yield from numbers(branch)
    else:
        yield tree


def main():
    scale, build = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.json")
        subprocess.run([scale, "--build", build, "--rounds", "1", "--most", "1000", "--json", report], check=True)
        results = json.loads(report.read_text(encoding="utf-8"))["results"]
    assert list(results) == ["directory", "lookup", "memory", "processes", "shapes", "pauses"], results.keys()
    assert results["directory"]["1000"]["create"] > 0
    assert results["lookup"]["1000"]["lookup"] > 0
    assert results["pauses"]["create"]["calls"] > 0
    assert all(isinstance(number, (int, float)) for number in numbers(results))


if __name__ == "__main__":
    main()
