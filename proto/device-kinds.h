#pragma once

/* Kinds of device: the values of DeviceKind in ntobj.proto, for those who do not know the wire. */
enum {
        DEVICE_NONE = 0,
        DEVICE_VOLUME = 1, /* all that Linux can name */
        DEVICE_NULL = 2,
        DEVICE_STREAM = 3, /* a descriptor that only the process itself has */
};
