#!/usr/bin/env python3
"""Times NT's services three times over, side by side in one run.

    ours    a native program on libzw and ntobjd
    wine    the same source as a Windows program of ntdll alone, under Wine
    floor   the system calls and messages that bare Linux needs for the least of it

The three take turns, round by round, so that whatever else the machine does meets all of them. "pinned"
puts every process, the daemon and wineserver included, on one CPU; "free" lets the kernel place them.
Numbers are medians with quartiles, in microseconds for one operation. The last column counts the
messages that one operation of ours sends, from ZW_TRACE, in a run of its own.
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
COMPILER = "x86_64-w64-mingw32-gcc"
DDK_FOLDERS = ["/usr/share/mingw-w64/include/ddk", "/usr/x86_64-w64-mingw32/include/ddk"]
CONTESTANTS = ["ours", "wine", "floor"]

# Operation, what it is, and what its floor is.
ROWS = [
    ("open-close", "open+close, name held elsewhere", "round trip"),
    ("open-missing", "open of a missing name", "round trip"),
    ("create-close-named", "create+close, named", "round trip"),
    ("create-close-unnamed", "create+close, unnamed", "memfd_create+ftruncate+close"),
    ("map-unmap", "map+touch+unmap of 64 KiB", "mmap+touch+munmap"),
    ("open-map-unmap-close", "open+map+touch+unmap+close", "round trip, mmap+touch+munmap"),
    ("duplicate-close", "duplicate+close", "dup+close"),
    ("close", "close of a duplicate", "close"),
    ("query-section", "query section", "getpid"),
    ("query-memory-10", "query memory, 10 views", "getpid"),
    ("protect-10", "protect 64 KiB, 10 views", "mprotect, as many mappings"),
    ("query-memory-1000", "query memory, 1,000 views", "getpid"),
    ("protect-1000", "protect 64 KiB, 1,000 views", "mprotect, as many mappings"),
    ("query-memory-30000", "query memory, 30,000 views", "getpid"),
    ("protect-30000", "protect 64 KiB, 30,000 views", "mprotect, as many mappings"),
]


class Failure(Exception):
    """Why there is no result; for people."""


class Program:
    """A program that answers one line with one line; see main.c."""

    def __init__(self, name, command, environment):
        self.name = name
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True, bufsize=1
        )

    def ask(self, operation, count):
        try:
            self.process.stdin.write(f"{operation} {count}\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline().strip()
        except BrokenPipeError:
            answer = ""
        if not answer.isdigit():
            raise Failure(f"{self.name}: {operation}: {answer or 'the program ended'}")
        return int(answer)

    def end(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def running(name, command, environment):
    program = Program(name, command, environment)
    try:
        yield program
    finally:
        program.end()


@contextlib.contextmanager
def daemon(ntobjd, folder):
    """A private daemon; gives the environment in which programs find it."""
    address = f"{folder}/socket"
    reader, writer = os.pipe()
    command = [ntobjd, "--foreground", "--address", address, "--print-address", str(writer), "--log-level", "warning"]
    process = subprocess.Popen(command, pass_fds=[writer])
    os.close(writer)
    try:
        with os.fdopen(reader) as ready:
            if not ready.readline():
                raise Failure("the daemon did not start")
        yield dict(os.environ, NTOBJ_ADDRESS=address)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


class Wine:
    """A private Wine: its own prefix, its own wineserver, nothing of the user's."""

    def __init__(self, folder):
        self.program = str(folder / "bench.exe")
        self.environment = dict(
            os.environ, WINEPREFIX=str(folder / "prefix"), WINEDEBUG="-all", WINEDLLOVERRIDES="mscoree,mshtml="
        )
        for display in ("DISPLAY", "WAYLAND_DISPLAY"):
            self.environment.pop(display, None)

    def prepare(self):
        for needed in (COMPILER, "wine", "wineserver"):
            if not shutil.which(needed):
                raise Failure(f"{needed} is not installed; --without-wine leaves Wine out")
        compile_for_windows(self.program)
        print("bench: making a private Wine prefix", file=sys.stderr)
        subprocess.run(["wine", "wineboot", "-i"], env=self.environment, check=True, stderr=subprocess.DEVNULL)
        self.stop()

    def stop(self):
        """wineserver ends and has let go of the prefix: the next start has a new one, placed anew."""
        for option in ("-k", "-w"):
            subprocess.run(["wineserver", option], env=self.environment, check=False)


def compile_for_windows(output):
    include = next((folder for folder in DDK_FOLDERS if os.path.exists(f"{folder}/ntifs.h")), None)
    if not include:
        raise Failure("mingw-w64's ntifs.h is not installed; --without-wine leaves Wine out")
    sources = [str(HERE / name) for name in ("main.c", "operations.c", "platform-windows.c")]
    options = ["-O2", "-Wall", "-Wextra", "-Werror", "-nostdlib", "-Wl,-e,start", "-isystem", include]
    subprocess.run([COMPILER, *options, *sources, "-o", output, "-lntdll"], check=True)


def calibrate(program, operation, nanoseconds):
    """How often an operation fits in a round; also warms it up."""
    count = 4
    while True:
        took = program.ask(operation, count)
        if took * 2 >= nanoseconds or count >= 1 << 24:
            return max(1, min(1 << 24, count * nanoseconds // max(took, 1)))
        count *= 2


def measure_row(programs, operation, options):
    """Nanoseconds for one operation, per contestant and round. Who begins changes every round."""
    names = list(programs)
    nanoseconds = int(options.round_ms * 1e6)
    counts = {name: calibrate(programs[name], operation, nanoseconds) for name in names}
    samples = {name: [] for name in names}
    for turn in range(options.rounds):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            samples[name].append(programs[name].ask(operation, counts[name]) / counts[name])
    return samples


def count_messages(build, environment, operation, folder):
    """Messages that one operation sends when it has been done before."""
    trace = pathlib.Path(folder, f"trace-{operation}")
    count = 8
    with running("ours", [build / "tests/bench/bench-zw"], dict(environment, ZW_TRACE=str(trace))) as program:
        program.ask(operation, 1)
        before = trace.stat().st_size
        program.ask(operation, 1)
        one = sum_messages(trace, before)
        before = trace.stat().st_size
        program.ask(operation, 1 + count)
        # What an operation needs once, whatever the count, cancels out.
        return (sum_messages(trace, before) - one) / count


def sum_messages(trace, begin):
    with open(trace, "rb") as lines:
        lines.seek(begin)
        return sum(int(n) for n in re.findall(rb", (\d+) messages?$", lines.read(), re.MULTILINE))


def measure_placement(placement, options, wine, folder):
    """All rows, with everything started anew where it is to run."""
    rows = {}
    with contextlib.ExitStack() as stack:
        stack.enter_context(placed(placement))
        environment = stack.enter_context(daemon(options.build / "server/ntobjd", folder))
        commands = {
            "ours": ([options.build / "tests/bench/bench-zw"], environment),
            "floor": ([options.build / "tests/bench/bench-floor"], dict(os.environ)),
        }
        if wine:
            stack.callback(wine.stop)
            commands["wine"] = (["wine", wine.program], wine.environment)
        programs = {}
        for name, command in commands.items():
            holder = stack.enter_context(running(f"{name}'s holder", *command))
            holder.ask("hold", 1)
            programs[name] = stack.enter_context(running(name, *command))
        for number, (operation, title, _) in enumerate(ROWS, 1):
            print(f"bench: {placement}, {number} of {len(ROWS)}: {title}", file=sys.stderr)
            samples = measure_row(programs, operation, options)
            rows[operation] = {name: summary(values) for name, values in samples.items()}
            rows[operation]["messages"] = count_messages(options.build, environment, operation, folder)
    return rows


@contextlib.contextmanager
def placed(placement):
    """Children inherit the CPUs of this process."""
    everywhere = os.sched_getaffinity(0)
    if placement == "pinned":
        os.sched_setaffinity(0, {max(everywhere)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, everywhere)


def summary(values):
    ordered = sorted(values)
    quartiles = statistics.quantiles(ordered, n=4, method="inclusive") if len(ordered) > 1 else ordered * 3
    return {
        "median": statistics.median(ordered),
        "q1": quartiles[0],
        "q3": quartiles[2],
        "min": ordered[0],
        "max": ordered[-1],
    }


def cell(numbers):
    if not numbers:
        return "-"
    median, low, high = (numbers[key] / 1000 for key in ("median", "q1", "q3"))
    digits = 3 if median < 1 else 2 if median < 10 else 1
    return f"{median:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def ratio(row, other):
    if other not in row:
        return "-"
    value = row["ours"]["median"] / row[other]["median"]
    return f"{value:.2g}" if value < 0.1 else f"{value:.2f}"


def print_table(placement, rows):
    headings = ["", "ours", "Wine", "floor", "ours/Wine", "ours/floor", "messages", "the floor is"]
    lines = [headings]
    for operation, title, floor in ROWS:
        row = rows[operation]
        cells = [cell(row.get(name)) for name in CONTESTANTS]
        messages = f"{row['messages']:g}"
        lines.append([title, *cells, ratio(row, "wine"), ratio(row, "floor"), messages, floor])
    widths = [max(len(line[i]) for line in lines) for i in range(len(headings))]
    print(f"\n{placement}: microseconds, median (quartiles)")
    for line in lines:
        middle = [text.rjust(width) for text, width in zip(line[1:-1], widths[1:-1])]
        print("  ".join([line[0].ljust(widths[0]), *middle, line[-1]]).rstrip())


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return {"kernel": platform.release(), "cpu": models[0] if models else "", "cpus": len(models)}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=HERE / "../../build", help="the build folder")
    parser.add_argument("--rounds", type=int, default=15, help="rounds for each operation (15)")
    parser.add_argument("--round-ms", type=float, default=20, help="length of a round (20)")
    parser.add_argument("--placement", choices=["pinned", "free", "both"], default="both")
    parser.add_argument("--without-wine", action="store_true", help="ours and the floor only")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="all numbers, in nanoseconds")
    options = parser.parse_args()
    if options.rounds < 1 or options.round_ms <= 0:
        parser.error("rounds and their length are positive")
    options.build = options.build.resolve()
    return options


def run(options, folder):
    wine = None
    if not options.without_wine:
        wine = Wine(folder)
        wine.prepare()
    placements = ["pinned", "free"] if options.placement == "both" else [options.placement]
    results = {}
    for placement in placements:
        results[placement] = measure_placement(placement, options, wine, folder)
    for placement, rows in results.items():
        print_table(placement, rows)
    if options.json:
        report = {
            "machine": machine(),
            "rounds": options.rounds,
            "round_ms": options.round_ms,
            "unit": "ns",
            "results": results,
        }
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def main():
    options = parse_arguments()
    try:
        with tempfile.TemporaryDirectory(prefix="ntobjd-bench-") as folder:
            run(options, pathlib.Path(folder))
    except (Failure, OSError, subprocess.CalledProcessError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
