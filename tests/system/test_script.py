#!/usr/bin/env python3
"""ntobj script: what it says of scripts that pass, that fail, and that make no sense."""

import json
import os
import pathlib
import signal

from harness import NTOBJ, Skip, case, contains, equal, lacks, main, wait_until

SHARE = r"""
process a
process b

test "what one writes the other reads"
a: s = NtCreateSection SECTION_ALL_ACCESS name=\BaseNamedObjects\x size=64K
a: v = NtMapViewOfSection $s
a: write $v+8 "hello"
b: t = NtOpenSection SECTION_MAP_READ name=\basenamedobjects\X attributes=OBJ_CASE_INSENSITIVE
b: w = NtMapViewOfSection $t protect=PAGE_READONLY
b: compare $w+8 "hello"
"""


def script(test, text, *arguments, code=0, name="test.nt", **options):
    """Runs @text; returns what was said of it."""
    path = test.folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return test.ntobj("script", *arguments, str(path), code=code, **options)


def refused(test, text, where, part, **options):
    """@text is no script: that is said with its place, and nothing runs."""
    done = script(test, text, code=2, **options)
    equal(done.stdout, "")
    contains(done.stderr, f"test.nt:{where}: ")
    contains(done.stderr, part)


def lines_of(done):
    return [line for line in done.stdout.splitlines() if not line.startswith("#")]


@case("a script that passes is TAP, and the exit code 0")
def passes(test):
    with test.daemon():
        done = script(test, SHARE)
        equal(
            lines_of(done),
            [
                "TAP version 13",
                "1..3",
                "ok 1 - process a",
                "ok 2 - process b",
                "ok 3 - what one writes the other reads",
            ],
        )
        equal(done.stderr, "")


@case("a script may come by standard input, with or without a dash")
def standard_input(test):
    with test.daemon():
        for arguments in (["script"], ["script", "-"]):
            done = test.ntobj(*arguments, stdin="NtClose NULL => STATUS_INVALID_HANDLE\n")
            equal(lines_of(done)[1:], ["1..1", "ok 1 - NtClose NULL => STATUS_INVALID_HANDLE"])


@case("a status that was not expected fails the step, and is named")
def wrong_status(test):
    with test.daemon():
        done = script(test, "test \"t\"\nNtClose NULL\n", code=1)
        contains(done.stdout, "not ok 1 - t\n")
        contains(done.stdout, "test.nt:2: NtClose NULL\n")
        contains(done.stdout, "the status is STATUS_INVALID_HANDLE, not STATUS_SUCCESS\n")


@case("any of several statuses will do, by name or number, on the line or below it")
def several_statuses(test):
    with test.daemon():
        script(test, "NtClose NULL => STATUS_SUCCESS|STATUS_INVALID_HANDLE\n")
        script(test, "NtClose NULL => 0xC0000008\n")
        script(test, "NtClose NULL\n   expect STATUS_INVALID_HANDLE\n")
        done = script(test, "NtClose NULL => STATUS_SUCCESS|0xC0000022\n", code=1)
        contains(done.stdout, "not STATUS_SUCCESS or STATUS_ACCESS_DENIED")


@case("what follows a failure in its test is not run, other tests are")
def after_failure(test):
    text = """
NtClose 4 => STATUS_INVALID_HANDLE
NtClose 8
NtClose 12
test "skipped inside"
NtClose 4
NtClose 5
test "runs"
NtClose 4 => STATUS_INVALID_HANDLE
"""
    with test.daemon():
        wanted = ["ok 1 - ", "not ok 2 - ", "ok 3 - ", "not ok 4 - ", "ok 5 - "]
        done = script(test, text, code=1)
        for line, want in zip(lines_of(done)[2:], wanted):
            contains(line, want)
        contains(done.stdout, "NtClose 12 # SKIP not run after a failure")
        lacks(done.stdout, "NtClose 5")
        contains(script(test, text, "--keep-going", code=1).stdout, "NtClose 5")
        contains(script(test, text, "--fail-fast", code=1).stdout, "ok 5 - runs # SKIP")
        script(test, text, "--fail-fast", "--keep-going", code=2)


@case("JSON says the same as TAP")
def as_json(test):
    with test.daemon():
        text = 'test "good"\nNtClose 4 => STATUS_INVALID_HANDLE\ntest "bad"\nNtClose 4\nlet x = 1\n'
        done = script(test, text, "--json", code=1)
        found = json.loads(done.stdout)
        equal((found["version"], found["passed"], found["failed"], found["skipped"]), (1, 1, 1, 0))
        good, bad = found["tests"]
        equal((good["name"], good["line"], good["result"]), ("good", 1, "passed"))
        equal((bad["name"], bad["result"], bad["failure"]["line"]), ("bad", "failed", 4))
        equal(bad["failure"]["step"], "NtClose 4")
        contains(bad["failure"]["problem"], "STATUS_INVALID_HANDLE")


@case("a script that makes no sense is refused before anything runs, with file, line and column")
def refusals(test):
    with test.daemon():
        refused(test, "NtClose NULL\nNtFoo 4\n", "2:1", "'NtFoo' is nothing to call")
        refused(test, "  NtClose $x\n", "1:11", "no line before this one sets $x")
        refused(test, "a: NtClose 4\n", "1:1", "there is no process 'a'")
        refused(test, "NtClose 4 handel=4\n", "1:11", "no parameter 'handel'")
        refused(test, "NtClose 4 => STATUS_FOO\n", "1:14", "a status is wanted")
        refused(test, "let ä = 4\n", "1:5", "a variable's name")
        refused(test, 'let a = "ä\n', "1:9", "no closing one")
        refused(test, b"NtClose 4\n\xffNtClose\n", "2:1", "not UTF-8")
        refused(test, b"NtClose\x00 4\n", "1:8", "control character")
        refused(test, b"NtClose \x1b[2J\n", "1:9", "control character")
        refused(test, "each n in 1..3\nNtClose {n}\n", "1:1", "'done'")


@case("a script that cannot be read is a wrong command line")
def unreadable(test):
    contains(test.ntobj("script", str(test.folder / "missing"), code=2).stderr, "missing")
    contains(test.ntobj("script", str(test.folder), code=2).stderr, "cannot read")
    contains(test.ntobj("script", "a", "b", code=2).stderr, "one argument too many")
    contains(test.ntobj("script", "--timeout", "0", "-", code=2).stderr, "--timeout")


@case("without a daemon the exit code is 3")
def unreachable(test):
    done = script(test, "NtClose NULL => STATUS_INVALID_HANDLE\n", code=3)
    contains(done.stderr, "nobody listens there")
    done = script(test, "process a\na: NtClose 4\n", code=3)
    contains(done.stdout, "not ok 1 - process a")


@case("a daemon that goes away while a script runs is said, and the exit code is 3")
def daemon_goes(test):
    text = "s = NtCreateSection 0 size=4K\n" + "NtQueryObject $s ObjectNameInformation\n" * 50000
    path = test.folder / "long.nt"
    path.write_text(text)
    with test.daemon(code=-signal.SIGKILL) as daemon:
        command = [NTOBJ, "--address", test.address, "script", str(path)]
        with open(test.folder / "out", "wb") as out, test.start(*command, stdout=out) as running:
            wait_until(lambda: b"ok 9 " in (test.folder / "out").read_bytes(), "the ninth step")
            daemon.kill()
            equal(running.wait(60), 3, "the exit code")
    contains((test.folder / "out").read_text(), "STATUS_PORT_DISCONNECTED, not STATUS_SUCCESS")


@case("what a process did is undone when it is killed")
def killed(test):
    with test.daemon():
        gone = "b: NtOpenSection SECTION_QUERY name=\\BaseNamedObjects\\x => STATUS_OBJECT_NAME_NOT_FOUND\n"
        script(test, SHARE + "kill a\nb: NtClose $t\n" + gone)


@case("a handle of one process means nothing in another")
def foreign_handle(test):
    with test.daemon():
        made = "process a\nprocess b\na: s = NtCreateSection 0 size=4K\n"
        script(test, made + "b: NtClose $s => STATUS_INVALID_HANDLE\na: NtClose $s\n")


@case("a process that dies unasked is a failed step, not a hang")
def dies(test):
    path = test.folder / "long.nt"
    path.write_text("process a\n" + "a: NtClose 4 => STATUS_INVALID_HANDLE\n" * 50000)
    with test.daemon():
        command = [NTOBJ, "--address", test.address, "script", str(path)]
        with open(test.folder / "out", "wb") as out, test.start(*command, stdout=out) as running:
            wait_until(lambda: b"ok 9 " in (test.folder / "out").read_bytes(), "the ninth step")
            os.kill(int(child_of(running.pid)), signal.SIGKILL)
            equal(running.wait(60), 1, "the exit code")
    contains((test.folder / "out").read_text(), "# process a died: Killed")


@case("a process that does not answer in time is killed, and its step fails")
def hangs(test):
    path = test.folder / "long.nt"
    path.write_text("process a\n" + "a: NtClose 4 => STATUS_INVALID_HANDLE\n" * 50000)
    with test.daemon():
        command = [NTOBJ, "--address", test.address, "script", "--timeout", "1", str(path)]
        with open(test.folder / "out", "wb") as out, test.start(*command, stdout=out) as running:
            wait_until(lambda: b"ok 9 " in (test.folder / "out").read_bytes(), "the ninth step")
            os.kill(int(child_of(running.pid)), signal.SIGSTOP)
            equal(running.wait(60), 1, "the exit code")
    contains((test.folder / "out").read_text(), "# process a did not answer within 1 s and was killed")


@case("no process stays when ntobj itself is killed")
def orphans(test):
    path = test.folder / "long.nt"
    path.write_text("process a\nprocess b\n" + "a: NtClose 4 => STATUS_INVALID_HANDLE\n" * 50000)
    with test.daemon():
        command = [NTOBJ, "--address", test.address, "script", str(path)]
        with open(test.folder / "out", "wb") as out, test.start(*command, stdout=out) as running:
            wait_until(lambda: b"ok 9 " in (test.folder / "out").read_bytes(), "the ninth step")
            running.kill()
    # That nothing is left is looked at after each case.


@case("a process of another user is refused by a daemon of one's own")
def another_user(test):
    if os.geteuid() != 0:
        raise Skip("only root can become somebody else")
    os.chmod(test.folder, 0o711)
    with test.daemon():
        os.chmod(test.address, 0o666)
        done = script(test, "process a uid=65000 => STATUS_ACCESS_DENIED|STATUS_PORT_CONNECTION_REFUSED\n")
        equal(len(lines_of(done)), 3)


@case("two users and root share a system instance, each as far as he may")
def users(test):
    if os.geteuid() != 0:
        raise Skip("only root can become somebody else")
    os.chmod(test.folder, 0o711)
    with test.daemon("--system"):
        done = test.ntobj("script", str(pathlib.Path(__file__).parent.parent / "script" / "users.nt"))
        lacks(done.stdout, "not ok")


@case("the list of what can be called needs no daemon and no script")
def listed(test):
    done = test.ntobj("script", "--list")
    contains(done.stdout, "\nNtCreateSection access [name=]")
    contains(done.stdout, "compare address bytes")


FILE = r"""
process a
process b

test "a file is made, written and read"
a: f = NtCreateFile FILE_GENERIC_READ|FILE_GENERIC_WRITE name=%s\file share=FILE_SHARE_READ disposition=FILE_CREATE options=FILE_SYNCHRONOUS_IO_NONALERT
a: NtWriteFile $f "hello"
a: NtSetInformationFile $f FilePositionInformation 1
a: NtReadFile $f 9
expect information == 4
expect bytes == "ello"
a: NtQueryInformationFile $f
expect size == 5
expect position == 5

test "another process shares it only as both say"
b: NtCreateFile FILE_WRITE_DATA name=%s\file share=FILE_SHARE_READ => STATUS_SHARING_VIOLATION
a: NtClose $f
b: g = NtCreateFile DELETE name=%s\FILE attributes=OBJ_CASE_INSENSITIVE
expect information == FILE_OPENED
b: NtSetInformationFile $g FileDispositionInformation 1
b: NtClose $g
"""


@case("stories of files")
def files(test):
    with test.daemon():
        name = "\\??\\unix" + str(test.folder).replace("/", "\\")
        script(test, FILE.replace("%s", name))
        equal((test.folder / "file").exists(), False)


def child_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
        return children.read().split()[0]


main()
