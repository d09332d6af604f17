"""The worlds that a Windows program runs in: ntrun with a daemon of its own, and Wine.

Each is a context manager. world.run(program, arguments, stdin) runs a program to its end; what it wrote and
how it ended comes back as a Done. Whatever a world starts has ended when it is left, and its folder is gone.
"""

import contextlib
import dataclasses
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

PATIENCE = 120


@dataclasses.dataclass
class Done:
    code: int
    out: bytes
    err: bytes
    timed_out: bool = False

    def lines(self):
        return self.out.decode("utf-8", "replace").replace("\r\n", "\n").splitlines()


def run(command, env, stdin=b"", cwd=None, patience=PATIENCE):
    """Runs @command in a process group of its own, which is ended with it."""
    with tempfile.TemporaryFile() as given:
        given.write(stdin)
        given.seek(0)
        process = subprocess.Popen(
            command, env=env, cwd=cwd, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        )
    try:
        out, err = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        return Done(process.returncode, out, err, timed_out=True)
    return Done(process.returncode, out, err)


class World(contextlib.AbstractContextManager):
    """What both have: a private folder, and an environment without anything of the caller's."""

    name = None

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ntobj-pe-"))
        self.env = {
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "TMPDIR": str(self.folder),
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LD_LIBRARY_PATH"):
            if name in os.environ:
                self.env[name] = os.environ[name]

    def command(self, program, arguments):
        raise NotImplementedError

    def run(self, program, arguments=(), stdin=b"", patience=30, **changes):
        env = {**self.env, **changes}
        return run(self.command(pathlib.Path(program).resolve(), arguments), env, stdin, self.folder, patience)

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)


class Ours(World):
    """A daemon at a private address. Programs are Linux's own, linked with libzw."""

    name = "libzw"

    def __init__(self, ntobjd=None):
        super().__init__()
        self.ntobjd = ntobjd or os.environ["NTOBJD"]
        self.env["NTOBJ_ADDRESS"] = str(self.folder / "socket")
        self.daemon = None

    def __enter__(self):
        ready, says = os.pipe()
        self.daemon = subprocess.Popen(
            [self.ntobjd, "--foreground", "--address", self.env["NTOBJ_ADDRESS"], "--print-address", str(says)],
            env=self.env, pass_fds=[says], stdin=subprocess.DEVNULL,
        )
        os.close(says)
        with open(ready, "rb") as answer:
            if not answer.readline():
                self.__exit__()
                raise RuntimeError("the daemon did not start")
        return self

    def __exit__(self, *_):
        if self.daemon:
            self.daemon.terminate()
            try:
                code = self.daemon.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.daemon.kill()
                code = self.daemon.wait()
            if code != 0:
                raise RuntimeError(f"the daemon ended with {code}")
        super().__exit__()

    def command(self, program, arguments):
        return [str(program), *arguments]


class Ntrun(Ours):
    name = "ntrun"

    def __init__(self, ntobjd=None, ntrun=None):
        super().__init__(ntobjd)
        self.ntrun = ntrun or os.environ["NTRUN"]

    def command(self, program, arguments):
        return [self.ntrun, str(program), *arguments]


class Wine(World):
    """A prefix of its own, no display, nothing asked, the server gone at the end."""

    name = "wine"

    def __init__(self):
        super().__init__()
        self.env.update(
            WINEPREFIX=str(self.folder / "prefix"),
            WINEDEBUG="-all",
            # Nothing to install, no desktop, and no debugger when a program crashes.
            WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe,winedbg.exe=",
        )

    def __enter__(self):
        made = run(["wine", "wineboot", "-i"], self.env, patience=300)
        if made.code != 0:
            self.__exit__()
            raise RuntimeError(f"wineboot ended with {made.code}: {made.err.decode('utf-8', 'replace')}")
        return self

    def __exit__(self, *_):
        for option in ("-k", "-w"):
            subprocess.run(["wineserver", option], env=self.env, check=False, stderr=subprocess.DEVNULL)
        super().__exit__()

    def command(self, program, arguments):
        return ["wine", str(program), *arguments]
