#pragma once

/*
 * The loader's functions in ntdll.dll, which no public header declares
 */

#include "ntdef.h"

NTSTATUS NTAPI LdrLoadDll(PCWSTR path, PULONG flags, PUNICODE_STRING name, PVOID *handle);
NTSTATUS NTAPI LdrUnloadDll(PVOID handle);
NTSTATUS NTAPI LdrGetDllHandle(PCWSTR path, PULONG flags, PUNICODE_STRING name, PVOID *handle);
NTSTATUS NTAPI LdrGetDllHandleEx(
                ULONG how, PCWSTR path, PULONG flags, PUNICODE_STRING name, PVOID *handle);
NTSTATUS NTAPI LdrGetDllFullName(PVOID handle, PUNICODE_STRING name);
NTSTATUS NTAPI LdrAddRefDll(ULONG flags, PVOID handle);
NTSTATUS NTAPI LdrDisableThreadCalloutsForDll(PVOID handle);
NTSTATUS NTAPI LdrGetProcedureAddress(PVOID handle, PSTRING name, ULONG ordinal, PVOID *address);
NTSTATUS NTAPI LdrFindEntryForAddress(PVOID address, PVOID *entry);
NTSTATUS NTAPI LdrEnumerateLoadedModules(
                ULONG flags, VOID(NTAPI *see)(PVOID, PVOID, BOOLEAN *), PVOID context);
NTSTATUS NTAPI LdrLockLoaderLock(ULONG flags, PULONG disposition, PULONG_PTR cookie);
NTSTATUS NTAPI LdrUnlockLoaderLock(ULONG flags, ULONG_PTR cookie);
NTSTATUS NTAPI LdrRegisterDllNotification(
                ULONG flags, PVOID function, PVOID context, PVOID *cookie);
NTSTATUS NTAPI LdrUnregisterDllNotification(PVOID cookie);
NTSTATUS NTAPI LdrSetDllDirectory(PUNICODE_STRING path);
NTSTATUS NTAPI LdrGetDllDirectory(PUNICODE_STRING path);
NTSTATUS NTAPI LdrAddDllDirectory(PUNICODE_STRING path, PVOID *cookie);
NTSTATUS NTAPI LdrRemoveDllDirectory(PVOID cookie);
NTSTATUS NTAPI LdrSetDefaultDllDirectories(ULONG flags);
PVOID NTAPI LdrResolveDelayLoadedAPI(PVOID base,
                const void *descriptor,
                PVOID dll_hook,
                PVOID system_hook,
                PVOID *slot,
                ULONG flags);
NTSTATUS NTAPI LdrFindResource_U(PVOID handle, const ULONG_PTR *path, ULONG level, PVOID *entry);
NTSTATUS NTAPI LdrFindResourceDirectory_U(
                PVOID handle, const ULONG_PTR *path, ULONG level, PVOID *directory);
NTSTATUS NTAPI LdrAccessResource(PVOID handle, PVOID entry, PVOID *address, PULONG size);
NTSTATUS NTAPI RtlFindMessage(PVOID handle, ULONG type, ULONG language, ULONG id, PVOID *entry);
PVOID NTAPI RtlImageNtHeader(PVOID base);
PVOID NTAPI RtlImageDirectoryEntryToData(PVOID base, BOOLEAN image, USHORT index, PULONG size);
PVOID NTAPI RtlPcToFileHeader(PVOID address, PVOID *base);
PVOID NTAPI RtlFindExportedRoutineByName(PVOID base, PCSTR name);

/* A counted string of a literal. */
#define WIDE(literal)                                                                              \
        (&(UNICODE_STRING){ sizeof(literal) - sizeof(WCHAR), sizeof(literal), (PWSTR) (literal) })
#define NARROW(literal) (&(STRING){ sizeof(literal) - 1, sizeof(literal), (PSTR) (literal) })
