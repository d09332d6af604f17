#pragma once

/*
 * Devices
 *
 * A Device stands where names of files begin: a path that meets one ends there, and what is left of
 * the name is a matter between the client and Linux. There is one volume, the root of Linux's file
 * systems, and the null device. They exist from the start, and for good.
 */

#include "device-kinds.h"
#include "namespace.h"
#include "object.h"
#include "path.h"

typedef struct Device {
        Object object;
        uint32_t device; /* DEVICE_ */
} Device;

extern const ObjectType device_type;

/* Makes `\Device\HarddiskVolume1`, `\Device\Null`, and the links to them in `\GLOBAL??`. */
void devices_make(Namespace *ns);

/* One of them: no reference, as it stays; NULL for a number that is none. */
Device *device_find(const Namespace *ns, uint32_t device);

/* Where a name leads. Zero-initialise; device_end_clear() gives back what it has. */
typedef struct DeviceEnd {
        PathEnd path;
        const Device *device;
        const WCHAR *rest; /* of the name, inside @path: empty, or begins with a backslash */
        size_t n_rest;
} DeviceEnd;

void device_end_clear(DeviceEnd *end);

/**
 * device_resolve() - find the device that a name leads to
 * @path: its type is device_type; the root, if any, is a directory
 * @end:  zeroed; filled in on success
 * Return: STATUS_SUCCESS; what path_walk() says; STATUS_OBJECT_NAME_NOT_FOUND;
 * STATUS_OBJECT_TYPE_MISMATCH if it leads to something else.
 */
NTSTATUS device_resolve(const ObjectPath *path, DeviceEnd *end);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DeviceEnd, device_end_clear)
