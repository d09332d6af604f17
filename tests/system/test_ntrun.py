"""ntrun as its users start it: what programs are told, how they end, and what is said when they cannot run."""

import json
import os
import pty
import signal
import subprocess

from harness import PATIENCE, case, contains, equal, main
from ntrun_world import NTRUN, dos, with_daemon


@case("help and version go to standard output, and need neither program nor daemon")
@with_daemon
def help_and_version(world):
    shown = world.run("--help")
    equal(shown.returncode, 0, "exit code")
    contains(shown.stdout.decode(), "PROGRAM.exe")
    contains(shown.stdout.decode(), "127")
    equal(world.run("--version").stdout.decode().split()[0], "ntrun", "first word")


@case("what makes no sense on the command line is 125, and says where to look")
@with_daemon
def usage(world):
    for arguments in ((), ("--nonsense",), ("--dll-path",), ("--imports", "x", "y")):
        result = world.run(*arguments)
        equal(result.returncode, 125, f"exit code of {arguments}")
        contains(result.stderr.decode(), "ntrun: ")
        equal(result.stdout, b"", "output")


@case("options end at the program's name: what follows is the program's")
@with_daemon
def options_end(world):
    said = world.program_says("args", "--help", "--json")
    contains(said.splitlines()[0], "args --help --json")


@case("a program is told its name, its arguments and where it is")
@with_daemon
def parameters(world):
    inner = world.folder / "in side"
    inner.mkdir()
    said = world.run("../p.exe", "args", "two words", 'quo"te', "", "é", b"\xff", cwd=inner)
    equal(said.returncode, 0, "exit code")
    lines = said.stdout.decode().splitlines()
    program = dos(world.program)
    equal(lines[0], program + ' args "two words" "quo\\"te" "" <000000e9> <0000dcff>', "command line")
    equal(lines[1], program, "image")
    equal(lines[2], dos(inner) + "\\", "directory")


@case("a program finds the environment that it was started with")
@with_daemon
def environment(world):
    said = world.program_says("env", "GREETING", env={"GREETING": "a=b c", "greeting2": "x"})
    equal(said, "GREETING=a=b c\n", "variable")


@case("the exit code is the low byte of the program's, and never 0 for a failure")
@with_daemon
def exit_codes(world):
    for how in ("exit", "return"):
        for status, code in (("0", 0), ("7", 7), ("100", 255), ("c0000005", 5), ("ffffffff", 255)):
            result = world.run(world.program, how, status)
            equal(result.returncode, code, f"exit code for {how} {status}")
            equal(result.stderr, b"", "standard error")


@case("a process ends with its last thread, and with the status of that")
@with_daemon
def last_thread(world):
    result = world.run(world.program, "last-thread")
    equal((result.returncode, result.stdout), (9, b"second\n"), "end")


@case("a process ends though another thread runs on")
@with_daemon
def spinning(world):
    equal(world.run("p.exe", "spin").returncode, 3, "exit code")


@case("standard input comes whole, from a pipe, a file and nowhere")
@with_daemon
def standard_input(world):
    many = bytes(range(256)) * 4000
    result = world.run(world.program, "cat", input=many)
    equal(result.stdout, many + b"end c000014b\n", "what came from a pipe")
    (world.folder / "many").write_bytes(many)
    with open(world.folder / "many", "rb") as file:
        file.seek(len(many) - 3)
        result = world.run(world.program, "cat", stdin=file)
    equal(result.stdout, many[-3:] + b"end c0000011\n", "what came from a file, from where it was")
    equal(world.program_says("cat"), "end c0000011\n", "what came from /dev/null")


@case("programs one after the other write to one file without overwriting each other")
@with_daemon
def shared_position(world):
    with open(world.folder / "log", "wb") as log:
        for _ in range(2):
            world.run(world.program, "handles", stdout=log, stderr=subprocess.DEVNULL)
        log.write(b"shell\n")
        log.flush()
        os.lseek(log.fileno(), 0, os.SEEK_END)
        world.run(world.program, "handles", stdout=log, stderr=subprocess.DEVNULL)
    line = b"in out err\n"
    equal((world.folder / "log").read_bytes(), line * 2 + b"shell\n" + line, "log")
    with open(world.folder / "log", "ab") as log:
        world.run(world.program, "handles", stdout=log, stderr=subprocess.DEVNULL)
    equal((world.folder / "log").read_bytes(), line * 2 + b"shell\n" + line * 2, "log")


@case("a descriptor that is closed is no handle")
@with_daemon
def closed_descriptors(world):
    script = 'exec "$0" p.exe handles <&- 2>&-'
    result = subprocess.run(
        ["/bin/sh", "-c", script, NTRUN],
        stdout=subprocess.PIPE,
        cwd=world.folder,
        env=world.environment,
        timeout=PATIENCE,
    )
    equal((result.returncode, result.stdout), (0, b"- out -\n"), "end")


@case("who reads no more does not kill the program")
@with_daemon
def broken_pipe(world):
    reading, writing = os.pipe()
    os.close(reading)
    result = world.run("p.exe", "exit", "4", stdout=writing, stderr=subprocess.DEVNULL)
    equal(result.returncode, 4, "exit code")
    result = world.run("p.exe", "args", stdout=writing, stderr=subprocess.DEVNULL)
    os.close(writing)
    equal(result.returncode, 0, "exit code")


@case("a terminal is written to and read from")
@with_daemon
def terminal(world):
    master, slave = pty.openpty()
    process = world.start("p.exe", "wait", stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    said = b""
    while b"ready" not in said:
        said += os.read(master, 100)
    os.write(master, b"typed\n\4")
    while b"end c0000011" not in said:
        said += os.read(master, 100)
    contains(said.decode(), "typed\r\ntyped")
    equal(process.wait(PATIENCE), 0, "exit code")
    os.close(master)


@case("a signal ends the program as it ends others")
@with_daemon
def signals(world):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        process = world.start("p.exe", "wait", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        equal(process.stdout.read(6), b"ready\n", "first line")
        process.send_signal(number)
        equal(process.wait(PATIENCE), -number, "end")
        process.stdin.close()
        process.stdout.close()


@case("what is not there is 127, and what cannot be run is 126")
@with_daemon
def not_run(world):
    (world.folder / "text.exe").write_text("no program")
    (world.folder / "empty.exe").write_bytes(b"")
    damaged = bytearray(world.program.read_bytes())
    damaged[0x3C:0x40] = b"\xff\xff\xff\x7f"
    (world.folder / "damaged.exe").write_bytes(damaged)
    for name, code in (
        ("nothing.exe", 127),
        ("no/folder/p.exe", 127),
        ("text.exe", 126),
        ("empty.exe", 126),
        ("damaged.exe", 126),
        (".", 126),
    ):
        result = world.run(name)
        equal(result.returncode, code, f"exit code of {name}")
        said = result.stderr.decode()
        contains(said, "ntrun: ")
        equal(result.stdout, b"", "output")


@case("without a daemon it says which address was tried, and 125")
@with_daemon
def no_daemon(world):
    result = world.run("p.exe", env={"NTOBJ_ADDRESS": str(world.folder / "nobody")})
    equal(result.returncode, 125, "exit code")
    contains(result.stderr.decode(), str(world.folder / "nobody"))
    contains(result.stderr.decode(), "STATUS_PORT_CONNECTION_REFUSED")


@case("a fault is reported, and decides the exit code")
@with_daemon
def fault(world):
    result = world.run("p.exe", "fault")
    equal(result.returncode, 5, "exit code")
    contains(result.stderr.decode(), "STATUS_ACCESS_VIOLATION")
    result = world.run("--json", "p.exe", "fault")
    equal(result.returncode, 5, "exit code")
    json.loads(result.stderr.decode())


if __name__ == "__main__":
    main()
