#pragma once

/*
 * The loader's part of ntdll.dll
 *
 * What programs call. Everything is as on Windows 10 unless it is said otherwise: a DLL's base is
 * its handle; names are counted strings of UTF-16. Statuses are Windows' as Microsoft documents
 * them, and where it does not, what Wine 8 was seen to answer.
 */

#include "image.h"
#include "module.h"

NTSTATUS NTAPI LdrLoadDll(
                PCWSTR SearchPath, PULONG Characteristics, PUNICODE_STRING Name, PVOID *Handle);
NTSTATUS NTAPI LdrUnloadDll(PVOID Handle);
NTSTATUS NTAPI LdrGetDllHandle(
                PCWSTR SearchPath, PULONG Characteristics, PUNICODE_STRING Name, PVOID *Handle);
NTSTATUS NTAPI LdrGetDllHandleEx(ULONG Flags,
                PCWSTR SearchPath,
                PULONG Characteristics,
                PUNICODE_STRING Name,
                PVOID *Handle);
NTSTATUS NTAPI LdrGetDllFullName(PVOID Handle, PUNICODE_STRING Name);
NTSTATUS NTAPI LdrAddRefDll(ULONG Flags, PVOID Handle);
NTSTATUS NTAPI LdrDisableThreadCalloutsForDll(PVOID Handle);
NTSTATUS NTAPI LdrFindEntryForAddress(PVOID Address, LdrEntry **Entry);
NTSTATUS NTAPI LdrEnumerateLoadedModules(
                ULONG Flags, VOID(NTAPI *Callback)(LdrEntry *, PVOID, BOOLEAN *), PVOID Context);
NTSTATUS NTAPI LdrQueryProcessModuleInformation(PVOID Modules, ULONG Size, PULONG ReturnLength);
NTSTATUS NTAPI LdrShutdownProcess(VOID);
NTSTATUS NTAPI LdrShutdownThread(VOID);
BOOLEAN NTAPI RtlDllShutdownInProgress(VOID);
NTSTATUS NTAPI LdrRegisterDllNotification(
                ULONG Flags, PVOID Function, PVOID Context, PVOID *Cookie);
NTSTATUS NTAPI LdrUnregisterDllNotification(PVOID Cookie);

NTSTATUS NTAPI LdrGetProcedureAddress(
                PVOID Handle, PANSI_STRING Name, ULONG Ordinal, PVOID *Address);
NTSTATUS NTAPI LdrGetProcedureAddressEx(
                PVOID Handle, PANSI_STRING Name, ULONG Ordinal, PVOID *Address, ULONG Flags);
PVOID NTAPI LdrResolveDelayLoadedAPI(PVOID Base,
                const IMAGE_DELAYLOAD_DESCRIPTOR *Descriptor,
                PVOID FailureDllHook,
                PVOID FailureSystemHook,
                PVOID *Thunk,
                ULONG Flags);
PVOID NTAPI RtlFindExportedRoutineByName(PVOID Base, PCSTR Name);
PVOID NTAPI RtlPcToFileHeader(PVOID Address, PVOID *Base);

NTSTATUS NTAPI LdrLockLoaderLock(ULONG Flags, PULONG Disposition, PULONG_PTR Cookie);
NTSTATUS NTAPI LdrUnlockLoaderLock(ULONG Flags, ULONG_PTR Cookie);

NTSTATUS NTAPI LdrSetDllDirectory(PUNICODE_STRING Path);
NTSTATUS NTAPI LdrGetDllDirectory(PUNICODE_STRING Path);
NTSTATUS NTAPI LdrAddDllDirectory(PUNICODE_STRING Path, PVOID *Cookie);
NTSTATUS NTAPI LdrRemoveDllDirectory(PVOID Cookie);
NTSTATUS NTAPI LdrSetDefaultDllDirectories(ULONG Flags);

NTSTATUS NTAPI LdrFindResource_U(PVOID Handle, const ULONG_PTR *Path, ULONG Level, PVOID *Entry);
NTSTATUS NTAPI LdrFindResourceDirectory_U(
                PVOID Handle, const ULONG_PTR *Path, ULONG Level, PVOID *Directory);
NTSTATUS NTAPI LdrAccessResource(
                PVOID Handle, const IMAGE_RESOURCE_DATA_ENTRY *Entry, PVOID *Address, PULONG Size);
NTSTATUS NTAPI RtlFindMessage(PVOID Handle, ULONG Type, ULONG Language, ULONG Id, PVOID *Entry);

PVOID NTAPI RtlImageNtHeader(PVOID Base);
NTSTATUS NTAPI RtlImageNtHeaderEx(ULONG Flags, PVOID Base, ULONGLONG Size, PVOID *Headers);
PVOID NTAPI RtlImageDirectoryEntryToData(
                PVOID Base, BOOLEAN MappedAsImage, USHORT Index, PULONG Size);
PVOID NTAPI RtlImageRvaToSection(const IMAGE_NT_HEADERS64 *Headers, PVOID Base, ULONG Rva);
PVOID NTAPI RtlImageRvaToVa(
                const IMAGE_NT_HEADERS64 *Headers, PVOID Base, ULONG Rva, PVOID *LastSection);
PVOID NTAPI LdrProcessRelocationBlock(ULONG_PTR Page, ULONG Count, PUSHORT Entries, LONG_PTR Delta);
