"""What stories for fuzz-rpc are made of: requests, and what else clients do.

Field numbers are those of proto/ntobj.proto.
"""

import struct

REQUEST, SCRIBBLE, HANG_UP, GIVE_BACK, JOIN, REFER = range(6)
REFER_NAME, REFER_OPEN, REFER_GIVE_BACK, REFER_KERNEL_MODE = 0, 1, 2, 8
SYSTEM, SCANT = 1, 2

ALL_SECTION = 0x000F001F
ALL_DIRECTORY = 0x000F000F
ALL_LINK = 0x000F0001
PAGE_READWRITE, SEC_COMMIT = 4, 0x08000000
INHERIT, PERMANENT, CASE, OPENIF = 0x2, 0x10, 0x40, 0x80
DEAD, REPORT = 1 << 63, 1 << 62


def varint(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number, value):
    """A field: integers as varints, everything else length-delimited."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, str):
        value = value.encode("utf-16-le")
    return varint(number << 3 | 2) + varint(len(value)) + value


def message(*values):
    """A message whose fields are numbered in order; None leaves one out."""
    return b"".join(field(i, value) for i, value in enumerate(values, 1) if value is not None)


def grant(slot, tag=1):
    return message(slot, tag)


def name(text=None, attributes=CASE, root=None):
    return message(root, text, attributes)


def body(number, *values):
    return field(1, number) + field(number, message(*values))


def attach(page=1, version=1, kernel=None):
    return body(10, version, page, kernel)


def create_section(attributes, size=4096, access=ALL_SECTION):
    return body(17, attributes, access, size, PAGE_READWRITE, SEC_COMMIT)


def open_section(attributes, access=ALL_SECTION):
    return body(18, attributes, access)


MAKE_HEIR = body(12)
ADOPT_HEIR = body(13, 1)
STATISTICS = body(28)


def release(slot, answer=1):
    return body(14, grant(slot), answer)


def release_parked(*slots):
    return field(1, 15) + field(15, b"".join(field(1, grant(slot)) for slot in slots))


def close(slot):
    return body(16, grant(slot))


def section_memory(slot):
    return body(19, grant(slot))


def create_directory(attributes):
    return body(20, attributes, ALL_DIRECTORY)


def open_directory(attributes, access=3):
    return body(21, attributes, access)


def query_directory(slot, cookie=0, n_most=None):
    return body(22, grant(slot), cookie, None, n_most)


def create_link(attributes, target):
    return body(23, attributes, ALL_LINK, target)


def open_link(attributes):
    return body(24, attributes, 1)


def query(number, slot):
    return body(number, grant(slot))


def send(who, request, n_fds=0, wait=True):
    return struct.pack("<BBH", REQUEST, who | n_fds << 3 | (not wait) << 7, len(request)) + request


def scribble(who, word, value):
    return struct.pack("<BBHQQ", SCRIBBLE, who, 0, word, value)


def grant_word(slot):
    return slot << 1


def page_word(offset):
    """The word at an offset in the process page."""
    return 1 << 32 | offset // 8


N_INHERITABLE, FULL_SUMMARY, FULL = page_word(24), page_word(4096), page_word(4608)


def handle_word(index):
    return index << 1 | 1


def handle_entry(slot, tag=1, flags=0):
    return ALL_SECTION | flags | slot << 27 | tag << 48


def hang_up(who):
    return struct.pack("<BBH", HANG_UP, who, 0)


GIVE = struct.pack("<BBH", GIVE_BACK, 0, 0)


def join(who, other):
    return struct.pack("<BBH", JOIN, who, other)


def refer(who, how):
    """Asks about the object that the client was told of last."""
    return struct.pack("<BBH", REFER, who, how)


def story(*deeds, flags=0):
    return bytes([flags]) + b"".join(deeds)


def kernel(request):
    """The same request from a thread whose PreviousMode is KernelMode."""
    return request + field(2, 1)


PRESENT_DACL, PRESENT_SACL, SELF_RELATIVE = 0x4, 0x10, 0x8000


def sid(authority, *numbers):
    return struct.pack(">BBHI", 1, len(numbers), 0, authority) + struct.pack("<%dI" % len(numbers), *numbers)


def ace(kind, mask, who, flags=0, more=b""):
    return struct.pack("<BBHI", kind, flags, 8 + len(who) + len(more), mask) + who + more


def acl(*entries, revision=2, slack=0):
    size = 8 + sum(len(entry) for entry in entries) + slack
    return struct.pack("<BBHHH", revision, 0, size, len(entries), 0) + b"".join(entries) + bytes(slack)


def descriptor(owner=b"", group=b"", sacl=None, dacl=None, control=0):
    control |= SELF_RELATIVE | (PRESENT_SACL if sacl is not None else 0) | (PRESENT_DACL if dacl is not None else 0)
    offsets, tail = [], b""
    for part in (owner, group, sacl or b"", dacl or b""):
        offsets.append(20 + len(tail) if part else 0)
        tail += part
    return struct.pack("<BBH4I", 1, 0, control, *offsets) + tail


EVERYONE, SYSTEM_SID, ADMINISTRATORS = sid(1, 0), sid(5, 18), sid(5, 32, 544)
ROOT_SID, OWNER_RIGHTS, MEDIUM, LOW_LABEL = sid(22, 1, 0), sid(3, 4), sid(16, 0x2000), sid(16, 0x1000)
ALLOW, DENY, AUDIT, LABEL = 0, 1, 2, 17


def boundary(text, *sids, label=None):
    """OBJECT_BOUNDARY_DESCRIPTOR."""
    entries = [(1, text.encode("utf-16-le"))] + [(2, one) for one in sids] + ([(3, label)] if label else [])
    content = b"".join(
        struct.pack("<II", kind, 8 + len(value)) + value + bytes(-len(value) % 8) for kind, value in entries
    )
    return struct.pack("<IIII", 1, len(entries), 16 + len(content), 0) + content


def open_process(number, access=0x1FFFFF, attributes=0):
    return body(38, name(None, attributes), access, number)


def duplicate(handle, source=None, target=None, access=0, attributes=0, options=2, no_target=None):
    return body(
        42,
        source and grant(source),
        handle,
        target and grant(target),
        no_target,
        access,
        attributes,
        options,
    )


def open_special(handle):
    return body(39, handle)


def open_token(access=0xF01FF, process=None, attributes=None):
    return body(44, process and grant(process), access, attributes)


def adjust_privileges(slot, *changes, disable_all=0):
    """Each change is the number of a privilege and its attributes."""
    privileges = b"".join(field(3, message(*change)) for change in changes)
    return field(1, 46) + field(46, message(grant(slot), disable_all) + privileges)


def set_security(slot, information, new):
    return body(37, grant(slot), information, new)


def query_security(slot, information):
    return body(36, grant(slot), information)
