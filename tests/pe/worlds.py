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
    """
    Runs @command in a process group of its own, which is ended with it. What it wrote is in files: whom it leaves
    behind, such as Wine's services, would keep a pipe open.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        process = subprocess.Popen(
            command, env=env, cwd=cwd, stdin=given, stdout=out, stderr=err, start_new_session=True
        )
        timed_out = False
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            timed_out = True
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        out.seek(0)
        err.seek(0)
        return Done(process.returncode, out.read(), err.read(), timed_out)


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
        self.server = None

    def __enter__(self):
        try:
            self.folder.joinpath("prefix").mkdir()
            # In the foreground it is our child. It stays between programs, but not for long without any.
            self.server = subprocess.Popen(
                ["wineserver", "--foreground", f"--persistent={PATIENCE}"], env=self.env, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            made = run(["wine", "wineboot", "-i"], self.env, patience=300)
            if made.code != 0:
                raise RuntimeError(f"wineboot ended with {made.code}: {made.err.decode('utf-8', 'replace')}")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.server:
            subprocess.run(
                ["wineserver", "--kill"], env=self.env, check=False, timeout=PATIENCE,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            try:
                self.server.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
        super().__exit__()

    def command(self, program, arguments):
        return ["wine", str(program), *arguments]
