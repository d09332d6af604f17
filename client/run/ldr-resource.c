/*
 * Resources of modules, for programs
 */

#include <string.h>

#include "ldr-functions.h"
#include "loader.h"
#include "module-map.h"
#include "ntstatus.h"
#include "resource.h"
#include "zw.h"

#define BASE_FLAGS   3u /* low bits of a base: the file is mapped for data only */
#define MESSAGE_NAME 1u

/* Reads what is mapped at @base, a module or not. */
static NTSTATUS read_image(PVOID base, Image *ret) {
        MEMORY_REGION_INFORMATION region;
        const Module *module;
        bool known = false;
        NTSTATUS status;

        module_table_lock();
        module = base ? module_find_base(base) : module_first();
        if (module) {
                *ret = module->image;
                known = true;
        }
        module_table_unlock();
        if (known)
                return STATUS_SUCCESS;
        status = zw_query_virtual_memory(NtCurrentProcess(), base, MemoryRegionInformation, &region,
                        sizeof(region), NULL);
        if (!NT_SUCCESS(status) || region.AllocationBase != base)
                return STATUS_RESOURCE_DATA_NOT_FOUND;
        return module_read_view(base, region.RegionSize, ret);
}

static NTSTATUS find_resource(
                PVOID handle, const ULONG_PTR *path, ULONG level, bool directory, PVOID *ret) {
        uint32_t rva;
        Image image;
        NTSTATUS status = STATUS_INVALID_PARAMETER;

        if (level <= RESOURCE_LEVELS)
                status = read_image((PVOID) ((uintptr_t) handle & ~(uintptr_t) BASE_FLAGS), &image);
        if (NT_SUCCESS(status))
                status = resource_find(&image, path, level, directory, &rva);
        if (NT_SUCCESS(status))
                *ret = (PVOID) (uintptr_t) (image.bytes + rva);
        return status;
}

/**
 * LdrFindResource_U() - find a resource
 * @Handle: base of a module, NULL for the program, or of an image that is mapped
 * @Path:   type, name, language: numbers, or addresses of strings. A language that is not there is
 *          the next best one
 * @Level:  how many of them
 * @Entry:  gets its IMAGE_RESOURCE_DATA_ENTRY
 *
 * Return: STATUS_INVALID_PARAMETER for more than 3 levels; STATUS_RESOURCE_DATA_NOT_FOUND without
 * resources; STATUS_RESOURCE_TYPE_NOT_FOUND, STATUS_RESOURCE_NAME_NOT_FOUND,
 * STATUS_RESOURCE_LANG_NOT_FOUND, also for what is a directory; STATUS_INVALID_IMAGE_FORMAT;
 * STATUS_SUCCESS.
 */
NTSTATUS NTAPI LdrFindResource_U(PVOID Handle, const ULONG_PTR *Path, ULONG Level, PVOID *Entry) {
        return find_resource(Handle, Path, Level, false, Entry);
}

/* The same for a directory. */
NTSTATUS NTAPI LdrFindResourceDirectory_U(
                PVOID Handle, const ULONG_PTR *Path, ULONG Level, PVOID *Directory) {
        return find_resource(Handle, Path, Level, true, Directory);
}

/**
 * LdrAccessResource() - where a resource's bytes are
 * @Handle:  as above; with its lowest bit set it is the file's bytes, not mapped as an image
 * @Entry:   from LdrFindResource_U()
 * @Address: gets where they are; may be NULL
 * @Size:    gets how many; may be NULL
 * Return: STATUS_RESOURCE_DATA_NOT_FOUND if no section has them; STATUS_SUCCESS.
 */
NTSTATUS NTAPI LdrAccessResource(
                PVOID Handle, const IMAGE_RESOURCE_DATA_ENTRY *Entry, PVOID *Address, PULONG Size) {
        uint8_t *base = (uint8_t *) ((uintptr_t) Handle & ~(uintptr_t) BASE_FLAGS);
        const IMAGE_NT_HEADERS64 *headers;
        PVOID at;

        if (!Address && !Size)
                return STATUS_SUCCESS;
        at = base + Entry->OffsetToData;
        if ((uintptr_t) Handle & 1) {
                headers = RtlImageNtHeader(base);
                at = headers ? RtlImageRvaToVa(headers, base, Entry->OffsetToData, NULL) : NULL;
        }
        if (!at)
                return STATUS_RESOURCE_DATA_NOT_FOUND;
        if (Address)
                *Address = at;
        if (Size)
                *Size = Entry->Size;
        return STATUS_SUCCESS;
}

/**
 * RtlFindMessage() - find a text in a table of messages
 * @Handle:   as LdrFindResource_U()
 * @Type:     of the resource: 11
 * @Language: of the text
 * @Id:       of the message
 * @Entry:    gets MESSAGE_RESOURCE_ENTRY
 * Return: as LdrFindResource_U(); STATUS_MESSAGE_NOT_FOUND.
 */
NTSTATUS NTAPI RtlFindMessage(PVOID Handle, ULONG Type, ULONG Language, ULONG Id, PVOID *Entry) {
        const ULONG_PTR path[RESOURCE_LEVELS] = { Type, MESSAGE_NAME, Language };
        IMAGE_RESOURCE_DATA_ENTRY data;
        PVOID resource;
        uint32_t rva;
        Image image;
        NTSTATUS status = find_resource(Handle, path, RESOURCE_LEVELS, false, &resource);

        if (!NT_SUCCESS(status))
                return status;
        status = read_image((PVOID) ((uintptr_t) Handle & ~(uintptr_t) BASE_FLAGS), &image);
        if (!NT_SUCCESS(status))
                return status;
        memcpy(&data, resource, sizeof(data));
        status = resource_find_message(&image, data.OffsetToData, Id, &rva);
        if (NT_SUCCESS(status))
                *Entry = (PVOID) (uintptr_t) (image.bytes + rva);
        return status;
}
