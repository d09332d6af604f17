#include "dos-name.h"

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "environment.h"
#include "ntstatus.h"
#include "process.h"
#include "zw.h"

static size_t length_of(const WCHAR *string) {
        size_t n = 0;

        while (string[n])
                n++;
        return n;
}

static void free_path(DosPath *path) {
        free(path->units);
}

static NTSTATUS path_new(DosPath *path) {
        *path = (DosPath){ .units = malloc((DOS_PATH_MAX + 1) * sizeof(WCHAR)) };
        return path->units ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

static void lock(void) {
        RtlEnterCriticalSection(process_peb()->fast_lock);
}

static void unlock(void) {
        RtlLeaveCriticalSection(process_peb()->fast_lock);
}

/* Where paths begin; the drive's directory is the current one of that drive, or what "=X:" says. */
static DosPlace place_for(const WCHAR *path, size_t n) {
        const ProcessParameters *parameters = process_peb()->parameters;
        const UNICODE_STRING *current = &parameters->current_directory.path;
        DosPlace place = { .current = current->Buffer,
                .n_current = current->Length / sizeof(WCHAR) };
        WCHAR name[3] = { '=', 0, ':' };

        if (dos_path_type(path, n) != DOS_PATH_DRIVE_RELATIVE)
                return place;
        if (place.n_current > 1 && place.current[1] == ':' &&
                        RtlUpcaseUnicodeChar(place.current[0]) == RtlUpcaseUnicodeChar(path[0])) {
                place.drive = place.current;
                place.n_drive = place.n_current;
                return place;
        }
        name[1] = path[0];
        place.drive = environment_find(parameters->environment, name, 3, &place.n_drive);
        if (place.drive && dos_path_type(place.drive, place.n_drive) != DOS_PATH_DRIVE_ABSOLUTE)
                place.drive = NULL;
        return place;
}

/* Return: STATUS_OBJECT_NAME_INVALID, STATUS_NAME_TOO_LONG, STATUS_NO_MEMORY. */
static NTSTATUS full_path(const WCHAR *path, size_t n, DosPath *ret) {
        NTSTATUS status = path_new(ret);
        DosPlace place;
        bool made;

        if (!NT_SUCCESS(status))
                return status;
        lock();
        place = place_for(path, n);
        made = dos_path_full(&place, path, n, ret);
        unlock();
        ret->units[ret->n] = 0;
        return made            ? STATUS_SUCCESS
               : ret->overflow ? STATUS_NAME_TOO_LONG
                               : STATUS_OBJECT_NAME_INVALID;
}

ULONG NTAPI dos_name_type(PCWSTR path) {
        return dos_path_type(path, length_of(path));
}

static ULONG device_of(const WCHAR *path, size_t n) {
        size_t at = 0;
        size_t length = dos_path_device(path, n, &at);

        return length == 0 ? 0
                           : (ULONG) (at * sizeof(WCHAR)) << 16 | (ULONG) (length * sizeof(WCHAR));
}

ULONG NTAPI dos_name_device(PCWSTR path) {
        return device_of(path, length_of(path));
}

ULONG NTAPI dos_name_device_ustr(const UNICODE_STRING *path) {
        return device_of(path->Buffer, path->Length / sizeof(WCHAR));
}

ULONG NTAPI dos_name_full(PCWSTR path, ULONG size, PWSTR to, PWSTR *ret_last) {
        autocleanup(free_path) DosPath full = { 0 };
        ULONG length;
        size_t last;

        if (ret_last && *path)
                *ret_last = NULL;
        if (!NT_SUCCESS(full_path(path, length_of(path), &full)))
                return 0;
        length = (ULONG) (full.n * sizeof(WCHAR));
        if (size < length + sizeof(WCHAR))
                return length + (ULONG) sizeof(WCHAR);
        memcpy(to, full.units, length + sizeof(WCHAR));
        last = dos_path_last(&full);
        if (ret_last && last < full.n)
                *ret_last = to + last;
        return length;
}

/* Without the backslash at its end, but for a root. */
ULONG NTAPI dos_name_current(ULONG size, PWSTR to) {
        const UNICODE_STRING *current = &process_peb()->parameters->current_directory.path;
        ULONG length;

        lock();
        length = current->Length;
        if (length > 3 * sizeof(WCHAR))
                length -= (ULONG) sizeof(WCHAR);
        if (size < length + sizeof(WCHAR)) {
                length += (ULONG) sizeof(WCHAR);
        } else {
                memcpy(to, current->Buffer, length);
                to[length / sizeof(WCHAR)] = 0;
        }
        unlock();
        return length;
}

/* A block of the process heap: @prefix, then @units. */
static NTSTATUS name_new(const char *prefix, const WCHAR *units, size_t n, UNICODE_STRING *ret) {
        size_t n_prefix = strlen(prefix);
        size_t size = (n_prefix + n) * sizeof(WCHAR);
        WCHAR *name;

        if (n_prefix + n > DOS_PATH_MAX)
                return STATUS_NAME_TOO_LONG;
        name = RtlAllocateHeap(zw_process_heap(), 0, size + sizeof(WCHAR));
        if (!name)
                return STATUS_NO_MEMORY;
        for (size_t i = 0; i < n_prefix; i++)
                name[i] = (unsigned char) prefix[i];
        memcpy(name + n_prefix, units, n * sizeof(WCHAR));
        name[n_prefix + n] = 0;
        ret->Buffer = name;
        ret->Length = (USHORT) size;
        ret->MaximumLength = (USHORT) (size + sizeof(WCHAR));
        return STATUS_SUCCESS;
}

/* What follows the last backslash of a name, if anything does. */
static PWSTR last_of(const UNICODE_STRING *name) {
        size_t at = name->Length / sizeof(WCHAR);

        if (name->Buffer[at - 1] == '\\')
                return NULL;
        while (name->Buffer[at - 1] != '\\')
                at--;
        return name->Buffer + at;
}

/* "\\?\..." and "\??\..." are taken as they are. */
static bool is_verbatim(const WCHAR *path, size_t n) {
        return n >= 4 && path[0] == '\\' && (path[1] == '\\' || (path[1] == '?' && n > 4)) &&
               path[2] == '?' && path[3] == '\\';
}

static NTSTATUS folder_of_device(const WCHAR *path, size_t n);

static NTSTATUS name_of_full(const DosPath *full, UNICODE_STRING *ret, PWSTR *ret_last) {
        size_t last = dos_path_last(full);
        size_t skip = 0;
        const char *prefix = "\\??\\";
        NTSTATUS status;

        switch (dos_path_type(full->units, full->n)) {
        case DOS_PATH_UNC:
                prefix = "\\??\\UNC\\";
                skip = 2;
                break;
        case DOS_PATH_DEVICE:
                skip = 4;
                break;
        default:
                break;
        }
        status = name_new(prefix, full->units + skip, full->n - skip, ret);
        if (NT_SUCCESS(status) && ret_last)
                *ret_last = last < full->n ? ret->Buffer + strlen(prefix) + last - skip : NULL;
        return status;
}

static NTSTATUS to_nt(const WCHAR *path, UNICODE_STRING *ret, PWSTR *ret_last) {
        autocleanup(free_path) DosPath full = { 0 };
        size_t n = path ? length_of(path) : 0;
        NTSTATUS status;

        if (n == 0)
                return STATUS_OBJECT_NAME_INVALID;
        if (is_verbatim(path, n)) {
                status = name_new("\\??\\", path + 4, n - 4, ret);
                if (NT_SUCCESS(status) && ret_last)
                        *ret_last = last_of(ret);
                return status;
        }
        status = full_path(path, n, &full);
        if (NT_SUCCESS(status) && full.device)
                status = folder_of_device(path, n);
        return NT_SUCCESS(status) ? name_of_full(&full, ret, ret_last) : status;
}

NTSTATUS NTAPI dos_name_to_nt_status(
                PCWSTR path, PUNICODE_STRING ret, PWSTR *ret_last, CurrentDirectory *current) {
        NTSTATUS status = to_nt(path, ret, ret_last);

        if (NT_SUCCESS(status) && current)
                memset(current, 0, sizeof(*current));
        return status;
}

BOOLEAN NTAPI dos_name_to_nt(
                PCWSTR path, PUNICODE_STRING ret, PWSTR *ret_last, CurrentDirectory *current) {
        return NT_SUCCESS(dos_name_to_nt_status(path, ret, ret_last, current));
}

NTSTATUS NTAPI dos_name_to_relative_status(
                PCWSTR path, PUNICODE_STRING ret, PWSTR *ret_last, DosRelativeName *relative) {
        NTSTATUS status = to_nt(path, ret, ret_last);

        if (NT_SUCCESS(status) && relative)
                memset(relative, 0, sizeof(*relative));
        return status;
}

BOOLEAN NTAPI dos_name_to_relative(
                PCWSTR path, PUNICODE_STRING ret, PWSTR *ret_last, DosRelativeName *relative) {
        return NT_SUCCESS(dos_name_to_relative_status(path, ret, ret_last, relative));
}

VOID NTAPI dos_name_release(DosRelativeName *relative) {
        memset(relative, 0, sizeof(*relative));
}

/* Return: of zw_query_attributes_file(). */
static NTSTATUS attributes_of(UNICODE_STRING *name, FILE_BASIC_INFORMATION *ret) {
        OBJECT_ATTRIBUTES attributes;

        InitializeObjectAttributes(&attributes, name, OBJ_CASE_INSENSITIVE, NULL, NULL);
        return zw_query_attributes_file(&attributes, ret);
}

static void free_name(UNICODE_STRING *name) {
        if (name->Buffer)
                RtlFreeHeap(zw_process_heap(), 0, name->Buffer);
}

/* "c:\folder\nul" is a device only where there is such a folder. */
static NTSTATUS folder_of_device(const WCHAR *path, size_t n) {
        autocleanup(free_path) DosPath full = { 0 };
        autocleanup(free_name) UNICODE_STRING name = { 0 };
        FILE_BASIC_INFORMATION information;
        size_t at = 0;
        NTSTATUS status;

        if (dos_path_type(path, n) == DOS_PATH_DEVICE)
                return STATUS_SUCCESS;
        dos_path_device(path, n, &at);
        if (at == 0)
                return STATUS_SUCCESS;
        status = full_path(path, at, &full);
        if (NT_SUCCESS(status))
                status = name_of_full(&full, &name, NULL);
        if (!NT_SUCCESS(status))
                return status;
        if (!NT_SUCCESS(attributes_of(&name, &information)) ||
                        !(information.FileAttributes & FILE_ATTRIBUTE_DIRECTORY))
                return STATUS_OBJECT_NAME_INVALID;
        return STATUS_SUCCESS;
}

BOOLEAN NTAPI dos_name_exists(PCWSTR path) {
        autocleanup(free_name) UNICODE_STRING name = { 0 };
        FILE_BASIC_INFORMATION information;
        NTSTATUS status;

        if (!NT_SUCCESS(to_nt(path, &name, NULL)))
                return FALSE;
        status = attributes_of(&name, &information);
        /* Somebody has it: it is there. */
        return NT_SUCCESS(status) || status == STATUS_SHARING_VIOLATION ||
               status == STATUS_ACCESS_DENIED;
}

/* Opens a directory that is to be the current one. */
static NTSTATUS open_folder(UNICODE_STRING *name, HANDLE *ret) {
        OBJECT_ATTRIBUTES attributes;
        IO_STATUS_BLOCK io_status;

        InitializeObjectAttributes(
                        &attributes, name, OBJ_CASE_INSENSITIVE | OBJ_INHERIT, NULL, NULL);
        return zw_open_file(ret, FILE_TRAVERSE | SYNCHRONIZE, &attributes, &io_status,
                        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                        FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT);
}

/* Puts a full path where the current directory is said. Return: false if there is no room. */
static bool current_put(const WCHAR *units, size_t n) {
        UNICODE_STRING *path = &process_peb()->parameters->current_directory.path;
        bool needs_slash = units[n - 1] != '\\';

        if ((n + needs_slash + 1) * sizeof(WCHAR) > path->MaximumLength)
                return false;
        memcpy(path->Buffer, units, n * sizeof(WCHAR));
        if (needs_slash)
                path->Buffer[n++] = '\\';
        path->Buffer[n] = 0;
        path->Length = (USHORT) (n * sizeof(WCHAR));
        return true;
}

static NTSTATUS current_change(const DosPath *full, HANDLE folder) {
        CurrentDirectory *current = &process_peb()->parameters->current_directory;
        size_t skip = dos_path_type(full->units, full->n) == DOS_PATH_DEVICE ? 4 : 0;
        HANDLE before = folder;
        bool fits;

        lock();
        fits = full->n > skip && current_put(full->units + skip, full->n - skip);
        if (fits) {
                before = current->handle;
                current->handle = folder;
        }
        unlock();
        if (before)
                zw_close(before);
        return fits ? STATUS_SUCCESS : STATUS_NAME_TOO_LONG;
}

NTSTATUS NTAPI dos_name_set_current(PUNICODE_STRING path) {
        autocleanup(free_path) DosPath full = { 0 };
        autocleanup(free_name) UNICODE_STRING name = { 0 };
        HANDLE folder = NULL;
        NTSTATUS status;

        status = full_path(path->Buffer, path->Length / sizeof(WCHAR), &full);
        if (NT_SUCCESS(status))
                status = name_of_full(&full, &name, NULL);
        if (NT_SUCCESS(status))
                status = open_folder(&name, &folder);
        return NT_SUCCESS(status) ? current_change(&full, folder) : status;
}

static bool has_extension(const WCHAR *file) {
        bool found = false;

        for (; *file; file++) {
                if (*file == '.')
                        found = true;
                else if (dos_is_slash(*file))
                        found = false;
        }
        return found;
}

/* "folder\file.extension", if that fits. */
static bool
join(WCHAR *to, const WCHAR *folder, size_t n, const WCHAR *file, const WCHAR *extension) {
        size_t n_file = length_of(file);
        size_t n_extension = extension ? length_of(extension) : 0;

        if (n + 1 + n_file + n_extension > DOS_PATH_MAX)
                return false;
        memcpy(to, folder, n * sizeof(WCHAR));
        if (n > 0 && !dos_is_slash(to[n - 1]))
                to[n++] = '\\';
        memcpy(to + n, file, n_file * sizeof(WCHAR));
        n += n_file;
        if (n_extension > 0)
                memcpy(to + n, extension, n_extension * sizeof(WCHAR));
        to[n + n_extension] = 0;
        return true;
}

ULONG NTAPI dos_name_search(PCWSTR folders,
                PCWSTR file,
                PCWSTR extension,
                ULONG size,
                PWSTR to,
                PWSTR *ret_last) {
        autocleanup(free_path) DosPath candidate = { 0 };

        if (dos_path_type(file, length_of(file)) != DOS_PATH_RELATIVE)
                return dos_name_exists(file) ? dos_name_full(file, size, to, ret_last) : 0;
        if (!NT_SUCCESS(path_new(&candidate)))
                return 0;
        if (has_extension(file))
                extension = NULL;
        while (*folders) {
                size_t n = 0;

                while (folders[n] && folders[n] != ';')
                        n++;
                if (n > 0 && join(candidate.units, folders, n, file, extension) &&
                                dos_name_exists(candidate.units))
                        return dos_name_full(candidate.units, size, to, ret_last);
                folders += folders[n] ? n + 1 : n;
        }
        return 0;
}
