#!/usr/bin/env python3
"""ntobj's looks into a namespace: ls, tree, stat, stats, as text and as JSON."""

import json
import os
import pty
import select
import subprocess

from harness import (
    NTOBJ,
    PATIENCE,
    Skip,
    case,
    contains,
    equal,
    lacks,
    main,
    wait_until,
    without_colors,
)

# What every daemon has from its start.
START_UP = {
    "\\": {
        "BaseNamedObjects": "Directory",
        "Callback": "Directory",
        "Device": "Directory",
        "DosDevices": "SymbolicLink",
        "Driver": "Directory",
        "FileSystem": "Directory",
        "GLOBAL??": "Directory",
        "KernelObjects": "Directory",
        "KnownDlls": "Directory",
        "ObjectTypes": "Directory",
        "Security": "Directory",
        "Sessions": "Directory",
    },
    "\\BaseNamedObjects": {"Global": "SymbolicLink", "Local": "SymbolicLink", "Session": "SymbolicLink"},
    "\\Device": {"HarddiskVolume1": "Device", "Null": "Device"},
    "\\GLOBAL??": {
        "Global": "SymbolicLink",
        "GLOBALROOT": "SymbolicLink",
        "NUL": "SymbolicLink",
        "unix": "SymbolicLink",
        "Z:": "SymbolicLink",
    },
}


def listing(test, path):
    return {entry["name"]: entry for entry in test.json("ls", path)["entries"]}


def described(test, path, **options):
    (found,) = test.json("stat", path, **options)["objects"]
    return found


@case("ls shows the start-up tree with the server's own type names")
def start_up_tree(test):
    with test.daemon():
        for path, want in START_UP.items():
            found = listing(test, path)
            for name, kind in want.items():
                equal(found.get(name, {}).get("type"), kind, f"the type of {name} in {path}")
        equal(test.ntobj("ls").stdout, test.ntobj("ls", "\\").stdout)


@case("what a directory does not list but passes on is found by stat all the same")
def unlisted(test):
    with test.daemon():
        lacks(listing(test, "\\??"), "GLOBALROOT")
        found = described(test, "\\??\\GLOBALROOT")
        equal((found["type"], found["path"], found["target"]), ("SymbolicLink", "\\GLOBAL??\\GLOBALROOT", ""))


@case("ls lists names in order, with types, and links with what they stand for")
def ls_text(test):
    held = ["directory", "\\d", "section", "\\d\\b", "8192", "directory", "\\d\\A", "link", "\\d\\c", "\\d\\b"]
    with test.daemon(), test.holding(*held):
        equal(
            test.ntobj("ls", "\\d").stdout,
            "A          Directory\nb          Section\nc -> \\d\\b  SymbolicLink\n",
        )


@case("ls of an empty directory says nothing")
def ls_empty(test):
    with test.daemon(), test.holding("directory", "\\empty"):
        equal(test.ntobj("ls", "\\empty").stdout, "")
        equal(test.json("ls", "\\empty")["entries"], [])


@case("ls follows links, and tree does not")
def links(test):
    held = ["directory", "\\d", "link", "\\d\\loop", "\\d", "section", "\\d\\s", "4096"]
    with test.daemon(), test.holding(*held):
        equal(sorted(listing(test, "\\d\\loop\\loop")), ["loop", "s"])
        equal(test.ntobj("tree", "\\d").stdout, "\\d\n├── loop -> \\d\n└── s  [Section]\n")


@case("a large directory is listed completely")
def ls_large(test):
    names = [f"{number:04}" + "n" * 200 for number in range(3000)]
    held = ["directory", "\\d"]
    for name in names[:1000]:
        held += ["section", "\\d\\" + name, "4096"]
    with test.daemon(), test.holding(*held):
        equal(list(listing(test, "\\d")), names[:1000])
        equal(len(test.ntobj("ls", "\\d").stdout.splitlines()), 1000)


@case("the longest name there can be is listed, shown and found")
def longest_name(test):
    name = "n" * (32766 - len("\\d\\"))
    with test.daemon(), test.holding("directory", "\\d", "section", "\\d\\" + name, "4096"):
        equal(list(listing(test, "\\d")), [name])
        equal(described(test, "\\d\\" + name)["size"], 4096)


@case("tree draws branches, and plain ones where the locale has none")
def tree_text(test):
    held = ["directory", "\\d", "directory", "\\d\\a", "section", "\\d\\a\\x", "4096", "section", "\\d\\b", "4096"]
    with test.daemon(), test.holding(*held):
        drawn = "\\d\n├── a\n│   └── x  [Section]\n└── b  [Section]\n"
        equal(test.ntobj("tree", "\\d").stdout, drawn)
        plain = "\\d\n|-- a\n|   `-- x  [Section]\n`-- b  [Section]\n"
        equal(test.ntobj("tree", "\\d", env=test.environment(LC_ALL="C")).stdout, plain)
        found = test.json("tree", "\\d")
        equal((found["version"], found["path"], found["type"]), (1, "\\d", "Directory"))
        equal([child["name"] for child in found["children"]], ["a", "b"])
        equal(found["children"][0]["children"], [{"name": "x", "type": "Section"}])


@case("tree goes as deep as it is told, and says where it stopped")
def tree_depth(test):
    held = ["directory", "\\d", "directory", "\\d\\a", "directory", "\\d\\a\\b"]
    with test.daemon(), test.holding(*held):
        equal(test.ntobj("tree", "--depth", "1", "\\d").stdout, "\\d\n└── a  (deeper than --depth)\n")
        (child,) = test.json("tree", "--depth", "1", "\\d")["children"]
        equal(child, {"name": "a", "type": "Directory", "truncated": True})
        contains(test.ntobj("tree", "--depth", "2", "\\d").stdout, "b  (deeper")
        lacks(test.ntobj("tree", "\\d").stdout, "deeper")


@case("stat of a section tells its size, its attributes, and the handles of others")
def stat_section(test):
    path = "\\BaseNamedObjects\\demo"
    with test.daemon(), test.holding("section", path, "5000"):
        found = described(test, path)
        equal(found["type"], "Section")
        equal(found["opened"], True)
        equal(found["path"], path)
        equal(found["size"], 8192)
        equal(found["attributes"], {"mask": 0x08000000, "names": ["SEC_COMMIT"]})
        equal(found["handles"], 1)
        equal(found["permanent"], False)
        contains(found["access"]["names"], "SECTION_MAP_WRITE")
        text = test.ntobj("stat", path).stdout
        for part in (path, "Section", "8192", "SEC_COMMIT", "Handles: 1\n", "temporary"):
            contains(text, part)
    with test.daemon():
        contains(test.ntobj("stat", path, code=1).stderr, "STATUS_OBJECT_NAME_NOT_FOUND")


@case("stat of a link tells its target and does not follow it")
def stat_link(test):
    with test.daemon(), test.holding("link", "\\BaseNamedObjects\\l", "\\no\\where"):
        found = described(test, "\\BaseNamedObjects\\l")
        equal((found["type"], found["target"]), ("SymbolicLink", "\\no\\where"))
        assert found["created"].startswith("20"), found["created"]
        contains(test.ntobj("stat", "\\BaseNamedObjects\\l").stdout, "Target: \\no\\where\n")


@case("stat of the root and of directories works")
def stat_directory(test):
    with test.daemon():
        equal(described(test, "\\")["type"], "Directory")
        found = described(test, "\\BaseNamedObjects")
        equal((found["type"], found["permanent"]), ("Directory", True))


@case("of several paths each is told, and one failure does not hide the others")
def stat_several(test):
    with test.daemon(), test.holding("section", "\\s", "4096"):
        done = test.ntobj("stat", "\\none", "\\s", code=1)
        contains(done.stdout, "\\s")
        contains(done.stderr, "\\none")
        first, second = json.loads(test.ntobj("stat", "--json", "\\none", "\\s", code=1).stdout)["objects"]
        equal(first["error"], {"status": "STATUS_OBJECT_NAME_NOT_FOUND", "code": "0xC0000034"})
        equal(second["size"], 4096)


@case("a typed path is found in whatever case, the exact one first")
def case_rules(test):
    held = ["section", "\\BaseNamedObjects\\Twice", "4096", "section", "\\BaseNamedObjects\\TWICE", "8192"]
    with test.daemon(), test.holding(*held):
        equal(described(test, "\\BaseNamedObjects\\Twice")["size"], 4096)
        equal(described(test, "\\BaseNamedObjects\\TWICE")["size"], 8192)
        equal(test.ntobj("ls", "\\basenamedobjects").stdout, test.ntobj("ls", "\\BaseNamedObjects").stdout)


@case("hostile names are shown escaped, exact in JSON, and found as they are shown")
def hostile_names(test):
    held = ["directory", "\\d"]
    names = {"~001B[2J": "%{1B}[2J", "~D800": "%{D800}", "a~0000b": "a%{0}b", "~202Ex": "%{202E}x", "%{41}": "%{25}{41}"}
    for name in names:
        held += ["section", "\\d\\" + name, "4096"]
    with test.daemon(), test.holding(*held):
        text = test.ntobj("ls", "\\d").stdout
        for shown in names.values():
            contains(text, shown)
            equal(described(test, "\\d\\" + shown)["size"], 4096)
        lacks(text, "\033")
        equal(set(listing(test, "\\d")), {"\033[2J", "\ud800", "a\0b", "\u202ex", "%{41}"})
        contains(test.ntobj("tree", "\\d").stdout, "%{1B}[2J")


@case("names beyond ASCII are shown as they are, and escaped where the locale has no way to")
def other_scripts(test):
    with test.daemon(), test.holding("directory", "\\d", "section", "\\d\\gr~00FC~00DF~D83D~DE00", "4096"):
        equal(test.ntobj("ls", "\\d").stdout, "grüß😀  Section\n")
        equal(test.ntobj("ls", "\\d", env=test.environment(LC_ALL="C")).stdout, "gr%{FC}%{DF}%{1F600}  Section\n")
        equal(described(test, "\\d\\grüß😀")["size"], 4096)
        equal(described(test, "\\d\\GRÜß😀")["size"], 4096)


def held_by_me(test):
    users = {user["uid"]: user["held"] for user in test.json("stats")["users"]}
    return users[os.getuid()]


@case("stats counts what is made, and no longer what is gone")
def stats_counts(test):
    with test.daemon():
        before = held_by_me(test)
        with test.holding("section", "\\BaseNamedObjects\\counted", "65536"):
            during = held_by_me(test)
            for kind, amount in (("objects", 1), ("section-bytes", 65536), ("grants", 1), ("processes", 1)):
                equal(during[kind]["value"] - before[kind]["value"], amount, kind)
            contains(test.ntobj("stats").stdout, "section-bytes")
        wait_until(lambda: held_by_me(test) == before, "what was before")


@case("stats names the daemon and the user")
def stats_text(test):
    with test.daemon():
        lines = test.ntobj("stats").stdout.splitlines()
        equal(lines[0], f"daemon at {test.address}")
        assert any(line.startswith(f"user {os.getuid()}") for line in lines), lines
        equal(test.json("stats")["address"], test.address)


@case("a missing name, a wrong type and a bad path are told by status and hint, with 1")
def failures(test):
    with test.daemon(), test.holding("section", "\\s", "4096"):
        for arguments, status in (
            (("ls", "\\none"), "STATUS_OBJECT_NAME_NOT_FOUND"),
            (("ls", "\\none\\deeper"), "STATUS_OBJECT_PATH_NOT_FOUND"),
            (("ls", "\\s"), "STATUS_OBJECT_TYPE_MISMATCH"),
            (("ls", "BaseNamedObjects"), "STATUS_OBJECT_PATH_SYNTAX_BAD"),
            (("ls", "/BaseNamedObjects"), "STATUS_OBJECT_PATH_SYNTAX_BAD"),
            (("tree", "\\none"), "STATUS_OBJECT_NAME_NOT_FOUND"),
            (("stat", "\\none"), "STATUS_OBJECT_NAME_NOT_FOUND"),
        ):
            done = test.ntobj(*arguments, code=1)
            equal(done.stdout, "")
            first, hint = done.stderr.splitlines()
            assert first.startswith("ntobj: cannot open ") and first.endswith(": " + status), done.stderr
            assert hint.strip(), done.stderr


# A user who owns nothing here. Not 65534: that is what users of other user namespaces look like.
STRANGER = 54321


def as_stranger(test):
    """How to run a program as that user."""
    if os.getuid() != 0:
        raise Skip("only root can be another user")
    test.folder.chmod(0o711)
    stranger = {"user": STRANGER, "group": STRANGER, "extra_groups": [], "cwd": "/"}
    try:
        subprocess.run([NTOBJ, "--version"], check=True, stdout=subprocess.DEVNULL, **stranger)
    except PermissionError:
        raise Skip(f"{NTOBJ} is out of reach for others") from None
    return stranger


@case("what may not be looked at is told apart from what is empty")
def denied(test):
    stranger = as_stranger(test)
    with test.daemon("--system"):
        contains(test.ntobj("ls", "\\Driver", code=1, **stranger).stderr, "STATUS_ACCESS_DENIED")
        done = test.ntobj("tree", code=1, **stranger)
        contains(done.stdout, "Driver  (STATUS_ACCESS_DENIED)\n")
        contains(done.stdout, "KnownDlls\n")
        contains(done.stderr, "not all of it")

        done = test.ntobj("stat", "\\Driver", code=1, **stranger)
        contains(done.stdout, "Type: Directory\n")
        contains(done.stdout, "Opened: no (STATUS_ACCESS_DENIED)\n")
        found = described(test, "\\Driver", code=1, **stranger)
        equal((found["type"], found["opened"], found["error"]["status"]), ("Directory", False, "STATUS_ACCESS_DENIED"))
        equal(described(test, "\\Security", **stranger)["access"]["names"], ["DIRECTORY_TRAVERSE"])


@case("another user's own daemon does not serve us")
def refused(test):
    stranger = as_stranger(test)
    with test.daemon():
        test.folder.joinpath("socket").chmod(0o666)
        done = test.ntobj("ls", code=3, **stranger)
        contains(done.stderr, "STATUS_ACCESS_DENIED")
        contains(done.stderr, "owner")


@case("stats shows other users to root only")
def stats_of_others(test):
    stranger = as_stranger(test)
    with test.daemon("--system"), test.holding("section", "\\BaseNamedObjects\\s", "4096"):
        equal([user["uid"] for user in test.json("stats", **stranger)["users"]], [STRANGER])
        contains([user["uid"] for user in test.json("stats")["users"]], 0)


@case("without a daemon every look gives 3, says where it looked, and starts none")
def unreachable(test):
    env = test.environment(XDG_RUNTIME_DIR=test.runtime)
    for arguments in (("ls",), ("tree",), ("stat", "\\x"), ("stats",), ("--json", "ls")):
        done = test.run(NTOBJ, *arguments, code=3, env=env)
        contains(done.stderr, str(test.runtime / "ntobjd" / "socket"))
        contains(done.stderr, "ntobjd")
        equal(done.stdout, "")
    equal(os.listdir(test.runtime), [])


@case("NTOBJ_ADDRESS says where, and --address says it before")
def addresses(test):
    with test.daemon():
        test.run(NTOBJ, "ls", env=test.environment(NTOBJ_ADDRESS=test.address))
        test.run(NTOBJ, "ls", "-a", test.address, env=test.environment(NTOBJ_ADDRESS="/no/where"))
        test.run(NTOBJ, "-a", "/no/where", "ls", "--address", test.address)
        test.run(NTOBJ, "ls", code=3, env=test.environment(NTOBJ_ADDRESS="/no/where"))
    test.run(NTOBJ, "-a", "/" + "x" * 200, "ls", code=2)
    test.run(NTOBJ, "-a", "", "ls", code=2)


@case("a command line that makes no sense gives 2")
def usage(test):
    for arguments in (
        (),
        ("frobnicate",),
        ("--nonsense",),
        ("ls", "--nonsense"),
        ("ls", "\\", "\\"),
        ("ls", "%{"),
        ("ls", "x" * 40000),
        ("ls", "--color", "purple"),
        ("tree", "--depth", "0"),
        ("tree", "--depth", "deep"),
        ("stat",),
        ("stats", "\\"),
    ):
        done = test.run(NTOBJ, *arguments, code=2)
        assert done.stderr.startswith("ntobj: "), (arguments, done.stderr)
        equal(done.stdout, "")


@case("--help tells of ntobj and of each command, on standard output")
def helps(test):
    whole = test.run(NTOBJ, "--help").stdout
    for command in ("ls", "tree", "stat", "stats", "session"):
        contains(whole, f"\n  {command} ")
        contains(test.run(NTOBJ, command, "--help").stdout, f"ntobj {command}")


def on_terminal(test, *arguments, **environment):
    """What ntobj writes to a terminal."""
    env = test.environment(TERM="xterm", **environment)
    reader, terminal = pty.openpty()
    text = b""
    with test.start(NTOBJ, "-a", test.address, *arguments, env=env, stdout=terminal, stdin=subprocess.DEVNULL) as process:
        while process.poll() is None or select.select([reader], [], [], 0)[0]:
            if select.select([reader], [], [], 0.05)[0]:
                text += os.read(reader, 65536)
        equal(process.wait(PATIENCE), 0)
    os.close(reader)
    os.close(terminal)
    return text.decode().replace("\r\n", "\n")


@case("colours are for terminals only, and NO_COLOR and --color are heeded")
def colors(test):
    with test.daemon():
        plain = test.ntobj("ls").stdout
        lacks(plain, "\033")
        colored = on_terminal(test, "ls")
        contains(colored, "\033[")
        equal(without_colors(colored), plain)
        equal(on_terminal(test, "ls", NO_COLOR="1"), plain)
        contains(on_terminal(test, "ls", NO_COLOR=""), "\033[")
        equal(on_terminal(test, "ls", "--color", "never"), plain)
        contains(test.ntobj("ls", "--color", "always").stdout, "\033[")
        lacks(on_terminal(test, "--json", "ls"), "\033[")


@case("output that cannot be written is a failure")
def full_disk(test):
    with test.daemon(), open("/dev/full", "wb") as full:
        done = test.ntobj("ls", code=1, stdout=full)
        contains(done.stderr, "cannot write")


if __name__ == "__main__":
    main()
