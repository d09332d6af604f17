#!/usr/bin/env python3
"""Writes the inputs that the fuzz targets begin with: seeds.py FOLDER

Stories for fuzz-rpc and fuzz-path, messages for fuzz-message, security descriptors for
fuzz-descriptor, programs' files for fuzz-pe and fuzz-imports, each in a folder of its own. The targets' sources have their forms.
"""

import pathlib
import struct
import sys

sys.dont_write_bytecode = True  # the source folder is not ours to fill

from file_stories import FILE_STORIES
from import_seeds import IMPORT_SEEDS
from object_stories import OBJECT_STORIES
from path_stories import PATH_STORIES
from pe_seeds import PE, real_files
from story_parts import *

A = "\\BaseNamedObjects\\a"

STORIES = {
    "attach": story(send(0, attach()), send(0, attach()), send(1, attach(0)), send(2, attach(9)), send(3, attach(1, 2))),
    "not-attached": story(send(0, STATISTICS), send(0, close(1)), send(0, ADOPT_HEIR)),
    "section-life": story(
        send(0, attach()),
        send(1, attach()),
        send(0, create_section(name(A))),
        send(1, open_section(name(A))),
        send(1, create_section(name(A))),
        send(1, create_section(name(A, CASE | OPENIF))),
        send(0, section_memory(1)),
        scribble(0, grant_word(1), DEAD | 1 << 32),
        send(0, release(1)),
        send(1, query(26, 1)),
        send(1, query(27, 1)),
        scribble(1, grant_word(1), DEAD | 1 << 32),
        send(0, open_section(name(A))),
    ),
    "without-page": story(
        send(0, attach(0)),
        send(0, create_section(name(A))),
        send(0, open_section(name(A))),
        send(0, close(1)),
        send(0, close(1)),
        send(0, close(1)),
        send(0, open_section(name(A))),
    ),
    "parked": story(
        send(0, attach()),
        send(1, attach()),
        send(0, create_section(name(A))),
        send(1, open_section(name(A))),
        scribble(1, grant_word(1), 1 << 32),
        send(1, release_parked(1, 2, 3)),
        send(1, open_section(name(A))),
        scribble(1, grant_word(1), 2 << 32),
        hang_up(0),
        send(1, open_section(name(A))),
    ),
    "death": story(
        send(0, attach()),
        send(1, attach()),
        send(0, create_section(name(A))),
        send(1, open_section(name(A), 4)),
        send(1, open_section(name(A))),
        hang_up(0),
        send(2, attach()),
        send(2, open_section(name(A))),
        GIVE,
        hang_up(1),
        send(2, query(26, 1)),
        GIVE,
    ),
    "directories": story(
        send(0, attach()),
        send(0, create_directory(name("\\BaseNamedObjects\\d"))),
        send(0, create_section(name("x", root=grant(1)))),
        send(0, create_section(name("y", root=grant(1)))),
        send(0, query_directory(1)),
        send(0, query_directory(1, 1, 1)),
        send(0, open_section(name("\\basenamedobjects\\D\\X"))),
        send(0, query(27, 2)),
        send(0, open_directory(name("\\"))),
        send(0, query_directory(4)),
        scribble(0, grant_word(1), DEAD | 1 << 32),
        send(0, release(1)),
        send(0, open_section(name("\\BaseNamedObjects\\d\\x"))),
    ),
    "links": story(
        send(0, attach()),
        send(0, create_link(name("\\BaseNamedObjects\\l"), "\\BaseNamedObjects\\l")),
        send(0, create_link(name("\\BaseNamedObjects\\m"), "\\??\\GLOBALROOT\\BaseNamedObjects")),
        send(0, create_section(name("\\BaseNamedObjects\\l\\a"))),
        send(0, create_section(name("\\BaseNamedObjects\\m\\a"))),
        send(0, open_link(name("\\BaseNamedObjects\\m"))),
        send(0, query(25, 1)),
        send(0, open_section(name("\\BaseNamedObjects\\Local\\a"))),
        send(0, open_section(name("\\??\\GLOBALROOT\\BaseNamedObjects\\Global\\a"))),
    ),
    "heir": story(
        send(0, attach()),
        send(0, create_section(name(A))),
        scribble(0, handle_word(1), handle_entry(1, 1, 1 << 25)),
        scribble(0, N_INHERITABLE, 1),
        send(0, MAKE_HEIR),
        hang_up(0),
        send(7, STATISTICS),
        send(7, ADOPT_HEIR),
        send(7, query(26, 1)),
        send(7, MAKE_HEIR),
        hang_up(7),
    ),
    "channel": story(
        send(0, attach()),
        join(1, 0),
        send(1, create_section(name(A))),
        send(0, open_section(name(A))),
        hang_up(0),
        send(1, open_section(name(A))),
    ),
    "rubbish-in-the-page": story(
        send(0, attach()),
        send(1, attach()),
        send(0, create_section(name(A))),
        send(1, open_section(name(A))),
        scribble(0, grant_word(1), (1 << 64) - 1),
        send(1, query(26, 1)),
        scribble(1, grant_word(1), 5 << 32 | REPORT | 7),
        send(1, open_section(name(A))),
        scribble(0, grant_word(1), 0),
        send(0, open_section(name(A))),
        send(0, release(1, 0)),
    ),
    "scant": story(
        send(0, attach()),
        send(1, attach()),
        *[send(0, create_section(name(A + str(i)), 4096 << i)) for i in range(8)],
        *[send(1, open_section(name(A + str(i)))) for i in range(3)],
        send(0, create_directory(name(A + "/" * 40))),
        send(1, STATISTICS),
        flags=SCANT,
    ),
    "two-users": story(
        send(0, attach()),
        send(4, attach()),
        send(4, attach(1, 1, 1)),
        send(0, create_section(name("\\BaseNamedObjects\\Global\\a"))),
        send(4, create_section(name(A))),
        send(4, open_section(name("\\BaseNamedObjects\\Global\\a"))),
        send(4, open_section(name("\\BaseNamedObjects\\a"), 0x02000000)),
        send(4, create_section(name(A, PERMANENT))),
        send(4, STATISTICS),
        join(5, 0),
        flags=SYSTEM,
    ),
    "bad-names": story(
        send(0, attach()),
        *[
            send(0, create_section(name(text)))
            for text in ("", "a", "\\", "\\\\", "\\a\\", "\\BaseNamedObjects\\\0", "\\BaseNamedObjects\\\U0001F600", "\\Device\\Null\\x")
        ],
        send(0, create_section(message(None, b"\\\0a", CASE))),
        send(0, create_section(name("\\BaseNamedObjects\\" + "n" * 300))),
        send(0, create_section(name(A, 0xFFFFFFFF))),
    ),
    "descriptors": story(send(0, attach(), 4), send(0, attach()), send(0, STATISTICS, 3), send(0, b"\xff" * 9, 2)),
}


TEXT, ROOT, LOW, CONTAINER, KERNEL = 1, 2, 4, 8, 16
MAXIMUM = 0x02000000


ME, CREATOR = sid(22, 1, 1000), sid(3, 0)

DESCRIPTORS = {
    "header": (0, descriptor()),
    "null-acls": (0, descriptor(ME, ME, b"", b"")),
    "plain": (0, descriptor(ME, SYSTEM_SID, None, acl(ace(0, 0x10000000, EVERYONE), ace(1, 2, ME)))),
    "labelled": (LOW, descriptor(ME, ME, acl(ace(0x11, 1, MEDIUM), ace(2, 1, EVERYONE, 0xC0)), acl(ace(0, 0x1F, EVERYONE)))),
    "inherited": (
        CONTAINER | ROOT,
        descriptor(
            SYSTEM_SID,
            ME,
            acl(ace(2, 3, EVERYONE, 0xC3), ace(0x11, 1, MEDIUM, 3)),
            acl(*[ace(kind, 0x80000001, who, flags) for kind in (0, 1) for who in (CREATOR, ME) for flags in range(16)]),
        ),
    ),
    "owner-rights": (0, descriptor(ME, ME, None, acl(ace(0, 1, OWNER_RIGHTS), ace(1, 4, OWNER_RIGHTS)))),
    "other-kinds": (
        KERNEL,
        descriptor(ME, ME, None, acl(ace(9, 1, EVERYONE, 3, b"artx"), ace(10, 2, CREATOR, 3, b"artx"), ace(5, 1, bytes(36), 3), revision=4)),
    ),
    "slack": (0, descriptor(ME, ME, None, acl(ace(0, 1, EVERYONE), slack=64))),
    "protected": (CONTAINER, descriptor(ME, ME, None, acl(ace(0, 1, ME)), 0x1408)),
}

DESCRIPTOR_TEXTS = {
    "text-whole": "O:BAG:SYD:PAI(A;OICI;GA;;;WD)(D;;0x4;;;SY)S:(AU;SAFA;GA;;;AU)(ML;;NWNRNX;;;LW)",
    "text-numbers": "O:S-1-22-1-1000G:S-1-0x000100000000D:(A;;131077;;;S-1-5-32-544)(A;;010;;;CO)",
    "text-null": "D:NO_ACCESS_CONTROLS:PNO_ACCESS_CONTROL",
    "text-spaces": " O: BA\tG:SY\nD: ( A ; OI CI ; GR SD ; ; ; OW ) ",
    "text-refused": "D:(XA;;GA;;;WD;(a==1))(OA;;CC;0;0;AU)",
    "text-words": "D:(A;OICINPIOIDSAFA;GAGRGWGXRCSDWDWOCCDCLCSWRPWPDTLOCRFAFRFWFXKAKRKWKX;;;RC)",
}


def main():
    folder = pathlib.Path(sys.argv[1])
    for kind in ("rpc", "message", "descriptor", "path", "pe", "imports"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for title, content in (STORIES | OBJECT_STORIES | FILE_STORIES).items():
        (folder / "rpc" / title).write_bytes(content)
    for title, content in PATH_STORIES.items():
        (folder / "path" / title).write_bytes(content)
    for title, content in (*PE.items(), *real_files()):
        (folder / "pe" / title).write_bytes(content)
    for title, content in IMPORT_SEEDS.items():
        (folder / "imports" / title).write_bytes(content)
    samples = {
        "attach": attach(),
        "create": create_section(name(A, root=grant(1))),
        "parked": release_parked(*range(1, 20)),
        "unknown-fields": attach() + field(1000, b"x" * 40) * 20,
        "truncated": create_section(name(A))[:-3],
        "empty": b"",
    }
    for n_fds, (title, content) in enumerate(samples.items()):
        (folder / "message" / title).write_bytes(bytes([n_fds]) + content)
    for title, (flags, content) in DESCRIPTORS.items():
        (folder / "descriptor" / title).write_bytes(struct.pack("<BI", flags, MAXIMUM | 1) + content)
    for title, content in DESCRIPTOR_TEXTS.items():
        (folder / "descriptor" / title).write_bytes(struct.pack("<BI", TEXT, 5) + content.encode())


if __name__ == "__main__":
    main()
