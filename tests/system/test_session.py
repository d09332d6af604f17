#!/usr/bin/env python3
"""ntobj session run: a daemon of its own for one command, and nothing left of it."""

import fcntl
import os
import pty
import select
import signal
import subprocess

from harness import NTOBJ, PATIENCE, case, contains, equal, lacks, main, processes_in, read_line, wait_until


def session(test, *arguments, **options):
    return test.run(NTOBJ, "session", "run", *arguments, **options)


def with_programs(name):
    """Processes of a test that run @name."""
    return lambda test: {p: c for p, c in processes_in(test.folder).items() if name in c.split(b" ")[0]}


DAEMONS = with_programs(b"ntobjd")


@case("the command finds the session's daemon by NTOBJ_ADDRESS")
def finds_daemon(test):
    printed = session(test, "--", "sh", "-c", 'echo "$NTOBJ_ADDRESS"; test -S "$NTOBJ_ADDRESS"').stdout
    assert printed.startswith(str(test.sessions) + "/"), printed


@case("an address or an inherited attachment of the caller's is not passed on")
def hides_outer_session(test):
    outer = test.environment(NTOBJ_ADDRESS="/elsewhere", NTOBJ_INHERIT="7:8")
    printed = session(test, "--", "sh", "-c", 'echo "$NTOBJ_ADDRESS ${NTOBJ_INHERIT-none}"', env=outer).stdout
    lacks(printed, "/elsewhere")
    assert printed.endswith(" none\n"), printed


@case("the folder is in XDG_RUNTIME_DIR if there is one, and only its owner may enter it")
def folder_is_private(test):
    env = test.environment(XDG_RUNTIME_DIR=test.runtime)
    shell = 'd=$(dirname "$NTOBJ_ADDRESS"); stat -c "%a %u" "$d"; dirname "$d"'
    printed = session(test, "--", "sh", "-c", shell, env=env).stdout.split()
    equal(printed, ["700", str(os.getuid()), str(test.runtime)])
    equal(os.listdir(test.runtime), [])


@case("a folder whose path is too long for a socket is passed over")
def long_folder_is_passed_over(test):
    long = test.sessions / ("x" * 100)
    long.mkdir()
    printed = session(test, "--", "sh", "-c", "echo $NTOBJ_ADDRESS", env=test.environment(TMPDIR=long)).stdout
    assert printed.startswith("/tmp/ntobj-session-"), printed
    assert not os.path.exists(os.path.dirname(printed.strip()))
    long.rmdir()


@case("the command's exit code is passed on")
def passes_exit_code(test):
    for code in (0, 1, 7, 255):
        session(test, "--", "sh", "-c", f"exit {code}", code=code)


@case("a command that a signal ended gives 128 and the signal's number")
def passes_signal(test):
    for name, code in (("TERM", 143), ("KILL", 137), ("SEGV", 139)):
        session(test, "--", "sh", "-c", f"kill -{name} $$", code=code)


@case("a command that is not there gives 127, one that cannot be run 126")
def cannot_run(test):
    contains(session(test, "--", "/no/such/program", code=127).stderr, "/no/such/program")
    contains(session(test, "--", "/etc/passwd", code=126).stderr, "Permission denied")


@case("options behind the command are the command's")
def leaves_options(test):
    equal(session(test, "echo", "--timeout", "x", "--help").stdout, "--timeout x --help\n")
    equal(session(test, "--", "echo", "--", "-t").stdout, "-- -t\n")


@case("standard streams are the command's")
def passes_streams(test):
    done = session(test, "--", "sh", "-c", "cat; echo err >&2", stdin="in\n")
    equal((done.stdout, done.stderr), ("in\n", "err\n"))


@case("signals blocked or ignored by the session are not so for the command")
def restores_signals(test):
    shell = "grep -E 'SigBlk|SigIgn' /proc/self/status"
    inside = session(test, "--", "sh", "-c", shell).stdout
    equal(inside, test.run("sh", "-c", shell).stdout)


@case("a command that takes too long is ended with its process group, and gives 124")
def ends_after_timeout(test):
    done = session(test, "--timeout", "0.2", "--", "sh", "-c", "sleep 3600 & sleep 3600", code=124)
    contains(done.stderr, "longer than 0.2 s")


@case("a command that does not heed SIGTERM is killed when its time is up")
def kills_after_timeout(test):
    shell = "trap '' TERM; while :; do read x < /dev/null || read -t 1 x; done"
    session(test, "--timeout", "0.2", "--", "bash", "-c", shell, code=124)


@case("a command that ends in time is not affected by a timeout")
def timeout_is_not_reached(test):
    session(test, "--timeout", "3600", "--", "sh", "-c", "exit 3", code=3)


@case("what the command left running is ended, in whatever session it hides")
def ends_descendants(test):
    shell = "setsid sleep 3600 & sleep 3600 & (setsid sh -c 'sleep 3600 & sleep 3600' &) ; exit 5"
    session(test, "--", "sh", "-c", shell, code=5)
    equal(processes_in(test.folder), {})


@case("a stopped process is ended too")
def ends_stopped(test):
    # In a session of its own: what is stopped in an orphaned group of ours, the kernel ends by itself.
    stop = "setsid sh -c 'kill -STOP $$' & until grep -q 'T (stopped)' /proc/$!/status; do :; done"
    session(test, "--", "sh", "-c", stop + "; exit 8", code=8)


@case("nothing is left when ntobj itself is killed")
def killed(test):
    command = [NTOBJ, "session", "run", "--", "sh", "-c", "echo up; exec sleep 3600"]
    with test.start(*command, stdout=subprocess.PIPE) as process:
        equal(read_line(process.stdout.fileno()), "up")
        assert DAEMONS(test), "there is no daemon"
        process.kill()
        process.wait(PATIENCE)
        wait_until(lambda: not processes_in(test.folder), "the end of all")
        wait_until(lambda: not os.listdir(test.sessions), "the end of the folder")


@case("a signal to ntobj is the command's, and its exit code too")
def forwards_signals(test):
    shell = "trap 'echo got; exit 9' USR1; echo up; while :; do sleep 0.05; done"
    command = [NTOBJ, "session", "run", "--", "sh", "-c", shell]
    with test.start(*command, stdout=subprocess.PIPE) as process:
        equal(read_line(process.stdout.fileno()), "up")
        process.send_signal(signal.SIGUSR1)
        equal(read_line(process.stdout.fileno()), "got")
        equal(process.wait(PATIENCE), 9)


@case("a daemon that ends is told, and the command goes on")
def daemon_killed(test):
    shell = "echo up; read x; exit 4"
    command = [NTOBJ, "session", "run", "--", "sh", "-c", shell]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with test.start(*command, **streams) as process:
        equal(read_line(process.stdout.fileno()), "up")
        for pid in DAEMONS(test):
            os.kill(pid, signal.SIGKILL)
        contains(read_line(process.stderr.fileno()), "daemon has ended")
        process.stdin.write(b"\n")
        process.stdin.flush()
        equal(process.wait(PATIENCE), 4)


@case("descriptors that the command inherits are not held by the daemon")
def daemon_holds_no_descriptor(test):
    reader, writer = os.pipe()
    far = fcntl.fcntl(writer, fcntl.F_DUPFD_CLOEXEC, 500)  # beyond those that ntobj opens, as well
    command = [NTOBJ, "session", "run", "--", "sh", "-c", "echo up; read x"]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with test.start(*command, pass_fds=[writer, far], **streams) as process:
        equal(read_line(process.stdout.fileno()), "up")
        pipe = os.readlink(f"/proc/self/fd/{reader}")
        keepers = [pid for pid, command in processes_in(test.folder).items() if b" session run " in command]
        equal(len(keepers), 2, "the number of ntobj's processes")
        keepers.remove(process.pid)
        for pid in [*keepers, *DAEMONS(test)]:
            targets = [os.readlink(f"/proc/{pid}/fd/{n}") for n in os.listdir(f"/proc/{pid}/fd")]
            lacks(targets, pipe)
        process.stdin.close()
        process.wait(PATIENCE)
    for descriptor in (reader, writer, far):
        os.close(descriptor)


@case("two sessions know nothing of each other")
def sessions_are_apart(test):
    command = [NTOBJ, "session", "run", "--", "sh", "-c", "echo $NTOBJ_ADDRESS; read x"]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with test.start(*command, **streams) as one, test.start(*command, **streams) as two:
        addresses = {read_line(process.stdout.fileno()) for process in (one, two)}
        equal(len(addresses), 2)
        for process in (one, two):
            process.stdin.close()
            equal(process.wait(PATIENCE), 1)  # of read at the end of its input


@case("a configuration file is the daemon's, and a bad one is a session that does not start")
def uses_config(test):
    good = test.folder / "good.conf"
    good.write_text("[daemon]\nlog-level=error\n")
    session(test, "--config", str(good), "--", "true")
    bad = test.folder / "bad.conf"
    bad.write_text("[nonsense]\nx=1\n")
    contains(session(test, "--config", str(bad), "--", "true", code=3).stderr, "did not start")


@case("the user's own configuration is not for sessions")
def ignores_own_config(test):
    (test.folder / "ntobjd.conf").write_text("[nonsense]\nx=1\n")
    session(test, "--", "true")


@case("without a daemon's program there is no session, and 3 says so")
def no_daemon(test):
    for program in ("/no/such/ntobjd", "/bin/false"):
        session(test, "--", "true", code=3, env=test.environment(NTOBJD=program))


@case("a command line that makes no sense gives 2 and starts nothing")
def usage(test):
    wrong = [
        ["session"],
        ["session", "run"],
        ["session", "walk", "true"],
        ["session", "run", "--timeout", "soon", "true"],
        ["session", "run", "--timeout", "0", "true"],
        ["session", "run", "--timeout", "-1", "true"],
        ["session", "run", "--timeout", "nan", "true"],
        ["session", "run", "--nonsense", "true"],
        ["--json", "session", "run", "true"],
        ["--address", "/x", "session", "run", "true"],
    ]
    for arguments in wrong:
        done = test.run(NTOBJ, *arguments, code=2)
        assert done.stderr.startswith("ntobj: "), (arguments, done.stderr)


class Terminal:
    """A session on a terminal of its own."""

    def __init__(self, test, *command):
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execve(command[0], command, test.environment())

    def expect(self, text):
        seen = ""
        while text not in seen:
            assert select.select([self.master], [], [], PATIENCE)[0], f"only {seen!r} came, not {text!r}"
            seen += os.read(self.master, 1024).decode()

    def type(self, text):
        os.write(self.master, text.encode())

    def wait(self, options=0):
        """Status of ntobj; output is read meanwhile, or it could not end."""
        found = []

        def ended():
            if select.select([self.master], [], [], 0)[0]:
                try:
                    os.read(self.master, 1024)
                except OSError:
                    pass
            pid, status = os.waitpid(self.pid, os.WNOHANG | options)
            if pid:
                found.append(status)
            return pid

        wait_until(ended, "ntobj's end")
        return found[0]

    def close(self):
        os.close(self.master)


@case("on a terminal the command reads what is typed")
def terminal_input(test):
    terminal = Terminal(test, NTOBJ, "session", "run", "--", "sh", "-c", "echo up; read x; echo got-$x; exit 6")
    terminal.expect("up")
    terminal.type("word\n")
    terminal.expect("got-word")
    equal(os.waitstatus_to_exitcode(terminal.wait()), 6)
    terminal.close()


@case("Ctrl-C ends the command, and the session with it")
def terminal_interrupt(test):
    terminal = Terminal(test, NTOBJ, "session", "run", "--", "sh", "-c", "echo up; exec sleep 3600")
    terminal.expect("up")
    terminal.type("\x03")
    equal(os.waitstatus_to_exitcode(terminal.wait()), 128 + signal.SIGINT)
    terminal.close()


@case("Ctrl-Z stops ntobj with the command, and both go on together")
def terminal_stop(test):
    terminal = Terminal(test, NTOBJ, "session", "run", "--", "sh", "-c", "echo up; read x; echo got-$x")
    terminal.expect("up")
    terminal.type("\x1a")
    assert os.WIFSTOPPED(terminal.wait(os.WUNTRACED)), "ntobj has not stopped"
    os.kill(terminal.pid, signal.SIGCONT)
    terminal.type("again\n")
    terminal.expect("got-again")
    equal(os.waitstatus_to_exitcode(terminal.wait()), 0)
    terminal.close()


if __name__ == "__main__":
    main()
