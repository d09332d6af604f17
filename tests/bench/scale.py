#!/usr/bin/env python3
"""What a million names cost: time for each, memory for each, and how long others wait.

A daemon of its own, and clients that fill one directory (scale.c); the same directory inside one
program, without messages (lookup.c). Nothing may grow with the number of names. Times are medians of
rounds, in nanoseconds for one operation unless it says otherwise; memory is the daemon's proportional
set size for one object.
"""

import argparse
import contextlib
import json
import os
import pathlib
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # the source folder is not ours to fill

from bench import Failure, Program, daemon, machine

HERE = pathlib.Path(__file__).resolve().parent
OPENS_MOST = 20000
HOPS = 30


class Client(Program):
    """scale.c."""

    def ask(self, what, count, *more):
        self.tell(what, count, *more)
        return self.answer(what)[0]

    def tell(self, what, count, *more):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(" ".join(str(word) for word in (what, count, *more)) + "\n")
            self.process.stdin.flush()

    def answer(self, what):
        words = self.process.stdout.readline().split()
        if not words or not all(word.isdigit() for word in words):
            raise Failure(f"{self.name}: {what}: {' '.join(words) or 'the program ended'}")
        return [int(word) for word in words]


class World:
    """A daemon and its clients."""

    def __init__(self, build, stack):
        self.build = build
        self.stack = stack
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ntobjd-scale-"))
        self.environment = stack.enter_context(daemon(build / "server/ntobjd", folder))
        self.address = self.environment["NTOBJ_ADDRESS"]
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
            connection.connect(self.address)
            credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        self.daemon = struct.unpack("iII", credentials)[0]

    def client(self, name):
        client = Client(name, [self.build / "tests/bench/bench-scale"], self.environment)
        self.stack.callback(client.end)
        client.ask("close", 0)  # it is attached when it has answered
        return client

    def memory(self):
        """Of the daemon, in bytes."""
        text = pathlib.Path(f"/proc/{self.daemon}/smaps_rollup").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) * 1024

    def objects(self):
        command = [self.build / "client/cli/ntobj", "--json", "stats"]
        output = subprocess.run(command, env=self.environment, check=True, stdout=subprocess.PIPE).stdout
        return json.loads(output)["daemon"]["objects"]["value"]

    def wait_for_objects(self, number):
        while self.objects() > number:
            time.sleep(0.02)


@contextlib.contextmanager
def world(build):
    with contextlib.ExitStack() as stack:
        yield World(build, stack)


def measure_directory(build, sizes):
    """One directory of sections that grows and shrinks: at each size, what one more of each costs."""
    rows = {size: {} for size in sizes}
    with world(build) as scene:
        holder, other = scene.client("holder"), scene.client("other")
        empty = scene.memory()
        before = 0
        for size in sizes:
            row = rows[size]
            row["create"] = holder.ask("sections", size - before) / (size - before)
            row["bytes"] = (scene.memory() - empty) / size
            row["open_close"] = other.ask("open", OPENS_MOST, size) / OPENS_MOST
            row["list"] = other.ask("list", size) / size
            before = size
        for smaller, size in reversed(list(zip([0, *sizes], sizes))):
            rows[size]["close"] = holder.ask("close", size - smaller) / (size - smaller)
    return rows


def measure_lookup(build, sizes):
    command = [build / "tests/bench/bench-lookup", *map(str, sizes)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    names = ("lookup", "lookup_missing", "open_close", "insert_remove")
    return {
        int(size): dict(zip(names, map(float, values)))
        for size, *values in (line.split() for line in output.splitlines())
    }


def measure_memory(build, count):
    """Bytes of the daemon for one of each."""
    result = {}
    for sort in ("sections", "directories", "links"):
        with world(build) as scene:
            holder = scene.client("holder")
            before = scene.memory()
            holder.ask(sort, count)
            result[sort] = (scene.memory() - before) / count
            if sort == "sections":
                other = scene.client("other")
                before = scene.memory()
                other.ask("take", count)
                result["grants"] = (scene.memory() - before) / count
    return result


def measure_processes(build, count):
    with world(build) as scene:
        scene.client("first")
        before = scene.memory()
        for i in range(count):
            scene.client(f"process {i}")
        return (scene.memory() - before) / count


def measure_shapes(build, n_directories, n_links):
    """Directories side by side and each in the one before; links in chains."""
    result = {}
    for shape, what in (("flat", "directories"), ("nested", "nested")):
        with world(build) as scene:
            holder = scene.client("holder")
            result[f"{shape}_create"] = holder.ask(what, n_directories) / n_directories
            result[f"{shape}_close"] = holder.ask("close", n_directories) / n_directories
    with world(build) as scene:
        holder, other = scene.client("holder"), scene.client("other")
        n_chains = max(1, n_links // HOPS)
        result["chain_create"] = holder.ask("chains", n_chains * HOPS) / (n_chains * HOPS)
        other.ask("walk", n_chains)
        result["chain_open_close"] = other.ask("walk", n_chains) / n_chains
    return result


class Watch:
    """Another client that calls all the time: the longest call is the pause."""

    def __init__(self, scene):
        self.client = scene.client("watch")

    def during(self, act):
        self.client.tell("ping", 0)
        time.sleep(0.1)
        act()
        time.sleep(0.1)
        self.client.tell("close", 0)
        longest, median, count = self.client.answer("ping")
        self.client.answer("close")
        return {"longest": longest, "median": median, "calls": count}


def measure_pauses(build, size):
    with world(build) as scene:
        holder, other = scene.client("holder"), scene.client("other")
        watch = Watch(scene)
        start = scene.objects()
        result = {"idle": watch.during(lambda: time.sleep(0.5))}
        result["create"] = watch.during(lambda: holder.ask("sections", size))
        result["list"] = watch.during(lambda: other.ask("list", size))

        def end_holder():
            holder.process.kill()
            holder.process.wait()
            scene.wait_for_objects(start + size // 2)

        def list_the_dead():
            other.ask("list", 0)
            scene.wait_for_objects(start)

        result["end"] = watch.during(end_holder)
        result["list while it ends"] = watch.during(list_the_dead)
    return result


def medians(rounds):
    """The median of each number in equal trees of numbers."""
    if isinstance(rounds[0], dict):
        return {key: medians([one[key] for one in rounds]) for key in rounds[0]}
    return statistics.median(rounds)


def print_table(title, headings, rows):
    lines = [headings, *[[f"{value:,.0f}" if not isinstance(value, str) else value for value in row] for row in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(headings))]
    print(f"\n{title}")
    for line in lines:
        print("  ".join(text.rjust(width) for text, width in zip(line, widths)))


def print_report(results):
    directory, lookup = results["directory"], results["lookup"]
    columns = ("create", "open_close", "list", "close", "bytes")
    print_table(
        "Sections in one directory: ns for one, with its messages; bytes of the daemon for one",
        ["names", "create", "open+close", "list", "close", "bytes"],
        [[size, *[directory[size][column] for column in columns]] for size in directory],
    )
    columns = ("lookup", "lookup_missing", "open_close", "insert_remove")
    print_table(
        "The same inside the daemon, without messages: ns for one",
        ["names", "lookup", "missing", "open+close", "insert+remove"],
        [[size, *[lookup[size][column] for column in columns]] for size in lookup],
    )
    memory = dict(results["memory"], processes=results["processes"])
    print_table("Memory of the daemon: bytes for one", list(memory), [list(memory.values())])
    shapes = results["shapes"]
    print_table(
        f"Directories, side by side and nested; links in chains of {HOPS}: ns for one",
        [name.replace("_", " ") for name in shapes],
        [list(shapes.values())],
    )
    print_table(
        "What another client waits for a call, in µs",
        ["meanwhile", "longest", "median", "calls"],
        [[name, row["longest"] / 1000, row["median"] / 1000, row["calls"]] for name, row in results["pauses"].items()],
    )


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=HERE / "../../build", help="the build folder")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (3)")
    parser.add_argument("--most", type=int, default=1000000, help="names in one directory (1000000)")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="all numbers")
    options = parser.parse_args()
    if options.rounds < 1 or not 1000 <= options.most <= 1000000:
        parser.error("at least one round; 1000 to 1000000 names")
    options.build = options.build.resolve()
    return options


def run_round(options, number):
    sizes = [size for size in (1000, 10000, 100000, 1000000) if size <= options.most]
    part = options.most // 10
    stages = {
        "directory": lambda: measure_directory(options.build, sizes),
        "lookup": lambda: measure_lookup(options.build, sizes),
        "memory": lambda: measure_memory(options.build, part),
        "processes": lambda: measure_processes(options.build, min(500, options.most // 1000)),
        "shapes": lambda: measure_shapes(options.build, part, part // 100),
        "pauses": lambda: measure_pauses(options.build, options.most),
    }
    results = {}
    for name, stage in stages.items():
        print(f"scale: round {number} of {options.rounds}: {name}", file=sys.stderr)
        results[name] = stage()
    return results


def main():
    options = parse_arguments()
    try:
        rounds = [run_round(options, number) for number in range(1, options.rounds + 1)]
    except (Failure, OSError, subprocess.CalledProcessError) as error:
        print(f"scale: {error}", file=sys.stderr)
        return 1
    results = medians(rounds)
    print_report(results)
    if options.json:
        report = {"machine": machine(), "rounds": options.rounds, "results": results, "each_round": rounds}
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
