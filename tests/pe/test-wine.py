#!/usr/bin/env python3
"""The same Windows programs under ntrun and under Wine: what they do differently must be known.

Every program of tests/pe, and the calls of tests/pe/crossing, which cross the arguments of each service:
statuses and outputs are compared line by line. A difference that tests/pe/differences does not name is a
failure; so is a rule there that is no longer needed. Exit code: 0 all is well, 1 not, 2 wrong usage.
"""

import argparse
import difflib
import json
import os
import pathlib
import re
import shutil
import signal
import sys
import tempfile
import time

import comparing
import crossing
import expectation
import reviewed
import worlds

HERE = pathlib.Path(__file__).resolve().parent

# What the rules are reviewed for.
SEED = "1"
SHARE = 0.2


def parse():
    parser = argparse.ArgumentParser(
        prog="run test-wine", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--build", default=HERE.parents[1] / "build", type=pathlib.Path, help="build folder")
    parser.add_argument("--seed", default=SEED, help=f"of the crossings; the rules are reviewed for {SEED}")
    parser.add_argument("--share", default=SHARE, type=float, help="of the combinations; 1 is about 50,000 calls")
    parser.add_argument("--only", action="append", metavar="NAME", help="a noun of the crossings, or a program")
    parser.add_argument("--native", action="store_true", help="calls with libzw itself instead of ntrun")
    parser.add_argument("--differences", default=HERE / "differences", type=pathlib.Path, help="the reviewed list")
    parser.add_argument("--json", action="store_true", help="write one JSON object instead of text")
    parser.add_argument("--pairs", action="store_true", help="write what each rule excused, for its pairs")
    parser.add_argument("--show", action="append", default=[], metavar="RULE", help="write what this rule excused")
    parser.add_argument("--all", action="store_true", help="show every difference, not one of each kind")
    return parser.parse_args()


class Comparison:
    """Differences so far, those that no rule knows of, and what was compared."""

    def __init__(self, options, rules):
        self.options = options
        self.rules = rules
        self.calls = 0
        self.known = 0
        self.unknown = []
        self.shown = []
        self.errors = []
        self.compared = []

    def progress(self, *words):
        print(*words, file=sys.stderr if self.options.json else sys.stdout, flush=True)

    def wanted(self, name):
        return not self.options.only or name in self.options.only

    def judge(self, where, difference):
        said = difference.answers
        words = [comparing.same_names(text) for text in (difference.call, said["wine"], said["ntrun"])]
        rule = self.rules.excuse(where, *words)
        if rule:
            self.known += 1
            if rule.name in self.options.show:
                self.shown.append((f"{where} [{rule.name}]", difference))
        else:
            self.unknown.append((where, difference))


def scene_kind(label):
    return re.sub(r"-[0-9A-F]+$", "", label)


def answers(world, program, text, image):
    """In a folder of its own for each; names of both are of the same length."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ntobj-files-", dir="/tmp"))
    try:
        shutil.copy(image, folder / "image.exe")
        return comparing.answers(world, program, text, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def compare_crossings(comparison, ours, wine, folder):
    options = comparison.options
    caller = folder / ("caller" if options.native else "caller.exe")
    for noun, script in crossing.scripts(options.seed, options.share):
        if not comparison.wanted(noun):
            continue
        started = time.monotonic()
        text = script.text()
        of_wine = answers(wine, folder / "caller.exe", text, folder / "minimal.exe")
        between = time.monotonic()
        of_ours = answers(ours, caller, text, folder / "minimal.exe")
        before = len(comparison.unknown)
        for difference in comparing.differences(noun, text, ("wine", of_wine), ("ntrun", of_ours)):
            comparison.judge(f"{noun}/{scene_kind(difference.scene)}", difference)
        for label, lines in of_ours.items():
            broken = [line for line in lines if "BROKEN" in line or "ENDED" in line]
            comparison.errors += [f"{noun}: {label}: {line}" for line in broken]
        comparison.calls += script.n_calls
        comparison.compared.append(noun)
        comparison.progress(
            f"{noun}: {script.n_calls} calls in {len(of_ours)} scenes, Wine {between - started:.0f} s,"
            f" ours {time.monotonic() - between:.0f} s, {len(comparison.unknown) - before} unknown differences"
        )


def line_differences(name, run, of_wine, of_ours):
    """Lines that two runs write differently; the exit code is one more line."""
    texts = [done.lines() + [f"exit {done.code}"] for done in (of_wine, of_ours)]
    matcher = difflib.SequenceMatcher(None, *texts, autojunk=False)
    for kind, a_begin, a_end, b_begin, b_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        for i in range(max(a_end - a_begin, b_end - b_begin)):
            said = {
                "wine": texts[0][a_begin + i] if a_begin + i < a_end else "nothing",
                "ntrun": texts[1][b_begin + i] if b_begin + i < b_end else "nothing",
            }
            call = " ".join([name, *run.arguments])
            yield comparing.Difference("program", f"{name}", [], call, said)


def programs(folder):
    """(source, program) of tests/pe/programs and of tests/wdk, where each has a file of what it writes."""
    for source in sorted((HERE / "programs").glob("*.c")):
        yield source, folder / f"{source.stem}.exe"
    for expected in sorted((HERE.parent / "wdk").glob("*.out")):
        yield expected.with_suffix(".c"), folder.parent / "wdk" / f"{expected.stem}.exe"


def compare_programs(comparison, ours, wine, folder):
    for source, program in programs(folder):
        name = source.stem
        if not comparison.wanted(name):
            continue
        if not program.exists():
            comparison.errors.append(f"{name}: {program} was not built")
            continue
        n_lines, before = 0, len(comparison.unknown)
        for run in expectation.read(source):
            of_wine = wine.run(program, run.arguments, run.given())
            of_ours = ours.run(program, run.arguments, run.given())
            n_lines += len(of_ours.lines())
            for difference in line_differences(name, run, of_wine, of_ours):
                comparison.judge(f"program/{name}", difference)
        comparison.compared.append(name)
        comparison.progress(f"{name}: {n_lines} lines, {len(comparison.unknown) - before} unknown differences")


def kinds(unknown, everything):
    """One difference of each kind: the same place, service and statuses."""
    seen = {}
    for where, difference in unknown:
        said = tuple(" ".join(comparing.same_names(line).split()[:2]) for line in difference.answers.values())
        key = (where, difference.call if everything else difference.call.split()[0].replace("Zw", "Nt"), said)
        seen.setdefault(key, []).append(difference)
    return seen


def report(comparison):
    options = comparison.options
    # Another part of the combinations needs another part of the rules.
    usual = not options.only and not options.native and (options.seed, options.share) == (SEED, SHARE)
    unused = comparison.rules.unused() if usual else []
    ok = not comparison.unknown and not comparison.errors and not unused
    if comparison.options.json:
        print(json.dumps({
            "ok": ok,
            "calls": comparison.calls,
            "compared": comparison.compared,
            "known": comparison.known,
            "unknown": [{"where": where, **vars(difference)} for where, difference in comparison.unknown],
            "unused": unused,
            "errors": comparison.errors,
        }, indent=1))
        return ok
    if options.pairs:
        for rule in comparison.rules.rules:
            print(f"[{rule.name}] {' '.join(sorted(rule.seen))}")
    for (where, *_), found in kinds(comparison.shown, options.all).items():
        print(f"known difference, {len(found)} times, {where}\n{found[0].text()}")
    for (where, *_), found in kinds(comparison.unknown, options.all).items():
        print(f"unknown difference, {len(found)} times, {where}\n{found[0].text()}")
    for error in comparison.errors:
        print("failed:", error)
    for name in unused:
        print(f"the rule [{name}] is no longer needed")
    print(
        f"{comparison.calls} calls and {len(comparison.compared)} programs and nouns compared:"
        f" {comparison.known} known differences, {len(comparison.unknown)} unknown,"
        f" {len(unused)} rules without use, {len(comparison.errors)} failures"
    )
    return ok


def main():
    options = parse()
    options.build = options.build.resolve()
    folder = options.build / "tests/pe"
    if not (folder / "caller.exe").exists():
        sys.exit(f"test-wine: {folder} has no programs: mingw-w64 was not there when it was configured")
    try:
        rules = reviewed.Reviewed(options.differences)
    except ValueError as error:
        print(f"test-wine: {error}", file=sys.stderr)
        sys.exit(2)
    comparison = Comparison(options, rules)
    ntobjd = str(options.build / "server/ntobjd")
    ours = worlds.Ours(ntobjd) if options.native else worlds.Ntrun(ntobjd, str(options.build / "client/run/ntrun"))
    comparison.progress("Wine makes a prefix of its own")
    os.environ.pop("DISPLAY", None)
    # Ended from outside, it leaves nothing behind either.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    with worlds.Wine() as wine, ours:
        if not options.native:
            compare_programs(comparison, ours, wine, folder)
        compare_crossings(comparison, ours, wine, folder)
    sys.exit(0 if report(comparison) else 1)


main()
