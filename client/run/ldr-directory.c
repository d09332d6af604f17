/*
 * Folders that DLLs are looked for in, for programs
 */

#include "dll-search.h"
#include "ldr-functions.h"
#include "loader.h"
#include "ntstatus.h"

/* The folder that is looked in after the program's own; an empty one for none. STATUS_NO_MEMORY. */
NTSTATUS NTAPI LdrSetDllDirectory(PUNICODE_STRING Path) {
        NTSTATUS status;

        loader_lock();
        status = dll_search_set_directory(Path->Buffer, Path->Length / sizeof(WCHAR));
        loader_unlock();
        return status;
}

/* STATUS_BUFFER_TOO_SMALL, with the length that is needed in it: room for a NUL is needed too. */
NTSTATUS NTAPI LdrGetDllDirectory(PUNICODE_STRING Path) {
        size_t size;

        loader_lock();
        size = dll_search_get_directory(Path->Buffer, Path->MaximumLength);
        loader_unlock();
        if (size > Path->MaximumLength) {
                Path->Length = (USHORT) size;
                return STATUS_BUFFER_TOO_SMALL;
        }
        Path->Length = (USHORT) (size - sizeof(WCHAR));
        return STATUS_SUCCESS;
}

/* As dll_search_add_directory(). */
NTSTATUS NTAPI LdrAddDllDirectory(PUNICODE_STRING Path, PVOID *Cookie) {
        NTSTATUS status;

        loader_lock();
        status = dll_search_add_directory(Path->Buffer, Path->Length / sizeof(WCHAR), Cookie);
        loader_unlock();
        return status;
}

NTSTATUS NTAPI LdrRemoveDllDirectory(PVOID Cookie) {
        NTSTATUS status;

        loader_lock();
        status = dll_search_remove_directory(Cookie);
        loader_unlock();
        return status;
}

/* Which folders are looked in from now on: LOAD_LIBRARY_SEARCH_ flags. STATUS_INVALID_PARAMETER. */
NTSTATUS NTAPI LdrSetDefaultDllDirectories(ULONG Flags) {
        NTSTATUS status;

        loader_lock();
        status = dll_search_set_default(Flags);
        loader_unlock();
        return status;
}
