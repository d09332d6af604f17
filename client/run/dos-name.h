#pragma once

/*
 * Names of files as a Windows program says them, and as NT does
 *
 * What needs the current directory, which is the process parameters' and guarded by the PEB lock.
 * Functions with Microsoft's convention are ntdll.dll's; see Microsoft's documentation of each.
 */

#include <stdbool.h>

#include "dos-path.h"
#include "peb.h"

/* RTL_RELATIVE_NAME_U */
typedef struct DosRelativeName {
        UNICODE_STRING name;
        HANDLE folder;
        PVOID current_directory;
} DosRelativeName;

ULONG NTAPI dos_name_type(PCWSTR path);

/* The place in bytes in the upper 16 bits, the length in the lower ones; 0 for no device. */
ULONG NTAPI dos_name_device(PCWSTR path);
ULONG NTAPI dos_name_device_ustr(const UNICODE_STRING *path);

/* Return: bytes written without the NUL; bytes needed with it, if that is more than @size. */
ULONG NTAPI dos_name_full(PCWSTR path, ULONG size, PWSTR to, PWSTR *ret_last);
ULONG NTAPI dos_name_current(ULONG size, PWSTR to);
NTSTATUS NTAPI dos_name_set_current(PUNICODE_STRING path);

/* The name is a block of the process heap. @current is of no use since Windows XP, and is emptied
 * if there is one. */
NTSTATUS NTAPI dos_name_to_nt_status(
                PCWSTR path, PUNICODE_STRING ret, PWSTR *ret_last, CurrentDirectory *current);
BOOLEAN NTAPI dos_name_to_nt(
                PCWSTR path, PUNICODE_STRING ret, PWSTR *ret_last, CurrentDirectory *current);

/* The same. @relative gets no relative name: a caller that finds none uses the whole one. */
NTSTATUS NTAPI dos_name_to_relative_status(
                PCWSTR path, PUNICODE_STRING ret, PWSTR *ret_last, DosRelativeName *relative);
BOOLEAN NTAPI dos_name_to_relative(
                PCWSTR path, PUNICODE_STRING ret, PWSTR *ret_last, DosRelativeName *relative);
VOID NTAPI dos_name_release(DosRelativeName *relative);

BOOLEAN NTAPI dos_name_exists(PCWSTR path);

/* Looks for a file in the folders of @folders, which semicolons separate. */
ULONG NTAPI dos_name_search(PCWSTR folders,
                PCWSTR file,
                PCWSTR extension,
                ULONG size,
                PWSTR to,
                PWSTR *ret_last);
