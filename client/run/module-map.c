#include "module-map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "ntstatus.h"
#include "relocation.h"
#include "text.h"
#include "writable.h"
#include "zw.h"

#define READABLE                                                                                   \
        (PAGE_READONLY | PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READ |                     \
                        PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY)

static void close_handle(HANDLE *handle) {
        if (*handle)
                zw_close(*handle);
}

static void free_text(char **text) {
        free(*text);
}

/* What NT's statuses mean to a person who wants to run a program. */
static NTSTATUS refuse(LoadError *error, const char *path, NTSTATUS status) {
        const char *name = zw_status_name(status);

        switch (status) {
        case STATUS_INVALID_IMAGE_NOT_MZ:
        case STATUS_INVALID_IMAGE_PROTECT:
        case STATUS_INVALID_IMAGE_NE_FORMAT:
        case STATUS_INVALID_IMAGE_LE_FORMAT:
        case STATUS_INVALID_IMAGE_WIN_16:
                return load_error_set(error, RUN_CANNOT_RUN, STATUS_INVALID_IMAGE_FORMAT,
                                "cannot run '%s': it is not a Windows program (%s)", path, name);
        case STATUS_INVALID_FILE_FOR_SECTION:
                return load_error_set(error, RUN_CANNOT_RUN, STATUS_INVALID_IMAGE_FORMAT,
                                "cannot run '%s': it is too short for a Windows program, or cut "
                                "off (%s)",
                                path, name);
        case STATUS_INVALID_IMAGE_FORMAT:
                return load_error_set(error, RUN_CANNOT_RUN, STATUS_INVALID_IMAGE_FORMAT,
                                "cannot run '%s': it is damaged (%s)", path, name);
        case STATUS_OBJECT_NAME_NOT_FOUND:
        case STATUS_OBJECT_PATH_NOT_FOUND:
                return load_error_set(error, RUN_NOT_FOUND, STATUS_DLL_NOT_FOUND,
                                "cannot run '%s': there is no such file", path);
        case STATUS_FILE_IS_A_DIRECTORY:
                return load_error_set(error, RUN_CANNOT_RUN, status,
                                "cannot run '%s': it is a directory", path);
        case STATUS_ACCESS_DENIED:
                load_error_advise(error, "the file must be readable, and not on a file system that "
                                         "is mounted noexec");
                break;
        case STATUS_CONFLICTING_ADDRESSES:
                load_error_advise(error, "it can only run at the address that it was linked for, "
                                         "where something else is; link it with relocations");
                break;
        default:
                break;
        }
        return load_error_set(error, RUN_CANNOT_RUN, status, "cannot run '%s': %s (0x%08X)", path,
                        name ? name : "unknown status", (unsigned) status);
}

static NTSTATUS open_section(const char *dos_path, HANDLE *ret) {
        static const WCHAR prefix[] = u"\\??\\";
        size_t length = strlen(dos_path), n_prefix = RTL_NUMBER_OF(prefix) - 1, n;
        OBJECT_ATTRIBUTES attributes;
        IO_STATUS_BLOCK io_status;
        UNICODE_STRING name;
        autocleanup(close_handle) HANDLE file = NULL;
        WCHAR *units;
        NTSTATUS status;

        if (length > UINT16_MAX / sizeof(*units) - n_prefix)
                return STATUS_NAME_TOO_LONG;
        units = malloc((n_prefix + length) * sizeof(*units));
        if (!units)
                return STATUS_NO_MEMORY;
        memcpy(units, prefix, n_prefix * sizeof(*units));
        n = n_prefix + text_decode(dos_path, length, units + n_prefix);
        name.Buffer = units;
        name.Length = name.MaximumLength = (USHORT) (n * sizeof(*units));
        InitializeObjectAttributes(&attributes, &name, 0, NULL, NULL);
        status = zw_open_file(&file, FILE_READ_DATA | FILE_EXECUTE | SYNCHRONIZE, &attributes,
                        &io_status, FILE_SHARE_READ | FILE_SHARE_DELETE,
                        FILE_SYNCHRONOUS_IO_NONALERT | FILE_NON_DIRECTORY_FILE);
        free(units);
        if (!NT_SUCCESS(status))
                return status;
        return zw_create_section(ret, SECTION_QUERY | SECTION_MAP_READ | SECTION_MAP_EXECUTE, NULL,
                        NULL, PAGE_EXECUTE, SEC_IMAGE, file);
}

/* Whether it is a program of the kind that runs here, and the one that is wanted. */
static NTSTATUS check_kind(HANDLE section, const char *path, bool is_exe, LoadError *error) {
        SECTION_IMAGE_INFORMATION information;
        NTSTATUS status = zw_query_section(
                        section, SectionImageInformation, &information, sizeof(information), NULL);

        if (!NT_SUCCESS(status))
                return refuse(error, path, status);
        if (information.Machine != IMAGE_FILE_MACHINE_AMD64) {
                if (information.Machine == IMAGE_FILE_MACHINE_I386)
                        load_error_advise(error, "ntrun runs 64-bit programs only");
                return load_error_set(error, RUN_CANNOT_RUN, STATUS_INVALID_IMAGE_FORMAT,
                                "cannot run '%s': it is for another machine (%s, 0x%04X)", path,
                                information.Machine == IMAGE_FILE_MACHINE_I386    ? "32-bit x86"
                                : information.Machine == IMAGE_FILE_MACHINE_ARM64 ? "ARM64"
                                : information.Machine == IMAGE_FILE_MACHINE_ARMNT ? "ARM"
                                                                                  : "unknown",
                                information.Machine);
        }
        if (information.LoaderFlags != 0)
                return load_error_set(error, RUN_CANNOT_RUN, STATUS_INVALID_IMAGE_FORMAT,
                                "cannot run '%s': it is a .NET program", path);
        if (is_exe && information.ImageCharacteristics & IMAGE_FILE_DLL)
                return load_error_set(error, RUN_CANNOT_RUN, STATUS_INVALID_IMAGE_FORMAT,
                                "cannot run '%s': it is a DLL, not a program", path);
        return STATUS_SUCCESS;
}

NTSTATUS module_read_view(uint8_t *base, size_t size, Image *ret) {
        NTSTATUS status = STATUS_INVALID_IMAGE_FORMAT;

        for (size_t at = 0; at < size;) {
                MEMORY_BASIC_INFORMATION region;
                size_t end;

                status = zw_query_virtual_memory(NtCurrentProcess(), base + at,
                                MemoryBasicInformation, &region, sizeof(region), NULL);
                if (!NT_SUCCESS(status))
                        return status;
                end = at + region.RegionSize < size ? at + region.RegionSize : size;
                if (at == 0)
                        status = region.Protect & READABLE ? image_read_headers(base, end, ret)
                                                           : STATUS_INVALID_IMAGE_FORMAT;
                if (status == STATUS_IMAGE_MACHINE_TYPE_MISMATCH)
                        return STATUS_INVALID_IMAGE_FORMAT;
                if (!NT_SUCCESS(status))
                        return status;
                if (region.Protect & READABLE &&
                                !image_add_span(ret, (uint32_t) at, (uint32_t) (end - at)))
                        return STATUS_INVALID_IMAGE_FORMAT;
                at = end;
        }
        if (ret->size > size)
                ret->size = (uint32_t) size;
        return status;
}

/* Makes its addresses right for where it is. */
static NTSTATUS relocate(Image *image, uint8_t *base) {
        uint64_t delta = (uintptr_t) base - image->optional.ImageBase;
        size_t field = image->headers + offsetof(IMAGE_NT_HEADERS64, OptionalHeader.ImageBase);
        uint64_t address = (uintptr_t) base;
        Writable writable;
        NTSTATUS status;

        if (delta == 0)
                return STATUS_SUCCESS;
        status = relocation_check(image);
        if (!NT_SUCCESS(status))
                return status;
        status = writable_begin(base, image->size, &writable);
        if (NT_SUCCESS(status)) {
                relocation_apply(image, delta);
                memcpy(base + field, &address, sizeof(address));
                image->optional.ImageBase = address;
        }
        writable_end(&writable);
        return status;
}

static NTSTATUS map_section(HANDLE section, Image *ret) {
        PVOID base = NULL;
        SIZE_T size = 0;
        NTSTATUS status = zw_map_view_of_section(section, NtCurrentProcess(), &base, 0, 0, NULL,
                        &size, ViewShare, 0, PAGE_EXECUTE_WRITECOPY);

        if (!NT_SUCCESS(status))
                return status;
        status = size > UINT32_MAX ? STATUS_INVALID_IMAGE_FORMAT
                                   : module_read_view(base, size, ret);
        if (NT_SUCCESS(status))
                status = relocate(ret, base);
        if (!NT_SUCCESS(status))
                zw_unmap_view_of_section(NtCurrentProcess(), base);
        return status;
}

static NTSTATUS make_module(const char *path, const char *dos_path, HANDLE section, Module **ret) {
        ULONG_PTR original = 0;
        Image image;
        struct stat facts;
        Module *module;
        NTSTATUS status = map_section(section, &image);

        if (!NT_SUCCESS(status))
                return status;
        module = module_new(&image, path, dos_path);
        if (!module) {
                zw_unmap_view_of_section(NtCurrentProcess(), (PVOID) (uintptr_t) image.bytes);
                return STATUS_NO_MEMORY;
        }
        if (NT_SUCCESS(zw_query_section(section, SectionOriginalBaseInformation, &original,
                            sizeof(original), NULL)))
                module->entry.original_base = original;
        if (stat(path, &facts) == 0) {
                module->device = facts.st_dev;
                module->inode = facts.st_ino;
        }
        status = tls_module_read(&module->image, &module->tls);
        if (!NT_SUCCESS(status)) {
                module_free(module);
                return status;
        }
        *ret = module;
        return STATUS_SUCCESS;
}

NTSTATUS module_map(const char *path, bool is_exe, Module **ret, LoadError *error) {
        autocleanup(free_text) char *dos_path = text_dos_path(path);
        autocleanup(close_handle) HANDLE section = NULL;
        NTSTATUS status;

        if (!dos_path)
                return refuse(error, path, STATUS_NO_MEMORY);
        status = open_section(dos_path, &section);
        if (!NT_SUCCESS(status))
                return refuse(error, path, status);
        status = check_kind(section, path, is_exe, error);
        if (!NT_SUCCESS(status))
                return status;
        status = make_module(path, dos_path, section, ret);
        return NT_SUCCESS(status) ? status : refuse(error, path, status);
}
