#include "device.h"

#include "ntstatus.h"
#include "startup-tree.h"

/*
 * Who may open devices of these kinds where their driver says nothing else (MSDN, "SDDL for Device
 * Objects"): the null device is everybody's, of a volume everybody may pass through to its files.
 */
#define WHO_ALL    "(A;;0x1f01ff;;;SY)(A;;0x1f01ff;;;BA)"
#define WHO_WRITES "O:BAG:SYD:P" WHO_ALL "(A;;0x1201bf;;;WD)(A;;0x1201bf;;;RC)"
#define WHO_PASSES "O:BAG:SYD:P" WHO_ALL "(A;;0x1200a0;;;WD)(A;;0x1200a0;;;RC)"

static const struct {
        uint32_t device;
        const char *path;
        const char *sddl;
} devices[] = {
        { DEVICE_VOLUME, "\\Device\\HarddiskVolume1", WHO_PASSES },
        { DEVICE_NULL, "\\Device\\Null", WHO_WRITES },
};

static const struct {
        const char *path;
        const char *target;
} links[] = {
        { "\\GLOBAL??\\Z:", "\\Device\\HarddiskVolume1" },
        { "\\GLOBAL??\\unix", "\\Device\\HarddiskVolume1" },
        { "\\GLOBAL??\\NUL", "\\Device\\Null" },
};

const ObjectType device_type = {
        .rules = &object_types[KIND_DEVICE],
        .kind = KIND_DEVICE,
        .size = sizeof(Device),
        .takes_rest = true,
};

void devices_make(Namespace *ns) {
        for (size_t i = 0; i < G_N_ELEMENTS(devices); i++) {
                Object *object = NULL;

                if (!NT_SUCCESS(object_new(&device_type, NULL, &object)))
                        g_error("out of memory at start: %s", devices[i].path);
                ((Device *) object)->device = devices[i].device;
                startup_tree_add_take(ns, devices[i].path, object, devices[i].sddl);
        }
        for (size_t i = 0; i < G_N_ELEMENTS(links); i++)
                startup_tree_add_link(ns, links[i].path, links[i].target);
}

Device *device_find(const Namespace *ns, uint32_t device) {
        for (size_t i = 0; i < G_N_ELEMENTS(devices); i++) {
                if (devices[i].device == device)
                        return (Device *) startup_tree_find(ns, devices[i].path);
        }
        return NULL;
}

void device_end_clear(DeviceEnd *end) {
        path_end_clear(&end->path);
        *end = (DeviceEnd){ 0 };
}

NTSTATUS device_resolve(const ObjectPath *path, DeviceEnd *end) {
        Dependencies dependencies = { 0 };
        NTSTATUS status = path_walk(path, &dependencies, &end->path);

        if (!NT_SUCCESS(status))
                return status;
        if (!end->path.object)
                return STATUS_OBJECT_NAME_NOT_FOUND;
        if (end->path.object->type != &device_type)
                return STATUS_OBJECT_TYPE_MISMATCH;
        end->device = (const Device *) end->path.object;
        end->rest = end->path.rest;
        end->n_rest = end->path.n_rest;
        return STATUS_SUCCESS;
}
