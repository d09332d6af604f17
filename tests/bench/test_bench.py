#!/usr/bin/env python3
"""The benchmark runs, and says for every row how long it took and how many messages it sent."""

import json
import pathlib
import subprocess
import sys
import tempfile


def main():
    bench, build = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.json")
        options = ["--rounds", "2", "--round-ms", "0.5", "--placement", "pinned", "--without-wine"]
        subprocess.run([bench, "--build", build, *options, "--json", report], check=True)
        rows = json.loads(report.read_text(encoding="utf-8"))["results"]["pinned"]
    assert len(rows) == 15, rows.keys()
    for name, row in rows.items():
        assert row["ours"]["median"] > 0, name
        assert row["floor"]["median"] > 0, name
        # An operation of three or five services may send one message for each, never more.
        assert 0 <= row["messages"] <= 5, (name, row["messages"])
    # These never leave the process.
    views = [f"{what}-{n}" for what in ("query-memory", "protect") for n in (10, 1000, 30000)]
    for name in ("duplicate-close", "close", "map-unmap", "query-section", *views):
        assert rows[name]["messages"] == 0, (name, rows[name]["messages"])


if __name__ == "__main__":
    main()
