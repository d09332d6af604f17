#pragma once

/* Kinds of object: the values of ObjectKind in ntobj.proto, for those who do not know the wire. */
enum {
        KIND_NONE = 0,
        KIND_DIRECTORY = 1,
        KIND_SYMBOLIC_LINK = 2,
        KIND_SECTION = 3,
        KIND_TYPE = 4,
        KIND_PROCESS = 5,
        KIND_TOKEN = 6,
        KIND_DEVICE = 7,
        KIND_FILE = 8,
        KIND_THREAD = 9,
        KINDS, /* one past the last */
};
