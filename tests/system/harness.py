"""What the system tests share: cases, TAP, the programs as their users start them.

A test program names its cases with @case("a sentence") and ends with main(). Each case gets a private
folder and fails if it leaves a process behind that was started in it, or anything in the folder that
sessions are made in. Nothing sleeps for a fixed time: what takes a while is waited for, with an end.
"""

import contextlib
import json
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

NTOBJ = os.environ["NTOBJ"]
NTOBJD = os.environ["NTOBJD"]
HOLD = os.environ.get("NTOBJ_HOLD")

# Far more than anything here takes, on a slow machine too.
PATIENCE = 60

_cases = []


class Skip(Exception):
    """The case cannot run here; the text says why."""


def case(sentence):
    def register(function):
        _cases.append((sentence, function))
        return function

    return register


def equal(is_, want, what="value"):
    assert is_ == want, f"{what} is {is_!r}, not {want!r}"


def contains(text, part):
    assert part in text, f"{part!r} is not in {text!r}"


def lacks(text, part):
    assert part not in text, f"{part!r} is in {text!r}"


def wait_until(condition, what):
    """Until @condition is true; it is asked again and again."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"waited in vain for: {what}")


def process_ended(pid):
    """Whether @pid is gone, or a zombie that somebody else has to reap."""
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state in "ZX"


def processes_in(folder):
    """Processes whose environment says that they belong to @folder: pid -> command line."""
    found = {}
    mark = f"NTOBJ_TEST_FOLDER={folder}\0".encode()
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if mark in (entry / "environ").read_bytes() + b"\0" and not process_ended(entry.name):
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
    return found


class Case:
    """A private folder, and programs started in it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.runtime = self.folder / "r"
        self.sessions = self.folder / "s"
        self.runtime.mkdir(mode=0o700)
        self.sessions.mkdir(mode=0o700)
        self.address = str(self.folder / "socket")

    def environment(self, **changes):
        environment = dict(os.environ)
        for name in ["NTOBJ_ADDRESS", "NTOBJ_INHERIT", "XDG_RUNTIME_DIR", "ZW_TRACE", "NO_COLOR"]:
            environment.pop(name, None)
        environment.update(
            NTOBJD=NTOBJD,
            TMPDIR=str(self.sessions),
            XDG_CONFIG_HOME=str(self.folder),
            LC_ALL="C.UTF-8",
            NTOBJ_TEST_FOLDER=str(self.folder),
        )
        for name, value in changes.items():
            if value is None:
                environment.pop(name, None)
            else:
                environment[name] = str(value)
        return environment

    def run(self, *command, code=0, env=None, stdin="", **options):
        """Runs @command to its end, which must be @code; returns what it wrote as .stdout and .stderr."""
        done = subprocess.run(
            command,
            env=env or self.environment(),
            input=stdin,
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
            **options,
        )
        assert done.returncode == code, f"{command} ended with {done.returncode}, not {code}: {done.stderr}"
        return done

    def ntobj(self, *arguments, address=None, **options):
        return self.run(NTOBJ, "--address", address or self.address, *arguments, **options)

    def json(self, *arguments, **options):
        return json.loads(self.ntobj("--json", *arguments, **options).stdout)

    @contextlib.contextmanager
    def start(self, *command, env=None, **options):
        """A program that runs meanwhile; it is ended if it has not done so by itself."""
        process = subprocess.Popen(command, env=env or self.environment(), **options)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(PATIENCE)
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    stream.close()

    @contextlib.contextmanager
    def daemon(self, *arguments, address=None, env=None, code=0):
        """A daemon at @address that says when it is ready, and ends with @code when it is asked to."""
        address = address or self.address
        log = self.folder / "log"
        reader, writer = os.pipe()
        command = [NTOBJD, "--foreground", "--address", address, "--print-address", str(writer), *arguments]
        with open(log, "ab") as stderr, self.start(*command, env=env, pass_fds=[writer], stderr=stderr) as process:
            os.close(writer)
            try:
                equal(read_line(reader), address, "the printed address")
                yield process
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
                equal(process.wait(PATIENCE), code, "the daemon's exit code")
            except BaseException:
                print("# daemon's log:", *log.read_text().splitlines(), sep="\n#   ")
                raise
            finally:
                os.close(reader)

    @contextlib.contextmanager
    def holding(self, *objects, address=None, env=None):
        """A program that makes @objects, given as for hold-objects, and has them until it is left."""
        if not HOLD:
            raise Skip("no hold-objects")
        env = env or self.environment(NTOBJ_ADDRESS=address or self.address)
        with self.start(HOLD, *objects, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            equal(read_line(process.stdout.fileno()), "ready", "what hold-objects says")
            yield process
            if process.poll() is None:
                process.stdin.close()
                equal(process.wait(PATIENCE), 0, "hold-objects' exit code")


def read_line(descriptor):
    """One line, without its end; what there is, if nothing more comes."""
    line = b""
    while not line.endswith(b"\n"):
        if not select.select([descriptor], [], [], PATIENCE)[0]:
            raise AssertionError(f"only {line!r} came")
        part = os.read(descriptor, 1)
        if not part:
            break
        line += part
    return line.decode().rstrip("\n")


def without_colors(text):
    return re.sub("\033\\[[0-9;]*m", "", text)


def _check_leftovers(test):
    wait_until(lambda: not processes_in(test.folder), f"the end of {processes_in(test.folder)}")
    equal(sorted(os.listdir(test.sessions)), [], "what sessions left")


def _run(function):
    folder = tempfile.mkdtemp(prefix="ntobj-test-", dir="/tmp")
    try:
        test = Case(folder)
        function(test)
        _check_leftovers(test)
    finally:
        for pid in processes_in(folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


def main():
    """Runs the cases and says what became of them, as TAP has it."""
    wanted = sys.argv[1:]
    cases = [(s, f) for s, f in _cases if not wanted or f.__name__ in wanted]
    failed = 0
    print(f"TAP version 13\n1..{len(cases)}", flush=True)
    for number, (sentence, function) in enumerate(cases, 1):
        try:
            _run(function)
            print(f"ok {number} {sentence}", flush=True)
        except Skip as reason:
            print(f"ok {number} {sentence} # SKIP {reason}", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
            print(f"not ok {number} {sentence}", flush=True)
    sys.exit(1 if failed else 0)
