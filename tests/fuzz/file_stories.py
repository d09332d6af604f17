"""Stories for fuzz-rpc about files and their sections.

What descriptors come along is chosen by a number: see bring_fds() in rpc-scene.c.
"""

from story_parts import *

COMMIT = 52
READ, WRITE, APPEND, EXECUTE, DELETE = 1, 2, 4, 0x20, 0x10000
ALL_FILE = 0x1F01FF
READONLY, READWRITE, WRITECOPY, EXECUTE_READ, EXECUTE_READWRITE = 2, 4, 8, 0x20, 0x40
RESERVE, IMAGE, NOCACHE, LARGE_PAGES, BASED = 0x04000000, 0x01000000, 0x10000000, 0x80000000, 0x200000
DELETE_ON_CLOSE = 0x1000
VOLUME, NULL = 1, 2
READER, READER_AND_WRITER, FOLDER, NOTHING, WRITER, WRITER_AND_FOLDER = 1, 2, 3, 4, 5, 6
AN_IMAGE, SHARED_IMAGE, CONNECTION, DOOMED, DOOMED_AND_ITS_FOLDER, ITS_FOLDER, READER_AND_IMAGE = 8, 9, 10, 11, 12, 13, 14
NO_EXECUTE = 0x11000000
VIEWS = 65536 + 8 * (1 << 20) + 8 * (1 << 21)
F = "\\??\\Z:\\f"


def resolve(text, root=None):
    return body(57, name(text, root=root))


def create_file(access=READ, shares=7, options=0, overwrites=0, device=VOLUME, leaf=None, attributes=None):
    place = (1, leaf) if leaf is not None else ()
    return body(58, attributes or name(F), access, device, 0, shares, options, overwrites, *place)


def file_section(slot, protection=READONLY, size=0, kind=SEC_COMMIT, text=None, write=None):
    return body(17, name(text), ALL_SECTION, size, protection, kind, grant(slot), 0, write)


def reserve_section(text, size, kind=RESERVE):
    return body(17, name(text), ALL_SECTION, size, READWRITE, kind)


def commit(slot, first, n_pages):
    return body(COMMIT, grant(slot), first, n_pages)


def extend(slot, size):
    return body(53, grant(slot), size)


def set_disposition(slot, delete, *place):
    return body(60, grant(slot), delete, *place)


def check_size(slot, size):
    return body(61, grant(slot), size)


def views(slot, n):
    """The process says that it has so many."""
    return page_word(VIEWS + 4 * slot), n << 32 * (slot % 2)


def dead(slot):
    return scribble(0, grant_word(slot), DEAD | 1 << 32), send(0, release(slot))


RELEASE_VIEWS, SECTION_NAME, FILE_DESCRIPTOR, QUERY_IMAGE = 55, 56, 59, 54

FILE_STORIES = {
    "resolve": story(
        send(0, attach()),
        *[
            send(0, resolve(text))
            for text in (F, "\\??\\unix\\", "\\Device\\Null", "\\??\\NUL", "\\Device\\HarddiskVolume1", "\\??\\Q:\\x", "\\", "")
        ],
        send(0, open_directory(name("\\Device"))),
        send(0, resolve("Null\\x", root=grant(1))),
        send(0, open_section(name(F))),
        send(0, create_section(name(F))),
    ),
    "file-life": story(
        send(0, attach()),
        send(1, attach()),
        send(0, create_file(), READER),
        send(1, create_file(shares=0), READER),
        send(1, create_file(READ | WRITE), WRITER),
        send(1, create_file(WRITE), READER),
        send(0, query(27, 1)),
        send(0, query(26, 1)),
        send(0, query(FILE_DESCRIPTOR, 1)),
        send(1, query(FILE_DESCRIPTOR, 1)),
        send(0, query_security(1, 7)),
        send(0, check_size(1, 0)),
        send(1, check_size(1, 5)),
        *dead(1),
        hang_up(1),
        send(0, create_file(shares=0), READER),
    ),
    "file-refused": story(
        send(0, attach()),
        send(0, create_file()),
        send(0, create_file(shares=99), READER),
        send(0, create_file(options=0xFFFFFFFF), READER),
        send(0, create_file(device=7), READER),
        send(0, create_file(device=NULL), NOTHING),
        send(0, create_file(0x02000000), READER),
        send(0, create_file(ALL_FILE), FOLDER),
        send(0, create_file(0), FOLDER),
        send(0, create_file(attributes=name("n" * 300, 0x30)), READER),
        send(0, create_file(0x01000000), READER),
    ),
    "file-deleted": story(
        send(0, attach()),
        send(4, attach()),
        send(0, create_file(DELETE | WRITE, options=DELETE_ON_CLOSE, leaf="f".encode()), WRITER_AND_FOLDER),
        send(0, create_file(DELETE, options=DELETE_ON_CLOSE, leaf=b".."), WRITER_AND_FOLDER),
        send(0, create_file(DELETE, options=DELETE_ON_CLOSE, leaf=b"a/b"), WRITER_AND_FOLDER),
        send(0, create_file(DELETE, leaf=b"f"), WRITER_AND_FOLDER),
        send(4, create_file(DELETE), READER),
        send(0, set_disposition(1, 1, 0, b"f"), FOLDER),
        send(0, set_disposition(1, 0)),
        send(0, set_disposition(1, 1)),
        send(0, set_disposition(1, 1, 0, b"f"), FOLDER),
        send(4, set_disposition(1, 1, 0, b"f"), FOLDER),
        send(0, create_file(), READER),
        *dead(1),
        send(0, create_file(), READER),
        hang_up(4),
        hang_up(0),
        GIVE,
    ),
    "file-section": story(
        send(0, attach()),
        send(1, attach()),
        send(0, create_file(READ | WRITE | EXECUTE | DELETE), WRITER),
        send(0, file_section(1, text="\\BaseNamedObjects\\s"), READER),
        send(0, file_section(1, READWRITE, write=1), READER_AND_WRITER),
        send(0, file_section(1, EXECUTE_READWRITE, 5, write=1), READER_AND_WRITER),
        send(0, file_section(1, READONLY, 1 << 40), READER),
        send(0, file_section(1, READWRITE, 1 << 40, write=1), READER_AND_WRITER),
        send(0, file_section(1, WRITECOPY, kind=RESERVE | NOCACHE), READER),
        *[send(0, file_section(1, kind=SEC_COMMIT | flag), READER) for flag in (RESERVE, LARGE_PAGES, BASED, IMAGE)],
        send(0, file_section(1, kind=IMAGE), READER),
        send(0, file_section(1), NOTHING),
        send(0, file_section(1), WRITER),
        send(0, file_section(1)),
        send(0, section_memory(2)),
        send(0, section_memory(3)),
        send(0, extend(3, 20000)),
        send(0, extend(3, 1)),
        send(0, extend(3, (1 << 64) - 1)),
        send(0, extend(2, 20000)),
        send(0, check_size(1, 5)),
        send(0, set_disposition(1, 1, 0, b"f"), FOLDER),
        send(0, query(SECTION_NAME, 2)),
        send(0, query(QUERY_IMAGE, 2)),
        send(1, open_section(name("\\BaseNamedObjects\\s"))),
        send(1, query(SECTION_NAME, 1)),
        send(1, create_file(WRITE, overwrites=1), WRITER),
        send(1, create_file(READ, shares=1), READER),
    ),
    "file-views": story(
        send(0, attach()),
        send(1, attach()),
        send(0, create_file(READ | WRITE), WRITER),
        send(0, file_section(1, READWRITE, write=1), READER_AND_WRITER),
        scribble(0, *views(2, 1)),
        *dead(1),
        *dead(2),
        send(1, create_file(READ, shares=1), READER),
        send(0, query(SECTION_NAME, 2)),
        send(0, query(RELEASE_VIEWS, 2)),
        scribble(0, *views(2, 0)),
        send(0, query(RELEASE_VIEWS, 2)),
        send(0, query(RELEASE_VIEWS, 2)),
        send(1, create_file(READ, shares=1), READER),
        send(0, create_file(READ | WRITE), WRITER),
        send(0, body(17, name(), ALL_SECTION, 0, READWRITE, SEC_COMMIT, grant(2, 2), 0, 1), READER_AND_WRITER),
        scribble(0, *views(1, 0xFFFFFFFF)),
        hang_up(0),
        send(1, create_file(READ, shares=1), READER),
        GIVE,
    ),
    "file-scant": story(
        send(0, attach()),
        *[send(0, create_file(READ | WRITE), WRITER) for _ in range(6)],
        *[send(0, file_section(slot, READWRITE, write=1), READER_AND_WRITER) for slot in range(1, 4)],
        flags=SCANT,
    ),
    "file-heir": story(
        send(0, attach()),
        send(0, create_file(), READER),
        scribble(0, handle_word(1), handle_entry(1, 1, 1 << 25)),
        scribble(0, N_INHERITABLE, 1),
        send(0, MAKE_HEIR),
        hang_up(0),
        send(7, ADOPT_HEIR),
        send(7, query(FILE_DESCRIPTOR, 1)),
        hang_up(7),
    ),
    "image-life": story(
        send(0, attach()),
        send(1, attach()),
        send(0, create_file(READ | EXECUTE), AN_IMAGE),
        send(0, file_section(1, kind=IMAGE, text="\\BaseNamedObjects\\i"), AN_IMAGE),
        send(0, file_section(1, EXECUTE_READ, kind=NO_EXECUTE), AN_IMAGE),
        send(0, file_section(1, kind=IMAGE, size=1), AN_IMAGE),
        send(0, file_section(1, kind=IMAGE, size=1 << 40), AN_IMAGE),
        send(0, file_section(1, kind=IMAGE), SHARED_IMAGE),
        *[send(0, request) for slot in (2, 3) for request in (query(QUERY_IMAGE, slot), section_memory(slot), extend(slot, 1 << 20))],
        send(0, set_disposition(1, 1, 0, b"f"), FOLDER),
        send(1, open_section(name("\\BaseNamedObjects\\i"))),
        send(1, section_memory(1)),
        send(1, query(SECTION_NAME, 1)),
        hang_up(0),
        send(1, query(QUERY_IMAGE, 1)),
        GIVE,
        send(1, section_memory(1)),
        send(1, commit(1, 0, 1)),
    ),
    "image-of-two-users": story(
        *[send(who, attach()) for who in (0, 1, 4)],
        *[send(who, create_file(READ, attributes=name(F)), kind) for who in (0, 1, 4) for kind in (SHARED_IMAGE, AN_IMAGE)],
        *[send(who, file_section(slot, kind=IMAGE), kind) for who in (0, 4, 1) for slot, kind in ((1, SHARED_IMAGE), (2, AN_IMAGE))],
        *[send(who, section_memory(slot)) for who in (0, 4) for slot in (3, 4)],
        hang_up(0),
        GIVE,
        send(4, file_section(1, kind=IMAGE), SHARED_IMAGE),
        hang_up(4),
        hang_up(1),
        send(0, attach()),
        send(0, create_file(READ), AN_IMAGE),
        send(0, file_section(1, kind=IMAGE), AN_IMAGE),
        flags=SYSTEM,
    ),
    "image-hang-up": story(
        *[send(who, attach()) for who in (0, 1, 2)],
        *[send(who, create_file(READ), AN_IMAGE) for who in (0, 1, 2)],
        *[send(who, file_section(1, kind=IMAGE), AN_IMAGE, wait=False) for who in (0, 1, 2)],
        hang_up(1),
        send(0, section_memory(2)),
        send(1, attach()),
        send(1, create_file(READ), SHARED_IMAGE),
        send(1, file_section(1, kind=IMAGE), SHARED_IMAGE, wait=False),
        scribble(1, grant_word(1), DEAD | 1 << 32),
        send(0, file_section(1, kind=NO_EXECUTE), AN_IMAGE, wait=False),
        scribble(0, grant_word(1), 7 << 32 | 5),
        send(0, release(1)),
    ),
    "extension-hang-up": story(
        *[send(who, attach()) for who in (0, 1)],
        *[send(who, create_file(READ | WRITE), WRITER) for who in (0, 1)],
        *[send(who, file_section(1, READWRITE, write=1), READER_AND_WRITER) for who in (0, 1)],
        send(0, extend(2, 30000), wait=False),
        send(1, extend(2, 40000), wait=False),
        scribble(0, grant_word(2), DEAD | 1 << 32),
        hang_up(1),
        send(0, extend(2, 50000)),
        send(0, section_memory(2)),
        hang_up(0),
        GIVE,
    ),
    "file-really-deleted": story(
        send(0, attach()),
        send(1, attach()),
        send(0, create_file(READ | DELETE, options=DELETE_ON_CLOSE, leaf=b"x"), DOOMED_AND_ITS_FOLDER),
        send(1, create_file(READ), DOOMED),
        *dead(1),
        send(1, create_file(READ), DOOMED),
        scribble(1, grant_word(1), DEAD | 1 << 32),
        send(1, release(1), wait=False),
        send(0, create_file(READ | WRITE | DELETE), DOOMED),
        send(0, set_disposition(2, 1, 0, b"x"), ITS_FOLDER),
        send(0, create_file(READ), DOOMED),
        send(0, set_disposition(2, 0)),
        send(0, set_disposition(2, 1, 0, b"x"), ITS_FOLDER),
        scribble(0, grant_word(2), DEAD | 1 << 32),
        send(0, release(2), wait=False),
        hang_up(0),
        hang_up(1),
    ),
    "file-of-a-connection": story(
        send(0, attach()),
        send(0, create_file(READ), CONNECTION),
        send(0, create_file(0), CONNECTION),
        send(0, create_file(READ, options=DELETE_ON_CLOSE, leaf=b"x"), CONNECTION),
    ),
    "reserved": story(
        send(0, attach()),
        send(1, attach()),
        send(0, reserve_section("\\BaseNamedObjects\\r", 1 << 30)),
        send(0, reserve_section(None, 3 << 41, RESERVE | BASED)),
        send(0, reserve_section(None, 1 << 16, SEC_COMMIT | BASED)),
        send(0, section_memory(1)),
        *[send(0, commit(1, *pages)) for pages in ((0, 1), (100, 1000), ((1 << 18) - 1, 1), (1 << 18, 1), ((1 << 64) - 1, 2), (0, 0), (0, 0xFFFFFFFF))],
        send(1, open_section(name("\\BaseNamedObjects\\r"), 4)),
        send(1, commit(1, 5, 70000)),
        send(1, section_memory(1)),
        send(0, commit(2, 1 << 29, 64)),
        send(0, commit(3, 0, 1)),
        hang_up(0),
        send(1, commit(1, 7, 1)),
    ),
    "image-scant": story(
        send(0, attach()),
        *[send(0, create_file(READ), AN_IMAGE) for _ in range(2)],
        *[send(0, file_section(1, kind=IMAGE), AN_IMAGE) for _ in range(3)],
        send(0, section_memory(3)),
        send(0, section_memory(3)),
        flags=SCANT,
    ),
}
