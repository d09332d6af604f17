#!/usr/bin/env python3
"""ntobjd as a program: its address, its start and end, its signals."""

import os
import pathlib
import select
import signal
import socket
import stat

from harness import (
    HOLD,
    NTOBJ,
    NTOBJD,
    PATIENCE,
    Skip,
    case,
    contains,
    equal,
    main,
    process_ended,
    processes_in,
    read_line,
    wait_until,
)


def connect(address):
    """A client that has not said anything yet."""
    client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    client.connect(address)
    return client


@case("the address that is printed is one that answers")
def prints_address(test):
    with test.daemon():
        connect(test.address).close()


@case("a relative address is printed as the path it is")
def prints_absolute(test):
    reader, writer = os.pipe()
    command = [NTOBJD, "--foreground", "--address", "here", "--print-address", str(writer)]
    with test.start(*command, pass_fds=[writer], cwd=test.folder) as process:
        os.close(writer)
        equal(read_line(reader), str(test.folder / "here"))
        process.terminate()
        equal(process.wait(PATIENCE), 0)
    os.close(reader)


@case("without an address it is the user's own, in a folder that only the user may enter")
def own_address(test):
    env = test.environment(XDG_RUNTIME_DIR=test.runtime)
    own = test.runtime / "ntobjd" / "socket"
    reader, writer = os.pipe()
    with test.start(NTOBJD, "--foreground", "--print-address", str(writer), env=env, pass_fds=[writer]) as process:
        os.close(writer)
        equal(read_line(reader), str(own))
        equal(stat.S_IMODE(own.parent.stat().st_mode), 0o700)
        equal(stat.S_IMODE(own.stat().st_mode), 0o600)
        test.run(NTOBJ, "stats", env=env)
        process.terminate()
        equal(process.wait(PATIENCE), 0)
    os.close(reader)
    assert not own.exists()


@case("SIGTERM and SIGINT end it with 0, and its socket goes")
def ends_in_order(test):
    for number in (signal.SIGTERM, signal.SIGINT):
        with test.daemon() as process:
            with connect(test.address) as client:
                process.send_signal(number)
                equal(process.wait(PATIENCE), 0)
                equal(client.recv(1), b"", "what a client reads at the end")
        assert not os.path.exists(test.address), "the socket is still there"


@case("SIGTERM again and again does not turn its end into a death by signal")
def ends_in_order_however_often_asked(test):
    for _ in range(20):
        with test.daemon() as process:
            while process.poll() is None:
                process.send_signal(signal.SIGTERM)
            equal(process.returncode, 0)


@case("a second daemon at the same address gives 3 and leaves the first alone")
def address_in_use(test):
    with test.daemon():
        done = test.run(NTOBJD, "--foreground", "--address", test.address, code=3)
        contains(done.stderr, test.address)
        connect(test.address).close()


@case("the socket of a daemon that was killed is replaced")
def stale_socket(test):
    with test.daemon(code=-signal.SIGKILL) as process:
        process.kill()
        process.wait(PATIENCE)
    assert os.path.exists(test.address), "a killed daemon has removed its socket"
    with test.daemon():
        connect(test.address).close()


@case("what is no socket is not replaced")
def not_a_socket(test):
    pathlib.Path(test.address).write_text("precious")
    done = test.run("sh", "-c", '"$0" --foreground --address "$1"; test $? != 0', NTOBJD, test.address)
    contains(done.stderr, test.address)
    equal(pathlib.Path(test.address).read_text(), "precious")


@case("a command line that makes no sense gives 2")
def usage(test):
    wrong = [
        ["--nonsense"],
        ["argument"],
        ["--idle-exit", "-1"],
        ["--idle-exit", "soon"],
        ["--log-level", "loud"],
        ["--print-address", "77"],
        ["--address", ""],
        ["--address", "/" + "x" * 200],
    ]
    for arguments in wrong:
        test.run(NTOBJD, "--foreground", *arguments, code=2)


@case("--version and --help say what they are asked and start nothing")
def version_and_help(test):
    version = test.run(NTOBJD, "--version").stdout
    equal(version.split()[0], "ntobjd")
    equal(test.run(NTOBJ, "--version").stdout.split()[1:], version.split()[1:])
    for option in ("--address", "--foreground", "--idle-exit", "--print-address", "--config", "--system"):
        contains(test.run(NTOBJD, "--help").stdout, option)


@case("a configuration that makes no sense is refused with its file and key named")
def bad_config(test):
    config = test.folder / "bad.conf"
    for text, named in (
        ("[limits]\nobjects=many\n", "objects"),
        ("[limits]\nobjekte=1\n", "objekte"),
        ("[nonsense]\nx=1\n", "nonsense"),
        ("objects=1\n", "bad.conf"),
    ):
        config.write_text(text)
        command = [NTOBJD, "--foreground", "--address", test.address, "--config", str(config)]
        done = test.run(*command, code=1)
        contains(done.stderr, str(config))
        contains(done.stderr, named)


def object_limit(test):
    users = test.json("stats")["users"]
    return next(user["held"]["objects"]["limit"] for user in users if user["uid"] == os.getuid())


@case("SIGHUP reloads the limits, and a file that has become wrong changes nothing")
def reload_limits(test):
    config = test.folder / "limits.conf"
    config.write_text("[limits]\nobjects=1000\n")
    with test.daemon("--config", str(config)) as process:
        equal(object_limit(test), 1000)
        config.write_text("[limits]\nobjects=2000\n")
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: object_limit(test) == 2000, "the new limit")

        config.write_text("[limits]\nobjects=rubbish\n")
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: "rubbish" in log(test) or "objects" in log(test), "a word about it in the log")
        equal(object_limit(test), 2000)


def log(test):
    return (test.folder / "log").read_text()


@case("log lines have a level in front")
def log_levels(test):
    with test.daemon("--log-level", "debug"):
        connect(test.address).close()
    lines = log(test).splitlines()
    assert lines, "nothing is logged"
    for line in lines:
        assert line[:3] in ("<3>", "<4>", "<6>", "<7>"), line


@case("without --foreground it goes to the background when it is ready")
def background(test):
    env = test.environment()
    test.run(NTOBJD, "--address", test.address, env=env)
    connect(test.address).close()
    (pid,) = processes_in(test.folder)
    equal(os.getsid(pid), pid, "its session")
    os.kill(pid, signal.SIGTERM)
    wait_until(lambda: process_ended(pid), "its end")
    assert not os.path.exists(test.address)


@case("--idle-exit ends it when nobody has been there for so long, and not while somebody is")
def idle_exit(test):
    with test.daemon("--idle-exit", "1") as process:
        with connect(test.address):
            readable = os.pidfd_open(process.pid)
            equal(select.select([readable], [], [], 2.5)[0], [], "that it ended though somebody was there")
            os.close(readable)
        equal(process.wait(PATIENCE), 0)


@case("a program that uses libzw starts the user's own daemon, which ends when it is idle")
def autostart(test):
    if not HOLD:
        raise Skip("no hold-objects")
    env = test.environment(XDG_RUNTIME_DIR=test.runtime)
    own = test.runtime / "ntobjd" / "socket"
    with test.holding("section", "\\BaseNamedObjects\\started", "4096", env=env):
        contains(test.run(NTOBJ, "ls", "\\BaseNamedObjects", env=env).stdout, "started")
        assert own.exists(), "the daemon is somewhere else"
    wait_until(lambda: not processes_in(test.folder), "the daemon's end")
    wait_until(lambda: not own.exists(), "the socket's end")


@case("an address that is named explicitly is never a reason to start a daemon")
def no_autostart(test):
    if not HOLD:
        raise Skip("no hold-objects")
    done = test.run(HOLD, "directory", "\\x", env=test.environment(NTOBJ_ADDRESS=test.address), code=1)
    contains(done.stderr, "STATUS_PORT_CONNECTION_REFUSED")
    equal(processes_in(test.folder), {})


@case("garbage, too much and too many descriptors leave other clients untouched")
def hostile_clients(test):
    with test.daemon() as process, test.holding("section", "\\BaseNamedObjects\\kept", "4096"):
        before = len(os.listdir(f"/proc/{process.pid}/fd"))
        reader, writer = os.pipe()
        for message, n_descriptors in ((b"\xff" * 100, 0), (b"\0", 0), (b"x" * 200_000, 0), (b"\x08\x01", 50)):
            with connect(test.address) as client:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
                try:
                    socket.send_fds(client, [message], [reader] * n_descriptors)
                except PermissionError:  # Linux 6.16: the daemon's socket takes no descriptors
                    assert n_descriptors, "a message without descriptors is refused"
                    continue
                try:
                    while client.recv(1 << 16):
                        pass
                except ConnectionResetError:  # dropped before the daemon had read all of it
                    pass
        os.close(reader)
        os.close(writer)
        wait_until(lambda: len(os.listdir(f"/proc/{process.pid}/fd")) == before, "the descriptors' end")
        contains(test.ntobj("ls", "\\BaseNamedObjects").stdout, "kept")


if __name__ == "__main__":
    main()
