"""What the tests of ntrun share: a folder with a program in it, and a daemon to run it against."""

import os
import pathlib
import shutil
import subprocess

from harness import PATIENCE, equal

NTRUN = os.environ["NTRUN"]
PROGRAM = pathlib.Path(os.environ["NTRUN_PROGRAM"])


class World:
    """A folder with the program, and a daemon to run it against."""

    def __init__(self, test):
        self.folder = (test.folder / "w").resolve()
        self.folder.mkdir()
        self.program = self.folder / "p.exe"
        shutil.copy(PROGRAM, self.program)
        self.environment = test.environment(NTOBJ_ADDRESS=test.address)

    def run(self, *arguments, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        if "input" in options:
            del options["stdin"]
        if not options.keys() & {"stdout", "stderr"}:
            options["capture_output"] = True
        return subprocess.run(
            [NTRUN, *arguments],
            cwd=options.pop("cwd", self.folder),
            env={**self.environment, **options.pop("env", {})},
            timeout=PATIENCE,
            check=False,
            **options,
        )

    def start(self, *arguments, **options):
        return subprocess.Popen([NTRUN, *arguments], cwd=self.folder, env=self.environment, **options)

    def program_says(self, *arguments, **options):
        result = self.run(self.program, *arguments, **options)
        equal(result.stderr, b"", "standard error")
        equal(result.returncode, 0, "exit code")
        return result.stdout.decode()


def dos(path):
    return "Z:" + str(path).replace("/", "\\")


def with_daemon(function):
    """A case that gets a World, while its daemon runs."""

    def run(test):
        with test.daemon():
            function(World(test))

    run.__name__ = function.__name__
    return run
