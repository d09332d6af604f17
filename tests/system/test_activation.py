#!/usr/bin/env python3
"""ntobjd under a service manager: sockets that are handed to it, and what it says of itself."""

import os
import signal
import socket
import subprocess

from harness import NTOBJ, NTOBJD, PATIENCE, case, contains, equal, main, wait_until

# What a service manager does: the descriptor is number 3, and LISTEN_PID is the daemon's own.
EXEC = 'fd=$1; shift; exec 3<&$fd; LISTEN_PID=$$; export LISTEN_PID; exec "$@"'


def listening(test, kind=socket.SOCK_SEQPACKET):
    server = socket.socket(socket.AF_UNIX, kind)
    server.bind(test.address)
    server.listen()
    return server


def activated(test, server, *arguments, n="1", **options):
    command = ["bash", "-c", EXEC, "sh", str(server.fileno()), NTOBJD, *arguments]
    return test.start(*command, env=test.environment(LISTEN_FDS=n), pass_fds=[server.fileno()], **options)


def refused(test, server, code, **options):
    with activated(test, server, stderr=open(test.folder / "log", "wb"), **options) as process:
        equal(process.wait(PATIENCE), code)
    return (test.folder / "log").read_text()


@case("a socket that was handed over is served, and stays when the daemon ends")
def serves_socket(test):
    with listening(test) as server, activated(test, server) as process:
        contains(test.ntobj("ls").stdout, "BaseNamedObjects")
        process.terminate()
        equal(process.wait(PATIENCE), 0)
        assert os.path.exists(test.address), "the service manager's socket is gone"


@case("who connected before the daemon was started is answered too")
def serves_early_client(test):
    with listening(test) as server:
        command = [NTOBJ, "--address", test.address, "ls"]
        with test.start(*command, stdout=subprocess.PIPE) as early, activated(test, server):
            equal(early.wait(PATIENCE), 0)
            contains(early.stdout.read(), b"BaseNamedObjects")


@case("after the end the next daemon gets the same socket")
def serves_again(test):
    with listening(test) as server:
        for _ in range(2):
            with activated(test, server) as process:
                test.ntobj("stats")
                process.terminate()
                equal(process.wait(PATIENCE), 0)


@case("a socket of another kind, and more than one, are refused")
def refuses_other_sockets(test):
    with listening(test, socket.SOCK_STREAM) as server:
        contains(refused(test, server, 1), "SEQPACKET")
        assert refused(test, server, 1, n="2"), "nothing is said"


@case("sockets that are meant for another process are let alone")
def ignores_foreign_sockets(test):
    env = test.environment(LISTEN_FDS="1", LISTEN_PID="1")
    with test.daemon(env=env):
        test.ntobj("stats")


def messages(receiver):
    receiver.settimeout(PATIENCE)
    while True:
        yield from receiver.recv(4096).decode().splitlines()


@case("it says when it is ready, reloads and ends")
def notifies(test):
    path = str(test.folder / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(path)
        said = messages(receiver)
        with test.start(NTOBJD, "--address", test.address, env=test.environment(NOTIFY_SOCKET=path)) as process:
            wait_until(lambda: next(said) == "READY=1", "READY=1")
            test.ntobj("stats")
            process.send_signal(signal.SIGHUP)
            wait_until(lambda: next(said) == "RELOADING=1", "RELOADING=1")
            wait_until(lambda: next(said) == "READY=1", "READY=1 after it")
            process.terminate()
            wait_until(lambda: next(said) == "STOPPING=1", "STOPPING=1")
            equal(process.wait(PATIENCE), 0)


@case("it is ready before anybody is told, in an abstract socket as well")
def notifies_abstract(test):
    name = f"ntobj-test-{os.getpid()}-{os.urandom(4).hex()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind("\0" + name)
        env = test.environment(NOTIFY_SOCKET="@" + name)
        with test.start(NTOBJD, "--address", test.address, env=env):
            wait_until(lambda: next(messages(receiver)) == "READY=1", "READY=1")
            test.ntobj("stats")


if __name__ == "__main__":
    main()
